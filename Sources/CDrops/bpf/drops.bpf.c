// SPDX-License-Identifier: (GPL-2.0 OR MIT)
// Counts the packets that the kernel frees with a drop reason, per watched network namespace.
//
// After a change run ./regenerate: the program is loaded from the generated drops.lskel.h.
//
// To which namespace a drop belongs, in this order, the first answer wins:
//   1. skb->dev: the device the packet is at. It is the device of the *receiver* from the moment the
//      packet has entered the receiver's stack, and that of the *sender* before. So a frame which
//      veth refuses (too long for the peer's MTU) is the sender's loss, as in the sender's tx_dropped.
//   2. rx_sk, the receiving socket (since 6.11): TCP clears skb->dev before it looks at a segment, and
//      UDP stores its bookkeeping over it while the datagram is in a socket's queue.
//   3. skb->sk: the sending socket of a packet that has not been given a device yet (no route, output
//      rules), or the receiving one as early demultiplexing found it.
//   4. the device of the route: what is left for TCP before 6.11.
// Each device and socket is checked (see namespace_of) since skb->dev shares its memory with other
// things. Drops with none of the four, such as UDP's checksum failure found in recvmsg, are counted
// nowhere.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "../drops_abi.h"

// The parts of the kernel's types that are read here. Offsets are those of the running kernel, filled
// in by the kernel itself while it loads the program (CO-RE).
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct net;

typedef struct {
    struct net *net;
} possible_net_t;

struct net_device {
    int ifindex;
    possible_net_t nd_net;
};

struct ns_common {
    unsigned int inum;
};

struct net {
    struct ns_common ns;
    struct net_device *loopback_dev;
};

struct sock_common {
    possible_net_t skc_net;
};

struct sock {
    struct sock_common __sk_common;
};

struct dst_entry {
    struct net_device *dev;
};

struct sk_buff {
    struct net_device *dev;
    struct sock *sk;
    unsigned long _skb_refdst;
    int skb_iif;
    unsigned int len;
    __u16 network_header;
    unsigned int tail;
    unsigned int end;
    unsigned char *head;
};

// Not read: its members tell which arguments the tracepoint of the running kernel has. (The reason's
// type must be an enumeration to be recognised; without a name it fits any.)
struct trace_event_raw_kfree_skb {
    enum { SOME_REASON } reason;
    void *rx_sk;
};

#pragma clang attribute pop

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, CDROPS_MAX_NAMESPACES);
    __type(key, __u32);
    __type(value, __u32);
} watched SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, CDROPS_MAX_COUNTERS);
    __type(key, struct cdrops_key);
    __type(value, __u64);
} drops SEC(".maps");

// Single drops of namespaces in which somebody wants to see them.
struct {
    __uint(type, BPF_MAP_TYPE_QUEUE);
    __uint(max_entries, CDROPS_MAX_EVENTS);
    __type(value, struct cdrops_event);
} events SEC(".maps");

// Too large for the stack: a place for each CPU to put an event together.
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct cdrops_event);
} scratch SEC(".maps");

// One number: drops in watched namespaces that found no room in `drops`.
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} unplaced SEC(".maps");

// The inode of a namespace, or 0 if the pointer is none to a live namespace: only a real one has a
// loopback device that points back at it.
static __always_inline __u32 namespace_of(struct net *net)
{
    struct net_device *loopback;

    if (!net)
        return 0;
    loopback = BPF_CORE_READ(net, loopback_dev);
    if (!loopback || BPF_CORE_READ(loopback, nd_net.net) != net)
        return 0;
    return BPF_CORE_READ(net, ns.inum);
}

static __always_inline __u32 namespace_of_device(struct net_device *device)
{
    return device ? namespace_of(BPF_CORE_READ(device, nd_net.net)) : 0;
}

static __always_inline __u32 namespace_of_socket(struct sock *sk)
{
    return sk ? namespace_of(BPF_CORE_READ(sk, __sk_common.skc_net.net)) : 0;
}

// Remembers one drop with the first bytes of its packet.
static __always_inline void remember(struct sk_buff *skb, const struct cdrops_key *key)
{
    __u32 first = 0;
    struct cdrops_event *event = bpf_map_lookup_elem(&scratch, &first);
    __u32 start, end, room;

    if (!event)
        return;
    event->key = *key;
    event->nanoseconds = bpf_ktime_get_ns();
    event->length = BPF_CORE_READ(skb, len);
    __builtin_memset(event->head, 0, sizeof(event->head));
    event->head_bytes = 0;
    // Only the linear part is read; what the header offset is not set for, is not read at all.
    start = BPF_CORE_READ(skb, network_header);
    end = BPF_CORE_READ(skb, tail);
    if (start < end && start != 0xffff) {
        room = end - start;
        if (room > CDROPS_HEAD_BYTES)
            room = CDROPS_HEAD_BYTES;
        if (bpf_probe_read_kernel(event->head, room, BPF_CORE_READ(skb, head) + start) == 0)
            event->head_bytes = room;
    }
    // The oldest gives way.
    bpf_map_push_elem(&events, event, BPF_EXIST);
}

// The low bits of a packet's route reference are flags (SKB_DST_NOREF).
#define DST_POINTER_MASK (~7UL)

SEC("raw_tp/kfree_skb")
int count_drop(struct bpf_raw_tracepoint_args *ctx)
{
    struct sk_buff *skb = (struct sk_buff *)ctx->args[0];
    struct net_device *device = BPF_CORE_READ(skb, dev);
    struct cdrops_key key = {};
    __u64 *count, none = 0;
    __u32 first = 0, *mode;

    key.netns = namespace_of_device(device);
    if (key.netns) {
        key.ifindex = BPF_CORE_READ(device, ifindex);
    } else {
        if (bpf_core_field_exists(struct trace_event_raw_kfree_skb, rx_sk))
            key.netns = namespace_of_socket((struct sock *)ctx->args[3]);
        if (!key.netns)
            key.netns = namespace_of_socket(BPF_CORE_READ(skb, sk));
        if (!key.netns) {
            struct dst_entry *route = (struct dst_entry *)(BPF_CORE_READ(skb, _skb_refdst) & DST_POINTER_MASK);

            if (route)
                key.netns = namespace_of_device(BPF_CORE_READ(route, dev));
        }
        // Where the packet came in: 0 for one that was made here.
        key.ifindex = BPF_CORE_READ(skb, skb_iif);
    }
    if (!key.netns)
        return 0;
    mode = bpf_map_lookup_elem(&watched, &key.netns);
    if (!mode)
        return 0;

    key.location = ctx->args[1];
    if (bpf_core_field_exists(struct trace_event_raw_kfree_skb, reason))
        key.reason = ctx->args[2];
    count = bpf_map_lookup_elem(&drops, &key);
    if (!count) {
        // Another CPU may have made the entry since: then this does nothing, and the entry is found.
        bpf_map_update_elem(&drops, &key, &none, BPF_NOEXIST);
        count = bpf_map_lookup_elem(&drops, &key);
    }
    if (!count)
        count = bpf_map_lookup_elem(&unplaced, &first);
    if (count)
        __sync_fetch_and_add(count, 1);
    if (*mode == CDROPS_REMEMBER)
        remember(skb, &key);
    return 0;
}

// The helpers that read kernel memory are for programs under the GPL only.
char licence[] SEC("license") = "Dual MIT/GPL";
