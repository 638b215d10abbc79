/* SPDX-License-Identifier: MIT */
/*
 * lockdown.c - what the program gives up before it reads what others wrote.
 *
 * Policies run in a sandbox and input is read strictly; this is for the day
 * when one of the two has a hole.  Whoever comes through it finds a process
 * that cannot start programs, open connections, leave a core file, or open
 * files other than its own input and output.
 */
#include "lockdown.h"

#include "api.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

/* A core that is piped to a program ignores the limit, as core(5) says; a
 * process that is not "dumpable" leaves none there either. */
static int be_undumpable(void)
{
#ifdef __linux__
    return prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL);
#else
    return 0;
#endif
}

int lockdown_forbid_core(void)
{
    static const struct rlimit none = {0, 0};

    if (setrlimit(RLIMIT_CORE, &none) == 0 && be_undumpable() == 0)
        return 0;
    note_error("io_error", "cannot forbid core files: %s", strerror(errno));
    return EXIT_USAGE;
}

/* --- files ---------------------------------------------------------------- */

/* The C library counts processors, to say how many threads are worth it. */
static const char *const system_files[] = {"/sys/devices/system/cpu", NULL};

/* What it takes to find a host and to trust it.  Not all of /etc, which holds
 * secrets too. */
static const char *const network_files[] = {
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/nsswitch.conf",
    "/etc/pki/ca-trust",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/tls/certs",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/ssl/certs",
    "/run/systemd/resolve",
    "/usr/local/share/ca-certificates",
    "/usr/share/ca-certificates",
    NULL,
};

/* Finding a host may load a library. */
static const char *const libraries[] = {"/lib", "/lib64", "/usr/lib",
                                        "/usr/lib64", NULL};

static void allow_all(struct lockdown *lockdown, const char *const *paths,
                      enum lockdown_use use)
{
    for (; *paths; paths++)
        landlock_allow(&lockdown->files, *paths, use);
}

static void open_files(struct lockdown *lockdown)
{
    if (lockdown->files.is_open)
        return;
    landlock_open(&lockdown->files, lockdown->needs_network);
    allow_all(lockdown, system_files, LOCKDOWN_READ);
    if (lockdown->needs_network) {
        allow_all(lockdown, network_files, LOCKDOWN_READ_LINKS);
        allow_all(lockdown, libraries, LOCKDOWN_READ);
    }
}

/* Sanitizers read files and call what is forbidden. */
static int is_possible(void)
{
#ifdef SANITIZED
    return 0;
#else
    return 1;
#endif
}

void lockdown_allow(struct lockdown *lockdown, enum lockdown_use use,
                    const char *path)
{
    if (lockdown->settings->lockdown == LOCKDOWN_OFF || !is_possible())
        return;
    open_files(lockdown);
    landlock_allow(&lockdown->files, path, use);
}

/* --- entering ------------------------------------------------------------- */

static const char *why_no_landlock(int error)
{
    if (error == ENOSYS)
        return "this kernel has no Landlock";
    return error == EOPNOTSUPP ? "Landlock is switched off" : strerror(error);
}

static const char *why_no_seccomp(int error)
{
#ifdef HAVE_SECCOMP
    return strerror(error);
#else
    (void)error;
    return "built without libseccomp";
#endif
}

/* Tell what could not be given up.  0, or the exit code if it had to be. */
static int tell_missing(const struct settings *settings, int files, int calls)
{
    char text[256];
    size_t len = 0;

    if (files)
        len += (size_t)snprintf(text, sizeof(text),
                                "files are not confined (%s)",
                                why_no_landlock(files));
    if (calls && len < sizeof(text))
        snprintf(text + len, sizeof(text) - len,
                 "%ssystem calls are not filtered (%s)", files ? ", " : "",
                 why_no_seccomp(calls));
    if (settings->lockdown == LOCKDOWN_REQUIRE) {
        note_error("no_lockdown", "no full lockdown: %s", text);
        return EXIT_USAGE;
    }
    note_warning(settings, "no full lockdown: %s", text);
    return 0;
}

/* What is given up for good, whatever files are kept.  0, or the exit code. */
static int give_up(void)
{
    struct gg_pkce unused;
    struct gg_error err;

    /* libcrypto reads its configuration, and loads what that names, when it
     * is first used: let it do so while it can. */
    if (gg_pkce_new(&unused, &err) != GG_OK) {
        note_failure(&err);
        return EXIT_USAGE;
    }
#ifdef __linux__
    if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0) {
        note_error("io_error", "cannot give up new privileges: %s",
                   strerror(errno));
        return EXIT_USAGE;
    }
#endif
    key_forget();
    return lockdown_forbid_core();
}

int lockdown_enter(struct lockdown *lockdown)
{
    const struct settings *settings = lockdown->settings;
    int files;
    int calls;

    if (settings->lockdown == LOCKDOWN_REQUIRE && !is_possible()) {
        note_error("no_lockdown", "built with sanitizers: no lockdown");
        return EXIT_USAGE;
    }
    if (settings->lockdown == LOCKDOWN_OFF || !is_possible())
        return 0;
    if (!lockdown->is_entered && give_up() != 0)
        return EXIT_USAGE;

    open_files(lockdown);
    files = landlock_enter(&lockdown->files);
    calls = lockdown->is_entered ? 0 : seccomp_enter(lockdown->needs_network);
    if (lockdown->is_entered && lockdown->lacks_files)
        return 0; /* it has been told */
    lockdown->is_entered = 1;
    lockdown->lacks_files = files != 0;
    return files || calls ? tell_missing(settings, files, calls) : 0;
}
