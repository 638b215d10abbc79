/* SPDX-License-Identifier: MIT */
/* memory.h - bytes to be read in pieces, as from a file. */
#ifndef MEMORY_H
#define MEMORY_H

#include "grantgate.h"

struct memory {
    const char *text;
    size_t len;
    size_t at;
    size_t piece; /* 0: reading fails */
};

/* gg_read_fn; @payload is struct memory. */
long memory_read(void *payload, char *bytes, size_t size, struct gg_error *err);

#endif
