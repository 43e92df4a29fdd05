// The smallest C that Swift cannot import or say: calls hidden behind _GNU_SOURCE, variadic calls,
// and constants computed by macros. Everything here returns what the system call returns and leaves
// errno set; deciding what that means is Swift's business.
#ifndef CNETLAB_H
#define CNETLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cnetlab_ethtool.h"
#include "cnetlab_event.h"
#include "cnetlab_guest.h"
#include "cnetlab_packet.h"
#include "cnetlab_process.h"
#include "cnetlab_signal.h"
#include "cnetlab_traffic.h"
#include "cnetlab_uring.h"
#include "cnetlab_user_namespace.h"
#include "cnetlab_wire.h"
#include "cnetlab_user_namespace.h"

/// setns(2) with CLONE_NEWNET.
int cnetlab_setns_net(int fd);
/// unshare(2) with CLONE_NEWNET.
int cnetlab_unshare_net(void);
/// What the calling thread last noted about itself; false for a new thread.
bool cnetlab_thread_is_inside(void);
void cnetlab_thread_set_inside(bool value);
/// gettid(2).
pid_t cnetlab_gettid(void);

#endif
