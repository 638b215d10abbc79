/* SPDX-License-Identifier: MIT */
/* memory.c - bytes to be read in pieces, as from a file. */
#include "memory.h"

#include "private.h"

#include <string.h>

long memory_read(void *payload, char *bytes, size_t size, struct gg_error *err)
{
    struct memory *memory = payload;
    size_t n = memory->len - memory->at;

    if (memory->piece == 0) {
        ggp_fail(err, GG_EIO, "the disk is gone");
        return -1;
    }
    if (n > size)
        n = size;
    if (n > memory->piece)
        n = memory->piece;
    memcpy(bytes, memory->text + memory->at, n);
    memory->at += n;
    return (long)n;
}
