#define _GNU_SOURCE
#include "cnetlab_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

// Of kernel headers newer than those of the oldest distribution this is built on.
#ifndef TUNSETCARRIER
#define TUNSETCARRIER _IOW('T', 226, int)
#endif
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

int cnetlab_tap_open(const char *name, int vnet_header) {
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL | (vnet_header ? IFF_VNET_HDR : 0));
    if (ioctl(fd, TUNSETIFF, &request) < 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

int cnetlab_tap_persist(int fd) { return ioctl(fd, TUNSETPERSIST, 1); }

int cnetlab_tap_set_carrier(int fd, int is_up) { return ioctl(fd, TUNSETCARRIER, &is_up); }

int cnetlab_tap_set_offloads(int fd, int segmentation) {
    unsigned long tcp = segmentation ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN : 0;
    // Kernels before 6.2 do not know UDP segmentation and refuse the whole set.
    if (segmentation && ioctl(fd, TUNSETOFFLOAD, tcp | TUN_F_USO4 | TUN_F_USO6) == 0) return 0;
    return ioctl(fd, TUNSETOFFLOAD, tcp);
}

int cnetlab_wire_wait(int device, int wake, int64_t timeout_nanoseconds) {
    const int64_t unit = INT64_C(1000000000);
    struct pollfd entries[2] = {{.fd = device, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
    struct timespec timeout = {.tv_sec = (time_t)(timeout_nanoseconds / unit),
                               .tv_nsec = (long)(timeout_nanoseconds % unit)};
    int count = ppoll(entries, 2, timeout_nanoseconds < 0 ? NULL : &timeout, NULL);
    if (count < 0) return errno == EINTR ? 0 : -1;
    int result = 0;
    if (entries[0].revents & POLLIN) result |= 1;
    if (entries[1].revents & POLLIN) result |= 2;
    if (entries[0].revents & (POLLERR | POLLHUP | POLLNVAL)) result |= 4;
    return result;
}
