// Signals, as bytes in a pipe.
#ifndef CNETLAB_SIGNAL_H
#define CNETLAB_SIGNAL_H

#include <stdbool.h>

/// Lets the signal write its number as one byte to the descriptor (set once, non-blocking, never closed).
/// A signal that is ignored stays ignored if asked so: then returns 1, otherwise 0, or -1 with errno.
int cnetlab_signal_to_pipe(int signal, int descriptor, bool keep_ignored);
/// Back to the default action.
int cnetlab_signal_default(int signal);
/// Ends the process by the signal's default action, so that the parent sees it; returns only if that is not to end.
void cnetlab_signal_raise_default(int signal);

#endif
