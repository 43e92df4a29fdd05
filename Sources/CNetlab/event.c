#define _GNU_SOURCE
#include "cnetlab_event.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#define BATCH 256

int cnetlab_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(epoll, operation, fd, &event);
}

int cnetlab_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, fd, events, token);
}

int cnetlab_epoll_change(int epoll, int fd, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, fd, events, token);
}

int cnetlab_epoll_remove(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

int cnetlab_epoll_wait(int epoll, struct cnetlab_ready *ready, int capacity, int timeout_milliseconds) {
    struct epoll_event events[BATCH];
    int count = epoll_wait(epoll, events, capacity < BATCH ? capacity : BATCH, timeout_milliseconds);
    if (count < 0) return errno == EINTR ? 0 : -1;
    for (int i = 0; i < count; i++) {
        ready[i].token = events[i].data.u64;
        ready[i].events = events[i].events;
    }
    return count;
}

int cnetlab_eventfd(unsigned initial, int nonblocking) {
    return eventfd(initial, EFD_CLOEXEC | (nonblocking ? EFD_NONBLOCK : 0));
}

int cnetlab_timerfd(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK); }

int cnetlab_timerfd_set(int fd, uint64_t deadline_nanoseconds, uint64_t interval_nanoseconds) {
    const uint64_t second = UINT64_C(1000000000);
    struct itimerspec timer = {
        .it_value = {.tv_sec = (time_t)(deadline_nanoseconds / second), .tv_nsec = (long)(deadline_nanoseconds % second)},
        .it_interval = {.tv_sec = (time_t)(interval_nanoseconds / second), .tv_nsec = (long)(interval_nanoseconds % second)},
    };
    return timerfd_settime(fd, TFD_TIMER_ABSTIME, &timer, 0);
}
