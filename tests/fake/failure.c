/* SPDX-License-Identifier: MIT */
/* failure.c - ending when it cannot go on, and what cannot go wrong else. */
#include "fake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void fail(const char *format, ...)
{
    va_list args;

    fputs("fake-nylas: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputs("\n", stderr);
    exit(2);
}

void *not_null(void *pointer)
{
    if (!pointer)
        fail("out of memory");
    return pointer;
}
