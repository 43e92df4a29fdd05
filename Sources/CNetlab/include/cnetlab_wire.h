// TAP devices and the waiting of a user-space link.
#ifndef CNETLAB_WIRE_H
#define CNETLAB_WIRE_H

#include <stdint.h>

/// Opens /dev/net/tun non-blocking and makes a TAP device of this name in the calling thread's network
/// namespace, without packet information; EBUSY if the name is taken. With `vnet_header` every frame is
/// preceded by a struct virtio_net_hdr of 10 bytes.
int cnetlab_tap_open(const char *name, int vnet_header);
/// TUNSETPERSIST: closing the descriptor only lets go of the device, and does not unregister it.
int cnetlab_tap_persist(int fd);
/// TUNSETCARRIER, kernel 5.0.
int cnetlab_tap_set_carrier(int fd, int is_up);
/// TUNSETOFFLOAD: what super-packets the reader of the device takes.
int cnetlab_tap_set_offloads(int fd, int segmentation);
/// ppoll(2) for reading on two descriptors; a negative one is left out.
///
/// Returns bits: 1 and 2 for the descriptors that are readable, 4 if the first is broken; 0 after the time-out
/// or a signal. A negative time-out waits for ever.
int cnetlab_wire_wait(int device, int wake, int64_t timeout_nanoseconds);

#endif
