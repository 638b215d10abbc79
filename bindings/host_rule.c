/* SPDX-License-Identifier: MIT */
/*
 * host_rule.c - the rules of a set, numbered.
 *
 * Whoever explains an answer or counts which rules gave one names a rule of
 * the shared set, not the copy that a session threw away.
 */
#include "host_trace.h"

#include <stdio.h>
#include <string.h>

const char *ggp_question_name(enum ggl_question question, int is_mandate)
{
    if (question == GGL_EVALUATE)
        return is_mandate ? "mandate.evaluate" : "evaluate";
    return is_mandate ? "mandate.connect" : "connect";
}

/* "tenants/acme.lua:12" */
static const char *where(gg_policies *policies, const struct ggl_spot *spot)
{
    char line[24];
    int n = snprintf(line, sizeof(line), ":%d", spot->line);
    size_t len = strlen(spot->path);
    char *text = ggp_arena_alloc(&policies->arena, len + (size_t)n + 1);

    if (text) {
        memcpy(text, spot->path, len);
        memcpy(text + len, line, (size_t)n);
    }
    return text;
}

/* Fill the identity of each rule of @part. */
static void name_part(gg_policies *policies, struct ggl_part *part,
                      const char *policy, const char *question)
{
    size_t i;

    for (i = 0; i < part->nrules; i++) {
        struct gg_rule *rule = &part->rules[i].id;

        rule->index = policies->nrules;
        rule->policy = policy;
        rule->question = question;
        rule->where = where(policies, &part->rules[i].spot);
        policies->rules[policies->nrules++] = rule;
    }
}

static size_t count_rules(const gg_policies *policies)
{
    size_t n = 0;
    size_t i;
    int question;

    for (i = 0; i < policies->n; i++) {
        for (question = 0; question < GGL_NQUESTIONS; question++)
            n += policies->list[i].mandates[question].nrules +
                 policies->list[i].parts[question].nrules;
    }
    return n;
}

gg_status ggp_rules_list(gg_policies *policies, struct gg_error *err)
{
    size_t size = (count_rules(policies) + 1) * sizeof(*policies->rules);
    size_t i;
    int q;

    policies->rules = ggp_arena_alloc(&policies->arena, size);
    for (i = 0; policies->rules && i < policies->n; i++) {
        struct ggl_policy *policy = &policies->list[i];
        const char *path = policy->source->path;

        /* what did not load whole is not asked either */
        for (q = 0; q < GGL_NQUESTIONS && !policy->broken; q++) {
            name_part(policies, &policy->mandates[q], path,
                      ggp_question_name((enum ggl_question)q, 1));
            name_part(policies, &policy->parts[q], path,
                      ggp_question_name((enum ggl_question)q, 0));
        }
    }
    return policies->arena.failed ? ggp_fail(err, GG_ENOMEM, "out of memory")
                                  : GG_OK;
}

const struct gg_rule *gg_policies_rule(const gg_policies *policies,
                                       size_t index)
{
    return index < policies->nrules ? policies->rules[index] : NULL;
}
