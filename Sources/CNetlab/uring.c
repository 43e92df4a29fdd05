#define _GNU_SOURCE
#include "cnetlab_uring.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x00000008
#endif

// Of kernel headers newer than those of the oldest distribution this is built on.
#ifndef __NR_io_uring_setup
#define __NR_io_uring_setup 425
#define __NR_io_uring_enter 426
#endif

struct cnetlab_uring {
    int fd;
    unsigned entries;
    void *rings;
    size_t rings_size;
    struct io_uring_sqe *sqes;
    size_t sqes_size;
    unsigned *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
    struct io_uring_cqe *cqes;
};

cnetlab_uring_t *cnetlab_uring_open(unsigned entries) {
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof parameters);
    cnetlab_uring_t *ring = calloc(1, sizeof *ring);
    if (ring == NULL) return NULL;
    ring->fd = (int)syscall(__NR_io_uring_setup, entries, &parameters);
    if (ring->fd < 0) {
        free(ring);
        return NULL;
    }
    // One mapping for both rings (5.4), and reads and writes of plain buffers (5.6).
    unsigned wanted = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_RW_CUR_POS;
    size_t sq = parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned);
    size_t cq = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
    ring->rings_size = sq > cq ? sq : cq;
    ring->sqes_size = parameters.sq_entries * sizeof(struct io_uring_sqe);
    ring->rings = MAP_FAILED;
    ring->sqes = MAP_FAILED;
    if ((parameters.features & wanted) == wanted) {
        int protection = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_POPULATE;
        ring->rings = mmap(NULL, ring->rings_size, protection, flags, ring->fd, IORING_OFF_SQ_RING);
        ring->sqes = mmap(NULL, ring->sqes_size, protection, flags, ring->fd, IORING_OFF_SQES);
    } else {
        errno = ENOSYS;
    }
    if (ring->rings == MAP_FAILED || ring->sqes == MAP_FAILED) {
        cnetlab_uring_close(ring);
        return NULL;
    }
    char *base = ring->rings;
    ring->entries = parameters.sq_entries;
    ring->sq_tail = (unsigned *)(base + parameters.sq_off.tail);
    ring->sq_mask = (unsigned *)(base + parameters.sq_off.ring_mask);
    ring->sq_array = (unsigned *)(base + parameters.sq_off.array);
    ring->cq_head = (unsigned *)(base + parameters.cq_off.head);
    ring->cq_tail = (unsigned *)(base + parameters.cq_off.tail);
    ring->cq_mask = (unsigned *)(base + parameters.cq_off.ring_mask);
    ring->cqes = (struct io_uring_cqe *)(base + parameters.cq_off.cqes);
    return ring;
}

void cnetlab_uring_close(cnetlab_uring_t *ring) {
    if (ring == NULL) return;
    int saved = errno;
    if (ring->rings != MAP_FAILED) munmap(ring->rings, ring->rings_size);
    if (ring->sqes != MAP_FAILED) munmap(ring->sqes, ring->sqes_size);
    close(ring->fd);
    free(ring);
    errno = saved;
}

// Runs prepared operations and waits until all are over. The descriptors do not block, so each is over at once.
static int run(cnetlab_uring_t *ring, unsigned count, int32_t *results) {
    unsigned submitted = 0, reaped = 0;
    while (reaped < count) {
        long done = syscall(__NR_io_uring_enter, ring->fd, count - submitted, count - reaped,
                            IORING_ENTER_GETEVENTS, NULL, 0);
        if (done < 0 && errno != EINTR && errno != EAGAIN && errno != EBUSY) return -1;
        if (done > 0) submitted += (unsigned)done;
        unsigned head = *ring->cq_head;
        unsigned tail = atomic_load_explicit((_Atomic unsigned *)ring->cq_tail, memory_order_acquire);
        for (; head != tail; head++, reaped++) {
            struct io_uring_cqe *cqe = &ring->cqes[head & *ring->cq_mask];
            results[cqe->user_data] = cqe->res;
        }
        atomic_store_explicit((_Atomic unsigned *)ring->cq_head, head, memory_order_release);
    }
    return 0;
}

int cnetlab_uring_transfer(cnetlab_uring_t *ring, int is_write, int fd, const struct iovec *pieces,
                           unsigned count, int32_t *results) {
    if (count > ring->entries) {
        errno = EINVAL;
        return -1;
    }
    unsigned tail = *ring->sq_tail;
    for (unsigned i = 0; i < count; i++) results[i] = -ECANCELED;
    for (unsigned i = 0; i < count; i++, tail++) {
        unsigned slot = tail & *ring->sq_mask;
        struct io_uring_sqe *sqe = &ring->sqes[slot];
        memset(sqe, 0, sizeof *sqe);
        sqe->opcode = is_write ? IORING_OP_WRITE : IORING_OP_READ;
        sqe->fd = fd;
        sqe->off = (__u64)-1;
        sqe->addr = (__u64)(uintptr_t)pieces[i].iov_base;
        sqe->len = (__u32)pieces[i].iov_len;
        // Never wait for the device; without this an empty one would be polled for.
        sqe->rw_flags = RWF_NOWAIT;
        sqe->user_data = i;
        ring->sq_array[slot] = slot;
    }
    atomic_store_explicit((_Atomic unsigned *)ring->sq_tail, tail, memory_order_release);
    return run(ring, count, results);
}
