// Children: made by vfork so that the caller never leaves its own namespace.
#ifndef CNETLAB_PROCESS_H
#define CNETLAB_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// What the child has to become. No pointer is kept after the call.
struct cnetlab_spawn {
    const char *program; // absolute or relative path; PATH is not searched
    char *const *arguments;
    char *const *environment;
    const char *directory; // NULL: the caller's
    int network_namespace; // -1: the caller's
    int standard_input, standard_output, standard_error;
    int parent_death_signal; // 0: none; sent when the *thread* that spawned ends
    // Files that the child alone sees in place of others: paths that exist, and what stands in them. NULL ends both.
    char *const *file_paths;
    char *const *file_texts;
};

/// The step that failed in the child, in their order.
enum cnetlab_spawn_step {
    CNETLAB_SPAWN_FORK,
    CNETLAB_SPAWN_SESSION,
    CNETLAB_SPAWN_NAMESPACE,
    CNETLAB_SPAWN_FILES,
    CNETLAB_SPAWN_PARENT_DEATH,
    CNETLAB_SPAWN_DIRECTORY,
    CNETLAB_SPAWN_REDIRECT,
    CNETLAB_SPAWN_EXECUTE,
};

/// What a dead child left behind.
struct cnetlab_exit {
    int status; // of wait(2)
    int64_t user_microseconds, system_microseconds;
    int64_t resident_kilobytes;
    int64_t voluntary_switches, involuntary_switches;
};

/// Spawns a child in a session and process group of its own, with all signals at their default and unblocked.
/// Returns its process ID, or -1 with errno and the step; then there is no child to wait for.
pid_t cnetlab_spawn(const struct cnetlab_spawn *what, int *failed_step);
/// pidfd_open(2), close-on-exec; ENOSYS before Linux 5.3.
int cnetlab_pidfd_open(pid_t pid);
/// pidfd_send_signal(2).
int cnetlab_pidfd_kill(int pidfd, int signal);
/// 1 if the child is dead and not yet reaped, 0 if it lives, -1 with errno (ECHILD).
int cnetlab_child_has_exited(pid_t pid);
/// wait4(2), blocking until the child is dead, and not interrupted by signals.
int cnetlab_child_reap(pid_t pid, struct cnetlab_exit *exit);
/// pipe2(2) with O_CLOEXEC.
int cnetlab_pipe(int descriptors[2]);
/// memfd_create(2), close-on-exec; ENOSYS before Linux 3.17.
int cnetlab_memory_file(const char *name);
/// environ(7).
char *const *cnetlab_environment(void);
/// pthread_setname_np(3) for the calling thread; at most 15 bytes.
int cnetlab_name_thread(const char *name);

#endif
