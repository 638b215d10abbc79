/* SPDX-License-Identifier: MIT */
/* reference.c - the matcher that the compiled one is compared with. */
#include "reference.h"

#include <string.h>

/* --- text ----------------------------------------------------------------- */

static int text_matches(const char *pattern, size_t pattern_len,
                        const char *text, size_t len)
{
    if (pattern_len == 0)
        return len == 0;
    if (*pattern == '*')
        return text_matches(pattern + 1, pattern_len - 1, text, len) ||
               (len > 0 &&
                text_matches(pattern, pattern_len, text + 1, len - 1));
    return len > 0 && *pattern == *text &&
           text_matches(pattern + 1, pattern_len - 1, text + 1, len - 1);
}

/* --- numbers -------------------------------------------------------------- */

static int order_of(const struct plain *a, const struct plain *b)
{
    if (a->whole != b->whole)
        return a->whole < b->whole ? -1 : 1;
    return a->thousandths - b->thousandths;
}

static void negate(struct plain *number)
{
    number->whole = -number->whole;
    if (number->thousandths > 0) {
        number->whole--;
        number->thousandths = 1000 - number->thousandths;
    }
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Read "12" or "12.5" at *@at: digits, and up to three after a point. */
static int read_decimal(const char **at, struct plain *number)
{
    int worth = 100;

    if (!is_digit(**at))
        return 0;
    for (; is_digit(**at); ++*at)
        number->whole = number->whole * 10 + (**at - '0');
    if (**at != '.')
        return 1;
    ++*at;
    if (!is_digit(**at))
        return 0;
    for (; is_digit(**at) && worth > 0; ++*at) {
        number->thousandths += (**at - '0') * worth;
        worth /= 10;
    }
    return 1;
}

static int64_t seconds_of(char unit)
{
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    default:
        return 0;
    }
}

/* Whether @value is in the relation to a number that @text, such as "<1h",
 * asks for.  A text that asks for none does not hold. */
static int comparison_holds(const struct plain *text, const struct plain *value)
{
    struct plain limit = {.kind = PLAIN_NUMBER};
    const char *at = text->text;
    int less = *at == '<';
    int is_negative;
    int or_equal;
    int order;

    if (strlen(text->text) != text->len || (*at != '<' && *at != '>'))
        return 0;
    at++;
    or_equal = *at == '=';
    at += or_equal;
    is_negative = *at == '-';
    at += is_negative;
    if (!read_decimal(&at, &limit))
        return 0;
    if (seconds_of(*at) > 0) {
        int64_t unit = seconds_of(*at++);
        int64_t fraction = limit.thousandths * unit;

        limit.whole = limit.whole * unit + fraction / 1000;
        limit.thousandths = (int)(fraction % 1000);
    }
    if (*at != '\0')
        return 0;
    if (is_negative)
        negate(&limit);
    order = order_of(value, &limit);
    return (less && order < 0) || (!less && order > 0) ||
           (or_equal && order == 0);
}

/* --- one value ------------------------------------------------------------ */

/* Whether @value, no list, is what @wanted asks for. */
static int is_wanted(const struct plain *wanted, const struct plain *value)
{
    switch (value->kind) {
    case PLAIN_TEXT:
        return wanted->kind == PLAIN_TEXT &&
               text_matches(wanted->text, wanted->len, value->text, value->len);
    case PLAIN_NUMBER:
        if (wanted->kind == PLAIN_TEXT)
            return comparison_holds(wanted, value);
        return wanted->kind == PLAIN_NUMBER && order_of(wanted, value) == 0;
    case PLAIN_BOOLEAN:
        return wanted->kind == PLAIN_BOOLEAN && wanted->truth == value->truth;
    default:
        return 0; /* absent, or with something inside */
    }
}

/* --- settings ------------------------------------------------------------- */

static int is_among(const char *key, const char *const *words)
{
    for (; *words; words++) {
        if (strcmp(key, *words) == 0)
            return 1;
    }
    return 0;
}

static int is_blank(const struct plain *text)
{
    size_t i;

    for (i = 0; i < text->len; i++) {
        if (!memchr(" \t\n\v\f\r", text->text[i], 6))
            return 0;
    }
    return 1;
}

static int is_host(const struct plain *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-._";
    size_t i;

    for (i = 0; i < text->len; i++) {
        unsigned char c = (unsigned char)text->text[i];

        if (c < 0x80 && !memchr(letters, c, sizeof(letters) - 1))
            return 0;
    }
    return 1;
}

/* @value as it is shown under @key of the settings. */
static const struct plain *shown(const char *key, const struct plain *value)
{
    static const struct plain hidden = {
        .kind = PLAIN_TEXT, .text = "[redacted]", .len = 10};
    static const char *const harmless[] = {
        "imap_host", "smtp_port", "type", "username", "email", "host", NULL};
    static const char *const hosts[] = {"imap_host", "host", NULL};

    if (value->kind == PLAIN_NULL || value->kind == PLAIN_LIST ||
        value->kind == PLAIN_OBJECT)
        return value;
    if (value->kind == PLAIN_TEXT && is_blank(value))
        return value;
    if (!is_among(key, harmless))
        return &hidden;
    if (value->kind == PLAIN_TEXT && is_among(key, hosts) && !is_host(value))
        return &hidden;
    return value;
}

/* --- fields --------------------------------------------------------------- */

/* Take what is before the next dot off *@key. */
static void take_part(const char **key, char part[64])
{
    size_t len = strcspn(*key, ".");

    memcpy(part, *key, len);
    part[len] = '\0';
    *key += len + (((*key)[len]) == '.');
}

static const struct plain *member(const struct plain *object, const char *key)
{
    size_t i;

    for (i = 0; object && object->kind == PLAIN_OBJECT && i < object->nmembers;
         i++) {
        if (strcmp(object->keys[i], key) == 0)
            return object->members[i];
    }
    return NULL;
}

static int is_in_settings(const char *key)
{
    return strncmp(key, "settings.", 9) == 0;
}

const struct plain *reference_field(const struct plain *grant, const char *key)
{
    const struct plain *value = grant;
    const char *rest = key;
    char part[64] = "";

    while (value && *rest != '\0') {
        take_part(&rest, part);
        value = member(value, part);
    }
    return value && is_in_settings(key) ? shown(part, value) : value;
}

static int element_holds(const struct entry *entry, const struct plain *element)
{
    size_t i;

    for (i = 0; i < entry->nvalues; i++) {
        if (is_wanted(&entry->values[i], element))
            return 1;
    }
    return 0;
}

static int entry_holds(const struct plain *grant, const struct entry *entry)
{
    const struct plain *value = reference_field(grant, entry->key);
    const char *dot = strrchr(entry->key, '.');
    size_t i;

    if (!value)
        return 0;
    if (value->kind != PLAIN_LIST)
        return element_holds(entry, value);
    for (i = 0; i < value->nmembers; i++) {
        const struct plain *element = value->members[i];

        if (is_in_settings(entry->key))
            element = shown(dot + 1, element);
        if (element_holds(entry, element))
            return 1;
    }
    return 0;
}

int reference_holds(const struct plain *grant, const struct entry *entries,
                    size_t nentries)
{
    size_t i;

    for (i = 0; i < nentries; i++) {
        if (!entry_holds(grant, &entries[i]))
            return 0;
    }
    return 1;
}
