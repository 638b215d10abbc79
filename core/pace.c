/* SPDX-License-Identifier: MIT */
/*
 * pace.c - so many requests a second, over all threads of a client.
 *
 * Turns are spread evenly, for a burst would take what the application's
 * limit leaves to live sign-ins.  Only what a thread that woke late has
 * missed may be made up for.
 */
#include "fetch.h"

#define LATE_US ((int64_t)20000)

int ggp_pace_open(struct ggp_pace *pace, unsigned rate)
{
    pace->interval_us = 1000000 / (int64_t)(rate > 0 ? rate : 1);
    pace->turn_us = 0;
    return pthread_mutex_init(&pace->mutex, NULL);
}

void ggp_pace_close(struct ggp_pace *pace)
{
    pthread_mutex_destroy(&pace->mutex);
}

int64_t ggp_pace_take(struct ggp_pace *pace, int64_t now_us)
{
    int64_t wait_us;

    pthread_mutex_lock(&pace->mutex);
    wait_us = pace->turn_us - now_us;
    if (wait_us <= 0) {
        if (pace->turn_us < now_us - LATE_US)
            pace->turn_us = now_us - LATE_US;
        pace->turn_us += pace->interval_us;
        wait_us = 0;
    }
    pthread_mutex_unlock(&pace->mutex);
    return wait_us;
}

void ggp_pace_hold(struct ggp_pace *pace, int64_t until_us)
{
    pthread_mutex_lock(&pace->mutex);
    if (pace->turn_us < until_us)
        pace->turn_us = until_us;
    pthread_mutex_unlock(&pace->mutex);
}
