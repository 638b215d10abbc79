/* SPDX-License-Identifier: MIT */
/*
 * ranking.c - counts by name, the largest first.
 *
 * As many names as fit are told apart; what comes under further ones is
 * counted together, so that memory is bounded whatever the records hold.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#define OTHER "(other)"

int ranking_open(struct ranking *ranking)
{
    ranking->rows = calloc(RANKING_NAMES, sizeof(*ranking->rows));
    memcpy(ranking->other.name, OTHER, sizeof(OTHER));
    return ranking->rows ? 0 : -1;
}

void ranking_close(struct ranking *ranking)
{
    free(ranking->rows);
    ranking->rows = NULL;
}

/* --- adding --------------------------------------------------------------- */

/* The row of @name, or where it would be: *@found says which. */
static size_t find_row(const struct ranking *ranking, const char *name,
                       int *found)
{
    size_t low = 0;
    size_t high = ranking->nrows;

    *found = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(ranking->rows[middle].name, name);

        if (order == 0) {
            *found = 1;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct ranking_row *row_of(struct ranking *ranking, const char *name)
{
    struct ranking_row *row = &ranking->rows[ranking->last];
    size_t len = strlen(name);
    size_t at;
    int found;

    if (ranking->last < ranking->nrows && strcmp(row->name, name) == 0)
        return row;
    if (len >= RANKING_NAME_BYTES || strcmp(name, OTHER) == 0)
        return &ranking->other;
    at = find_row(ranking, name, &found);
    row = &ranking->rows[at];
    if (!found) {
        if (ranking->nrows == RANKING_NAMES)
            return &ranking->other;
        memmove(row + 1, row, (ranking->nrows - at) * sizeof(*row));
        memset(row, 0, sizeof(*row));
        memcpy(row->name, name, len + 1);
        ranking->nrows++;
    }
    ranking->last = at;
    return row;
}

static void count_missing(struct ranking_row *row, unsigned missing)
{
    size_t i;

    for (i = 0; i + 1 < RANKING_MISSING; i++)
        row->missing[i] += missing >> i & 1U;
    row->missing[i] += missing == 0;
}

void ranking_add(struct ranking *ranking, const char *name,
                 const struct gg_decision *decision)
{
    struct ranking_row *row = row_of(ranking, name ? name : "(none)");

    row->total++;
    row->actions[decision->action]++;
    row->smtp[decision->smtp]++;
    if (decision->smtp == GG_SMTP_INCOMPLETE)
        count_missing(row, decision->missing);
}

/* --- in order ------------------------------------------------------------- */

static void merge(struct ranking_row *row, const struct ranking_row *more)
{
    size_t i;

    row->total += more->total;
    for (i = 0; i < GG_ACTION_COUNT; i++)
        row->actions[i] += more->actions[i];
    for (i = 0; i < GG_SMTP_COUNT; i++)
        row->smtp[i] += more->smtp[i];
    for (i = 0; i < RANKING_MISSING; i++)
        row->missing[i] += more->missing[i];
}

static uint64_t value_at(const struct ranking_row *row, size_t key)
{
    uint64_t value;

    memcpy(&value, (const char *)row + key, sizeof(value));
    return value;
}

/* Move the highest of the rows from @at on to @at; of equals, the first by
 * name. */
static void select_row(struct ranking *ranking, size_t key, size_t at)
{
    struct ranking_row *rows = ranking->rows;
    struct ranking_row highest;
    size_t best = at;
    size_t i;

    for (i = at + 1; i < ranking->nrows; i++) {
        if (value_at(&rows[i], key) > value_at(&rows[best], key))
            best = i;
    }
    highest = rows[best];
    memmove(&rows[at + 1], &rows[at], (best - at) * sizeof(*rows));
    rows[at] = highest;
}

void ranking_finish(struct ranking *ranking, size_t key, size_t most)
{
    size_t i;

    for (i = 0; i < ranking->nrows && i < most; i++)
        select_row(ranking, key, i);
    for (; i < ranking->nrows; i++)
        merge(&ranking->other, &ranking->rows[i]);
    if (ranking->nrows > most)
        ranking->nrows = most;
}

const struct ranking_row *ranking_at(const struct ranking *ranking,
                                     size_t index)
{
    if (index < ranking->nrows)
        return &ranking->rows[index];
    return index == ranking->nrows && ranking->other.total > 0 ? &ranking->other
                                                               : NULL;
}
