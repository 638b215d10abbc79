/* SPDX-License-Identifier: MIT */
/*
 * lockdown_probe.c - what is left to a process that gave up all it could.
 *
 * Each attempt is made in a child of its own.  The outcomes are TAP.
 */
#define _GNU_SOURCE /* WCOREDUMP */
#include "cli.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum outcome { SUCCEEDS, CRASHES_WITHOUT_CORE };

struct attempt {
    const char *claim;
    int (*make)(void); /* 0: as claimed */
    enum outcome outcome;
};

/* --- core files ----------------------------------------------------------- */

static int crash(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_CORE, &limit) != 0)
        return -1;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_CORE, &limit) != 0 || lockdown_forbid_core() != 0)
        return -1;
    abort();
}

static int is_undumpable(void)
{
    struct rlimit limit;

    return lockdown_forbid_core() == 0 && prctl(PR_GET_DUMPABLE) == 0 &&
                   getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0
               ? 0
               : -1;
}

static const struct attempt attempts[] = {
    {"a crash leaves no core file", crash, CRASHES_WITHOUT_CORE},
    {"no other process of the same user can read the memory", is_undumpable,
     SUCCEEDS},
};

/* --- judging -------------------------------------------------------------- */

static int is_as_claimed(enum outcome outcome, int status)
{
    if (outcome == CRASHES_WITHOUT_CORE)
        return WIFSIGNALED(status) && !WCOREDUMP(status);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Make @attempt in a child and print what came of it.  1 if as claimed. */
static int judge(const struct attempt *attempt, size_t number)
{
    int status = -1;
    int holds;
    pid_t child = fork();

    if (child == 0)
        _exit(attempt->make() == 0 ? 0 : 1);
    holds = child > 0 && waitpid(child, &status, 0) == child &&
            is_as_claimed(attempt->outcome, status);
    printf("%s %zu - %s\n", holds ? "ok" : "not ok", number, attempt->claim);
    if (!holds)
        printf("# wait status %#x\n", (unsigned)status);
    fflush(stdout); /* or the next child prints it again */
    return holds;
}

int main(void)
{
    int all = 1;
    size_t i;

    for (i = 0; i < COUNT(attempts); i++)
        all &= judge(&attempts[i], i + 1);
    printf("1..%zu\n", COUNT(attempts));
    return all ? 0 : 1;
}
