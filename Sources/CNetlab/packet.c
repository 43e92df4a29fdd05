#define _GNU_SOURCE
#include "cnetlab_packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

// linux/if_ether.h clashes with netinet/ headers of others; these two are all that is needed.
#define ALL_PROTOCOLS 0x0003
// Reserved by RFC 1701, section "Current List of Protocol Types": no packet bears it.
#define NO_PROTOCOL 0xFFFF

int cnetlab_packet_socket(void) {
    // Protocol 0: with another one, packets of all interfaces would arrive until the socket is bound.
    int version = TPACKET_V3, fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) == 0) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int cnetlab_packet_interface(int fd, const char *name) {
    struct ifreq request = {0};
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    return ioctl(fd, SIOCGIFINDEX, &request) < 0 ? -1 : request.ifr_ifindex;
}

int cnetlab_packet_cut(int fd, uint32_t bytes) {
    struct sock_filter accept = BPF_STMT(BPF_RET | BPF_K, bytes);
    struct sock_fprog program = {.len = 1, .filter = &accept};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

int cnetlab_packet_ignore_outgoing(int fd) {
    int yes = 1;
    return setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes));
}

void *cnetlab_packet_map(int fd, uint32_t block_bytes, uint32_t blocks, uint32_t milliseconds) {
    struct tpacket_req3 request = {
        .tp_block_size = block_bytes,
        .tp_block_nr = blocks,
        // Frames have no fixed size in version 3; the kernel only checks that this divides a block.
        .tp_frame_size = block_bytes,
        .tp_frame_nr = blocks,
        .tp_retire_blk_tov = milliseconds,
    };
    if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) < 0) return NULL;
    void *memory = mmap(NULL, (size_t)block_bytes * blocks, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

int cnetlab_packet_unmap(void *memory, uint32_t block_bytes, uint32_t blocks) {
    return munmap(memory, (size_t)block_bytes * blocks);
}

static int bind_to(int fd, int interface, uint16_t protocol) {
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(protocol),
        .sll_ifindex = interface,
    };
    return bind(fd, (struct sockaddr *)&address, sizeof(address));
}

int cnetlab_packet_bind(int fd, int interface) { return bind_to(fd, interface, ALL_PROTOCOLS); }

int cnetlab_packet_stop(int fd, int interface) { return bind_to(fd, interface, NO_PROTOCOL); }

int cnetlab_packet_hardware(int fd, const char *name) {
    struct ifreq request = {0};
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    return ioctl(fd, SIOCGIFHWADDR, &request) < 0 ? -1 : request.ifr_hwaddr.sa_family;
}

int cnetlab_packet_statistics(int fd, uint32_t *matched, uint32_t *dropped) {
    struct tpacket_stats_v3 statistics = {0};
    socklen_t length = sizeof(statistics);
    if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) < 0) return -1;
    *matched = statistics.tp_packets;
    *dropped = statistics.tp_drops;
    return 0;
}

int cnetlab_packet_take_error(int fd) {
    int error = 0;
    socklen_t length = sizeof(error);
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? -1 : error;
}

static const struct tpacket_hdr_v1 *header(const void *block) {
    return &((const struct tpacket_block_desc *)block)->hdr.bh1;
}

int64_t cnetlab_block_packets(const void *block) {
    // What the kernel wrote before it set the status is seen after it is read.
    uint32_t status = __atomic_load_n(&header(block)->block_status, __ATOMIC_ACQUIRE);
    return status & TP_STATUS_USER ? (int64_t)header(block)->num_pkts : -1;
}

uint32_t cnetlab_block_first(const void *block) { return header(block)->offset_to_first_pkt; }

uint64_t cnetlab_block_last_time(const void *block) {
    const struct tpacket_bd_ts *time = &header(block)->ts_last_pkt;
    return time->ts_sec * UINT64_C(1000000000) + time->ts_nsec;
}

void cnetlab_block_packet(const void *block, uint32_t offset, struct cnetlab_packet *packet) {
    const uint8_t *start = (const uint8_t *)block + offset;
    const struct tpacket3_hdr *frame = (const void *)start;
    const struct sockaddr_ll *address = (const void *)(start + TPACKET_ALIGN(sizeof(*frame)));

    packet->bytes = start + frame->tp_mac;
    packet->captured = frame->tp_snaplen;
    packet->length = frame->tp_len;
    packet->nanoseconds = frame->tp_sec * UINT64_C(1000000000) + frame->tp_nsec;
    packet->type = address->sll_pkttype;
    packet->has_vlan = (frame->tp_status & TP_STATUS_VLAN_VALID) != 0;
    packet->vlan_tag = (uint16_t)frame->hv1.tp_vlan_tci;
    packet->vlan_protocol = frame->tp_status & TP_STATUS_VLAN_TPID_VALID ? frame->hv1.tp_vlan_tpid : 0x8100;
    packet->next = offset + frame->tp_next_offset;
}

void cnetlab_block_release(void *block) {
    struct tpacket_block_desc *description = block;
    __atomic_store_n(&description->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}
