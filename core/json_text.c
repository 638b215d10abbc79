/* SPDX-License-Identifier: MIT */
/*
 * json_text.c - writing JSON.
 *
 * The only place that quotes text for records, so what it lets through
 * reaches terminals and logs.  Output is a function of the value alone,
 * whatever the locale of the host.
 */
#include "ascii.h"
#include "private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD sizeof(uint64_t)

/* Every byte of a word the same. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * Whether none of the 8 bytes at @at is escaped, nor outside of ASCII.  A byte
 * is found by the borrow its subtraction leaves in the top bit; a borrow into
 * the next byte errs on the side of "no", which only costs time.
 */
static int is_plain_word(const char *at)
{
    uint64_t word;
    uint64_t quote;
    uint64_t slash;
    uint64_t rubout;

    memcpy(&word, at, sizeof(word));
    quote = word ^ EACH('"');
    slash = word ^ EACH('\\');
    rubout = word ^ EACH(0x7f);
    return ((word | (word - EACH(0x20)) | (quote - EACH(1)) |
             (slash - EACH(1)) | (rubout - EACH(1))) &
            EACH(0x80)) == 0;
}

static int is_plain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/*
 * Copy from @from what can be copied as it is, at most @len bytes; returns how
 * many that were.  @to has room for @len, all of which may be written.
 */
static size_t copy_plain(char *to, const char *from, size_t len)
{
    size_t i = 0;

    for (; i + GGP_LANES <= len; i += GGP_LANES) {
        ggp_lanes lanes = ggp_lanes_at(from + i);

        if (ggp_lanes_any(ggp_lanes_escaped(lanes)))
            break;
        memcpy(to + i, &lanes, sizeof(lanes));
    }
    if (len >= WORD && len - i < GGP_LANES) {
        /* the rest in two goes, which may cover what is there already */
        if (len - i > WORD && is_plain_word(from + i)) {
            memcpy(to + i, from + i, WORD);
            i += WORD;
        }
        if (len - i <= WORD && is_plain_word(from + len - WORD)) {
            memcpy(to + len - WORD, from + len - WORD, WORD);
            return len;
        }
    }
    for (; i < len && is_plain(from[i]); i++)
        to[i] = from[i];
    return i;
}

/* The letter of a short escape, or '\0'. */
static char short_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return '\0';
    }
}

/* Every character that is escaped by number is in the first plane. */
static void add_code(struct ggp_buf *buf, const char *at, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *byte = (const unsigned char *)at;
    unsigned code = byte[0];
    char escape[6] = {'\\', 'u'};

    if (n == 2)
        code = (byte[0] & 0x1fU) << 6 | (byte[1] & 0x3fU);
    else if (n == 3)
        code = (byte[0] & 0x0fU) << 12 | (byte[1] & 0x3fU) << 6 |
               (byte[2] & 0x3fU);
    escape[2] = hex[code >> 12 & 15];
    escape[3] = hex[code >> 8 & 15];
    escape[4] = hex[code >> 4 & 15];
    escape[5] = hex[code & 15];
    ggp_buf_add(buf, escape, sizeof(escape));
}

/* Add the one character at @at that is not plain; returns its length. */
static size_t add_special(struct ggp_buf *buf, const char *at, size_t len)
{
    size_t n = ggp_utf8_char(at, len);
    char letter = short_escape(*at);

    if (n == 0) {
        ggp_buf_string(buf, "\xef\xbf\xbd");
        return 1;
    }
    if (letter) {
        ggp_buf_char(buf, '\\');
        ggp_buf_char(buf, letter);
    } else if (ggp_is_unprintable(at, n)) {
        add_code(buf, at, n);
    } else {
        ggp_buf_add(buf, at, n);
    }
    return n;
}

/* Add @text without quotes, from where it is not plain. */
static void add_escaped(struct ggp_buf *buf, const char *text, size_t len)
{
    while (len > 0 && ggp_buf_reserve(buf, len)) {
        size_t n = copy_plain(buf->bytes + buf->len, text, len);

        buf->len += n;
        if (n < len)
            n += add_special(buf, text + n, len - n);
        text += n;
        len -= n;
    }
}

void ggp_json_rest(struct ggp_buf *buf, const char *text, size_t len)
{
    size_t n;

    if (!ggp_buf_reserve(buf, len + 1))
        return;
    n = copy_plain(buf->bytes + buf->len, text, len);
    buf->len += n;
    if (n < len) {
        add_escaped(buf, text + n, len - n);
        ggp_buf_char(buf, '"');
    } else {
        buf->bytes[buf->len++] = '"';
    }
}

void ggp_json_text(struct ggp_buf *buf, const char *text, size_t len)
{
    ggp_buf_char(buf, '"');
    ggp_json_rest(buf, text, len);
}

void ggp_json_string(struct ggp_buf *buf, const char *text)
{
    ggp_json_text(buf, text, strlen(text));
}

void ggp_json_comma(struct ggp_buf *buf)
{
    char last = buf->len > 0 ? buf->bytes[buf->len - 1] : '{';

    if (last != '{' && last != '[')
        ggp_buf_char(buf, ',');
}

void ggp_json_key(struct ggp_buf *buf, const char *name)
{
    ggp_json_comma(buf);
    ggp_json_string(buf, name);
    ggp_buf_char(buf, ':');
}

void ggp_json_member(struct ggp_buf *buf, const char *name, const char *text)
{
    if (!text)
        return;
    ggp_json_key(buf, name);
    ggp_json_string(buf, text);
}

void ggp_json_real(struct ggp_buf *buf, double value)
{
    char digits[40];
    char *comma;
    int precision;

    if (!isfinite(value)) { /* no such thing in JSON */
        ggp_buf_string(buf, "null");
        return;
    }
    for (precision = 15; precision <= 17; precision++) {
        (void)snprintf(digits, sizeof(digits), "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    comma = strchr(digits, ','); /* where the host set LC_NUMERIC */
    if (comma)
        *comma = '.';
    ggp_buf_string(buf, digits);
    if (!strpbrk(digits, ".e"))
        ggp_buf_string(buf, ".0"); /* stays a real when it is read back */
}

/* --- passing on ----------------------------------------------------------- */

static int is_plain_ascii(char c)
{
    return c >= ' ' && c <= '~';
}

/* Add the character of @n bytes at @at, valid UTF-8, as \uXXXX.  All that is
 * unprintable is below U+10000. */
static void add_escape(struct ggp_buf *buf, const char *at, size_t n)
{
    const unsigned char *byte = (const unsigned char *)at;
    unsigned code = byte[0];
    char escape[8];

    if (n == 2)
        code = (byte[0] & 31U) << 6 | (byte[1] & 63U);
    else if (n == 3)
        code = (byte[0] & 15U) << 12 | (byte[1] & 63U) << 6 | (byte[2] & 63U);
    (void)snprintf(escape, sizeof(escape), "\\u%04x", code);
    ggp_buf_string(buf, escape);
}

/* Outside of strings JSON is ASCII, so what is not stands in one. */
static void add_harmless(struct ggp_buf *buf, const char *text, size_t len)
{
    size_t i = 0;

    while (i < len) {
        size_t run = 0;
        size_t n;

        while (i + run < len && is_plain_ascii(text[i + run]))
            run++;
        ggp_buf_add(buf, text + i, run);
        i += run;
        if (i == len)
            return;
        n = ggp_utf8_char(text + i, len - i);
        if (n == 0)
            ggp_buf_string(buf, "\xEF\xBF\xBD"); /* U+FFFD */
        else if (ggp_is_unprintable(text + i, n))
            add_escape(buf, text + i, n);
        else
            ggp_buf_add(buf, text + i, n);
        i += n > 0 ? n : 1;
    }
}

/* yyjson's own allocator is out of our tests' reach. */
static void *text_malloc(void *unused, size_t size)
{
    (void)unused;
    return malloc(size);
}

static void *text_realloc(void *unused, void *at, size_t old, size_t size)
{
    (void)unused;
    (void)old;
    return realloc(at, size);
}

static void text_free(void *unused, void *at)
{
    (void)unused;
    free(at);
}

void ggp_json_value(struct ggp_buf *buf, yyjson_val *value)
{
    const yyjson_alc alc = {text_malloc, text_realloc, text_free, NULL};
    size_t len = 0;
    char *text = yyjson_val_write_opts(
        value, YYJSON_WRITE_ALLOW_INVALID_UNICODE, &alc, &len, NULL);

    if (text)
        add_harmless(buf, text, len);
    else if (buf->failed == GG_OK)
        buf->failed = GG_ENOMEM;
    free(text);
}
