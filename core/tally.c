/* SPDX-License-Identifier: MIT */
/*
 * tally.c - counts over a batch.
 *
 * A tally has a fixed size: names beyond the first few are counted together,
 * whatever an input holds.  Tables and stray tenants are kept sorted as they
 * are added.
 */
#include "private.h"

#include <stdlib.h>
#include <string.h>

gg_status gg_tally_new(gg_tally **out, struct gg_error *err)
{
    gg_tally *tally;

    if (!out)
        return ggp_fail(err, GG_EINVAL, "tally: out is required");
    tally = calloc(1, sizeof(*tally));
    if (!tally)
        return ggp_fail(err, GG_ENOMEM, "tally: out of memory");
    *out = tally;
    return GG_OK;
}

void gg_tally_free(gg_tally *tally)
{
    free(tally);
}

/* --- adding --------------------------------------------------------------- */

/* The row of @name, or where it would be: *@found says which. */
static size_t find_row(const struct ggp_tally_table *table, const char *name,
                       int *found)
{
    size_t low = 0;
    size_t high = table->nrows;

    *found = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(table->rows[middle].name, name);

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

/* Whether @name is that of a group of grants. */
static int is_group(const char *name)
{
    return strcmp(name, "(none)") == 0 || strcmp(name, "(other)") == 0;
}

struct gg_tally_row *ggp_tally_row(struct ggp_tally_table *table,
                                   const char *name)
{
    struct gg_tally_row *row = &table->rows[table->last];
    int found;

    if (!name)
        name = "(none)";
    if (table->last < table->nrows && strcmp(row->name, name) == 0)
        return row;
    table->last = find_row(table, name, &found);
    if (!found && !is_group(name) &&
        (table->nnamed == GGP_TALLY_NAMES ||
         strlen(name) >= GGP_TALLY_NAME_BYTES)) {
        name = "(other)";
        table->last = find_row(table, name, &found);
    }
    row = &table->rows[table->last];
    if (found)
        return row;
    memmove(row + 1, row, (table->nrows - table->last) * sizeof(*row));
    memset(row, 0, sizeof(*row));
    memcpy(table->names[table->nrows], name, strlen(name) + 1);
    row->name = table->names[table->nrows];
    table->nrows++;
    table->nnamed += !is_group(name);
    return row;
}

void ggp_tally_stray(gg_tally *tally, const char *tenant)
{
    size_t at = 0;
    int order = 1;

    if (!tenant || strlen(tenant) >= GGP_TALLY_NAME_BYTES)
        return;
    while (at < tally->nstrays) {
        order = strcmp(tally->strays[at], tenant);
        if (order >= 0)
            break;
        at++;
    }
    if (tally->nstrays == GGP_TALLY_NAMES ||
        (at < tally->nstrays && order == 0))
        return;
    memmove(tally->strays[at + 1], tally->strays[at],
            (tally->nstrays - at) * sizeof(tally->strays[0]));
    memcpy(tally->strays[at], tenant, strlen(tenant) + 1);
    tally->nstrays++;
}

void ggp_tally_missing(gg_tally *tally, const char *why, uint64_t count)
{
    size_t i = 0;

    while (i < tally->nreasons && strcmp(tally->reasons[i].why, why) != 0)
        i++;
    if (i == GGP_TALLY_REASONS || strlen(why) >= sizeof(tally->reasons[i].why))
        return;
    if (i == tally->nreasons) {
        memcpy(tally->reasons[i].why, why, strlen(why) + 1);
        tally->reasons[i].count = 0;
        tally->nreasons++;
    }
    tally->reasons[i].count += count;
}

static void count(struct gg_tally_row *row, const struct gg_decision *decision)
{
    if ((unsigned)decision->action < GG_ACTION_COUNT)
        row->actions[decision->action]++;
    if ((unsigned)decision->smtp < GG_SMTP_COUNT)
        row->smtp[decision->smtp]++;
}

void ggp_tally_add(gg_tally *tally, const struct gg_decision *decision,
                   int is_stray)
{
    count(ggp_tally_row(&tally->providers, decision->provider), decision);
    count(ggp_tally_row(&tally->tenants, decision->tenant), decision);
    if (decision->action == GG_ERROR &&
        (unsigned)decision->error < GGP_STATUS_COUNT)
        tally->errors[decision->error]++;
    if (decision->auth_url_missing)
        ggp_tally_missing(tally, decision->auth_url_missing, 1);
    if (is_stray) {
        tally->stray_grants++;
        ggp_tally_stray(tally, decision->tenant);
    }
}

static void merge_table(struct ggp_tally_table *table,
                        const struct ggp_tally_table *more)
{
    size_t i;
    size_t n;

    for (i = 0; i < more->nrows; i++) {
        struct gg_tally_row *row = ggp_tally_row(table, more->rows[i].name);

        for (n = 0; n < GG_ACTION_COUNT; n++)
            row->actions[n] += more->rows[i].actions[n];
        for (n = 0; n < GG_SMTP_COUNT; n++)
            row->smtp[n] += more->rows[i].smtp[n];
    }
}

void ggp_tally_merge(gg_tally *tally, const gg_tally *more)
{
    size_t i;

    merge_table(&tally->providers, &more->providers);
    merge_table(&tally->tenants, &more->tenants);
    for (i = 0; i < more->nreasons; i++)
        ggp_tally_missing(tally, more->reasons[i].why, more->reasons[i].count);
    for (i = 0; i < more->nstrays; i++)
        ggp_tally_stray(tally, more->strays[i]);
    for (i = 0; i < GGP_STATUS_COUNT; i++)
        tally->errors[i] += more->errors[i];
    tally->stray_grants += more->stray_grants;
}

/* Rows are zeroed when they are made, so that clearing is cheap. */
void ggp_tally_clear(gg_tally *tally)
{
    tally->providers.nrows = 0;
    tally->providers.nnamed = 0;
    tally->tenants.nrows = 0;
    tally->tenants.nnamed = 0;
    tally->nstrays = 0;
    tally->stray_grants = 0;
    tally->nreasons = 0;
    memset(tally->errors, 0, sizeof(tally->errors));
}

/* --- reading -------------------------------------------------------------- */

uint64_t gg_tally_actions(const gg_tally *tally, enum gg_action action)
{
    uint64_t sum = 0;
    size_t i;

    if ((unsigned)action >= GG_ACTION_COUNT)
        return 0;
    for (i = 0; i < tally->providers.nrows; i++)
        sum += tally->providers.rows[i].actions[action];
    return sum;
}

uint64_t gg_tally_errors(const gg_tally *tally, gg_status status)
{
    return (unsigned)status < GGP_STATUS_COUNT ? tally->errors[status] : 0;
}

static const struct gg_tally_row *row_at(const struct ggp_tally_table *table,
                                         size_t index)
{
    return index < table->nrows ? &table->rows[index] : NULL;
}

const struct gg_tally_row *gg_tally_provider(const gg_tally *tally,
                                             size_t index)
{
    return row_at(&tally->providers, index);
}

const struct gg_tally_row *gg_tally_tenant(const gg_tally *tally, size_t index)
{
    return row_at(&tally->tenants, index);
}

const char *gg_tally_stray_tenant(const gg_tally *tally, size_t index)
{
    return index < tally->nstrays ? tally->strays[index] : NULL;
}

uint64_t gg_tally_stray_grants(const gg_tally *tally)
{
    return tally->stray_grants;
}

uint64_t gg_tally_missing_url(const gg_tally *tally, const char *why)
{
    size_t i;

    for (i = 0; i < tally->nreasons; i++) {
        if (why && strcmp(tally->reasons[i].why, why) == 0)
            return tally->reasons[i].count;
    }
    return 0;
}
