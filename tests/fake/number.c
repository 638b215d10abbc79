/* SPDX-License-Identifier: MIT */
/* number.c - numbers read from arguments; numbers that look random. */
#include "fake.h"

#include <errno.h>
#include <stdlib.h>

int64_t number_read(const char *what, const char *text, int64_t max)
{
    char *end;
    long long value;

    errno = 0;
    value = strtoll(text, &end, 10);
    if (end == text || *end || errno || value < 0 || value > max)
        fail("%s: a number from 0 to %lld, not '%s'", what, (long long)max,
             text);
    return value;
}

uint64_t mix(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

uint64_t hash_add(uint64_t hash, struct ggp_text text)
{
    size_t i;

    for (i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * UINT64_C(0x100000001b3);
    return mix(hash);
}
