/* SPDX-License-Identifier: MIT */
/* lockdown.c - what the program gives up, so that no flaw can use it. */
#include "cli.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

/* A core that is piped to a program ignores the limit, as proc(5) says of
 * core_pattern; a process that is not "dumpable" leaves none there either. */
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
