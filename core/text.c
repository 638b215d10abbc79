/* SPDX-License-Identifier: MIT */
/*
 * text.c - the grammars of names, UTF-8 and patterns.
 *
 * Character classes are spelt out rather than taken from <ctype.h>, whose
 * answers depend on the locale of the host.
 */
#include "private.h"

#include <string.h>

#define ID_MAX       128
#define PROVIDER_MAX 32
#define TENANT_MAX   128
#define NAME_MAX_LEN 64

static int is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_alnum(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c);
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

int ggp_text_is(struct ggp_text text, const char *word)
{
    size_t len = strlen(word);

    return text.at && text.len == len && memcmp(text.at, word, len) == 0;
}

int ggp_is_grant_id(const char *text, size_t len)
{
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

int ggp_has_control(const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t i;

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

/* --- patterns ------------------------------------------------------------- */

/*
 * The start of the greatest suffix of @word, by byte or, @reversed, by the
 * reverse order of bytes; its period goes to @period.
 */
static size_t greatest_suffix(struct ggp_text word, int reversed,
                              size_t *period)
{
    size_t best = 0;
    size_t rival = 1;
    size_t same = 0; /* how many bytes of the two agree */

    *period = 1;
    while (rival + same < word.len) {
        int order = memcmp(word.at + rival + same, word.at + best + same, 1);

        if (order == 0 && same + 1 == *period) {
            rival += *period;
            same = 0;
        } else if (order == 0) {
            same++;
        } else if (reversed ? order > 0 : order < 0) {
            rival += same + 1;
            same = 0;
            *period = rival - best;
        } else {
            best = rival++;
            same = 0;
            *period = 1;
        }
    }
    return best;
}

/*
 * Where the non-empty @word first is in @text, or @text.len + 1.
 *
 * Patterns and texts both come from outside, so the search must not be
 * quadratic, and it must not allocate.  This is the two-way algorithm of
 * Crochemore and Perrin: cut the word where its local period is that of the
 * whole, match the right part forwards, then the left part backwards; what
 * mismatches tells how far to move on.
 */
static size_t find(struct ggp_text text, struct ggp_text word)
{
    size_t period;
    size_t other_period;
    size_t cut = greatest_suffix(word, 0, &period);
    size_t other = greatest_suffix(word, 1, &other_period);
    size_t keep = 0; /* bytes known to match after a shift by the period */
    size_t known = 0;
    size_t at = 0;

    if (other > cut) {
        cut = other;
        period = other_period;
    }
    if (memcmp(word.at, word.at + period, cut) == 0)
        keep = word.len - period;
    else
        period = (cut > word.len - cut ? cut : word.len - cut) + 1;
    while (at + word.len <= text.len) {
        size_t i = cut > known ? cut : known;

        while (i < word.len && word.at[i] == text.at[at + i])
            i++;
        if (i < word.len) {
            at += i - cut + 1;
            known = 0;
            continue;
        }
        i = cut;
        while (i > known && word.at[i - 1] == text.at[at + i - 1])
            i--;
        if (i <= known)
            return at;
        at += period;
        known = keep;
    }
    return text.len + 1;
}

/* Where the next '*' at or after @at is, or the end. */
static size_t next_star(const char *pattern, size_t len, size_t at)
{
    const char *star = memchr(pattern + at, '*', len - at);

    return star ? (size_t)(star - pattern) : len;
}

int ggp_glob(const char *pattern, size_t pattern_len, const char *text,
             size_t len)
{
    size_t star = pattern_len > 0 ? next_star(pattern, pattern_len, 0) : 0;
    size_t at = star + 1; /* in the pattern, after the last '*' */
    size_t from = star;   /* in the text, after what has matched */
    size_t tail;

    if (!text)
        text = ""; /* so that what follows may point into it */
    if (star == pattern_len)
        return len == star && (len == 0 || memcmp(pattern, text, len) == 0);
    if (len < star || (star > 0 && memcmp(pattern, text, star) != 0))
        return 0;
    /* Each piece between stars, as early as it can be. */
    star = next_star(pattern, pattern_len, at);
    while (star < pattern_len) {
        struct ggp_text piece = {pattern + at, star - at};
        struct ggp_text rest = {text + from, len - from};
        size_t where = piece.len > 0 ? find(rest, piece) : 0;

        if (where > rest.len)
            return 0;
        from += where + piece.len;
        at = star + 1;
        star = next_star(pattern, pattern_len, at);
    }
    tail = pattern_len - at;
    return len - from >= tail &&
           (tail == 0 || memcmp(pattern + at, text + len - tail, tail) == 0);
}
