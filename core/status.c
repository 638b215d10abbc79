/* SPDX-License-Identifier: MIT */
/*
 * status.c - what went wrong, as a token and as one line of text.
 *
 * Messages quote what others wrote (names, policy errors), so this is the one
 * place that makes them a single harmless line of valid UTF-8.
 */
#include "private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const tokens[] = {
#define XX(name, token, text) token,
    GG_STATUS_MAP(XX)
#undef XX
};

_Static_assert(sizeof(tokens) / sizeof(tokens[0]) <= GG_STATUS_ROOM,
               "struct gg_session_stats has a place for each");

/* What stands in for a character of @n bytes that is not to be shown. */
static char substitute(const char *at, size_t n)
{
    return n == 1 && *at != 0x7f ? ' ' : '?';
}

/* Replace what is not printable, in place. */
static void make_one_line(char *text)
{
    size_t len = strlen(text);
    size_t from = 0;
    size_t to = 0;

    while (from < len) {
        size_t n = ggp_utf8_char(text + from, len - from);

        if (n == 0 || ggp_is_unprintable(text + from, n)) {
            text[to++] = substitute(text + from, n);
            from += n ? n : 1;
            continue;
        }
        memmove(text + to, text + from, n);
        to += n;
        from += n;
    }
    text[to] = '\0';
}

/* Drop the character that @text, which was cut off, ends in the middle of. */
static void drop_partial_character(char *text)
{
    size_t len = strlen(text);
    size_t lead = len;

    while (lead > 0 && len - lead < 4 && (text[lead - 1] & 0xc0) == 0x80)
        lead--;
    if (lead > 0 && (text[lead - 1] & 0xc0) == 0xc0)
        lead--;
    if (ggp_utf8_char(text + lead, len - lead) != len - lead)
        text[lead] = '\0';
}

gg_status ggp_fail(struct gg_error *err, gg_status status, const char *format,
                   ...)
{
    struct gg_error made = {.status = status};
    va_list args;
    int len;

    if (!err)
        return status;
    /* Not straight into @err: its old message may be among the arguments. */
    va_start(args, format);
    len = vsnprintf(made.message, sizeof(made.message), format, args);
    va_end(args);
    if (len < 0)
        made.message[0] = '\0';
    else if ((size_t)len >= sizeof(made.message))
        drop_partial_character(made.message);
    make_one_line(made.message);
    *err = made;
    return status;
}

const char *gg_status_token(gg_status status)
{
    size_t i = (size_t)status;

    return i < sizeof(tokens) / sizeof(tokens[0]) ? tokens[i] : "unknown";
}

const char *gg_version(void)
{
    return GG_VERSION;
}

void gg_free(void *ptr)
{
    free(ptr);
}
