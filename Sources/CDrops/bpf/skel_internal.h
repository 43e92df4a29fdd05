// What drops.lskel.h expects to find in libbpf's header of this name, so that neither building nor
// running needs libbpf. Written for the one kind of program there is here: maps without initial values,
// one raw tracepoint.
#ifndef CDROPS_SKEL_INTERNAL_H
#define CDROPS_SKEL_INTERNAL_H

#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// The loader program reads and writes these: their layout is part of the generated code.
struct bpf_map_desc {
    int map_fd;                    // out
    __u32 max_entries;             // in: 0 keeps the program's own
    __aligned_u64 initial_value;   // in
};

struct bpf_prog_desc {
    int prog_fd; // out
};

struct bpf_loader_ctx {
    __u32 sz;
    __u32 flags;
    __u32 log_level;
    __u32 log_size;
    __u64 log_buf;
};

struct bpf_load_and_run_opts {
    struct bpf_loader_ctx *ctx;
    const void *data;
    const void *insns;
    __u32 data_sz;
    __u32 insns_sz;
    const char *errstr; // the step that failed
};

// bpf(2): a result of 0 or more, or -errno.
static inline int cdrops_bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
    long result = syscall(SYS_bpf, command, attributes, sizeof(*attributes));

    return result < 0 ? -errno : (int)result;
}

static inline void *skel_alloc(size_t size) { return calloc(1, size); }

static inline void skel_free(void *memory) { free(memory); }

static inline int skel_closenz(int fd) { return fd > 0 ? close(fd) : -EINVAL; }

static inline int skel_raw_tracepoint_open(const char *name, int program)
{
    union bpf_attr attributes;

    memset(&attributes, 0, sizeof(attributes));
    attributes.raw_tracepoint.name = (__u64)(unsigned long)name;
    attributes.raw_tracepoint.prog_fd = (__u32)program;
    return cdrops_bpf(BPF_RAW_TRACEPOINT_OPEN, &attributes);
}

// Loads the loader program with its data in a map of one element, and runs it once: it makes the maps,
// fits the real program to this kernel, loads it, and leaves the descriptors in `ctx`.
static inline int bpf_load_and_run(struct bpf_load_and_run_opts *opts)
{
    union bpf_attr attributes;
    __u32 zero = 0;
    int data, loader, result;

    memset(&attributes, 0, sizeof(attributes));
    attributes.map_type = BPF_MAP_TYPE_ARRAY;
    attributes.key_size = sizeof(zero);
    attributes.value_size = opts->data_sz;
    attributes.max_entries = 1;
    memcpy(attributes.map_name, "netlab.loader", sizeof("netlab.loader"));
    opts->errstr = "make the loader's map";
    data = cdrops_bpf(BPF_MAP_CREATE, &attributes);
    if (data < 0)
        return data;

    memset(&attributes, 0, sizeof(attributes));
    attributes.map_fd = (__u32)data;
    attributes.key = (__u64)(unsigned long)&zero;
    attributes.value = (__u64)(unsigned long)opts->data;
    opts->errstr = "fill the loader's map";
    result = cdrops_bpf(BPF_MAP_UPDATE_ELEM, &attributes);
    if (result < 0)
        goto close_data;

    memset(&attributes, 0, sizeof(attributes));
    attributes.prog_type = BPF_PROG_TYPE_SYSCALL;
    attributes.insns = (__u64)(unsigned long)opts->insns;
    attributes.insn_cnt = opts->insns_sz / (__u32)sizeof(struct bpf_insn);
    attributes.license = (__u64)(unsigned long)"Dual MIT/GPL";
    memcpy(attributes.prog_name, "netlab.loader", sizeof("netlab.loader"));
    attributes.fd_array = (__u64)(unsigned long)&data;
    attributes.prog_flags = BPF_F_SLEEPABLE;
    opts->errstr = "load the loader";
    loader = cdrops_bpf(BPF_PROG_LOAD, &attributes);
    if (loader < 0) {
        result = loader;
        goto close_data;
    }

    memset(&attributes, 0, sizeof(attributes));
    attributes.test.prog_fd = (__u32)loader;
    attributes.test.ctx_in = (__u64)(unsigned long)opts->ctx;
    attributes.test.ctx_size_in = opts->ctx->sz;
    opts->errstr = "load the program";
    result = cdrops_bpf(BPF_PROG_RUN, &attributes);
    if (result == 0 && (int)attributes.test.retval < 0)
        result = (int)attributes.test.retval;
    close(loader);
close_data:
    close(data);
    return result;
}

#endif
