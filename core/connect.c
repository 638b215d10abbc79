/* SPDX-License-Identifier: MIT */
/*
 * connect.c - connect fields as data.
 *
 * Everything that goes over all fields goes over the table, so that a new
 * field is one row here, one member of struct gg_connect, one enumerator and
 * its check.  Messages name the field and never its value.
 */
#include "private.h"

#include <string.h>

#define URI_MAX   2048
#define ID_MAX    256
#define STATE_MAX 256
#define LIST_MAX  256
#define ENTRY_MAX 512

#define ROW(name, kind)                                                        \
    {                                                                          \
#name, kind, offsetof(struct gg_connect, name)                         \
    }

const struct ggp_connect_info ggp_connect_info[GGP_CONNECT_NFIELDS] = {
    ROW(smtp_required, GGP_CHOICE),
    ROW(region, GGP_STRING),
    ROW(client_id, GGP_STRING),
    ROW(redirect_uri, GGP_STRING),
    ROW(login_hint, GGP_STRING),
    ROW(state, GGP_STRING),
    ROW(scope, GGP_STRINGS),
    ROW(prompt, GGP_STRING),
    ROW(access_type, GGP_STRING),
    ROW(credential_id, GGP_STRING),
    ROW(include_grant_scopes, GGP_CHOICE),
    ROW(options, GGP_STRINGS),
};

#undef ROW

/* --- access --------------------------------------------------------------- */

int ggp_connect_find(const char *name, size_t len)
{
    struct ggp_text text = {name, len};
    int i;

    for (i = 0; i < GGP_CONNECT_NFIELDS; i++) {
        if (ggp_text_is(text, ggp_connect_info[i].name))
            return i;
    }
    return -1;
}

void *ggp_connect_member(struct gg_connect *connect, int field)
{
    return (char *)connect + ggp_connect_info[field].offset;
}

const void *ggp_connect_const(const struct gg_connect *connect, int field)
{
    return (const char *)connect + ggp_connect_info[field].offset;
}

static enum gg_choice choice_of(const struct gg_connect *connect, int field)
{
    return *(const enum gg_choice *)ggp_connect_const(connect, field);
}

static const char *string_of(const struct gg_connect *connect, int field)
{
    return *(const char *const *)ggp_connect_const(connect, field);
}

static const char *const *strings_of(const struct gg_connect *connect,
                                     int field)
{
    return *(const char *const *const *)ggp_connect_const(connect, field);
}

int ggp_connect_is_set(const struct gg_connect *connect, int field)
{
    switch (ggp_connect_info[field].kind) {
    case GGP_CHOICE:
        return choice_of(connect, field) != GG_UNSET;
    case GGP_STRING:
        return string_of(connect, field) != NULL;
    case GGP_STRINGS:
        return strings_of(connect, field) != NULL;
    }
    return 0;
}

/* --- checks --------------------------------------------------------------- */

/* Whether @text is 1 to @max bytes of visible ASCII. */
static int is_visible(const char *text, size_t max)
{
    size_t i;

    for (i = 0; text[i] != '\0'; i++) {
        if (i == max || text[i] < '!' || text[i] > '~')
            return 0;
    }
    return i > 0;
}

static int is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++) {
        if (strcmp(text, *words) == 0)
            return 1;
    }
    return 0;
}

/* UTF-8 of 1 to @max bytes, without white space or controls. */
static int is_word(const char *text, size_t max)
{
    size_t len = strlen(text);

    return len > 0 && len <= max && ggp_is_utf8(text, len) &&
           !ggp_has_control(text, len) && !strchr(text, ' ');
}

/* The end of the host at @at, which is a name, an address or "[…]". */
static const char *skip_host(const char *at)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    static const char address[] = "0123456789abcdefABCDEF:.";
    size_t len;

    if (*at != '[')
        return *at == '.' || *at == '-' ? at : at + strspn(at, name);
    len = strspn(at + 1, address);
    return len > 0 && at[1 + len] == ']' ? at + len + 2 : at;
}

/* The end of the port at @at, or NULL if there is a ':' and no port. */
static const char *skip_port(const char *at)
{
    size_t len;

    if (*at != ':')
        return at;
    len = strspn(at + 1, "0123456789");
    return ggp_is_port(at + 1, len) ? at + 1 + len : NULL;
}

/* Whether the host of @len bytes at @at is this machine. */
static int is_loopback(const char *at, size_t len)
{
    struct ggp_text host = {at, len};

    return ggp_text_is(host, "localhost") || ggp_text_is(host, "127.0.0.1") ||
           ggp_text_is(host, "[::1]");
}

int ggp_is_web_url(const char *url)
{
    int is_https = strncmp(url, "https://", 8) == 0;
    const char *host = url + (is_https ? 8 : 7);
    const char *rest;

    if (!is_https && strncmp(url, "http://", 7) != 0)
        return 0;
    if (!is_word(url, URI_MAX) || strpbrk(url, "\\\"<>^`{|}"))
        return 0;
    rest = skip_host(host);
    if (rest == host ||
        (!is_https && !is_loopback(host, (size_t)(rest - host))))
        return 0;
    rest = skip_port(rest);
    if (!rest)
        return 0;
    /* Anything else, '@' above all, would make another host of it; and so may
     * an '@' in a query without a path, where whoever reads it is careless. */
    return *rest == '\0' || *rest == '/' ||
           (*rest == '?' && (is_https || !strchr(rest, '@')));
}

static int is_region(const char *text)
{
    static const char *const words[] = {"us", "eu", NULL};

    return is_one_of(text, words);
}

static int is_prompt(const char *text)
{
    static const char *const words[] = {"select_provider", "detect",
                                        "select_provider,detect",
                                        "detect,select_provider", NULL};

    return is_one_of(text, words);
}

static int is_access_type(const char *text)
{
    static const char *const words[] = {"online", "offline", NULL};

    return is_one_of(text, words);
}

static int is_identifier(const char *text)
{
    return is_visible(text, ID_MAX);
}

static int is_redirect_uri(const char *text)
{
    return ggp_is_web_url(text) && !strchr(text, '#') &&
           strncmp(text, "http://[", 8) != 0;
}

static int is_login_hint(const char *text)
{
    return is_word(text, GGP_EMAIL_MAX);
}

static int is_state(const char *text)
{
    size_t len = strlen(text);
    size_t count = 0;
    size_t i = 0;

    if (ggp_has_control(text, len))
        return 0;
    while (i < len) {
        size_t n = ggp_utf8_char(text + i, len - i);

        if (n == 0 || ++count > STATE_MAX)
            return 0;
        i += n;
    }
    return 1;
}

static int is_scope(const char *text)
{
    return is_word(text, ENTRY_MAX);
}

static int is_option(const char *text)
{
    size_t len = strlen(text);

    return ggp_is_reason(text, len) && strcmp(text, "smtp_required") != 0;
}

/* What each string, or each entry of a list, must be; and how to say so. */
static const struct {
    int (*fits)(const char *text);
    const char *wanted;
} checks[GGP_CONNECT_NFIELDS] = {
    [GGP_CONNECT_REGION] = {is_region, "\"us\" or \"eu\""},
    [GGP_CONNECT_CLIENT_ID] = {is_identifier,
                               "1 to 256 visible ASCII characters"},
    [GGP_CONNECT_REDIRECT_URI] =
        {is_redirect_uri, "https://\xe2\x80\xa6 or http://localhost\xe2\x80\xa6"
                          " or http://127.0.0.1\xe2\x80\xa6, at most 2048 "
                          "bytes, without user name or fragment (Nylas "
                          "refuses the rest)"},
    [GGP_CONNECT_LOGIN_HINT] = {is_login_hint,
                                "an e-mail address of at most 320 bytes, "
                                "without spaces or control characters"},
    [GGP_CONNECT_STATE] = {is_state, "at most 256 characters of UTF-8, "
                                     "without control characters"},
    [GGP_CONNECT_SCOPE] = {is_scope,
                           "a list of at most 256 scopes, each 1 to 512 bytes "
                           "without spaces or control characters"},
    [GGP_CONNECT_PROMPT] = {is_prompt, "\"select_provider\", \"detect\", "
                                       "\"select_provider,detect\" or "
                                       "\"detect,select_provider\""},
    [GGP_CONNECT_ACCESS_TYPE] = {is_access_type, "\"online\" or \"offline\""},
    [GGP_CONNECT_CREDENTIAL_ID] = {is_identifier,
                                   "1 to 256 visible ASCII characters"},
    [GGP_CONNECT_OPTIONS] = {is_option,
                             "a list of at most 256 names of [a-z0-9_]+, "
                             "without smtp_required (set smtp_required to "
                             "true instead)"},
};

static int list_fits(const char *const *list, int (*fits)(const char *text))
{
    size_t i;

    for (i = 0; list[i]; i++) {
        if (i == LIST_MAX || !fits(list[i]))
            return 0;
    }
    return 1;
}

gg_status ggp_connect_check(const struct gg_connect *connect, int field,
                            struct gg_error *err)
{
    const char *name = ggp_connect_info[field].name;
    int fits = 1;

    if (!ggp_connect_is_set(connect, field))
        return GG_OK;
    switch (ggp_connect_info[field].kind) {
    case GGP_CHOICE:
        if (choice_of(connect, field) != GG_NO &&
            choice_of(connect, field) != GG_YES)
            return ggp_fail(err, GG_EINVAL, "%s must be true or false", name);
        return GG_OK;
    case GGP_STRING:
        fits = checks[field].fits(string_of(connect, field));
        break;
    case GGP_STRINGS:
        fits = list_fits(strings_of(connect, field), checks[field].fits);
        break;
    }
    if (!fits)
        return ggp_fail(err, GG_EINVAL, "%s must be %s", name,
                        checks[field].wanted);
    return GG_OK;
}

/* --- combining and copying ------------------------------------------------ */

static size_t member_size(int field)
{
    return ggp_connect_info[field].kind == GGP_CHOICE ? sizeof(enum gg_choice)
                                                      : sizeof(void *);
}

void ggp_connect_fill(struct gg_connect *connect, const char **from,
                      const struct gg_connect *more, const char *origin)
{
    int i;

    for (i = 0; i < GGP_CONNECT_NFIELDS; i++) {
        if (ggp_connect_is_set(connect, i) || !ggp_connect_is_set(more, i))
            continue;
        memcpy(ggp_connect_member(connect, i), ggp_connect_const(more, i),
               member_size(i));
        if (from)
            from[i] = origin;
    }
}

static const char *const *copy_list(const char *const *list,
                                    struct ggp_arena *arena)
{
    const char **copy;
    size_t n = 0;
    size_t i;

    while (list[n])
        n++;
    copy = ggp_arena_alloc(arena, (n + 1) * sizeof(*copy));
    if (!copy)
        return NULL;
    for (i = 0; i < n; i++)
        copy[i] = ggp_arena_string(arena, list[i]);
    return (const char *const *)copy;
}

void ggp_connect_copy(struct gg_connect *to, const struct gg_connect *from,
                      struct ggp_arena *arena)
{
    struct gg_connect copy = *from; /* @to may be @from */
    int i;

    for (i = 0; i < GGP_CONNECT_NFIELDS; i++) {
        void *member = ggp_connect_member(&copy, i);

        if (!ggp_connect_is_set(from, i))
            continue;
        if (ggp_connect_info[i].kind == GGP_STRING)
            *(const char **)member = ggp_arena_string(arena,
                                                      string_of(from, i));
        else if (ggp_connect_info[i].kind == GGP_STRINGS)
            *(const char *const **)member = copy_list(strings_of(from, i),
                                                      arena);
    }
    *to = copy;
}

static void add_list(struct ggp_buf *buf, const char *const *list)
{
    ggp_buf_char(buf, '[');
    for (; *list; list++) {
        ggp_json_comma(buf);
        ggp_json_string(buf, *list);
    }
    ggp_buf_char(buf, ']');
}

void ggp_connect_value(struct ggp_buf *buf, const struct gg_connect *connect,
                       int field)
{
    switch (ggp_connect_info[field].kind) {
    case GGP_CHOICE:
        ggp_buf_string(buf,
                       choice_of(connect, field) == GG_YES ? "true" : "false");
        break;
    case GGP_STRING:
        ggp_json_string(buf, string_of(connect, field));
        break;
    case GGP_STRINGS:
        add_list(buf, strings_of(connect, field));
        break;
    }
}

void ggp_connect_json(struct ggp_buf *buf, const struct gg_connect *connect)
{
    int i;

    ggp_buf_char(buf, '{');
    for (i = 0; i < GGP_CONNECT_NFIELDS; i++) {
        if (!ggp_connect_is_set(connect, i))
            continue;
        ggp_json_key(buf, ggp_connect_info[i].name);
        ggp_connect_value(buf, connect, i);
    }
    ggp_buf_char(buf, '}');
}
