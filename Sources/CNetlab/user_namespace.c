#define _GNU_SOURCE
#include "cnetlab_user_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

// Only calls that are safe in the child of a threaded process: no allocation, no stdio but into a buffer.

static int put(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t written = write(fd, text, strlen(text));
    int failure = errno;
    close(fd);
    errno = failure;
    return written < 0 ? -1 : 0;
}

static int mount_error(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
    return mount(source, target, type, flags, data) == 0 ? 0 : errno;
}

static int enter(uid_t user, gid_t group, struct cnetlab_user_entry *entry) {
    char uid_map[32], gid_map[32];
    snprintf(uid_map, sizeof uid_map, "0 %u 1", (unsigned)user);
    snprintf(gid_map, sizeof gid_map, "0 %u 1", (unsigned)group);
    entry->failed_step = CNETLAB_USER_UNSHARE;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) != 0) return -1;
    // Without this an ordinary user may not map a group. Absent before Linux 3.19, and then not needed.
    entry->failed_step = CNETLAB_USER_SETGROUPS;
    if (put("/proc/self/setgroups", "deny") != 0 && errno != ENOENT) return -1;
    entry->failed_step = CNETLAB_USER_UID_MAP;
    if (put("/proc/self/uid_map", uid_map) != 0) return -1;
    entry->failed_step = CNETLAB_USER_GID_MAP;
    if (put("/proc/self/gid_map", gid_map) != 0) return -1;
    entry->failed_step = CNETLAB_USER_DONE;

    entry->private_mounts_error = mount_error("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    entry->run_error = mount_error("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
    // The mount that was there shows the devices of the namespace left behind.
    entry->sys_error = mount_error("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    return 0;
}

void cnetlab_user_namespace_enter(uid_t user, gid_t group, struct cnetlab_user_entry *entry) {
    *entry = (struct cnetlab_user_entry){0};
    if (enter(user, group, entry) != 0) entry->error = errno;
}

int cnetlab_user_namespace_probe(uid_t user, gid_t group, struct cnetlab_user_entry *entry) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    pid_t child = fork();
    if (child == 0) {
        struct cnetlab_user_entry tried;
        cnetlab_user_namespace_enter(user, group, &tried);
        ssize_t written = write(ends[1], &tried, sizeof tried);
        _exit(written == sizeof tried ? 0 : 1);
    }
    int failure = errno;
    close(ends[1]);
    ssize_t count = -1;
    if (child > 0) {
        do count = read(ends[0], entry, sizeof *entry);
        while (count < 0 && errno == EINTR);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
        failure = EIO;
    }
    close(ends[0]);
    if (count == sizeof *entry) return 0;
    errno = failure;
    return -1;
}
