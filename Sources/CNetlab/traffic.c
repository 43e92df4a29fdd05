#define _GNU_SOURCE
#include "cnetlab_traffic.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

int cnetlab_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = { .events = events, .data.u64 = data };
    return epoll_ctl(epoll, operation, fd, &event);
}

int cnetlab_epoll_add(int epoll, int fd, uint32_t events, uint64_t data)
{
    return control(epoll, EPOLL_CTL_ADD, fd, events, data);
}

int cnetlab_epoll_modify(int epoll, int fd, uint32_t events, uint64_t data)
{
    return control(epoll, EPOLL_CTL_MOD, fd, events, data);
}

int cnetlab_epoll_remove(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

static struct timespec *span(int64_t nanoseconds, struct timespec *storage)
{
    if (nanoseconds < 0)
        return NULL;
    storage->tv_sec = nanoseconds / 1000000000;
    storage->tv_nsec = nanoseconds % 1000000000;
    return storage;
}

int cnetlab_epoll_wait(int epoll, struct cnetlab_ready *ready, int capacity, int64_t timeout)
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
        ready[i].data = events[i].data.u64;
        ready[i].events = events[i].events;
    }
    return count;
}

int cnetlab_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void cnetlab_eventfd_signal(int fd)
{
    uint64_t one = 1;
    // It can only fail when the count is at its maximum, and then the reader is awake anyway.
    ssize_t written = write(fd, &one, sizeof one);
    (void)written;
}

void cnetlab_eventfd_drain(int fd)
{
    uint64_t count;
    ssize_t taken = read(fd, &count, sizeof count);
    (void)taken;
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

int cnetlab_accept(int fd, struct sockaddr *address, socklen_t *length)
{
    return accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

void cnetlab_thread_prepare(const char *name)
{
    pthread_setname_np(pthread_self(), name);
    prctl(PR_SET_TIMERSLACK, 1UL);
}

ssize_t cnetlab_send_segments(
    int fd, const void *bytes, size_t length, uint16_t segment, const struct sockaddr *address,
    socklen_t address_length)
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
