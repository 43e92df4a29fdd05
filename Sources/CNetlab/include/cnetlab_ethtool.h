#ifndef CNETLAB_ETHTOOL_H
#define CNETLAB_ETHTOOL_H

#include <stdint.h>

/// The length of one name, with the zero bytes that fill it.
#define CNETLAB_STATISTIC_NAME 32

/// How many counters a device's driver has (`ethtool -S`), asked through a socket of any family in its namespace;
/// -1 with errno, EOPNOTSUPP if the driver has none.
int cnetlab_device_statistics_count(int fd, const char *name);
/// Reads names and values of at most `capacity` counters. Returns how many there are; -1 with errno.
int cnetlab_device_statistics(int fd, const char *name, char *names, uint64_t *values, uint32_t capacity);

#endif
