#define _GNU_SOURCE
#include "cnetlab_traffic.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
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
