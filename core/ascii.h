/* SPDX-License-Identifier: MIT */
/*
 * ascii.h - runs of printable ASCII, sixteen bytes at a time.
 *
 * Nearly all text of grants is printable ASCII, and every byte of it is looked
 * at: for controls when it is read, for escapes when it is written.
 */
#ifndef GGP_ASCII_H
#define GGP_ASCII_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Vectors as gcc and clang have them, on any machine. */
typedef signed char ggp_lanes __attribute__((vector_size(16)));
typedef uint64_t ggp_halves __attribute__((vector_size(16)));

#define GGP_LANES sizeof(ggp_lanes)

static inline ggp_lanes ggp_lanes_at(const char *at)
{
    ggp_lanes lanes;

    memcpy(&lanes, at, sizeof(lanes));
    return lanes;
}

static inline int ggp_lanes_any(ggp_lanes lanes)
{
    ggp_halves halves = (ggp_halves)lanes;

    return (halves[0] | halves[1]) != 0;
}

/* The lanes that are no printable ASCII.  As signed numbers, bytes from 0x80
 * on are below the space. */
static inline ggp_lanes ggp_lanes_odd(ggp_lanes lanes)
{
    return (ggp_lanes)((lanes < ' ') | (lanes == 0x7f));
}

/* Those, and what JSON escapes. */
static inline ggp_lanes ggp_lanes_escaped(ggp_lanes lanes)
{
    return (ggp_lanes)(ggp_lanes_odd(lanes) | (lanes == '"') | (lanes == '\\'));
}

/* The lanes that are none of A-Z a-z 0-9 _ -. */
static inline ggp_lanes ggp_lanes_not_id(ggp_lanes lanes)
{
    ggp_lanes lower = lanes | 0x20;

    return (ggp_lanes)(((lower < 'a') | (lower > 'z')) &
                       ((lanes < '0') | (lanes > '9')) & (lanes != '_') &
                       (lanes != '-'));
}

/* Whether all of @text, at least GGP_LANES bytes, are A-Z a-z 0-9 _ -. */
static inline int ggp_is_id_ascii(const char *text, size_t len)
{
    /* the last first: it may share bytes with those before */
    ggp_lanes wrong = ggp_lanes_not_id(ggp_lanes_at(text + len - GGP_LANES));
    size_t i;

    for (i = 0; i + GGP_LANES <= len; i += GGP_LANES)
        wrong |= ggp_lanes_not_id(ggp_lanes_at(text + i));
    return !ggp_lanes_any(wrong);
}

/* Whether all of @text is printable ASCII. */
static inline int ggp_is_printable_ascii(const char *text, size_t len)
{
    size_t i;

    if (len >= GGP_LANES) {
        for (i = 0; i + GGP_LANES <= len; i += GGP_LANES) {
            if (ggp_lanes_any(ggp_lanes_odd(ggp_lanes_at(text + i))))
                return 0;
        }
        /* the rest, and a part of what was seen */
        text += len - GGP_LANES;
        return !ggp_lanes_any(ggp_lanes_odd(ggp_lanes_at(text)));
    }
    for (i = 0; i < len; i++) {
        if (text[i] < ' ' || text[i] == 0x7f)
            return 0;
    }
    return 1;
}

#endif
