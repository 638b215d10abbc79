/* SPDX-License-Identifier: MIT */
/*
 * text.c - texts: the grammars of names, and UTF-8.
 *
 * Character classes are spelt out rather than taken from <ctype.h>, whose
 * answers depend on the locale of the host.
 */
#include "ascii.h"
#include "private.h"

#include <string.h>

#define ID_MAX       128
#define PROVIDER_MAX 32
#define TENANT_MAX   128
#define NAME_MAX_LEN 64
#define PORT_DIGITS  5

static int is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static int is_alnum(char c)
{
    return is_lower(c) || is_upper(c) || is_digit(c);
}

static int is_id_char(char c)
{
    return is_alnum(c) || c == '_' || c == '-';
}

static int is_tenant_char(char c)
{
    return is_id_char(c) || c == '.';
}

static int is_lower_alnum(char c)
{
    return is_lower(c) || is_digit(c);
}

static int is_dashed_char(char c)
{
    return is_lower_alnum(c) || c == '-';
}

static int is_reason_char(char c)
{
    return is_lower_alnum(c) || c == '_';
}

/* One character that is @first, then up to @max - 1 that are @rest. */
static int is_name(const char *text, size_t len, size_t max,
                   int (*first)(char c), int (*rest)(char c))
{
    size_t i;

    if (!text || len == 0 || len > max || !first(text[0]))
        return 0;
    for (i = 1; i < len; i++) {
        if (!rest(text[i]))
            return 0;
    }
    return 1;
}

struct ggp_text ggp_text_of(const char *text)
{
    struct ggp_text whole = {text, text ? strlen(text) : 0};

    return whole;
}

struct ggp_text ggp_text_of_json(yyjson_val *value)
{
    struct ggp_text text = {NULL, 0};

    if (yyjson_is_str(value)) {
        text.at = yyjson_get_str(value);
        text.len = yyjson_get_len(value);
    }
    return text;
}

int ggp_text_compare(struct ggp_text a, struct ggp_text b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.at, b.at, len) : 0;

    if (order == 0)
        order = (a.len > b.len) - (a.len < b.len);
    return order;
}

struct ggp_text ggp_domain(struct ggp_text email, char room[GGP_EMAIL_MAX + 1])
{
    struct ggp_text domain = {NULL, 0};
    size_t start = email.len;
    int has_upper = 0;
    size_t i;

    for (; start > 0 && email.at[start - 1] != '@'; start--)
        has_upper |= is_upper(email.at[start - 1]);
    if (start == 0 || start == email.len || email.len - start > GGP_EMAIL_MAX)
        return domain;
    domain.at = email.at + start;
    domain.len = email.len - start;
    if (!has_upper)
        return domain;
    for (i = 0; i <= domain.len; i++) {
        char c = domain.at[i];

        room[i] = is_upper(c) ? (char)(c - 'A' + 'a') : c;
    }
    domain.at = room;
    return domain;
}

int ggp_is_grant_id(const char *text, size_t len)
{
    /* UUIDs, one to a grant */
    if (text && len >= GGP_LANES && len <= ID_MAX)
        return is_alnum(text[0]) && ggp_is_id_ascii(text, len);
    return is_name(text, len, ID_MAX, is_alnum, is_id_char);
}

int ggp_is_provider(const char *text, size_t len)
{
    return is_name(text, len, PROVIDER_MAX, is_lower_alnum, is_dashed_char);
}

int ggp_is_tenant(const char *text, size_t len)
{
    return is_name(text, len, TENANT_MAX, is_alnum, is_tenant_char);
}

int ggp_is_reason(const char *text, size_t len)
{
    return is_name(text, len, NAME_MAX_LEN, is_reason_char, is_reason_char);
}

int ggp_is_rule_name(const char *text, size_t len)
{
    return is_name(text, len, NAME_MAX_LEN, is_dashed_char, is_dashed_char);
}

int ggp_is_port(const char *text, size_t len)
{
    unsigned long port = 0;
    size_t i;

    if (!text || len > PORT_DIGITS)
        return 0;
    for (i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return 0;
        port = port * 10 + (unsigned long)(text[i] - '0');
    }
    return port >= 1 && port <= GGP_PORT_MAX;
}

int ggp_has_control(const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t i;

    if (ggp_is_printable_ascii(text, len))
        return 0;
    for (i = 0; i < len; i++) {
        if (at[i] < 0x20 || at[i] == 0x7f)
            return 1;
        if (at[i] == 0xc2 && i + 1 < len && at[i + 1] >= 0x80 &&
            at[i + 1] < 0xa0)
            return 1;
    }
    return 0;
}

/* The code point of the valid character of @n bytes at @at. */
static unsigned long code_point(const unsigned char *at, size_t n)
{
    static const unsigned char bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned long code = at[0] & bits[n];
    size_t i;

    for (i = 1; i < n; i++)
        code = code << 6 | (at[i] & 0x3f);
    return code;
}

size_t ggp_utf8_char(const char *text, size_t len)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)text;
    unsigned long code;
    size_t n;
    size_t i;

    if (len == 0)
        return 0;
    if (at[0] < 0x80)
        return 1;
    n = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    if (at[0] < 0xc2 || at[0] > 0xf4 || n > len)
        return 0;
    for (i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    }
    code = code_point(at, n);
    if (code < least[n] || code > 0x10ffff ||
        (code >= 0xd800 && code <= 0xdfff))
        return 0;
    return n;
}

int ggp_is_utf8(const char *text, size_t len)
{
    size_t i = 0;

    if (ggp_is_printable_ascii(text, len))
        return 1;
    while (i < len) {
        size_t n = ggp_utf8_char(text + i, len - i);

        if (n == 0)
            return 0;
        i += n;
    }
    return 1;
}

int ggp_is_unprintable(const char *at, size_t n)
{
    unsigned long code = code_point((const unsigned char *)at, n);

    if (code < 0xa0)
        return code < 0x20 || code >= 0x7f;
    return code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

int ggp_is_blank(const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (text[i] != ' ' && (text[i] < '\t' || text[i] > '\r'))
            return 0;
    }
    return 1;
}
