// A user namespace of one's own, for what otherwise needs root.
#ifndef CNETLAB_USER_NAMESPACE_H
#define CNETLAB_USER_NAMESPACE_H

#include <sys/types.h>

/// The steps in their order. Those from CNETLAB_USER_PRIVATE_MOUNTS on may fail with something still gained.
enum cnetlab_user_step {
    CNETLAB_USER_DONE,
    CNETLAB_USER_UNSHARE,
    CNETLAB_USER_SETGROUPS,
    CNETLAB_USER_UID_MAP,
    CNETLAB_USER_GID_MAP,
    CNETLAB_USER_PRIVATE_MOUNTS,
    CNETLAB_USER_RUN,
    CNETLAB_USER_SYS,
};

/// What happened: the step that made entering fail, or DONE and which mounts failed with which errno.
struct cnetlab_user_entry {
    int failed_step;
    int error;
    int private_mounts_error, run_error, sys_error;
};

/// Enters a user, mount and network namespace, as root of it. EINVAL at the first step once a second thread exists.
/// After a later failure the process is neither here nor there, and should end.
void cnetlab_user_namespace_enter(uid_t user, gid_t group, struct cnetlab_user_entry *entry);
/// Tries the same in a forked child that ends at once. -1 with errno if there could be no child.
int cnetlab_user_namespace_probe(uid_t user, gid_t group, struct cnetlab_user_entry *entry);

#endif
