#include "cdrops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drops_abi.h"

#include "bpf/drops.lskel.h"

struct cdrops {
    struct drops_bpf *program;
    // Drops that neither program was run for before both were at their place.
    __s64 missed_at_start;
    // Where the kernel copies the counters to before they are handed on in the caller's form.
    struct cdrops_key keys[CDROPS_MAX_COUNTERS];
    __u64 values[CDROPS_MAX_COUNTERS];
};

static __u64 address(const void *pointer) { return (__u64)(unsigned long)pointer; }

size_t cdrops_capacity(void) { return CDROPS_MAX_COUNTERS; }

// Loads the program; *program is NULL on failure.
static int load(struct drops_bpf **program, char *log, size_t log_size)
{
    struct drops_bpf *loading = drops_bpf__open();
    int error;

    *program = NULL;
    if (!loading)
        return -ENOMEM;
    if (log_size) {
        loading->ctx.log_level = 1;
        loading->ctx.log_buf = address(log);
        loading->ctx.log_size = (__u32)log_size;
    }
    error = drops_bpf__load(loading);
    if (error < 0)
        drops_bpf__destroy(loading);
    else
        *program = loading;
    return error;
}

static int program_info(struct cdrops *drops, struct bpf_prog_info *info)
{
    union bpf_attr attributes;

    memset(info, 0, sizeof(*info));
    memset(&attributes, 0, sizeof(attributes));
    attributes.info.bpf_fd = (__u32)drops->program->progs.count_drop.prog_fd;
    attributes.info.info_len = sizeof(*info);
    attributes.info.info = address(info);
    return cdrops_bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes);
}

// Reads the only number of a map.
static int read_number(int map, void *number)
{
    union bpf_attr attributes;
    __u32 first = 0;

    memset(&attributes, 0, sizeof(attributes));
    attributes.map_fd = (__u32)map;
    attributes.key = address(&first);
    attributes.value = address(number);
    return cdrops_bpf(BPF_MAP_LOOKUP_ELEM, &attributes);
}

// How many drops neither program was run for. One that is being counted on another CPU can be among them, so this
// reads until it gets the same number twice, and else takes the smallest: every one of them is large enough.
static int read_missed(struct cdrops *drops, __s64 *missed)
{
    __s64 last = 0;

    for (int i = 0; i < 8; i++) {
        struct bpf_prog_info info;
        __s64 taken_over = 0, now;
        // In this order a drop that the second program takes over meanwhile is one too many, and never one too few.
        int error = read_number(drops->program->maps.taken_over.map_fd, &taken_over);

        if (error == 0)
            error = program_info(drops, &info);
        if (error < 0)
            return error;
        now = (__s64)info.recursion_misses - taken_over;
        if (i == 0 || now < *missed)
            *missed = now;
        if (i > 0 && now == last)
            break;
        last = now;
    }
    return 0;
}

int cdrops_open(struct cdrops **result, const char **step, char *log, size_t log_size)
{
    struct cdrops *drops = calloc(1, sizeof(*drops));
    int error;

    *step = "allocate memory";
    if (log_size)
        log[0] = 0;
    if (!drops)
        return -ENOMEM;
    *step = "load the program";
    error = load(&drops->program, NULL, 0);
    if (error < 0) {
        // Once more for the reason: a log that is too small would make a good program fail.
        if (log_size && load(&drops->program, log, log_size) == 0)
            drops_bpf__destroy(drops->program);
        drops->program = NULL;
        goto fail;
    }
    *step = "attach to the tracepoint kfree_skb";
    // The kernel calls programs in the order in which they were attached.
    error = drops_bpf__count_drop__attach(drops->program);
    if (error >= 0)
        error = drops_bpf__count_left_over__attach(drops->program);
    if (error < 0)
        goto fail;
    *step = "read what was not counted";
    error = read_missed(drops, &drops->missed_at_start);
    if (error < 0)
        goto fail;
    *result = drops;
    return 0;
fail:
    cdrops_close(drops);
    return error;
}

void cdrops_close(struct cdrops *drops)
{
    if (!drops)
        return;
    drops_bpf__destroy(drops->program);
    free(drops);
}

// Copies every key and value into drops->keys and drops->values; returns how many.
static int read_all(struct cdrops *drops)
{
    union bpf_attr attributes;
    __u32 position = 0, total = 0;
    int more = 1;

    for (int first = 1; more && total < CDROPS_MAX_COUNTERS; first = 0) {
        int error;

        memset(&attributes, 0, sizeof(attributes));
        attributes.batch.map_fd = (__u32)drops->program->maps.drops.map_fd;
        attributes.batch.in_batch = first ? 0 : address(&position);
        attributes.batch.out_batch = address(&position);
        attributes.batch.keys = address(drops->keys + total);
        attributes.batch.values = address(drops->values + total);
        attributes.batch.count = CDROPS_MAX_COUNTERS - total;
        error = cdrops_bpf(BPF_MAP_LOOKUP_BATCH, &attributes);
        // The end of the table is told as -ENOENT, and the last counters come with it.
        if (error < 0 && error != -ENOENT)
            return error;
        more = error == 0;
        total += attributes.batch.count;
    }
    return (int)total;
}

static int delete_element(int map, const void *key)
{
    union bpf_attr attributes;

    memset(&attributes, 0, sizeof(attributes));
    attributes.map_fd = (__u32)map;
    attributes.key = address(key);
    return cdrops_bpf(BPF_MAP_DELETE_ELEM, &attributes);
}

static int forget(struct cdrops *drops, __u32 netns)
{
    int count = read_all(drops);

    for (int i = 0; i < count; i++) {
        if (drops->keys[i].netns == netns) {
            int error = delete_element(drops->program->maps.drops.map_fd, &drops->keys[i]);

            if (error < 0)
                return error;
        }
    }
    return count < 0 ? count : 0;
}

int cdrops_watch(struct cdrops *drops, uint32_t netns, int remember)
{
    union bpf_attr attributes;
    __u32 mode = remember ? CDROPS_REMEMBER : CDROPS_COUNT;

    memset(&attributes, 0, sizeof(attributes));
    attributes.map_fd = (__u32)drops->program->maps.watched.map_fd;
    attributes.key = address(&netns);
    attributes.value = address(&mode);
    attributes.flags = BPF_NOEXIST;
    return cdrops_bpf(BPF_MAP_UPDATE_ELEM, &attributes);
}

int cdrops_take(struct cdrops *drops, struct cdrops_single *single)
{
    union bpf_attr attributes;
    struct cdrops_event event = {0};
    int error;

    _Static_assert(sizeof(single->head) == CDROPS_HEAD_BYTES, "the caller gets all that was kept");
    memset(&attributes, 0, sizeof(attributes));
    attributes.map_fd = (__u32)drops->program->maps.events.map_fd;
    attributes.value = address(&event);
    error = cdrops_bpf(BPF_MAP_LOOKUP_AND_DELETE_ELEM, &attributes);
    if (error < 0)
        return error;
    *single = (struct cdrops_single){
        .location = event.key.location,
        .netns = event.key.netns,
        .reason = event.key.reason,
        .ifindex = event.key.ifindex,
        .nanoseconds = event.nanoseconds,
        .length = event.length,
        .head_bytes = event.head_bytes,
    };
    memcpy(single->head, event.head, sizeof(event.head));
    return 0;
}

int cdrops_unwatch(struct cdrops *drops, uint32_t netns)
{
    int error = delete_element(drops->program->maps.watched.map_fd, &netns);

    return error < 0 ? error : forget(drops, netns);
}

int cdrops_read(struct cdrops *drops, struct cdrops_count *counts, size_t capacity)
{
    int count = read_all(drops);

    if (count > 0 && (size_t)count > capacity)
        return -ENOSPC;
    for (int i = 0; i < count; i++) {
        const struct cdrops_key *key = &drops->keys[i];

        counts[i] = (struct cdrops_count){
            .location = key->location,
            .netns = key->netns,
            .reason = key->reason,
            .ifindex = key->ifindex,
            .count = drops->values[i],
        };
    }
    return count;
}

int cdrops_read_losses(struct cdrops *drops, struct cdrops_losses *losses)
{
    struct bpf_prog_info info;
    __u64 unplaced = 0;
    __s64 missed = 0;
    int error = read_number(drops->program->maps.unplaced.map_fd, &unplaced);

    if (error == 0)
        error = read_missed(drops, &missed);
    if (error == 0)
        error = program_info(drops, &info);
    if (error < 0)
        return error;
    missed -= drops->missed_at_start;
    losses->unplaced = unplaced;
    losses->nested = info.recursion_misses;
    losses->missed = missed > 0 ? (__u64)missed : 0;
    return 0;
}

int cdrops_program_id(struct cdrops *drops)
{
    struct bpf_prog_info info;
    int error = program_info(drops, &info);

    return error < 0 ? error : (int)info.id;
}

int cdrops_run(struct cdrops *drops, int second, uint64_t packet)
{
    union bpf_attr attributes;
    // As many arguments as any tracepoint has; the kernel asks for those that the program reads.
    __u64 arguments[12] = {packet};

    memset(&attributes, 0, sizeof(attributes));
    attributes.test.prog_fd = (__u32)(second ? drops->program->progs.count_left_over.prog_fd
                                             : drops->program->progs.count_drop.prog_fd);
    attributes.test.ctx_in = address(arguments);
    attributes.test.ctx_size_in = sizeof(arguments);
    // Always the same one, wherever the caller is: what the programs tell one another stays on its CPU.
    attributes.test.flags = BPF_F_TEST_RUN_ON_CPU;
    return cdrops_bpf(BPF_PROG_RUN, &attributes);
}

int cdrops_program_exists(uint32_t id)
{
    union bpf_attr attributes;
    int program;

    memset(&attributes, 0, sizeof(attributes));
    attributes.prog_id = id;
    program = cdrops_bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
    if (program < 0)
        return program;
    close(program);
    return 0;
}
