/* SPDX-License-Identifier: MIT */
/* nearest.c - which known word a misspelt one was meant to be. */
#include "cli.h"

#include <string.h>

#define WORD_MAX 40 /* longer than any command or flag */

static size_t least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;

    return m < c ? m : c;
}

/* How many letters must be added, dropped, changed to get from @a to @b,
 * both at most WORD_MAX long. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t n = strlen(b);
    size_t i;
    size_t j;

    for (j = 0; j <= n; j++)
        row[j] = j;
    for (i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (j = 1; j <= n; j++) {
            size_t above = row[j];

            row[j] = least(above + 1, row[j - 1] + 1,
                           diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[n];
}

void nearest_offer(struct nearest *nearest, const char *word)
{
    size_t n = strlen(nearest->wanted);
    size_t found;

    if (n > WORD_MAX || strlen(word) > WORD_MAX)
        return;

    /* A third of the letters: "polices" is a slip, "api-key" is not
     * "api-url", and a word of two letters has no neighbours. */
    found = distance(nearest->wanted, word);
    if (found * 3 > n || (nearest->word && found >= nearest->distance))
        return;
    nearest->word = word;
    nearest->distance = found;
}
