// Drop reasons counted in the kernel, per watched network namespace. No libbpf, nothing pinned: all of
// it goes when the descriptors are closed or the process ends.
//
// Functions that can fail return -errno. One counter must not be used by two threads at once.
#ifndef CDROPS_H
#define CDROPS_H

#include <stddef.h>
#include <stdint.h>

struct cdrops;

/// One counter: so many packets freed at this place for this reason.
struct cdrops_count {
    /// Return address in the function that freed the packets.
    uint64_t location;
    /// Inode of the network namespace.
    uint32_t netns;
    /// Number of the reason in the running kernel; the upper 16 bits are the subsystem.
    uint32_t reason;
    /// Interface index in that namespace; 0 if the packets were at none.
    uint32_t ifindex;
    uint64_t count;
};

/// One dropped packet.
struct cdrops_single {
    uint64_t location;
    uint32_t netns, reason, ifindex;
    /// Of the monotonic clock.
    uint64_t nanoseconds;
    /// Bytes that the kernel had of the packet.
    uint32_t length;
    /// How many bytes of `head` are the packet's, from its IP header on.
    uint32_t head_bytes;
    uint8_t head[64];
};

/// Drops that stand in no counter, and those that nearly did.
struct cdrops_losses {
    /// In watched namespaces, since the table was full: not counted.
    uint64_t unplaced;
    /// Anywhere on this host, on a CPU that was just counting another one: the second program is there for them.
    uint64_t nested;
    /// Those of `nested` that interrupted the second program as well: not counted. In watched namespaces there were
    /// at most so many.
    uint64_t missed;
};

/// Most counters that cdrops_read can return.
size_t cdrops_capacity(void);

/// Loads and attaches the two programs. On failure *step is a static text that names the step, and `log` has
/// what the kernel's verifier said, if it said anything.
int cdrops_open(struct cdrops **result, const char **step, char *log, size_t log_size);
void cdrops_close(struct cdrops *drops);

/// Starts to count in the namespace with this inode, from zero, and to remember single drops if that is wanted.
/// -EEXIST if it is watched already.
int cdrops_watch(struct cdrops *drops, uint32_t netns, int remember);
/// Takes the oldest single drop that is remembered. -ENOENT if there is none.
int cdrops_take(struct cdrops *drops, struct cdrops_single *single);
/// Stops counting there and forgets its counters. -ENOENT if it is not watched.
int cdrops_unwatch(struct cdrops *drops, uint32_t netns);

/// Copies all counters of all watched namespaces, in no order; returns how many.
/// -ENOSPC if `capacity` is too small for them.
int cdrops_read(struct cdrops *drops, struct cdrops_count *counts, size_t capacity);
int cdrops_read_losses(struct cdrops *drops, struct cdrops_losses *losses);

/// Runs the first or the second program on CPU 0 for a packet at that address, which is read if it can be; its
/// namespace is nowhere. For tests of what the two tell one another.
int cdrops_run(struct cdrops *drops, int second, uint64_t packet);

/// The kernel's number of the first program, as in `bpftool prog show`, or -errno.
int cdrops_program_id(struct cdrops *drops);
/// 0 if the kernel has a program of that number, -ENOENT if not.
int cdrops_program_exists(uint32_t id);

/// A tracefs (its root directory) that is mounted nowhere and goes with the descriptor, or -errno.
int cdrops_open_tracefs(void);

#endif
