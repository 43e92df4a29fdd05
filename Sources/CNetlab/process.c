#define _GNU_SOURCE
#include "cnetlab_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

char *const *cnetlab_environment(void) { return environ; }

int cnetlab_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }

int cnetlab_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int cnetlab_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int cnetlab_pidfd_open(pid_t pid) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

int cnetlab_pidfd_kill(int pidfd, int signal) {
#ifdef SYS_pidfd_send_signal
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
#else
    (void)pidfd, (void)signal;
    errno = ENOSYS;
    return -1;
#endif
}

int cnetlab_child_has_exited(pid_t pid) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return -1;
    return info.si_pid == pid;
}

int cnetlab_child_reap(pid_t pid, struct cnetlab_exit *exit) {
    struct rusage usage;
    pid_t reaped;
    do reaped = wait4(pid, &exit->status, 0, &usage);
    while (reaped < 0 && errno == EINTR);
    if (reaped < 0) return -1;
    exit->user_microseconds = usage.ru_utime.tv_sec * INT64_C(1000000) + usage.ru_utime.tv_usec;
    exit->system_microseconds = usage.ru_stime.tv_sec * INT64_C(1000000) + usage.ru_stime.tv_usec;
    exit->resident_kilobytes = usage.ru_maxrss;
    exit->voluntary_switches = usage.ru_nvcsw;
    exit->involuntary_switches = usage.ru_nivcsw;
    return 0;
}

// A descriptor below 3 would be overwritten by the redirections themselves.
static int above_standard(int fd) { return fd > 2 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3); }

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    size_t length = strlen(text);
    ssize_t written = write(file, text, length);
    int failure = errno;
    // The umask must not hide it from a program that gives its privileges up.
    if (written >= 0) fchmod(file, 0644);
    close(file);
    errno = (size_t)written == length ? 0 : written < 0 ? failure : ENOSPC;
    return errno ? -1 : 0;
}

// Covers files by others in a mount namespace of the child's own: nobody else sees them, and nothing is left to be
// taken away. They live in a tmpfs that has no place any more once they are in theirs.
static int place_files(char *const *paths, char *const *texts) {
    static const char place[] = "/tmp";
    static const char file[] = "/tmp/netlab";
    if (unshare(CLONE_NEWNS) != 0) return -1;
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0) return -1;
    for (; *paths; paths++, texts++) {
        if (mount("netlab", place, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755") != 0) return -1;
        if (write_file(file, *texts) != 0) return -1;
        if (mount(file, *paths, NULL, MS_BIND, NULL) != 0) return -1;
        if (umount2(place, MNT_DETACH) != 0) return -1;
    }
    return 0;
}

// Runs in the child, on the parent's memory while the parent is suspended: only system calls, and the
// failing step is left in a variable that the parent reads.
static void become(const struct cnetlab_spawn *what, pid_t parent, volatile int *step) {
    *step = CNETLAB_SPAWN_SESSION;
    if (setsid() < 0) return;
    if (what->network_namespace >= 0) {
        *step = CNETLAB_SPAWN_NAMESPACE;
        if (setns(what->network_namespace, CLONE_NEWNET) != 0) return;
    }
    if (what->file_paths && what->file_paths[0]) {
        *step = CNETLAB_SPAWN_FILES;
        if (place_files(what->file_paths, what->file_texts) != 0) return;
    }
    if (what->parent_death_signal > 0) {
        *step = CNETLAB_SPAWN_PARENT_DEATH;
        if (prctl(PR_SET_PDEATHSIG, what->parent_death_signal) != 0) return;
        // The parent may have died before the signal was asked for: then nobody would ever send it.
        if (getppid() != parent) {
            errno = ESRCH;
            return;
        }
    }
    if (what->directory) {
        *step = CNETLAB_SPAWN_DIRECTORY;
        if (chdir(what->directory) != 0) return;
    }
    *step = CNETLAB_SPAWN_REDIRECT;
    int input = above_standard(what->standard_input);
    int output = above_standard(what->standard_output);
    int error = above_standard(what->standard_error);
    if (input < 0 || output < 0 || error < 0) return;
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(error, 2) < 0) return;
#ifdef SYS_close_range
    // Whatever a library opened without close-on-exec; before Linux 5.9 there is only that flag to rely on.
    syscall(SYS_close_range, 3, UINT_MAX, 0);
#endif
    // Handlers end with exec, ignored signals would not.
    for (int signal = 1; signal < NSIG; signal++) {
        struct sigaction action = {.sa_handler = SIG_DFL};
        sigaction(signal, &action, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    *step = CNETLAB_SPAWN_EXECUTE;
    execve(what->program, what->arguments, what->environment);
}

pid_t cnetlab_spawn(const struct cnetlab_spawn *what, int *failed_step) {
    volatile int step = CNETLAB_SPAWN_FORK;
    volatile int failure = 0;
    pid_t parent = getpid();
    // A handler of this process must not run in a child that shares its memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = vfork();
    if (child == 0) {
        become(what, parent, &step);
        failure = errno;
        _exit(127);
    }
    int fork_failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child < 0) {
        *failed_step = CNETLAB_SPAWN_FORK;
        errno = fork_failure;
        return -1;
    }
    if (failure != 0) {
        struct cnetlab_exit ignored;
        cnetlab_child_reap(child, &ignored);
        *failed_step = step;
        errno = failure;
        return -1;
    }
    return child;
}
