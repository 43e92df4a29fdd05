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
//
// A drop may interrupt the counting of another one on its CPU, and the kernel does not run a program that is running
// there already. So there are two of them at the tracepoint, called one after the other for every drop:
//   count_drop       counts, and leaves a mark for the second one: the packet's address, in a place of this CPU;
//   count_left_over  takes the mark away and is done; where it finds none the first one was not run, and it counts.
// What interrupts the first is counted by the second, and what interrupts the second, by the first. What interrupts
// both at once is lost, and hardly ever anything does. How many drops neither was run for is known:
//   (those that the first was not run for, by the kernel's count) + (those it left) - (those the second took over).
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

// Too large for the stack: a place for each CPU and program to put an event together.
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 2);
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

// One number: drops on this host that the second program took over, less those that the first left to it.
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __s64);
} taken_over SEC(".maps");

#define MARKS 1024

// What the two programs tell one another on one CPU. Drops nest there and do not overlap otherwise, so no order of
// its reads and writes can go wrong; volatile, since a compiler knows nothing of interrupts.
struct cpu {
    volatile __u64 has_second; // the second program is attached: it has run here
    volatile __u64 in_first;   // the program runs at this moment
    volatile __u64 in_second;
    volatile __u64 marks[MARKS];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct cpu);
} cpus SEC(".maps");

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
static __always_inline void remember(struct sk_buff *skb, const struct cdrops_key *key, __u32 program)
{
    struct cdrops_event *event = bpf_map_lookup_elem(&scratch, &program);
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

// Counts a drop; `program` is 0 for the first one, 1 for the second.
static __always_inline int count(struct bpf_raw_tracepoint_args *ctx, __u32 program)
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
        remember(skb, &key, program);
    return 0;
}

static __always_inline void took_over(__s64 change)
{
    __u32 first = 0;
    __s64 *number = bpf_map_lookup_elem(&taken_over, &first);

    if (number)
        __sync_fetch_and_add(number, change);
}

// Where the mark for a packet is. Packets lie 256 bytes apart or more.
static __always_inline volatile __u64 *mark_of(struct cpu *cpu, __u64 packet)
{
    return &cpu->marks[(packet >> 8) % MARKS];
}

SEC("raw_tp/kfree_skb")
int count_drop(struct bpf_raw_tracepoint_args *ctx)
{
    __u32 first = 0;
    struct cpu *cpu = bpf_map_lookup_elem(&cpus, &first);
    __u64 packet = ctx->args[0], there;

    if (!cpu)
        return 0;
    // A kernel before 6.1 runs it all the same: what it interrupts has to stay as it is.
    if (!cpu->has_second || cpu->in_first) {
        took_over(-1);
        return 0;
    }
    cpu->in_first = 1;
    // While the second runs it is not run for what interrupts it, and would take no mark away.
    if (!cpu->in_second) {
        there = *mark_of(cpu, packet);
        if (there && there != packet) {
            // The place is that of a packet which this one has interrupted; or of one that interrupted the second
            // program in the moments before and after it says that it runs, and then until that packet comes again.
            took_over(-1);
            cpu->in_first = 0;
            return 0;
        }
        *mark_of(cpu, packet) = packet;
    }
    count(ctx, 0);
    cpu->in_first = 0;
    return 0;
}

SEC("raw_tp/kfree_skb")
int count_left_over(struct bpf_raw_tracepoint_args *ctx)
{
    __u32 first = 0;
    struct cpu *cpu = bpf_map_lookup_elem(&cpus, &first);
    __u64 packet = ctx->args[0];

    // As above: the first program has counted it, or has left it.
    if (!cpu || cpu->in_second)
        return 0;
    cpu->in_second = 1;
    cpu->has_second = 1;
    if (!cpu->in_first && *mark_of(cpu, packet) == packet) {
        *mark_of(cpu, packet) = 0;
    } else {
        took_over(1);
        count(ctx, 1);
    }
    cpu->in_second = 0;
    return 0;
}

// The helpers that read kernel memory are for programs under the GPL only.
char licence[] SEC("license") = "Dual MIT/GPL";
