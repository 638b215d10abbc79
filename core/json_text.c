/* SPDX-License-Identifier: MIT */
/*
 * json_text.c - writing JSON.
 *
 * The only place that quotes text for records, so what it lets through
 * reaches terminals and logs.  Output is a function of the value alone: keys
 * in byte order, numbers independent of who wrote them how.
 */
#include "private.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEW_MEMBERS 32
#define KEY_SHORT   32

/* Every byte of a word the same. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * Whether each of the 8 bytes at @at is printable ASCII that needs no escape.
 * A byte is found by the borrow its subtraction leaves in the top bit; a
 * borrow into the next byte errs on the side of "no", which only costs time.
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

/* How many bytes from @at on can be copied as they are. */
static size_t plain_run(const char *at, size_t len)
{
    size_t i = 0;

    while (i + 8 <= len && is_plain_word(at + i))
        i += 8;
    while (i < len && is_plain(at[i]))
        i++;
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

void ggp_json_text(struct ggp_buf *buf, const char *text, size_t len)
{
    size_t i = 0;

    ggp_buf_char(buf, '"');
    while (i < len && buf->failed == GG_OK) {
        size_t run = plain_run(text + i, len - i);

        ggp_buf_add(buf, text + i, run);
        i += run;
        if (i < len)
            i += add_special(buf, text + i, len - i);
    }
    ggp_buf_char(buf, '"');
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
    char key[KEY_SHORT + 3];
    size_t len = strlen(name);

    ggp_json_comma(buf);
    if (len > KEY_SHORT || plain_run(name, len) < len) {
        ggp_json_text(buf, name, len);
        ggp_buf_char(buf, ':');
        return;
    }
    /* All names of a record: written in one go. */
    key[0] = '"';
    memcpy(key + 1, name, len);
    key[len + 1] = '"';
    key[len + 2] = ':';
    ggp_buf_add(buf, key, len + 3);
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

static void add_unsigned(struct ggp_buf *buf, uint64_t value)
{
    char digits[24];

    if (value <= INT64_MAX) {
        ggp_buf_int(buf, (int64_t)value);
        return;
    }
    (void)snprintf(digits, sizeof(digits), "%" PRIu64, value);
    ggp_buf_string(buf, digits);
}

static void add_scalar(struct ggp_buf *buf, yyjson_val *value)
{
    if (yyjson_is_str(value))
        ggp_json_text(buf, yyjson_get_str(value), yyjson_get_len(value));
    else if (yyjson_is_bool(value))
        ggp_buf_string(buf, yyjson_get_bool(value) ? "true" : "false");
    else if (yyjson_is_uint(value))
        add_unsigned(buf, yyjson_get_uint(value));
    else if (yyjson_is_sint(value))
        ggp_buf_int(buf, yyjson_get_sint(value));
    else if (yyjson_is_real(value))
        ggp_json_real(buf, yyjson_get_real(value));
    else
        ggp_buf_string(buf, "null");
}

static int by_bytes(const void *left, const void *right)
{
    yyjson_val *a = *(yyjson_val *const *)left;
    yyjson_val *b = *(yyjson_val *const *)right;
    size_t a_len = yyjson_get_len(a);
    size_t b_len = yyjson_get_len(b);
    int order = memcmp(yyjson_get_str(a), yyjson_get_str(b),
                       a_len < b_len ? a_len : b_len);

    if (order != 0)
        return order;
    return (a_len > b_len) - (a_len < b_len);
}

static void add_value(struct ggp_buf *buf, yyjson_val *value, int depth);

static void add_array(struct ggp_buf *buf, yyjson_val *array, int depth)
{
    yyjson_arr_iter iter = yyjson_arr_iter_with(array);
    yyjson_val *element = yyjson_arr_iter_next(&iter);

    ggp_buf_char(buf, '[');
    while (element) {
        ggp_json_comma(buf);
        add_value(buf, element, depth);
        element = yyjson_arr_iter_next(&iter);
    }
    ggp_buf_char(buf, ']');
}

static void add_members(struct ggp_buf *buf, yyjson_val **keys, size_t nkeys,
                        int depth)
{
    size_t i;

    qsort(keys, nkeys, sizeof(*keys), by_bytes);
    ggp_buf_char(buf, '{');
    for (i = 0; i < nkeys; i++) {
        ggp_json_comma(buf);
        ggp_json_text(buf, yyjson_get_str(keys[i]), yyjson_get_len(keys[i]));
        ggp_buf_char(buf, ':');
        add_value(buf, yyjson_obj_iter_get_val(keys[i]), depth);
    }
    ggp_buf_char(buf, '}');
}

static void add_object(struct ggp_buf *buf, yyjson_val *object, int depth)
{
    yyjson_val *few[FEW_MEMBERS];
    yyjson_val **keys = few;
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    size_t nkeys = yyjson_obj_size(object);
    size_t i;

    if (nkeys > FEW_MEMBERS)
        keys = malloc(nkeys * sizeof(*keys));
    if (!keys) {
        if (buf->failed == GG_OK)
            buf->failed = GG_ENOMEM;
        return;
    }
    for (i = 0; i < nkeys; i++)
        keys[i] = yyjson_obj_iter_next(&iter);
    add_members(buf, keys, nkeys, depth);
    if (keys != few)
        free(keys);
}

/* Recursion is bounded: documents are at most GGP_MAX_DEPTH deep, and what
 * is not from one ends here. */
static void add_value(struct ggp_buf *buf, yyjson_val *value, int depth)
{
    if (buf->failed != GG_OK)
        return;
    if (!yyjson_is_ctn(value)) {
        add_scalar(buf, value);
        return;
    }
    if (depth >= GGP_MAX_DEPTH) {
        buf->failed = GG_EOUTPUT;
        return;
    }
    if (yyjson_is_arr(value))
        add_array(buf, value, depth + 1);
    else
        add_object(buf, value, depth + 1);
}

void ggp_json_value(struct ggp_buf *buf, yyjson_val *value)
{
    add_value(buf, value, 0);
}
