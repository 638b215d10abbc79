/* SPDX-License-Identifier: MIT */
/*
 * request.c - reading a request of HTTP/1.1.
 *
 * Strict: what is not plainly right is wrong, so that a client which writes
 * nonsense is found out.
 */
#include "fake.h"

#include <string.h>
#include <strings.h>

#define BODY_MAX ((size_t)64 << 10)

static struct ggp_text trimmed(const char *at, size_t len)
{
    struct ggp_text text = {at, len};

    while (text.len > 0 && (*text.at == ' ' || *text.at == '\t')) {
        text.at++;
        text.len--;
    }
    while (text.len > 0 && strchr(" \t", text.at[text.len - 1]))
        text.len--;
    return text;
}

static int is_name(struct ggp_text text, const char *name)
{
    return text.len == strlen(name) &&
           strncasecmp(text.at, name, text.len) == 0;
}

/* METHOD SP TARGET SP HTTP/1.x, without its end. */
static int read_first_line(struct request *request, const char *line,
                           size_t len)
{
    const char *space = memchr(line, ' ', len);
    const char *target;
    const char *mark;
    size_t rest;

    if (!space || space == line || len < 10)
        return 0;
    request->method = (struct ggp_text){line, (size_t)(space - line)};
    target = space + 1;
    rest = len - (size_t)(target - line);
    space = memchr(target, ' ', rest);
    if (!space || target[0] != '/')
        return 0;
    request->target = (struct ggp_text){target, (size_t)(space - target)};
    rest -= (size_t)(space + 1 - target);
    if (rest != 8 || memcmp(space + 1, "HTTP/1.", 7) != 0 ||
        ggp_has_control(request->target.at, request->target.len))
        return 0;
    request->is_last = space[8] == '0';
    if (space[8] != '0' && space[8] != '1')
        return 0;

    mark = memchr(target, '?', request->target.len);
    request->path = request->target;
    if (mark) {
        request->path.len = (size_t)(mark - target);
        request->query.at = mark + 1;
        request->query.len = request->target.len - request->path.len - 1;
    }
    return 1;
}

/* A body is skipped, as far as its length is known and small. */
static int read_length(struct request *request, struct ggp_text value)
{
    size_t length = 0;
    size_t i;

    for (i = 0; i < value.len; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return 0;
        length = length * 10 + (size_t)(value.at[i] - '0');
        if (length > BODY_MAX)
            return 0;
    }
    request->len += length;
    return value.len > 0;
}

static int read_header(struct request *request, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    struct ggp_text name;
    struct ggp_text value;

    if (!colon || colon == line || memchr(line, ' ', (size_t)(colon - line)))
        return 0;
    name = (struct ggp_text){line, (size_t)(colon - line)};
    value = trimmed(colon + 1, len - name.len - 1);
    if (is_name(name, "authorization"))
        request->authorization = value;
    else if (is_name(name, "user-agent"))
        request->user_agent = value;
    else if (is_name(name, "accept-encoding"))
        request->accept_encoding = value;
    else if (is_name(name, "connection"))
        request->is_last |= is_name(value, "close");
    else if (is_name(name, "content-length"))
        return read_length(request, value);
    else if (is_name(name, "transfer-encoding"))
        return 0;
    return 1;
}

/* Where the empty line after the headers ends; NULL if that has not come. */
static const char *end_of_head(const char *bytes, size_t len)
{
    size_t i;

    for (i = 3; i < len; i++) {
        if (memcmp(bytes + i - 3, "\r\n\r\n", 4) == 0)
            return bytes + i + 1;
    }
    return NULL;
}

enum progress request_read(struct request *request, const char *bytes,
                           size_t len)
{
    const char *end = end_of_head(bytes, len);
    const char *line = bytes;
    int is_first = 1;

    memset(request, 0, sizeof(*request));
    if (!end)
        return len < REQUEST_MAX ? REQUEST_PARTIAL : REQUEST_WRONG;
    request->len = (size_t)(end - bytes);
    while (line < end - 2) {
        const char *stop = memchr(line, '\r', (size_t)(end - line));
        size_t n = (size_t)(stop - line);

        if (stop[1] != '\n' || !(is_first ? read_first_line(request, line, n)
                                          : read_header(request, line, n)))
            return REQUEST_WRONG;
        is_first = 0;
        line = stop + 2;
    }
    if (is_first)
        return REQUEST_WRONG;
    return request->len <= len ? REQUEST_WHOLE : REQUEST_PARTIAL;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f')
        return (c | 32) - 'a' + 10;
    return -1;
}

int request_decode(struct ggp_buf *buf, struct ggp_text text)
{
    size_t i;

    for (i = 0; i < text.len; i++) {
        int high;
        int low;

        if (text.at[i] != '%') {
            ggp_buf_char(buf, text.at[i]);
            continue;
        }
        if (i + 2 >= text.len)
            return 0;
        high = digit_of(text.at[i + 1]);
        low = digit_of(text.at[i + 2]);
        if (high < 0 || low < 0)
            return 0;
        ggp_buf_char(buf, (char)(high * 16 + low));
        i += 2;
    }
    return 1;
}
