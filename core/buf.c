/* SPDX-License-Identifier: MIT */
/*
 * buf.c - the growable buffer.
 *
 * One byte more than `len` is always allocated, so that the text can be
 * terminated without growing.
 */
#include "private.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES ((size_t)256)

static void fail(struct ggp_buf *buf, gg_status status)
{
    if (buf->failed == GG_OK)
        buf->failed = status;
}

static size_t max_of(const struct ggp_buf *buf)
{
    return buf->max ? buf->max : GGP_BUF_MAX;
}

int ggp_buf_grow(struct ggp_buf *buf, size_t more)
{
    size_t max = max_of(buf);
    size_t cap = buf->cap ? buf->cap : FIRST_BYTES;
    size_t need;
    char *bytes;

    if (buf->failed != GG_OK)
        return 0;
    if (max > SIZE_MAX / 2)
        max = SIZE_MAX / 2; /* no sum below can wrap */
    if (buf->len > max || more > max - buf->len) {
        fail(buf, GG_EOUTPUT);
        return 0;
    }
    need = buf->len + more + 1;
    while (cap < need)
        cap = cap > max / 2 ? max + 1 : cap * 2;
    bytes = realloc(buf->bytes, cap);
    if (!bytes) {
        fail(buf, GG_ENOMEM);
        return 0;
    }
    buf->bytes = bytes;
    buf->cap = cap;
    return 1;
}

void ggp_buf_add(struct ggp_buf *buf, const char *bytes, size_t len)
{
    if (len == 0 || !ggp_buf_reserve(buf, len))
        return;
    memcpy(buf->bytes + buf->len, bytes, len);
    buf->len += len;
}

void ggp_buf_string(struct ggp_buf *buf, const char *text)
{
    ggp_buf_add(buf, text, strlen(text));
}

void ggp_buf_int(struct ggp_buf *buf, int64_t value)
{
    char digits[24];
    size_t i = sizeof(digits);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--i] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        digits[--i] = '-';
    ggp_buf_add(buf, digits + i, sizeof(digits) - i);
}

char *ggp_buf_take(struct ggp_buf *buf)
{
    char *bytes = NULL;

    if (ggp_buf_reserve(buf, 0)) {
        bytes = buf->bytes;
        bytes[buf->len] = '\0';
    } else {
        free(buf->bytes); /* nobody has to clean up after a failure */
    }
    buf->bytes = NULL;
    buf->len = 0;
    buf->cap = 0;
    return bytes;
}

const char *ggp_buf_text(struct ggp_buf *buf)
{
    if (!ggp_buf_reserve(buf, 0))
        return NULL;
    buf->bytes[buf->len] = '\0';
    return buf->bytes;
}

void ggp_buf_clear(struct ggp_buf *buf)
{
    buf->len = 0;
    buf->failed = GG_OK;
}

void ggp_buf_free(struct ggp_buf *buf)
{
    free(buf->bytes);
    memset(buf, 0, sizeof(*buf));
}
