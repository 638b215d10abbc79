/* SPDX-License-Identifier: MIT */
/*
 * reader.c - sources cut into chunks of whole lines.
 *
 * A chunk is filled before it is cut, unless the source has nothing more at
 * hand: then the lines that are there are not kept waiting, for somebody may
 * be watching the other end of a pipe.  What follows the last newline of a
 * chunk is carried over to the next.  Lines over the limit are found without
 * being held.
 */
#include "private.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)256 << 10)
#define MAX_LINE    ((size_t)1 << 30)
#define SMALL_LINES 64 /* lines a chunk has room for, if the limit is low */

static const char bom[] = {'\xef', '\xbb', '\xbf'};

static int is_stopped(const struct ggp_reader *reader)
{
    const struct gg_stop *stop = &reader->inputs.stop;

    return stop->is_asked && stop->is_asked(stop->payload);
}

static gg_status grow(struct ggp_room *room, size_t cap, struct gg_error *err)
{
    char *bytes;

    if (cap <= room->cap)
        return GG_OK;
    bytes = realloc(room->bytes, cap);
    if (!bytes)
        return ggp_fail(err, GG_ENOMEM, "out of memory while reading");
    room->bytes = bytes;
    room->cap = cap;
    return GG_OK;
}

/* Whether the last @n bytes of @room end a line. */
static int has_newline(const struct ggp_room *room, size_t n)
{
    return n > 0 && memchr(room->bytes + room->len - n, '\n', n) != NULL;
}

/*
 * Read until @room holds @want bytes, the source ends, or it gives less than
 * was asked and that ends a line.  GG_EINTERRUPTED if the run is stopped
 * before that.
 */
static gg_status fill(struct ggp_reader *reader, struct ggp_room *room,
                      size_t want, struct gg_error *err)
{
    const struct gg_source *source = &reader->inputs.sources[reader->source];
    gg_status status = grow(room, want, err);

    while (status == GG_OK && room->len < want && !reader->has_ended) {
        size_t left = want - room->len;
        long n;

        if (is_stopped(reader))
            return ggp_fail(err, GG_EINTERRUPTED, "interrupted");
        n = source->read(source->payload, room->bytes + room->len, left, err);
        /* A signal may look like the end or a failure of the source. */
        if (n <= 0 && is_stopped(reader))
            return ggp_fail(err, GG_EINTERRUPTED, "interrupted");
        if (n < 0 || (size_t)n > left)
            return err->status != GG_OK
                       ? err->status
                       : ggp_fail(err, GG_EIO, "%s: cannot be read",
                                  source->name ? source->name : "input");
        reader->has_ended = n == 0;
        reader->nread += (size_t)n;
        room->len += (size_t)n;
        if ((size_t)n < left && !source->is_document &&
            has_newline(room, (size_t)n))
            break;
    }
    return status;
}

static void drop_front(struct ggp_room *room, size_t n)
{
    memmove(room->bytes, room->bytes + n, room->len - n);
    room->len -= n;
}

/* The first fill of a source: a byte order mark is no part of it. */
static gg_status begin(struct ggp_reader *reader, struct ggp_room *room,
                       size_t want, struct gg_error *err)
{
    gg_status status = fill(reader, room, want, err);

    if (room->len >= sizeof(bom) &&
        memcmp(room->bytes, bom, sizeof(bom)) == 0) {
        drop_front(room, sizeof(bom));
    }
    reader->has_begun = 1;
    return status;
}

/* The bytes up to and with the last newline. */
static size_t whole_lines(const struct ggp_room *room)
{
    size_t len = room->len;

    while (len > 0 && room->bytes[len - 1] != '\n')
        len--;
    return len;
}

/* Where the first line over the limit starts in the first @len bytes, with
 * its length in *@line_len; @len if there is none. */
static size_t find_too_long(const struct ggp_reader *reader, const char *bytes,
                            size_t len, size_t *line_len)
{
    size_t start = 0;

    while (len - start > reader->max_line) {
        const char *newline = memchr(bytes + start, '\n', len - start);

        *line_len = newline ? (size_t)(newline - bytes) - start : len - start;
        if (*line_len > reader->max_line)
            return start;
        start += *line_len + 1;
    }
    return len;
}

static uint64_t count_lines(const char *bytes, size_t len)
{
    const char *end = bytes + len;
    uint64_t n = 0;

    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));

        if (!newline)
            break;
        n++;
        bytes = newline + 1;
    }
    return n;
}

/* Leave the first @len bytes in @chunk, carry the rest. */
static gg_status cut(struct ggp_reader *reader, struct ggp_chunk *chunk,
                     size_t len, struct gg_error *err)
{
    struct ggp_room *room = &chunk->room;
    size_t rest = room->len - len;

    if (rest > 0) {
        if (grow(&reader->carry, rest, err) != GG_OK)
            return GG_ENOMEM;
        memcpy(reader->carry.bytes, room->bytes + len, rest);
    }
    reader->carry.len = rest;
    chunk->bytes = room->bytes;
    chunk->len = len;
    chunk->line = reader->line;
    reader->line += count_lines(room->bytes, len);
    return GG_OK;
}

/* Forget what is carried up to and with the next newline. */
static gg_status skip_line(struct ggp_reader *reader, struct gg_error *err)
{
    struct ggp_room *carry = &reader->carry;
    gg_status status = GG_OK;

    while (status == GG_OK) {
        const char *newline = carry->len
                                  ? memchr(carry->bytes, '\n', carry->len)
                                  : NULL;

        if (newline) {
            drop_front(carry, (size_t)(newline - carry->bytes) + 1);
            reader->line++;
            break;
        }
        carry->len = 0;
        if (reader->has_ended)
            break;
        status = fill(reader, carry, reader->chunk_bytes, err);
    }
    return status;
}

/* Make @chunk stand for a line that is too long, of which the first @len bytes
 * are at hand.  If its end cannot be reached there is no such line. */
static gg_status cut_too_long(struct ggp_reader *reader,
                              struct ggp_chunk *chunk, size_t len,
                              struct gg_error *err)
{
    gg_status status = cut(reader, chunk, len, err);

    if (status == GG_OK)
        status = skip_line(reader, err);
    chunk->is_too_long = status == GG_OK;
    chunk->bytes = NULL;
    chunk->len = 0;
    return status;
}

/* Cut the lines at hand, those before the first that is too long. */
static gg_status cut_lines(struct ggp_reader *reader, struct ggp_chunk *chunk,
                           size_t len, struct gg_error *err)
{
    size_t line_len = 0;
    size_t start = find_too_long(reader, chunk->room.bytes, len, &line_len);

    if (start == 0 && len > 0)
        return cut_too_long(reader, chunk, line_len, err);
    return cut(reader, chunk, start, err);
}

/*
 * Fill @chunk with the next whole lines of the source: none at its end.  On
 * GG_EINTERRUPTED it holds the whole lines that were read before.
 */
static gg_status read_lines(struct ggp_reader *reader, struct ggp_chunk *chunk,
                            struct gg_error *err)
{
    struct ggp_room *room = &chunk->room;
    struct ggp_room taken = *room;
    size_t want = reader->chunk_bytes;
    size_t len = 0;
    gg_status status = GG_OK;
    gg_status failed;

    *room = reader->carry;
    reader->carry = taken;
    reader->carry.len = 0;
    if (!reader->has_begun)
        status = begin(reader, room, want, err);
    else if (!has_newline(room, room->len))
        status = fill(reader, room, want, err);

    while (status == GG_OK && !reader->has_ended) {
        len = whole_lines(room);
        if (len > 0)
            break;
        if (room->len > reader->max_line)
            return cut_too_long(reader, chunk, room->len, err);
        want = room->len * 2 > reader->max_line ? reader->max_line + 1
                                                : room->len * 2;
        status = fill(reader, room, want, err);
    }
    len = status == GG_OK && reader->has_ended ? room->len : whole_lines(room);
    if (len == 0)
        return status;
    failed = cut_lines(reader, chunk, len, err);
    return failed != GG_OK ? failed : status;
}

/* Fill @chunk with the whole of the source. */
static gg_status read_document(struct ggp_reader *reader,
                               struct ggp_chunk *chunk, struct gg_error *err)
{
    struct ggp_room *room = &chunk->room;
    size_t want = reader->chunk_bytes;
    gg_status status;

    room->len = 0;
    status = begin(reader, room, want, err);
    while (status == GG_OK && !reader->has_ended &&
           room->len <= GGP_MAX_DOCUMENT) {
        want = want * 2 > GGP_MAX_DOCUMENT ? GGP_MAX_DOCUMENT + 1 : want * 2;
        status = fill(reader, room, want, err);
    }
    if (status != GG_OK)
        return status;
    reader->has_ended = 1;
    chunk->is_too_long = room->len > GGP_MAX_DOCUMENT;
    chunk->bytes = chunk->is_too_long ? NULL : room->bytes;
    chunk->len = chunk->is_too_long ? 0 : room->len;
    return GG_OK;
}

static void reset_chunk(struct ggp_chunk *chunk, const struct gg_source *source)
{
    chunk->source = source;
    chunk->bytes = NULL;
    chunk->len = 0;
    chunk->line = 0;
    chunk->is_too_long = 0;
}

static void next_source(struct ggp_reader *reader)
{
    reader->source++;
    reader->line = 1;
    reader->nread = 0;
    reader->has_begun = 0;
    reader->has_ended = 0;
}

static struct gg_position position(const struct ggp_reader *reader)
{
    struct gg_position here = {reader->source, 0, 0};

    if (reader->has_ended && reader->carry.len == 0) {
        here.source++;
    } else {
        here.offset = reader->nread - reader->carry.len;
        here.lines = reader->line - 1;
    }
    return here;
}

gg_status ggp_reader_next(struct ggp_reader *reader, struct ggp_chunk *chunk,
                          int *has, struct gg_error *err)
{
    gg_status status = GG_OK;

    *has = 0;
    while (status == GG_OK && !*has &&
           reader->source < reader->inputs.nsources) {
        const struct gg_source *source =
            &reader->inputs.sources[reader->source];

        reset_chunk(chunk, source);
        if (reader->has_ended && reader->carry.len == 0) {
            next_source(reader);
        } else if (source->is_document) {
            status = read_document(reader, chunk, err);
            *has = status == GG_OK;
        } else {
            status = read_lines(reader, chunk, err);
            *has = chunk->len > 0 || chunk->is_too_long;
        }
    }
    chunk->end = position(reader);
    return status;
}

void ggp_reader_open(struct ggp_reader *reader, const struct ggp_inputs *inputs)
{
    size_t max_line = inputs->max_line_bytes ? inputs->max_line_bytes
                                             : GGP_MAX_LINE;

    memset(reader, 0, sizeof(*reader));
    reader->inputs = *inputs;
    reader->source = inputs->start.source;
    reader->nread = inputs->start.offset;
    reader->line = inputs->start.lines + 1;
    reader->has_begun = inputs->start.offset > 0;
    reader->max_line = max_line < MAX_LINE ? max_line : MAX_LINE;
    reader->chunk_bytes = CHUNK_BYTES;
    if (reader->max_line < CHUNK_BYTES / SMALL_LINES)
        reader->chunk_bytes = (reader->max_line + 1) * SMALL_LINES;
}

void ggp_reader_recycle(const struct ggp_reader *reader,
                        struct ggp_chunk *chunk)
{
    if (chunk->room.cap <= reader->max_line + reader->chunk_bytes)
        return;
    free(chunk->room.bytes);
    memset(&chunk->room, 0, sizeof(chunk->room));
}

void ggp_reader_free(struct ggp_reader *reader)
{
    free(reader->carry.bytes);
    memset(reader, 0, sizeof(*reader));
}
