/* SPDX-License-Identifier: MIT */
/*
 * host_cover.c - conditions that match all that another one matches.
 *
 * In doubt the answer is no: what is claimed holds for every grant, but not
 * every pair that could be found is.
 */
#include "host_check.h"

#define TWO_TO_53 ((int64_t)1 << 53)

/* --- numbers: a range holds another --- */

/* Whether a double holds the number as it is. */
static int is_exact(const struct ggp_pattern *pattern)
{
    return pattern->is_real ||
           (pattern->integer >= -TWO_TO_53 && pattern->integer <= TWO_TO_53);
}

/* -1, 0, 1: the number of @a before, at or after that of @b. */
static int order_of(const struct ggp_pattern *a, const struct ggp_pattern *b)
{
    double left = a->is_real ? a->real : (double)a->integer;
    double right = b->is_real ? b->real : (double)b->integer;

    if (!a->is_real && !b->is_real)
        return (a->integer > b->integer) - (a->integer < b->integer);
    return (left > right) - (left < right);
}

/* Whether the one bounds from the same side as @op. */
static int is_like(enum ggp_op one, enum ggp_op op)
{
    if (op == GGP_LT || op == GGP_LE)
        return one == GGP_LT || one == GGP_LE;
    return one == GGP_GT || one == GGP_GE;
}

static int range_holds(const struct ggp_pattern *wide,
                       const struct ggp_pattern *narrow)
{
    int order = order_of(narrow, wide);

    if (!is_exact(wide) || !is_exact(narrow))
        return wide->op == narrow->op && wide->is_real == narrow->is_real &&
               order == 0;
    if (wide->op == GGP_EQ)
        return narrow->op == GGP_EQ && order == 0;
    if (narrow->op != GGP_EQ && !is_like(narrow->op, wide->op))
        return 0;
    if (order == 0) /* at the bound itself */
        return wide->op == narrow->op || wide->op == GGP_LE ||
               wide->op == GGP_GE;
    return wide->op == GGP_LT || wide->op == GGP_LE ? order < 0 : order > 0;
}

/* --- patterns --- */

static int is_same_text(const struct ggp_pattern *a,
                        const struct ggp_pattern *b)
{
    return a->kind == b->kind && ggp_text_compare(a->text, b->text) == 0;
}

static int pattern_covers(const struct ggp_pattern *wide,
                          const struct ggp_pattern *narrow)
{
    switch (wide->kind) {
    case GGP_MATCH_EXACT: /* a text such as "<5" holds for numbers, too */
        return is_same_text(wide, narrow) ||
               (wide->compares && narrow->kind == GGP_MATCH_NUMBER &&
                range_holds(wide, narrow));
    case GGP_MATCH_GLOB:
        /* a glob holds for no number; another glob is matched as if its
         * stars were letters */
        return (narrow->kind == GGP_MATCH_EXACT ||
                narrow->kind == GGP_MATCH_GLOB) &&
               !narrow->compares &&
               ggp_glob(wide->text.at, wide->text.len, narrow->text.at,
                        narrow->text.len);
    case GGP_MATCH_NUMBER:
        return narrow->kind == GGP_MATCH_NUMBER && range_holds(wide, narrow);
    case GGP_MATCH_BOOLEAN:
        return narrow->kind == GGP_MATCH_BOOLEAN &&
               narrow->integer == wide->integer;
    }
    return 0;
}

/* --- tests and conditions --- */

static int is_same_field(const struct ggp_test *a, const struct ggp_test *b)
{
    size_t i;

    if (a->field != b->field || a->npath != b->npath)
        return 0;
    for (i = 0; i < a->npath; i++) {
        if (ggp_text_compare(a->path[i], b->path[i]) != 0)
            return 0;
    }
    return 1;
}

/* Whether @wide holds wherever @narrow does: each of its values is one of
 * @wide's. */
static int test_covers(const struct ggp_test *wide,
                       const struct ggp_test *narrow)
{
    size_t i;
    size_t n;

    if (!is_same_field(wide, narrow))
        return 0;
    for (n = 0; n < narrow->npatterns; n++) {
        for (i = 0; i < wide->npatterns; i++) {
            if (pattern_covers(&wide->patterns[i], &narrow->patterns[n]))
                break;
        }
        if (i == wide->npatterns)
            return 0;
    }
    return 1;
}

int ggp_rule_covers(const struct ggl_rule *wide, const struct ggl_rule *narrow)
{
    const struct ggp_condition *few = &wide->condition;
    const struct ggp_condition *more = &narrow->condition;
    size_t i;
    size_t n;

    if (wide->when == GGL_ALWAYS)
        return 1;
    if (wide->when != GGL_CONDITION || narrow->when != GGL_CONDITION)
        return 0;
    for (i = 0; i < few->ntests; i++) {
        for (n = 0; n < more->ntests; n++) {
            if (test_covers(&few->tests[i], &more->tests[n]))
                break;
        }
        if (n == more->ntests)
            return 0;
    }
    return 1;
}
