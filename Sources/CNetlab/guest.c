#define _GNU_SOURCE
#include "cnetlab_guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool guest;
static int mount_error;

bool cnetlab_is_guest(void) { return guest; }

int cnetlab_guest_mount_error(void) { return mount_error; }

int cnetlab_load_module(int file) { return (int)syscall(SYS_finit_module, file, "", 0); }

int cnetlab_mount(const char *type, const char *target) { return mount(type, target, type, 0, NULL); }

int cnetlab_power_off(void) {
    sync();
    return reboot(RB_POWER_OFF);
}

int cnetlab_open_descriptors_to_user(void) { return prctl(PR_SET_DUMPABLE, 1); }

static void mount_at(const char *type, const char *target) {
    if (mkdir(target, 0755) != 0 && errno != EEXIST && mount_error == 0) mount_error = errno;
    if (cnetlab_mount(type, target) != 0 && mount_error == 0) mount_error = errno;
}

// An emulated machine has no source of randomness of its own, and before Linux 5.6 getrandom(2) waits for one. Swift asks it
// at its start to seed hashing, and so would wait for ever. The host has put random bytes next to the job.
static void take_entropy(void) {
    enum { PORTION = 128 };
    // struct rand_pool_info: two ints, and then the bytes.
    struct {
        int bits, size;
        unsigned char bytes[PORTION];
    } pool;
    int seed = open("/netlab/job/entropy", O_RDONLY | O_CLOEXEC);
    int random = open("/dev/urandom", O_RDWR | O_CLOEXEC);
    int reseed = open("/proc/sys/kernel/random/urandom_min_reseed_secs", O_WRONLY | O_CLOEXEC);
    if (reseed >= 0) {
        // What is added counts only when the pool is drawn from again.
        if (write(reseed, "0", 1) < 0) errno = 0;
        close(reseed);
    }
    while (seed >= 0 && random >= 0 && read(seed, pool.bytes, PORTION) == PORTION) {
        unsigned char drawn[64];
        pool.bits = 8 * PORTION;
        pool.size = PORTION;
        if (ioctl(random, RNDADDENTROPY, &pool) != 0) break;
        if (read(random, drawn, sizeof drawn) < 0) break;
    }
    if (seed >= 0) close(seed);
    if (random >= 0) close(random);
}

// Before the Swift runtime: as process 1 it ends at once unless /proc/self/exe can be read.
__attribute__((constructor(101))) static void become_first_process(void) {
    if (getpid() != 1 || access("/netlab/job/facts", F_OK) != 0) return;
    guest = true;
    mount_at("proc", "/proc");
    mount_at("sysfs", "/sys");
    mount_at("devtmpfs", "/dev");
    take_entropy();
}
