// Descriptors to wait on: epoll(7), eventfd(2), timerfd_create(2).
#ifndef CNETLAB_EVENT_H
#define CNETLAB_EVENT_H

#include <stdint.h>

/// One ready descriptor. The kernel's struct is packed on x86-64, which Swift cannot import.
struct cnetlab_ready {
    uint64_t token;
    uint32_t events;
};

/// epoll_create1(2), close-on-exec.
int cnetlab_epoll_create(void);
/// epoll_ctl(2) with EPOLL_CTL_ADD.
int cnetlab_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
/// epoll_ctl(2) with EPOLL_CTL_MOD.
int cnetlab_epoll_change(int epoll, int fd, uint32_t events, uint64_t token);
/// epoll_ctl(2) with EPOLL_CTL_DEL.
int cnetlab_epoll_remove(int epoll, int fd);
/// epoll_wait(2); at most 256 at a time. A negative time-out waits for ever. Interrupted waits return 0.
int cnetlab_epoll_wait(int epoll, struct cnetlab_ready *ready, int capacity, int timeout_milliseconds);
/// eventfd(2), close-on-exec.
int cnetlab_eventfd(unsigned initial, int nonblocking);
/// timerfd_create(2) on CLOCK_MONOTONIC, close-on-exec and non-blocking.
int cnetlab_timerfd(void);
/// timerfd_settime(2) with an absolute time; 0 disarms.
int cnetlab_timerfd_set(int fd, uint64_t deadline_nanoseconds, uint64_t interval_nanoseconds);

#endif
