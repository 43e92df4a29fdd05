#define _GNU_SOURCE
#include "cnetlab_signal.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t pipe_end = -1;

static void handler(int signal) {
    int saved = errno;
    unsigned char byte = (unsigned char)signal;
    // A full pipe already holds unread signals, so losing this one loses nothing.
    if (write((int)pipe_end, &byte, 1) < 0) errno = saved;
    errno = saved;
}

int cnetlab_signal_to_pipe(int signal, int descriptor, bool keep_ignored) {
    struct sigaction before;
    if (sigaction(signal, NULL, &before) != 0) return -1;
    if (keep_ignored && before.sa_handler == SIG_IGN) return 1;
    pipe_end = descriptor;
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    return sigaction(signal, &action, NULL);
}

int cnetlab_signal_default(int signal) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    return sigaction(signal, &action, NULL);
}

void cnetlab_signal_raise_default(int signal) {
    cnetlab_signal_default(signal);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    // To this thread, which cannot go on before it has taken it.
    raise(signal);
}
