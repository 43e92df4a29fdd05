#ifndef CNETLAB_SYSFS_H
#define CNETLAB_SYSFS_H

/// A sysfs of the calling thread's network namespace that is mounted nowhere: fsopen(2), fsconfig(2), fsmount(2).
/// Returns a directory descriptor, or -1 with errno set (ENOSYS before Linux 5.2).
int cnetlab_detached_sysfs(void);

#endif
