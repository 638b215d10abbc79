/* SPDX-License-Identifier: MIT */
/* number.c - whole numbers with a unit, as flags give them. */
#include "cli.h"

#include <string.h>

const struct unit number_plain[] = {{"", 1}, {0}};

const struct unit number_bytes[] = {
    {"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {0}};

const struct unit number_time_ms[] = {
    {"", 1}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {0}};

int number_read(const char *text, const struct unit *units, int64_t low,
                int64_t high, int64_t *number)
{
    const char *p = text;
    int64_t sum = 0;

    for (; *p >= '0' && *p <= '9'; p++) {
        if (sum > (high - (*p - '0')) / 10)
            return -1;
        sum = sum * 10 + (*p - '0');
    }
    if (p == text)
        return -1;

    while (units->name && strcmp(units->name, p) != 0)
        units++;
    if (!units->name || sum > high / units->factor)
        return -1;

    sum *= units->factor;
    if (sum < low)
        return -1;
    *number = sum;
    return 0;
}

int number_take(const struct command *command, const char *flag,
                const char *value, const struct unit *units, int64_t high,
                int64_t *number)
{
    if (number_read(value, units, 1, high, number) == 0)
        return 0;
    return note_usage(command,
                      "option '--%s': '%s' is not a number from 1 to %lld",
                      flag, value, (long long)high);
}
