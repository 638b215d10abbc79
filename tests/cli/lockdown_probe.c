/* SPDX-License-Identifier: MIT */
/*
 * lockdown_probe.c - what is left to a process that gave up all it could.
 *
 *     lockdown_probe                      try it all, as TAP
 *     lockdown_probe why_not              why that is not possible here, if so
 *     lockdown_probe without CALL WORD... run the command WORD... where the
 *                                         kernel has no system call CALL
 *
 * Each attempt is made in a child of its own, in a folder with
 *
 *     input            a file to read        out/      a folder to write to
 *     set/             a folder to read      outside   a file that is neither
 *     set/link         leads to shared       shared
 */
#define _GNU_SOURCE /* memfd_create(), unshare(), WCOREDUMP, ... */
#include "lockdown.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

enum outcome { HOLDS, DIES, CRASHES_WITHOUT_CORE };

/* What the process may keep. */
enum kept { NOTHING, FILES, NETWORK };

struct attempt {
    const char *claim;
    int (*make)(void); /* whether it is as claimed */
    enum kept kept;
    enum outcome outcome;
};

static const struct settings settings = {.lockdown = LOCKDOWN_REQUIRE};
static struct lockdown lockdown = {.settings = &settings};

/* Whether a call that gave @rc failed for @error. */
static int failed(long rc, int error)
{
    return rc == -1 && errno == error;
}

static int can_open(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static int is_closed(const char *path, int flags)
{
    return !can_open(path, flags) && errno == EACCES;
}

/* --- core files ----------------------------------------------------------- */

static int crash(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_CORE, &limit) != 0)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_CORE, &limit) != 0 || lockdown_forbid_core() != 0)
        return 0;
    abort();
}

static int is_undumpable(void)
{
    struct rlimit limit;

    return lockdown_forbid_core() == 0 && prctl(PR_GET_DUMPABLE) == 0 &&
           getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0;
}

/* --- what stays ----------------------------------------------------------- */

static int reads(void)
{
    return can_open("input", O_RDONLY) && can_open("set", O_RDONLY) &&
           can_open("set/plain", O_RDONLY) && can_open("set/link", O_RDONLY);
}

static int writes(void)
{
    return can_open("out/a.part", O_WRONLY | O_CREAT | O_EXCL) &&
           rename("out/a.part", "out/a") == 0 && unlink("out/a") == 0;
}

/* As output.c does: the file is made first, then the rest is given up. */
static int names(void)
{
    int fd = open("out/b.part", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    lockdown_allow(&lockdown, LOCKDOWN_RENAME, "out/b");
    return lockdown_enter(&lockdown) == 0 && write(fd, "b", 1) == 1 &&
           fsync(fd) == 0 && rename("out/b.part", "out/b") == 0 &&
           is_closed("out/b", O_WRONLY) && is_closed("input", O_RDONLY);
}

static int allocates(void)
{
    size_t size = (size_t)64 << 20;
    char *bytes = malloc(size);

    if (!bytes)
        return 0;
    memset(bytes, 1, size);
    free(bytes);
    return 1;
}

static int waits(void)
{
    struct timespec moment = {0, 1000};

    return nanosleep(&moment, NULL) == 0 && time(NULL) > 0 &&
           sysconf(_SC_NPROCESSORS_ONLN) > 0;
}

static void *use_thread(void *payload)
{
    int *holds = payload;

    *holds = allocates() && reads() && is_closed("outside", O_RDONLY);
    return NULL;
}

static int has_threads(void)
{
    pthread_t thread;
    int holds = 0;

    return pthread_create(&thread, NULL, use_thread, &holds) == 0 &&
           pthread_join(thread, NULL) == 0 && holds;
}

static int aborts(void)
{
    abort();
}

/* --- what is refused ------------------------------------------------------ */

static int keeps_others_unread(void)
{
    return is_closed("outside", O_RDONLY) && is_closed("shared", O_RDWR) &&
           is_closed("/etc/passwd", O_RDONLY) && is_closed(".", O_RDONLY) &&
           is_closed("/proc/self/mem", O_RDWR);
}

static int keeps_others_unwritten(void)
{
    return is_closed("input", O_WRONLY) && is_closed("set/plain", O_RDWR) &&
           is_closed("outside", O_WRONLY | O_TRUNC) &&
           is_closed("new", O_WRONLY | O_CREAT) &&
           failed(unlink("outside"), EACCES) &&
           failed(rename("outside", "out/c"), EACCES) &&
           failed(rename("out", "new"), EACCES) &&
           failed(rename("outside", "new"), EACCES);
}

static int keeps_modes_and_links(void)
{
    return failed(chmod("input", 0777), ENOSYS) &&
           failed(chown("input", 1, 1), ENOSYS) &&
           failed(truncate("outside", 0), ENOSYS) &&
           failed(link("input", "out/link"), ENOSYS) &&
           failed(symlink("outside", "out/link"), ENOSYS) &&
           failed(mkdir("out/folder", 0700), ENOSYS) &&
           failed(mknod("out/pipe", S_IFIFO | 0600, 0), ENOSYS);
}

static int runs_no_new_code(void)
{
    void *writable = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return writable != MAP_FAILED &&
           failed(mprotect(writable, 4096, PROT_READ | PROT_EXEC), ENOSYS) &&
           mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0) == MAP_FAILED &&
           failed(memfd_create("code", 0), ENOSYS);
}

static int stays_locked(void)
{
    static const struct rlimit some = {4096, 4096};

    return failed(setrlimit(RLIMIT_CORE, &some), ENOSYS) &&
           failed(prctl(PR_SET_DUMPABLE, 1UL, 0UL, 0UL, 0UL), ENOSYS) &&
           prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == -1;
}

static int signals_nobody(void)
{
    return failed(kill(getppid(), 0), ENOSYS) &&
           failed(syscall(SYS_tgkill, getppid(), getppid(), 0), ENOSYS) &&
           failed(ioctl(0, TIOCSTI, "x"), ENOSYS);
}

/* What a C library of tomorrow may try. */
static int lacks_unknown_calls(void)
{
    return failed(syscall(1000), ENOSYS);
}

/* --- what ends the process ------------------------------------------------ */

static int execs(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return 1;
}

static int forks(void)
{
    return fork() != 0 ? 1 : execs();
}

static int spawns(void)
{
    return system("true") != 1000; /* any answer is too much */
}

static int connects(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) != 1000;
}

static int traces(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 1000;
}

static int peeks(void)
{
    char byte;
    struct iovec here = {&byte, 1};

    return process_vm_readv(getppid(), &here, 1, &here, 1, 0) != 1000;
}

static int unshares(void)
{
    return unshare(CLONE_NEWUSER) != 1000;
}

static void *exec_in_thread(void *unused)
{
    (void)unused;
    execs();
    return NULL;
}

static int execs_in_thread(void)
{
    pthread_t thread;

    return pthread_create(&thread, NULL, exec_in_thread, NULL) == 0 &&
           pthread_join(thread, NULL) == 0;
}

/* --- with a network ------------------------------------------------------- */

static int finds_hosts(void)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;

    if (getaddrinfo("localhost", "80", &hints, &found) != 0)
        return 0;
    freeaddrinfo(found);
    return 1;
}

/* Nobody listens on port 1 of this machine. */
static int is_client(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(1)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return fd >= 0 &&
           failed(connect(fd, (struct sockaddr *)&address, sizeof(address)),
                  ECONNREFUSED);
}

static int reaches_no_local_service(void)
{
    return failed(socket(AF_UNIX, SOCK_STREAM, 0), ENOSYS) &&
           failed(socket(AF_PACKET, SOCK_RAW, 0), ENOSYS) &&
           keeps_others_unread();
}

static int serves(void)
{
    return listen(socket(AF_INET, SOCK_STREAM, 0), 1) != 1000;
}

static const struct attempt attempts[] = {
    {"a crash leaves no core file", crash, NOTHING, CRASHES_WITHOUT_CORE},
    {"no other process of the user can read the memory", is_undumpable, NOTHING,
     HOLDS},

    {"reads its input, and what links in a folder lead to", reads, FILES,
     HOLDS},
    {"makes, renames and removes its output", writes, FILES, HOLDS},
    {"gives up more, and an open file still gets its name", names, FILES,
     HOLDS},
    {"has memory", allocates, FILES, HOLDS},
    {"has clocks", waits, FILES, HOLDS},
    {"has threads, which are as confined", has_threads, FILES, HOLDS},
    {"can abort, and leaves no core file", aborts, FILES, CRASHES_WITHOUT_CORE},

    {"reads no other file", keeps_others_unread, FILES, HOLDS},
    {"writes, makes and removes no other file", keeps_others_unwritten, FILES,
     HOLDS},
    {"changes no mode, owner, length or link", keeps_modes_and_links, FILES,
     HOLDS},
    {"makes no memory that can be executed", runs_no_new_code, FILES, HOLDS},
    {"cannot have back what it gave up", stays_locked, FILES, HOLDS},
    {"signals nobody, and types into no terminal", signals_nobody, FILES,
     HOLDS},
    {"lacks, but survives, calls that nobody knows yet", lacks_unknown_calls,
     FILES, HOLDS},

    {"dies of exec", execs, FILES, DIES},
    {"dies of exec on another thread", execs_in_thread, FILES, DIES},
    {"dies of fork", forks, FILES, DIES},
    {"dies of system()", spawns, FILES, DIES},
    {"dies of a socket", connects, FILES, DIES},
    {"dies of ptrace", traces, FILES, DIES},
    {"dies of reading another process", peeks, FILES, DIES},
    {"dies of a new namespace", unshares, FILES, DIES},

    {"with a network: finds hosts", finds_hosts, NETWORK, HOLDS},
    {"with a network: connects", is_client, NETWORK, HOLDS},
    {"with a network: reaches no local service or other file",
     reaches_no_local_service, NETWORK, HOLDS},
    {"with a network: makes no memory that can be executed", runs_no_new_code,
     NETWORK, HOLDS},
    {"with a network: dies of serving", serves, NETWORK, DIES},
    {"with a network: dies of exec", execs, NETWORK, DIES},
    {"with a network: dies of fork", forks, NETWORK, DIES},
};

/* --- judging -------------------------------------------------------------- */

static int enter(enum kept kept)
{
    if (kept == NOTHING)
        return 0;
    lockdown.needs_network = kept == NETWORK;
    lockdown_allow(&lockdown, LOCKDOWN_READ, "input");
    lockdown_allow(&lockdown, LOCKDOWN_READ_LINKS, "set");
    lockdown_allow(&lockdown, LOCKDOWN_WRITE, "out/file");
    return lockdown_enter(&lockdown);
}

static int is_as_claimed(enum outcome outcome, int status)
{
    switch (outcome) {
    case HOLDS:
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    case DIES:
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS &&
               !WCOREDUMP(status);
    case CRASHES_WITHOUT_CORE:
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
               !WCOREDUMP(status);
    }
    return 0;
}

/* Why this machine cannot be asked, or NULL.  What the program makes of it
 * does not count: if it failed to lock down, that would be a reason. */
static const char *why_not(void)
{
#if defined(SANITIZED)
    return "built with sanitizers";
#elif !defined(HAVE_SECCOMP)
    return "built without libseccomp";
#else
    uint32_t action = SCMP_ACT_KILL_PROCESS;

    if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 1)
        return "no Landlock here";
    if (syscall(SYS_seccomp, 2 /* is it there? */, 0, &action) != 0)
        return "no seccomp here";
    return NULL;
#endif
}

/* Make @attempt in a child and print what came of it.  1 if as claimed. */
static int judge(const struct attempt *attempt, size_t number)
{
    const char *reason = attempt->kept == NOTHING ? NULL : why_not();
    int status = -1;
    int holds;
    pid_t child;

    if (reason) {
        printf("ok %zu - %s # SKIP %s\n", number, attempt->claim, reason);
        return 1;
    }
    fflush(stdout); /* or the child prints it again */
    child = fork();
    if (child == 0)
        _exit(enter(attempt->kept) == 0 && attempt->make() ? 0 : 1);
    holds = child > 0 && waitpid(child, &status, 0) == child &&
            is_as_claimed(attempt->outcome, status);
    printf("%s %zu - %s\n", holds ? "ok" : "not ok", number, attempt->claim);
    if (!holds)
        printf("# wait status %#x\n", (unsigned)status);
    return holds;
}

static int try_all(void)
{
    int all = 1;
    size_t i;

    for (i = 0; i < COUNT(attempts); i++)
        all &= judge(&attempts[i], i + 1);
    printf("1..%zu\n", COUNT(attempts));
    return all ? 0 : 1;
}

/* Run @command where the kernel seems not to have @call. */
static int run_without(const char *call, char **command)
{
#ifdef HAVE_SECCOMP
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    if (filter &&
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
                         seccomp_syscall_resolve_name(call), 0) == 0 &&
        seccomp_load(filter) == 0)
        execvp(command[0], command);
#else
    (void)call;
    (void)command;
#endif
    return 99;
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "without") == 0)
        return run_without(argv[2], argv + 3);
    if (argc > 1 && strcmp(argv[1], "why_not") == 0) {
        puts(why_not() ? why_not() : "");
        return 0;
    }
    return try_all();
}
