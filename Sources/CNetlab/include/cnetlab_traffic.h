// What the traffic generator needs and Swift cannot import: epoll, eventfd, batched and annotated
// datagram calls. Each function returns what the system call returns and leaves errno set.
#ifndef CNETLAB_TRAFFIC_H
#define CNETLAB_TRAFFIC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/// One ready descriptor: `events` as of epoll(7), `data` as registered.
struct cnetlab_ready {
    uint64_t data;
    uint32_t events;
};

/// epoll_create1(2), close-on-exec.
int cnetlab_epoll_create(void);
/// epoll_ctl(2) with EPOLL_CTL_ADD, _MOD and _DEL.
int cnetlab_epoll_add(int epoll, int fd, uint32_t events, uint64_t data);
int cnetlab_epoll_modify(int epoll, int fd, uint32_t events, uint64_t data);
int cnetlab_epoll_remove(int epoll, int fd);
/// epoll_pwait2(2) where the kernel has it, else epoll_wait(2) in whole milliseconds; a negative timeout
/// waits for ever. At most 256 descriptors at a time.
int cnetlab_epoll_wait(int epoll, struct cnetlab_ready *ready, int capacity, int64_t timeout_nanoseconds);

/// eventfd(2), close-on-exec and non-blocking.
int cnetlab_eventfd(void);
/// Adds one to an eventfd; wakes whoever waits for it.
void cnetlab_eventfd_signal(int fd);
/// Reads an eventfd back to zero.
void cnetlab_eventfd_drain(int fd);

/// ppoll(2) on one or two descriptors for reading (-1: none). Returns a bit per ready one, 0 on time-out.
int cnetlab_wait_readable(int first, int second, int64_t timeout_nanoseconds);
/// The same with the first one awaited for writing.
int cnetlab_wait_writable(int first, int second, int64_t timeout_nanoseconds);

/// accept4(2), non-blocking and close-on-exec.
int cnetlab_accept(int fd, struct sockaddr *address, socklen_t *length);

/// Names the calling thread (at most 15 bytes) and sets its timer slack to 1 ns, so that sleeps end on time.
void cnetlab_thread_prepare(const char *name);

/// sendmsg(2) with UDP_SEGMENT: one call, `length / segment` datagrams (the last may be shorter).
ssize_t cnetlab_send_segments(
    int fd, const void *bytes, size_t length, uint16_t segment, const struct sockaddr *address,
    socklen_t address_length);

#endif
