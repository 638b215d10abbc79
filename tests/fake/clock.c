/* SPDX-License-Identifier: MIT */
/* clock.c - what time it is. */
#include "fake.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

void clock_http_date(int64_t seconds, char text[40])
{
    time_t when = (time_t)seconds;
    struct tm utc;

    gmtime_r(&when, &utc);
    strftime(text, 40, "%a, %d %b %Y %H:%M:%S GMT", &utc);
}
