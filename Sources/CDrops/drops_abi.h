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

#endif
