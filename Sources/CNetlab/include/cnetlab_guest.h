// The first process of a virtual machine: what has to be done before the Swift runtime starts, and what Swift cannot
// import.
#ifndef CNETLAB_GUEST_H
#define CNETLAB_GUEST_H

#include <stdbool.h>

/// Whether this process is the first one of a machine that netlab has booted: process 1, with the job's files at hand.
/// A container's first process is none.
bool cnetlab_is_guest(void);
/// The first mount that failed before main, as an errno value, or 0.
int cnetlab_guest_mount_error(void);
/// finit_module(2) without parameters.
int cnetlab_load_module(int file);
/// mount(2) without flags and data.
int cnetlab_mount(const char *type, const char *target);
/// Lets other processes of this user open this one's descriptors by /proc/PID/fd: whoever has entered a user namespace is
/// otherwise closed to them. prctl(PR_SET_DUMPABLE, 1).
int cnetlab_open_descriptors_to_user(void);
/// reboot(2) with RB_POWER_OFF after sync(2); returns only on failure.
int cnetlab_power_off(void);

#endif
