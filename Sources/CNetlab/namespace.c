#define _GNU_SOURCE
#include "cnetlab.h"

#include <sched.h>
#include <unistd.h>

static _Thread_local bool inside;

bool cnetlab_thread_is_inside(void) { return inside; }

void cnetlab_thread_set_inside(bool value) { inside = value; }

int cnetlab_setns_net(int fd) { return setns(fd, CLONE_NEWNET); }

int cnetlab_unshare_net(void) { return unshare(CLONE_NEWNET); }

pid_t cnetlab_gettid(void) { return gettid(); }
