/* SPDX-License-Identifier: MIT */
/*
 * tally.c - counts over a batch.
 *
 * A tally has a fixed size: names beyond the first few are counted together,
 * whatever an input holds.  Rows and stray tenants are kept sorted as they
 * are added; a row's name lives in `names`, which never moves.
 */
#include "private.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PROVIDERS  64
#define MAX_ROWS       (MAX_PROVIDERS + 2) /* and "(none)", "(other)" */
#define PROVIDER_BYTES 33
#define MAX_STRAYS     64
#define TENANT_BYTES   129
#define MAX_REASONS    8
#define REASON_BYTES   32

struct gg_tally {
    struct gg_tally_row rows[MAX_ROWS];
    char names[MAX_ROWS][PROVIDER_BYTES];
    size_t nrows;
    size_t nproviders; /* rows but for "(none)" and "(other)" */
    char strays[MAX_STRAYS][TENANT_BYTES];
    size_t nstrays;
    uint64_t stray_grants;
    struct {
        char why[REASON_BYTES];
        uint64_t count;
    } reasons[MAX_REASONS];
    size_t nreasons;
};

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
static size_t find_row(const gg_tally *tally, const char *name, int *found)
{
    size_t low = 0;
    size_t high = tally->nrows;

    *found = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(tally->rows[middle].provider, name);

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

/* Whether @name is that of a group of grants rather than a provider's. */
static int is_group(const char *name)
{
    return strcmp(name, "(none)") == 0 || strcmp(name, "(other)") == 0;
}

/* The row of @provider, made if need be.  NULL provider is "(none)". */
static struct gg_tally_row *take_row(gg_tally *tally, const char *provider)
{
    const char *name = provider ? provider : "(none)";
    struct gg_tally_row *row;
    int found;
    size_t at = find_row(tally, name, &found);

    if (!found && !is_group(name) &&
        (tally->nproviders == MAX_PROVIDERS ||
         strlen(name) >= PROVIDER_BYTES)) {
        name = "(other)";
        at = find_row(tally, name, &found);
    }
    row = &tally->rows[at];
    if (found)
        return row;
    memmove(row + 1, row, (tally->nrows - at) * sizeof(*row));
    memset(row, 0, sizeof(*row));
    memcpy(tally->names[tally->nrows], name, strlen(name) + 1);
    row->provider = tally->names[tally->nrows];
    tally->nrows++;
    tally->nproviders += !is_group(name);
    return row;
}

static void list_stray(gg_tally *tally, const char *tenant)
{
    size_t at = 0;
    int order = 1;

    if (!tenant || strlen(tenant) >= TENANT_BYTES)
        return;
    while (at < tally->nstrays) {
        order = strcmp(tally->strays[at], tenant);
        if (order >= 0)
            break;
        at++;
    }
    if (tally->nstrays == MAX_STRAYS || (at < tally->nstrays && order == 0))
        return;
    memmove(tally->strays[at + 1], tally->strays[at],
            (tally->nstrays - at) * TENANT_BYTES);
    memcpy(tally->strays[at], tenant, strlen(tenant) + 1);
    tally->nstrays++;
}

static void count_reason(gg_tally *tally, const char *why, uint64_t count)
{
    size_t i = 0;

    while (i < tally->nreasons && strcmp(tally->reasons[i].why, why) != 0)
        i++;
    if (i == MAX_REASONS || strlen(why) >= REASON_BYTES)
        return;
    if (i == tally->nreasons) {
        memcpy(tally->reasons[i].why, why, strlen(why) + 1);
        tally->reasons[i].count = 0;
        tally->nreasons++;
    }
    tally->reasons[i].count += count;
}

void ggp_tally_add(gg_tally *tally, const struct gg_decision *decision,
                   int is_stray)
{
    struct gg_tally_row *row = take_row(tally, decision->provider);

    if ((unsigned)decision->action < GG_ACTION_COUNT)
        row->actions[decision->action]++;
    if ((unsigned)decision->smtp < GG_SMTP_COUNT)
        row->smtp[decision->smtp]++;
    if (decision->auth_url_missing)
        count_reason(tally, decision->auth_url_missing, 1);
    if (is_stray) {
        tally->stray_grants++;
        list_stray(tally, decision->tenant);
    }
}

void ggp_tally_merge(gg_tally *tally, const gg_tally *more)
{
    size_t i;
    size_t n;

    for (i = 0; i < more->nrows; i++) {
        struct gg_tally_row *row = take_row(tally, more->rows[i].provider);

        for (n = 0; n < GG_ACTION_COUNT; n++)
            row->actions[n] += more->rows[i].actions[n];
        for (n = 0; n < GG_SMTP_COUNT; n++)
            row->smtp[n] += more->rows[i].smtp[n];
    }
    for (i = 0; i < more->nreasons; i++)
        count_reason(tally, more->reasons[i].why, more->reasons[i].count);
    for (i = 0; i < more->nstrays; i++)
        list_stray(tally, more->strays[i]);
    tally->stray_grants += more->stray_grants;
}

/* --- reading -------------------------------------------------------------- */

const struct gg_tally_row *gg_tally_row(const gg_tally *tally, size_t index)
{
    return index < tally->nrows ? &tally->rows[index] : NULL;
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
