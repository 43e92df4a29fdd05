#define _GNU_SOURCE
#include "cnetlab_ethtool.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

_Static_assert(CNETLAB_STATISTIC_NAME == ETH_GSTRING_LEN, "the length of a name is part of the ABI");

static int ask(int fd, const char *name, void *question) {
    struct ifreq request = {0};
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    request.ifr_data = question;
    return ioctl(fd, SIOCETHTOOL, &request);
}

int cnetlab_device_statistics_count(int fd, const char *name) {
    // One set is asked for, so that its length is the only number in the answer.
    _Alignas(struct ethtool_sset_info) char room[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)] = {0};
    struct ethtool_sset_info *info = (struct ethtool_sset_info *)room;
    info->cmd = ETHTOOL_GSSET_INFO;
    info->sset_mask = 1ULL << ETH_SS_STATS;
    if (ask(fd, name, info) < 0) return -1;
    return info->sset_mask == 0 ? 0 : (int)info->data[0];
}

int cnetlab_device_statistics(int fd, const char *name, char *names, uint64_t *values, uint32_t capacity) {
    struct ethtool_gstrings *strings = calloc(1, sizeof(*strings) + (size_t)capacity * ETH_GSTRING_LEN);
    struct ethtool_stats *statistics = calloc(1, sizeof(*statistics) + (size_t)capacity * sizeof(uint64_t));
    int count = -1, error = ENOMEM;
    if (strings && statistics) {
        // The kernel writes as many as the driver has now, whatever room there is: the number is asked again.
        int now = cnetlab_device_statistics_count(fd, name);
        *strings = (struct ethtool_gstrings){.cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_STATS, .len = capacity};
        *statistics = (struct ethtool_stats){.cmd = ETHTOOL_GSTATS, .n_stats = capacity};
        error = errno;
        if (now >= 0 && (uint32_t)now > capacity) error = ERANGE;
        else if (now >= 0 && ask(fd, name, strings) == 0 && ask(fd, name, statistics) == 0) {
            count = (int)(strings->len < statistics->n_stats ? strings->len : statistics->n_stats);
            memcpy(names, strings->data, (size_t)count * ETH_GSTRING_LEN);
            memcpy(values, statistics->data, (size_t)count * sizeof(uint64_t));
        } else error = errno;
    }
    free(strings);
    free(statistics);
    errno = error;
    return count;
}
