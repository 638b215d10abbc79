/* SPDX-License-Identifier: MIT */
/*
 * seccomp.c - system calls out of reach, by seccomp.
 *
 * What is listed is allowed.  Of the rest, what a C library may try on its own
 * account, today or in its next release, fails as if the kernel did not have
 * it: libraries know how to do without, while EPERM would look like a failure.
 * What nothing here does by itself, and whoever took the program over would
 * do first, ends it with SIGSYS: a hole is to be noticed, and not to be asked
 * for the next way out.
 */
#define _GNU_SOURCE /* CLONE_THREAD */
#include "lockdown.h"

#include <errno.h>

#ifdef HAVE_SECCOMP

#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANY_WORD UINT64_MAX
#define ANY_INT  ((uint64_t)UINT32_MAX) /* the kernel looks at no more */

/* Which paths the calls on files may name is up to landlock.c.  None of them
 * changes modes, owners, times or links, which Landlock would not see. */
static const char *const allowed[] = {
    /* files */
    "_llseek", "_newselect", "access", "close", "close_range", "dup", "dup2",
    "dup3", "faccessat", "faccessat2", "fadvise64", "fcntl", "fcntl64",
    "fdatasync", "flock", "fstat", "fstat64", "fstatat64", "fsync", "ftruncate",
    "ftruncate64", "getcwd", "getdents", "getdents64", "lseek", "lstat",
    "lstat64", "newfstatat", "open", "openat", "pipe", "pipe2", "poll", "ppoll",
    "ppoll_time64", "pread64", "pselect6", "pselect6_time64", "pwrite64",
    "read", "readlink", "readlinkat", "readv", "rename", "renameat",
    "renameat2", "select", "stat", "stat64", "statx", "unlink", "unlinkat",
    "write", "writev",
    /* memory */
    "brk", "madvise", "mremap", "munmap",
    /* threads */
    "exit", "exit_group", "futex", "futex_time64", "get_robust_list", "getpid",
    "gettid", "membarrier", "restart_syscall", "rseq", "sched_getaffinity",
    "sched_yield", "set_robust_list", "set_thread_area", "set_tid_address",
    /* taking signals */
    "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn",
    "rt_sigtimedwait", "sigaltstack", "sigprocmask", "sigreturn",
    /* time, randomness, and what this machine and process are */
    "clock_getres", "clock_getres_time64", "clock_gettime", "clock_gettime64",
    "clock_nanosleep", "clock_nanosleep_time64", "getegid", "geteuid", "getgid",
    "getpgid", "getpgrp", "getrandom", "getrlimit", "getrusage", "gettimeofday",
    "getuid", "nanosleep", "sysinfo", "time", "times", "ugetrlimit", "uname",
    /* giving up more */
    "landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self",
    NULL};

/* A client's.  A local socket could reach a service that does what this
 * process may not, so socketpair() is the only way to have one. */
static const char *const allowed_network[] = {
    "connect",     "epoll_create1", "epoll_ctl",
    "epoll_pwait", "epoll_wait",    "eventfd2",
    "getpeername", "getsockname",   "getsockopt",
    "recv",        "recvfrom",      "recvmmsg",
    "recvmsg",     "send",          "sendmmsg",
    "sendmsg",     "sendto",        "setsockopt",
    "shutdown",    "socketpair",    "recvmmsg_time64",
    NULL};

static const char *const deadly[] = {"accept",
                                     "accept4",
                                     "bind",
                                     "bpf",
                                     "execve",
                                     "execveat",
                                     "fork",
                                     "io_uring_setup",
                                     "keyctl",
                                     "listen",
                                     "mount",
                                     "perf_event_open",
                                     "process_vm_readv",
                                     "process_vm_writev",
                                     "ptrace",
                                     "setns",
                                     "unshare",
                                     "userfaultfd",
                                     "vfork",
                                     NULL};

static const char *const deadly_without_network[] = {"connect", "socket",
                                                     "socketpair", NULL};

/* A call that counts by its arguments: where @argument & @mask == @value. */
struct condition {
    const char *name;
    unsigned argument;
    uint64_t mask;
    uint64_t value;
    uint32_t action;
};

/* Threads but no processes; no memory that can be executed; questions to a
 * terminal, but no typing into it. */
static const struct condition conditions[] = {
    {"clone", 0, CLONE_THREAD, CLONE_THREAD, SCMP_ACT_ALLOW},
    {"clone", 0, CLONE_THREAD, 0, SCMP_ACT_KILL_PROCESS},
    {"ioctl", 1, ANY_INT, TCGETS, SCMP_ACT_ALLOW},
    {"ioctl", 1, ANY_INT, TIOCGPGRP, SCMP_ACT_ALLOW},
    {"ioctl", 1, ANY_INT, TIOCGWINSZ, SCMP_ACT_ALLOW},
    {"mmap", 2, PROT_EXEC, 0, SCMP_ACT_ALLOW},
    {"mmap2", 2, PROT_EXEC, 0, SCMP_ACT_ALLOW},
    {"mprotect", 2, PROT_EXEC, 0, SCMP_ACT_ALLOW},
    {"prctl", 0, ANY_INT, PR_SET_NAME, SCMP_ACT_ALLOW},
    {"prlimit64", 2, ANY_WORD, 0, SCMP_ACT_ALLOW}, /* asks, sets nothing */
    {NULL, 0, 0, 0, 0}};

/* Looking up a name may load a library. */
static const struct condition network_conditions[] = {
    {"ioctl", 1, ANY_INT, FIONBIO, SCMP_ACT_ALLOW},
    {"mmap", 2, PROT_EXEC | PROT_WRITE, PROT_EXEC, SCMP_ACT_ALLOW},
    {"mmap2", 2, PROT_EXEC | PROT_WRITE, PROT_EXEC, SCMP_ACT_ALLOW},
    {"socket", 0, ANY_INT, AF_INET, SCMP_ACT_ALLOW},
    {"socket", 0, ANY_INT, AF_INET6, SCMP_ACT_ALLOW},
    {NULL, 0, 0, 0, 0}};

/* Add @rule: 0, or an errno.  What this architecture or libseccomp does not
 * know is left to the default. */
static int add(scmp_filter_ctx filter, const struct condition *rule)
{
    const struct scmp_arg_cmp test = {rule->argument, SCMP_CMP_MASKED_EQ,
                                      rule->mask, rule->value};
    int number = seccomp_syscall_resolve_name(rule->name);
    int rc;

    if (number == __NR_SCMP_ERROR)
        return 0;
    rc = seccomp_rule_add_array(filter, rule->action, number,
                                rule->mask == 0 ? 0 : 1, &test);
    return rc == -EDOM ? 0 : -rc;
}

static int add_names(scmp_filter_ctx filter, const char *const *names,
                     uint32_t action)
{
    int error = 0;

    for (; error == 0 && *names; names++) {
        struct condition rule = {.name = *names, .action = action};

        error = add(filter, &rule);
    }
    return error;
}

static int add_conditions(scmp_filter_ctx filter, const struct condition *rule)
{
    int error = 0;

    for (; error == 0 && rule->name; rule++)
        error = add(filter, rule);
    return error;
}

/* abort() and raise() are signals to ourselves. */
static int add_own_signals(scmp_filter_ctx filter)
{
    struct condition rule = {"tgkill", 0, ANY_INT, (uint64_t)getpid(),
                             SCMP_ACT_ALLOW};

    return add(filter, &rule);
}

static int fill(scmp_filter_ctx filter, int needs_network)
{
    int error = add_names(filter, allowed, SCMP_ACT_ALLOW);

    if (error == 0)
        error = add_names(filter, deadly, SCMP_ACT_KILL_PROCESS);
    if (error == 0)
        error = add_conditions(filter, conditions);
    if (error == 0)
        error = add_own_signals(filter);
    if (error == 0 && needs_network)
        error = add_names(filter, allowed_network, SCMP_ACT_ALLOW);
    if (error == 0 && needs_network)
        error = add_conditions(filter, network_conditions);
    if (error == 0 && !needs_network)
        error = add_names(filter, deadly_without_network,
                          SCMP_ACT_KILL_PROCESS);
    return error;
}

int seccomp_enter(int needs_network)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    int error;

    if (!filter)
        return ENOMEM;
    error = -seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (error == 0)
        error = -seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
                                  SCMP_ACT_KILL_PROCESS);
    if (error == 0)
        error = fill(filter, needs_network);
    if (error == 0)
        error = -seccomp_load(filter);
    seccomp_release(filter);
    return error;
}

#else

int seccomp_enter(int needs_network)
{
    (void)needs_network;
    return ENOSYS;
}

#endif
