/* SPDX-License-Identifier: MIT */
/*
 * processors.c - how many processors this process may use.
 *
 * That is those it may run on, and on Linux no more than its control group
 * pays for: in a container of two processors on a machine of sixty-four,
 * sixty-four threads would only wait for each other.
 */
#define _GNU_SOURCE /* sched_getaffinity() */

#include "cli.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_MAX_BYTES 4096

/* Those it may run on; 0 if that cannot be known. */
static long allowed(void)
{
#if defined(CPU_COUNT)
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        return CPU_COUNT(&set);
#endif
    return sysconf(_SC_NPROCESSORS_ONLN);
}

/* How many processors the file @path, "QUOTA PERIOD" in microseconds, pays
 * for, rounded up; 0 for any number. */
static long quota_in(const char *path)
{
    FILE *file = fopen(path, "re");
    char line[128];
    char *end = line;
    long quota = 0;
    long period = 0;

    if (!file)
        return 0;
    if (fgets(line, sizeof(line), file)) {
        quota = strtol(line, &end, 10); /* "max": 0 */
        period = strtol(end, NULL, 10);
    }
    fclose(file);
    if (quota <= 0 || period <= 0)
        return 0;
    return quota / period + (quota % period != 0);
}

/* What the control group and those around it pay for: the least of them. */
static long quota(void)
{
    static const char root[] = "/sys/fs/cgroup";
    char group[PATH_MAX_BYTES] = "";
    char path[2 * PATH_MAX_BYTES];
    FILE *file = fopen("/proc/self/cgroup", "re");
    long least = 0;

    if (!file)
        return 0;
    while (fgets(path, PATH_MAX_BYTES, file)) {
        if (strncmp(path, "0::/", 4) == 0) /* the one hierarchy of version 2 */
            snprintf(group, sizeof(group), "%.*s", (int)strcspn(path + 3, "\n"),
                     path + 3);
    }
    fclose(file);
    for (;;) {
        char *slash;
        long n;

        snprintf(path, sizeof(path), "%s%s/cpu.max", root, group);
        n = quota_in(path);
        if (n > 0 && (least == 0 || n < least))
            least = n;
        slash = strrchr(group, '/');
        if (!slash)
            return least;
        *slash = '\0';
    }
}

unsigned processors(int64_t asked)
{
    long n = asked > 0 ? (long)asked : allowed();
    long paid = asked > 0 ? 0 : quota();

    if (paid > 0 && paid < n)
        n = paid;
    if (n < 1)
        return 1;
    return n > JOBS_MAX ? JOBS_MAX : (unsigned)n;
}
