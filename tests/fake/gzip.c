/* SPDX-License-Identifier: MIT */
/* gzip.c - compressing, also what is far larger than its compressed form. */
#include "fake.h"

#include <string.h>
#include <zlib.h>

#define PIECE ((size_t)64 << 10)

/* Compress @len bytes at @bytes into @buf; @flush as of zlib. */
static void add(z_stream *stream, struct ggp_buf *buf, const char *bytes,
                size_t len, int flush)
{
    unsigned char room[16384];

    stream->next_in = (unsigned char *)(uintptr_t)bytes;
    stream->avail_in = (unsigned)len;
    do {
        stream->next_out = room;
        stream->avail_out = sizeof(room);
        deflate(stream, flush);
        ggp_buf_add(buf, (char *)room, sizeof(room) - stream->avail_out);
    } while (stream->avail_out == 0);
}

void gzip_add(struct ggp_buf *buf, int64_t nspaces, const struct ggp_buf *body)
{
    static const int gzip_window = 15 + 16;
    char spaces[PIECE];
    z_stream stream = {0};

    memset(spaces, ' ', sizeof(spaces));
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        fail("out of memory");
    for (; nspaces > 0; nspaces -= (int64_t)PIECE)
        add(&stream, buf, spaces,
            nspaces < (int64_t)PIECE ? (size_t)nspaces : PIECE, Z_NO_FLUSH);
    add(&stream, buf, body->bytes, body->len, Z_FINISH);
    deflateEnd(&stream);
}
