// What the traffic generator needs and Swift cannot import: waiting by the nanosecond, batched and annotated
// datagram calls. Each function returns what the system call returns and leaves errno set.
#ifndef CNETLAB_TRAFFIC_H
#define CNETLAB_TRAFFIC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cnetlab_event.h"

// Not <sys/socket.h>: its constants would then belong to this module too, and Swift files that import only the
// C library could no longer see them.
struct sockaddr;
struct sockaddr_storage;

/// epoll_pwait2(2), or epoll_wait(2) in whole milliseconds before Linux 5.11; a negative timeout waits for ever.
/// At most 256 descriptors at a time.
int cnetlab_epoll_wait_nanoseconds(
    int epoll, struct cnetlab_ready *ready, int capacity, int64_t timeout_nanoseconds);

/// ppoll(2) on one or two descriptors for reading (-1: none). Returns a bit per ready one, 0 on time-out.
int cnetlab_wait_readable(int first, int second, int64_t timeout_nanoseconds);
/// The same with the first one awaited for writing.
int cnetlab_wait_writable(int first, int second, int64_t timeout_nanoseconds);

/// accept4(2), non-blocking and close-on-exec.
int cnetlab_accept(int fd, struct sockaddr *address, unsigned *length);

/// Sets the calling thread's timer slack to 1 ns, so that its sleeps end on time (the default is 50 us).
void cnetlab_sharpen_timers(void);
/// Lets the calling thread run before all ordinary ones (SCHED_FIFO, lowest priority); -1 without CAP_SYS_NICE.
int cnetlab_run_first(void);

/// sendfile(2) from an offset on, without moving the file's own position.
ssize_t cnetlab_sendfile(int socket, int file, int64_t offset, size_t count);

/// sendmsg(2) with UDP_SEGMENT: one call, `length / segment` datagrams (the last may be shorter).
ssize_t cnetlab_send_segments(
    int fd, const void *bytes, size_t length, uint16_t segment, const struct sockaddr *address,
    unsigned address_length);

/// sendto(2) through an AF_PACKET socket: to a device and a 6-byte address on it, as an Ethernet protocol.
ssize_t cnetlab_send_link(
    int fd, const void *bytes, size_t length, int device, uint16_t protocol, const uint8_t *mac);

/// Turns UDP_GRO on.
int cnetlab_enable_udp_gro(int fd);
/// recvmmsg(2) without waiting: `slots` buffers of `size` bytes one after the other. For each message its length,
/// the size of the datagrams that UDP_GRO joined in it (0: it is one), and, unless NULL, its sender.
int cnetlab_receive_batch(
    int fd, void *buffer, unsigned size, unsigned slots, uint32_t *lengths, uint16_t *segments,
    struct sockaddr_storage *senders);
/// sendmmsg(2) of `count` datagrams of `size` bytes each, one after the other in `buffer`, on a connected socket.
int cnetlab_send_batch(int fd, const void *buffer, unsigned size, unsigned count);

#endif
