/* SPDX-License-Identifier: MIT */
/* glob.c - patterns with a star: matched in place, in bounded time. */
#include "private.h"

#include <string.h>

/*
 * The start of the greatest suffix of @word, by byte or, @reversed, by the
 * reverse order of bytes; its period goes to @period.
 */
static size_t greatest_suffix(struct ggp_text word, int reversed,
                              size_t *period)
{
    size_t best = 0;
    size_t rival = 1;
    size_t same = 0; /* how many bytes of the two agree */

    *period = 1;
    while (rival + same < word.len) {
        int order = memcmp(word.at + rival + same, word.at + best + same, 1);

        if (order == 0 && same + 1 == *period) {
            rival += *period;
            same = 0;
        } else if (order == 0) {
            same++;
        } else if (reversed ? order > 0 : order < 0) {
            rival += same + 1;
            same = 0;
            *period = rival - best;
        } else {
            best = rival++;
            same = 0;
            *period = 1;
        }
    }
    return best;
}

/*
 * Where the non-empty @word first is in @text, or @text.len + 1.
 *
 * Patterns and texts both come from outside, so the search must not be
 * quadratic, and it must not allocate.  This is the two-way algorithm of
 * Crochemore and Perrin: cut the word where its local period is that of the
 * whole, match the right part forwards, then the left part backwards; what
 * mismatches tells how far to move on.
 */
static size_t find(struct ggp_text text, struct ggp_text word)
{
    size_t period;
    size_t other_period;
    size_t cut = greatest_suffix(word, 0, &period);
    size_t other = greatest_suffix(word, 1, &other_period);
    size_t keep = 0; /* bytes known to match after a shift by the period */
    size_t known = 0;
    size_t at = 0;

    if (other > cut) {
        cut = other;
        period = other_period;
    }
    if (memcmp(word.at, word.at + period, cut) == 0)
        keep = word.len - period;
    else
        period = (cut > word.len - cut ? cut : word.len - cut) + 1;
    while (at + word.len <= text.len) {
        size_t i = cut > known ? cut : known;

        while (i < word.len && word.at[i] == text.at[at + i])
            i++;
        if (i < word.len) {
            at += i - cut + 1;
            known = 0;
            continue;
        }
        i = cut;
        while (i > known && word.at[i - 1] == text.at[at + i - 1])
            i--;
        if (i <= known)
            return at;
        at += period;
        known = keep;
    }
    return text.len + 1;
}

/* Where the next '*' at or after @at is, or the end. */
static size_t next_star(const char *pattern, size_t len, size_t at)
{
    const char *star = memchr(pattern + at, '*', len - at);

    return star ? (size_t)(star - pattern) : len;
}

int ggp_glob(const char *pattern, size_t pattern_len, const char *text,
             size_t len)
{
    size_t star = pattern_len > 0 ? next_star(pattern, pattern_len, 0) : 0;
    size_t at = star + 1; /* in the pattern, after the last '*' */
    size_t from = star;   /* in the text, after what has matched */
    size_t tail;

    if (!text)
        text = ""; /* so that what follows may point into it */
    if (star == pattern_len)
        return len == star && (len == 0 || memcmp(pattern, text, len) == 0);
    if (len < star || (star > 0 && memcmp(pattern, text, star) != 0))
        return 0;
    /* Each piece between stars, as early as it can be. */
    star = next_star(pattern, pattern_len, at);
    while (star < pattern_len) {
        struct ggp_text piece = {pattern + at, star - at};
        struct ggp_text rest = {text + from, len - from};
        size_t where = piece.len > 0 ? find(rest, piece) : 0;

        if (where > rest.len)
            return 0;
        from += where + piece.len;
        at = star + 1;
        star = next_star(pattern, pattern_len, at);
    }
    tail = pattern_len - at;
    return len - from >= tail &&
           (tail == 0 || memcmp(pattern + at, text + len - tail, tail) == 0);
}
