/* SPDX-License-Identifier: MIT */
/* coverage.c - which rules of a policy folder answered in its tests. */
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>

int coverage_open(struct coverage *coverage, const gg_policies *policies)
{
    while (gg_policies_rule(policies, coverage->nrules))
        coverage->nrules++;
    coverage->counts = calloc(coverage->nrules + 1, sizeof(*coverage->counts));
    return coverage->counts ? 0 : -1;
}

void coverage_add(struct coverage *coverage,
                  const struct gg_explanation *explanation)
{
    size_t i;

    for (i = 0; coverage->counts && i < explanation->nsteps; i++) {
        const struct gg_step *step = &explanation->steps[i];

        if (step->said == GG_SAID_ANSWER)
            coverage->counts[step->rule->index]++;
    }
}

/* What a row is made of. */
struct rows {
    const struct coverage *coverage;
    const gg_policies *policies;
};

static void fill_rule(const void *self, size_t row, struct cell *cells)
{
    const struct rows *rows = self;
    const struct gg_rule *rule = gg_policies_rule(rows->policies, row);
    char count[32];

    snprintf(count, sizeof(count), "%" PRIu64, rows->coverage->counts[row]);
    grid_cell(&cells[0], rows->coverage->counts[row] > 0 ? count : "never");
    grid_cell(&cells[1], rule->where);
    grid_cell(&cells[2], rule->question);
    grid_cell(&cells[3], rule->name);
}

void coverage_print(FILE *stream, const char *start,
                    const struct coverage *coverage,
                    const gg_policies *policies)
{
    struct rows rows = {coverage, policies};
    struct grid grid = {start, coverage->nrules, fill_rule, &rows};

    grid_print(stream, &grid);
}

size_t coverage_hits(const struct coverage *coverage)
{
    size_t hits = 0;
    size_t i;

    for (i = 0; i < coverage->nrules; i++)
        hits += coverage->counts[i] > 0;
    return hits;
}

void coverage_free(struct coverage *coverage)
{
    free(coverage->counts);
}
