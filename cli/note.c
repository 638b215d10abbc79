/* SPDX-License-Identifier: MIT */
/*
 * note.c - messages on standard error, one line each.
 *
 * All foreign text on standard error comes this way (or through
 * escape_terminal()), so no grant, policy or file name can steer a terminal.
 */
#include "cli.h"

#include <stdarg.h>
#include <string.h>

#define NOTE_MAX 2048

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
    fputs(line, stderr);
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
