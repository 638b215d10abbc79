/* SPDX-License-Identifier: MIT */
/* pieces.c - an input as a source that reads in small pieces. */
#include "fuzz.h"

#include <string.h>

long fuzz_pieces_read(void *payload, char *bytes, size_t size,
                      struct gg_error *err)
{
    struct fuzz_pieces *pieces = payload;
    size_t n = pieces->len - pieces->at;

    (void)err;
    if (n > pieces->most)
        n = pieces->most;
    if (n > size)
        n = size;
    if (n > 0)
        memcpy(bytes, pieces->bytes + pieces->at, n);
    pieces->at += n;
    return (long)n;
}
