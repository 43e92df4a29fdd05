#define _GNU_SOURCE
#include "cnetlab_traffic.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct timespec *span(int64_t nanoseconds, struct timespec *storage)
{
    if (nanoseconds < 0)
        return NULL;
    storage->tv_sec = nanoseconds / 1000000000;
    storage->tv_nsec = nanoseconds % 1000000000;
    return storage;
}

int cnetlab_epoll_wait_nanoseconds(int epoll, struct cnetlab_ready *ready, int capacity, int64_t timeout)
{
    struct epoll_event events[256];
    struct timespec storage;
    int room = capacity < 256 ? capacity : 256;
    int count = epoll_pwait2(epoll, events, room, span(timeout, &storage), NULL);
    if (count < 0 && errno == ENOSYS) {
        int64_t milliseconds = timeout < 0 ? -1 : (timeout + 999999) / 1000000;
        count = epoll_wait(epoll, events, room, milliseconds > 1000000 ? 1000000 : (int)milliseconds);
    }
    for (int i = 0; i < count; i++) {
        ready[i].token = events[i].data.u64;
        ready[i].events = events[i].events;
    }
    return count;
}

static int wait_two(int first, short events, int second, int64_t timeout)
{
    struct pollfd fds[2] = { { .fd = first, .events = events }, { .fd = second, .events = POLLIN } };
    struct timespec storage;
    int ready = ppoll(fds, 2, span(timeout, &storage), NULL);
    if (ready <= 0)
        return ready;
    return (fds[0].revents ? 1 : 0) | (fds[1].revents ? 2 : 0);
}

int cnetlab_wait_readable(int first, int second, int64_t timeout)
{
    return wait_two(first, POLLIN, second, timeout);
}

int cnetlab_wait_writable(int first, int second, int64_t timeout)
{
    return wait_two(first, POLLOUT, second, timeout);
}

int cnetlab_accept(int fd, struct sockaddr *address, unsigned *length)
{
    return accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

void cnetlab_sharpen_timers(void) { prctl(PR_SET_TIMERSLACK, 1UL); }

int cnetlab_run_first(void)
{
    struct sched_param parameter = { .sched_priority = sched_get_priority_min(SCHED_FIFO) };
    return sched_setscheduler(0, SCHED_FIFO, &parameter);
}

ssize_t cnetlab_sendfile(int socket, int file, int64_t offset, size_t count)
{
    off_t position = offset;
    return sendfile(socket, file, &position, count);
}

ssize_t cnetlab_send_segments(
    int fd, const void *bytes, size_t length, uint16_t segment, const struct sockaddr *address,
    unsigned address_length)
{
    struct iovec vector = { .iov_base = (void *)bytes, .iov_len = length };
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof segment)];
    } control = { 0 };
    struct msghdr message = {
        .msg_name = (void *)address,
        .msg_namelen = address_length,
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control.room,
        .msg_controllen = sizeof control.room,
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof segment);
    memcpy(CMSG_DATA(header), &segment, sizeof segment);
    return sendmsg(fd, &message, 0);
}

ssize_t cnetlab_send_link(
    int fd, const void *bytes, size_t length, int device, uint16_t protocol, const uint8_t *mac)
{
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(protocol),
        .sll_ifindex = device,
        .sll_halen = 6,
    };
    memcpy(address.sll_addr, mac, 6);
    return sendto(fd, bytes, length, 0, (struct sockaddr *)&address, sizeof address);
}

int cnetlab_enable_udp_gro(int fd)
{
    int on = 1;
    return setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on);
}

enum { BATCH = 64 };

int cnetlab_receive_batch(
    int fd, void *buffer, unsigned size, unsigned slots, uint32_t *lengths, uint16_t *segments,
    struct sockaddr_storage *senders)
{
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } controls[BATCH];
    unsigned room = slots < BATCH ? slots : BATCH;
    for (unsigned i = 0; i < room; i++) {
        vectors[i] = (struct iovec){ .iov_base = (char *)buffer + (size_t)i * size, .iov_len = size };
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = senders ? &senders[i] : NULL,
            .msg_namelen = senders ? sizeof senders[i] : 0,
            .msg_iov = &vectors[i],
            .msg_iovlen = 1,
            .msg_control = controls[i].room,
            .msg_controllen = sizeof controls[i].room,
        };
    }
    int count = recvmmsg(fd, messages, room, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
        lengths[i] = messages[i].msg_len;
        segments[i] = 0;
        struct msghdr *message = &messages[i].msg_hdr;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
            if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO) {
                int value;
                memcpy(&value, CMSG_DATA(c), sizeof value);
                segments[i] = (uint16_t)value;
            }
        }
    }
    return count;
}

int cnetlab_send_batch(int fd, const void *buffer, unsigned size, unsigned count)
{
    struct mmsghdr messages[BATCH] = { 0 };
    struct iovec vectors[BATCH];
    unsigned room = count < BATCH ? count : BATCH;
    for (unsigned i = 0; i < room; i++) {
        vectors[i] = (struct iovec){ .iov_base = (char *)buffer + (size_t)i * size, .iov_len = size };
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    return sendmmsg(fd, messages, room, MSG_DONTWAIT);
}
