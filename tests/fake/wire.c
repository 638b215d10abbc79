/* SPDX-License-Identifier: MIT */
/*
 * wire.c - the bytes of an answer, spoiled if that was ordered.
 *
 * What a client has to refuse for its size alone is otherwise a good answer,
 * with spaces before it: a client without a limit would take it.
 */
#include "fake.h"

#include <stdio.h>
#include <string.h>

#define CHUNK       ((size_t)1000)
#define FLOOD_LINE  ((size_t)1000)
#define FILLER_STEP ((size_t)64 << 10)

static void begin(struct wire *wire, const struct answer *answer)
{
    char line[64];

    snprintf(line, sizeof(line), "HTTP/1.1 %d %s\r\n", answer->status,
             answer_reason(answer->status));
    ggp_buf_string(&wire->head, line);
    ggp_buf_add(&wire->head, answer->headers.bytes, answer->headers.len);
}

static void end_head(struct wire *wire)
{
    if (wire->ending == END_CLOSE)
        ggp_buf_string(&wire->head, "Connection: close\r\n");
    ggp_buf_string(&wire->head, "\r\n");
}

static void end_head_of_length(struct wire *wire, int64_t length)
{
    ggp_buf_string(&wire->head, "Content-Length: ");
    ggp_buf_int(&wire->head, length);
    ggp_buf_string(&wire->head, "\r\n");
    end_head(wire);
}

/* @answer with a Content-Length of @length, and @len bytes of its body. */
static void write_sized(struct wire *wire, const struct answer *answer,
                        size_t length, size_t len)
{
    begin(wire, answer);
    end_head_of_length(wire, (int64_t)length);
    ggp_buf_add(&wire->tail, answer->body.bytes, len);
}

static void write_chunked(struct wire *wire, const struct answer *answer,
                          size_t len)
{
    size_t at;
    char size[32];

    begin(wire, answer);
    ggp_buf_string(&wire->head, "Transfer-Encoding: chunked\r\n");
    end_head(wire);
    for (at = 0; at < len; at += CHUNK) {
        size_t n = len - at < CHUNK ? len - at : CHUNK;

        snprintf(size, sizeof(size), "%zx\r\n", n);
        ggp_buf_string(&wire->tail, size);
        ggp_buf_add(&wire->tail, answer->body.bytes + at, n);
        ggp_buf_string(&wire->tail, "\r\n");
    }
    if (len == answer->body.len)
        ggp_buf_string(&wire->tail, "0\r\n\r\n");
    else
        ggp_buf_string(&wire->tail, "3e8\r\n{\"id\""); /* and it breaks off */
}

static void write_gzip(struct wire *wire, const struct answer *answer,
                       const struct fault *fault)
{
    struct ggp_buf *buf = &wire->tail;

    if (fault->kind == FAULT_BAD_GZIP)
        ggp_buf_add(buf, answer->body.bytes, answer->body.len);
    else
        gzip_add(buf, fault->amount, &answer->body);
    if (fault->kind == FAULT_GZIP_CUT)
        buf->len /= 2;
    begin(wire, answer);
    ggp_buf_string(&wire->head, "Content-Encoding: gzip\r\n");
    end_head_of_length(wire, (int64_t)buf->len);
}

static void write_huge(struct wire *wire, const struct answer *answer,
                       int64_t amount)
{
    begin(wire, answer);
    end_head_of_length(wire, amount + (int64_t)answer->body.len);
    wire->filler = amount;
    ggp_buf_add(&wire->tail, answer->body.bytes, answer->body.len);
}

static void write_flood(struct wire *wire, const struct answer *answer,
                        int64_t amount)
{
    char value[FLOOD_LINE - 10];
    int64_t n;

    memset(value, 'x', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    begin(wire, answer);
    for (n = 0; n < amount; n += (int64_t)FLOOD_LINE) {
        ggp_buf_string(&wire->head, "X-Flood: ");
        ggp_buf_string(&wire->head, value);
        ggp_buf_string(&wire->head, "\r\n");
    }
    end_head_of_length(wire, (int64_t)answer->body.len);
    ggp_buf_add(&wire->tail, answer->body.bytes, answer->body.len);
}

static void spoil(struct wire *wire, const struct answer *answer,
                  const struct fault *fault)
{
    size_t len = answer->body.len;

    switch (fault->kind) {
    case FAULT_BAD_GZIP:
    case FAULT_GZIP:
    case FAULT_GZIP_BOMB:
    case FAULT_GZIP_CUT:
        write_gzip(wire, answer, fault);
        return;
    case FAULT_CHUNKED:
        write_chunked(wire, answer, len);
        return;
    case FAULT_CHUNK_CUT:
        wire->ending = END_CLOSE;
        write_chunked(wire, answer, len / 2);
        return;
    case FAULT_DROP:
        wire->ending = END_CLOSE;
        return;
    case FAULT_HEADER_FLOOD:
        write_flood(wire, answer, fault->amount);
        return;
    case FAULT_HUGE:
        write_huge(wire, answer, fault->amount);
        return;
    case FAULT_INTERIM:
        ggp_buf_string(&wire->head, "HTTP/1.1 103 Early Hints\r\n\r\n");
        break;
    case FAULT_NOT_HTTP:
        wire->ending = END_CLOSE;
        ggp_buf_string(&wire->head, "220 mail.example ESMTP ready\r\n");
        return;
    case FAULT_NO_LENGTH:
        wire->ending = END_CLOSE;
        begin(wire, answer);
        end_head(wire);
        ggp_buf_add(&wire->tail, answer->body.bytes, len);
        return;
    case FAULT_RESET:
        wire->ending = END_RESET;
        write_sized(wire, answer, len, len / 2);
        return;
    case FAULT_SILENT:
        wire->ending = END_HANG;
        return;
    case FAULT_SLOW:
        wire->ready_at_ms += fault->amount;
        break;
    case FAULT_STALL:
        wire->ending = END_HANG;
        write_sized(wire, answer, len, len / 2);
        return;
    case FAULT_TRUNCATED:
        write_sized(wire, answer, len, len / 2);
        wire->ending = END_CLOSE;
        return;
    case FAULT_WRONG_LENGTH:
        write_sized(wire, answer, len / 2, len);
        return;
    default:
        break; /* it is in the answer */
    }
    write_sized(wire, answer, len, len);
}

void wire_fill(struct wire *wire, const struct answer *answer,
               const struct fault *fault)
{
    if (fault)
        spoil(wire, answer, fault);
    else
        write_sized(wire, answer, answer->body.len, answer->body.len);
    if (wire->head.failed != GG_OK || wire->tail.failed != GG_OK)
        fail("out of memory for an answer");
}

static struct ggp_text rest_of(const struct ggp_buf *buf, int64_t skipped)
{
    struct ggp_text rest = {0};

    if (skipped < (int64_t)buf->len) {
        rest.at = buf->bytes + skipped;
        rest.len = buf->len - (size_t)skipped;
    }
    return rest;
}

struct ggp_text wire_next(const struct wire *wire)
{
    static char spaces[FILLER_STEP];
    int64_t skipped = wire->sent;
    struct ggp_text next = rest_of(&wire->head, skipped);

    if (next.len > 0)
        return next;
    skipped -= (int64_t)wire->head.len;
    if (skipped < wire->filler) {
        memset(spaces, ' ', sizeof(spaces));
        next.at = spaces;
        next.len = wire->filler - skipped < (int64_t)sizeof(spaces)
                       ? (size_t)(wire->filler - skipped)
                       : sizeof(spaces);
        return next;
    }
    return rest_of(&wire->tail, skipped - wire->filler);
}

void wire_clear(struct wire *wire)
{
    ggp_buf_clear(&wire->head);
    ggp_buf_clear(&wire->tail);
    wire->filler = 0;
    wire->sent = 0;
    wire->ready_at_ms = 0;
    wire->ending = END_KEEP;
}

void wire_free(struct wire *wire)
{
    ggp_buf_free(&wire->head);
    ggp_buf_free(&wire->tail);
    wire_clear(wire);
}
