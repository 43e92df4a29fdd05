#ifndef CNETLAB_URING_H
#define CNETLAB_URING_H

#include <stdint.h>
#include <sys/uio.h>

/// A ring of operations that the kernel carries out with one system call.
typedef struct cnetlab_uring cnetlab_uring_t;

/// Makes a ring for so many operations at once.
/// Kernel: io_uring, since 5.6. Returns NULL with errno: ENOSYS on older kernels, EPERM where it is forbidden.
cnetlab_uring_t *cnetlab_uring_open(unsigned entries);

void cnetlab_uring_close(cnetlab_uring_t *ring);

/// Reads or writes each piece by itself, in order, on a descriptor that does not block.
/// `results` has for each its length or a negative errno. Returns -1 with errno if nothing can be said of them.
int cnetlab_uring_transfer(cnetlab_uring_t *ring, int is_write, int fd, const struct iovec *pieces,
                           unsigned count, int32_t *results);

#endif
