/* SPDX-License-Identifier: MIT */
/*
 * lines.h - what both floors do alike: read a file in pieces cut at
 * newlines, and sum up what they read.
 */
#ifndef BENCH_LINES_H
#define BENCH_LINES_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK_BYTES = 256 << 10, ROOM_BYTES = 2 << 20, PADDING_BYTES = 64 };

static char lines_room[ROOM_BYTES + PADDING_BYTES];

typedef void (*take_line_fn)(char *line, size_t len);

/* Hand each line of @file to @take; returns 0, or 1 on failure. */
static inline int lines_read(FILE *file, take_line_fn take)
{
    size_t held = 0;
    size_t got;

    while (held + CHUNK_BYTES <= ROOM_BYTES &&
           (got = fread(lines_room + held, 1, CHUNK_BYTES, file)) > 0) {
        char *line = lines_room;
        char *end = lines_room + held + got;
        char *newline;

        while ((newline = (char *)memchr(line, '\n', (size_t)(end - line)))) {
            take(line, (size_t)(newline - line));
            line = newline + 1;
        }
        held = (size_t)(end - line);
        memmove(lines_room, line, held);
    }
    return ferror(file) || held > 0;
}

/* Every field that is there counts with its length and its last byte. */
static inline void sum_text(uint64_t *sum, const char *text, size_t len)
{
    *sum += len + (len > 0 ? (unsigned char)text[len - 1] : 0);
}

#endif
