/* SPDX-License-Identifier: MIT */
/*
 * progress.c - how far a run has come, while it runs.
 *
 * On a terminal it is one line that is written over, at most eight times a
 * second; note.c wipes it before anything else is told.  Where standard
 * error is no terminal, or one that cannot wipe, -v gets a plain line now
 * and then.
 */
#include "cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MS  125
#define PLAIN_MS (30 * 1000)
#define TEXT_MAX 512

int64_t progress_clock_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whether standard error is a terminal on which a line can be wiped. */
static int can_wipe(void)
{
    const char *terminal = getenv("TERM");

    return isatty(STDERR_FILENO) && terminal && *terminal &&
           strcmp(terminal, "dumb") != 0;
}

void progress_start(struct progress *progress, const struct settings *settings,
                    enum gg_choice wanted)
{
    memset(progress, 0, sizeof(*progress));
    if (wanted == GG_NO || settings->is_quiet)
        return;
    if (can_wipe())
        progress->every_ms = LINE_MS;
    else if (settings->is_verbose || wanted == GG_YES)
        progress->every_ms = PLAIN_MS;
    progress->is_line = progress->every_ms == LINE_MS;
    progress->due_ms = progress_clock_ms() + progress->every_ms;
}

int progress_is_due(struct progress *progress)
{
    int64_t now;

    if (progress->every_ms == 0)
        return 0;
    now = progress_clock_ms();
    if (now < progress->due_ms)
        return 0;
    progress->due_ms = now + progress->every_ms;
    /* A job in the background leaves the terminal to others. */
    return !progress->is_line || tcgetpgrp(STDERR_FILENO) == getpgrp();
}

void progress_show(struct progress *progress, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list args;

    if (progress->every_ms == 0)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (progress->is_line)
        note_passing(text);
    else
        note_hint("grantgate: %s", text);
}

void progress_end(struct progress *progress)
{
    if (progress->is_line)
        note_passing(NULL);
    progress->every_ms = 0;
}
