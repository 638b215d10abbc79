/* SPDX-License-Identifier: MIT */
/*
 * note.c - messages on standard error, one line each.
 *
 * All foreign text on standard error comes this way (or through
 * escape_terminal()), so no grant, policy or file name can steer a terminal.
 *
 * A passing line stays on the terminal until the next line of any kind.
 * There is one standard error, so there is one flag that says whether such a
 * line is there; the lock of the stream guards it.
 */
#include "cli.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NOTE_MAX      2048
#define COLUMNS_GUESS 80

static const char wipe[] = "\r\033[K";

static int has_passing; /* under flockfile(stderr) */

/* Print "<start><text>" as one line; @start is ours, @format is not. */
static void put(const char *start, const char *format, va_list args)
    CLI_FORMAT(2, 0);

static void put(const char *start, const char *format, va_list args)
{
    char text[NOTE_MAX];
    char line[NOTE_MAX * 4 + 2]; /* every byte may become \xNN */
    size_t len;

    vsnprintf(text, sizeof(text), format, args);
    len = (size_t)snprintf(line, NOTE_MAX, "%s", start);
    escape_terminal(line + len, sizeof(line) - len - 1, text);
    len = strlen(line);
    line[len] = '\n';
    line[len + 1] = '\0';
    flockfile(stderr);
    if (has_passing)
        fputs(wipe, stderr);
    has_passing = 0;
    fputs(line, stderr);
    funlockfile(stderr);
}

/* What fits on one line of the terminal, the last column left free: a line
 * that wraps could not be wiped. */
static size_t columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
        return COLUMNS_GUESS - 1;
    return size.ws_col < NOTE_MAX ? size.ws_col - 1U : NOTE_MAX - 1;
}

void note_passing(const char *text)
{
    char line[NOTE_MAX];

    flockfile(stderr);
    if (has_passing)
        fputs(wipe, stderr);
    has_passing = text != NULL;
    if (text)
        fputs(escape_terminal(line, columns() + 1, text), stderr);
    funlockfile(stderr);
}

void note_error(const char *token, const char *format, ...)
{
    char start[64];
    va_list args;

    snprintf(start, sizeof(start), "grantgate: %s: ", token);
    va_start(args, format);
    put(start, format, args);
    va_end(args);
}

void note_failure(const struct gg_error *err)
{
    note_error(gg_status_token(err->status), "%s", err->message);
}

int note_usage(const struct command *command, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    put("grantgate: usage: ", format, args);
    va_end(args);
    if (command)
        note_hint("try 'grantgate %s --help'", command->name);
    else
        note_hint("try 'grantgate --help'");
    return EXIT_USAGE;
}

void note_warning(const struct settings *settings, const char *format, ...)
{
    va_list args;

    if (settings->is_quiet)
        return;
    va_start(args, format);
    put("grantgate: warning: ", format, args);
    va_end(args);
}

void note_aside(const struct settings *settings, const char *format, ...)
{
    va_list args;

    if (settings->is_quiet)
        return;
    va_start(args, format);
    put("grantgate: note: ", format, args);
    va_end(args);
}

void note_hint(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    put("", format, args);
    va_end(args);
}

void note_log(const char *where, const char *grant_id, const char *text,
              void *payload)
{
    (void)payload;
    if (grant_id)
        note_error("log", "%s: grant %s: %s", where, grant_id, text);
    else
        note_error("log", "%s: %s", where, text);
}
