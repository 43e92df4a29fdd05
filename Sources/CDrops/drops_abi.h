// What the BPF program and the process that loads it agree on.
#ifndef CDROPS_ABI_H
#define CDROPS_ABI_H

#include <linux/types.h>

// How many namespaces can be watched at once, and how many different counters all of them together
// can have. The kernel sets this memory aside when the program is loaded (about 1 MiB).
#define CDROPS_MAX_NAMESPACES 1024
#define CDROPS_MAX_COUNTERS 8192

// The key of one counter. Every byte of it is set: the kernel compares memory.
struct cdrops_key {
    __u64 location; // return address of the function that freed the packet
    __u32 netns;    // inode of the namespace
    __u32 reason;   // number in the running kernel's enum skb_drop_reason, subsystem in the upper 16 bits
    __u32 ifindex;  // interface in that namespace, 0 if the packet was at none
    __u32 zero;
};

// What is wanted of a watched namespace: counts, or single drops besides.
#define CDROPS_COUNT 1
#define CDROPS_REMEMBER 2

// Single drops are remembered until somebody takes them; the oldest give way.
#define CDROPS_MAX_EVENTS 4096
// Bytes of a dropped packet that are kept, from its IP header on.
#define CDROPS_HEAD_BYTES 64

// One dropped packet.
struct cdrops_event {
    struct cdrops_key key;
    __u64 nanoseconds; // of the monotonic clock
    __u32 length;      // bytes of the packet from its link header on, as far as the kernel had them
    __u32 head_bytes;  // of `head` that are the packet's
    __u8 head[CDROPS_HEAD_BYTES];
};

#endif
