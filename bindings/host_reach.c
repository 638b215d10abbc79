/* SPDX-License-Identifier: MIT */
/*
 * host_reach.c - which rules and fields any question reaches.
 *
 * Each chain of layers there can be is walked in each situation there can be,
 * in the order in which sessions ask.  What no walk reached is dead; where a
 * walk met nobody who answers, grants go without an opinion.
 */
#include "host_check.h"

#include <string.h>

#define ALL_FIELDS (((unsigned)1 << GGP_CONNECT_NFIELDS) - 1)

struct walk {
    struct ggl_check *check;
    struct ggl_chain chain;
    struct ggl_situation situation;
    const struct ggl_policy *policy; /* who answered */
    const struct ggl_rule *rule;     /* NULL: nobody yet */
    int may_answer;                  /* a function may have */
    unsigned taken;                  /* connect fields that are set by now */
    int is_tenant;
};

static struct ggl_layer *layer_of(const struct walk *walk,
                                  const struct ggl_policy *policy)
{
    return &walk->check->layers[policy - walk->check->policies->list];
}

/* --- walking --- */

/* What a sign-in leaves as it was, so that a condition on it holds again. */
static int is_lasting(int field)
{
    switch (field) {
    case GGP_GRANT_ID:
    case GGP_GRANT_PROVIDER:
    case GGP_GRANT_EMAIL:
    case GGP_GRANT_STATE:
    case GGP_GRANT_NAME:
    case GGP_GRANT_WORKSPACE_ID:
    case GGP_GRANT_ACCOUNT_ID:
    case GGP_GRANT_DOMAIN:
    case GGP_GRANT_BLOCKED:
    case GGP_GRANT_CREATED_AT:
    case GGP_GRANT_AGE:
    case GGP_GRANT_TENANT:
    case GGP_GRANT_SMTP:
        return 1;
    default:
        return 0;
    }
}

/* A reauth whose condition the sign-in cannot end asks again for ever. */
static void note_loop(const struct walk *walk, const struct ggl_rule *rule,
                      struct ggl_mark *mark)
{
    enum gg_smtp smtp = walk->situation.grant.smtp;
    size_t i;

    if (rule->answer_function.number != 0 ||
        rule->opinion.action != GG_REAUTH || rule->when == GGL_FUNCTION ||
        smtp == GG_SMTP_INCOMPLETE)
        return;
    for (i = 0; i < rule->condition.ntests; i++) {
        if (!is_lasting(rule->condition.tests[i].field))
            return;
    }
    mark->loops |= (unsigned)1 << smtp;
}

/* Somebody answered before @mark's rule. */
static void note_before(const struct walk *walk, struct ggl_mark *mark)
{
    if (mark->before && mark->before != walk->rule)
        mark->is_before_varied = 1;
    mark->before = walk->rule;
    mark->before_policy = walk->policy;
}

/* Whether @rule holds where nobody has answered yet. */
static enum ggl_truth reach(struct walk *walk, const struct ggl_rule *rule,
                            struct ggl_mark *mark)
{
    enum ggl_truth truth = ggp_situation_holds(&walk->situation, rule);

    if (truth == GGL_NEVER)
        return GGL_NEVER;
    mark->is_possible = 1;
    if (walk->rule) {
        note_before(walk, mark);
        return GGL_NEVER;
    }
    mark->is_reached = 1;
    return truth;
}

/* From here on nobody is asked, if @rule is sure to answer. */
static void settle(struct walk *walk, const struct ggl_policy *policy,
                   const struct ggl_rule *rule, enum ggl_truth truth)
{
    if (truth != GGL_CERTAIN || rule->answer_function.number != 0)
        return;
    walk->policy = policy;
    walk->rule = rule;
}

static void ask_evaluate(struct walk *walk, const struct ggl_policy *policy,
                         int is_mandate)
{
    const struct ggl_part *part = ggp_policy_part(policy, is_mandate,
                                                  GGL_EVALUATE);
    struct ggl_mark *marks =
        layer_of(walk, policy)->marks[is_mandate][GGL_EVALUATE];
    size_t i;

    for (i = 0; i < part->nrules; i++) {
        const struct ggl_rule *rule = &part->rules[i];
        enum ggl_truth truth = reach(walk, rule, &marks[i]);

        if (truth == GGL_NEVER)
            continue;
        note_loop(walk, rule, &marks[i]);
        walk->may_answer |= truth == GGL_CERTAIN;
        settle(walk, policy, rule, truth);
    }
}

/* Every grant gets an opinion if each without a tenant does: what tenants add
 * comes before those layers, and takes nothing away. */
static void walk_evaluate(struct walk *walk)
{
    size_t n = walk->chain.n;
    size_t i;

    walk->rule = NULL;
    walk->may_answer = 0;
    for (i = n; i > 0; i--)
        ask_evaluate(walk, walk->chain.layers[i - 1], 1);
    for (i = 0; i < n; i++)
        ask_evaluate(walk, walk->chain.layers[i], 0);
    if (!walk->may_answer && !walk->is_tenant)
        walk->check->silent |= (unsigned)1 << walk->situation.grant.smtp;
}

/* Of a list the first rule that holds answers: what is set for certain is
 * what each rule that may be the first sets. */
static void ask_connect(struct walk *walk, const struct ggl_policy *policy,
                        int is_mandate)
{
    const struct ggl_part *part = ggp_policy_part(policy, is_mandate,
                                                  GGL_CONNECT);
    struct ggl_mark *marks =
        layer_of(walk, policy)->marks[is_mandate][GGL_CONNECT];
    unsigned certain = ALL_FIELDS;
    size_t i;

    walk->rule = NULL;
    for (i = 0; i < part->nrules; i++) {
        const struct ggl_rule *rule = &part->rules[i];
        enum ggl_truth truth = reach(walk, rule, &marks[i]);

        if (truth == GGL_NEVER)
            continue;
        marks[i].used |= ggp_rule_fields(rule) & ~walk->taken;
        certain &= ggp_rule_fields(rule);
        settle(walk, policy, rule, truth);
    }
    if (walk->rule)
        walk->taken |= certain;
}

static void walk_connect(struct walk *walk)
{
    size_t n = walk->chain.n;
    size_t i;

    walk->taken = 0;
    for (i = n; i > 0; i--)
        ask_connect(walk, walk->chain.layers[i - 1], 1);
    for (i = 0; i < n; i++)
        ask_connect(walk, walk->chain.layers[i], 0);
}

/* Walk the chain from the files of the tenant @start, or absent, in each
 * situation of @provider. */
static void walk_chain(struct walk *walk, struct ggp_text start,
                       struct ggp_text provider)
{
    size_t i;

    ggp_chain_follow(&walk->chain, walk->check->policies, start, provider);
    for (i = 0; i < walk->chain.n; i++)
        layer_of(walk, walk->chain.layers[i])->is_asked = 1;
    for (i = 0; ggp_situation_at(&walk->situation, GGL_EVALUATE, provider, i);
         i++)
        walk_evaluate(walk);
    for (i = 0; ggp_situation_at(&walk->situation, GGL_CONNECT, provider, i);
         i++)
        walk_connect(walk);
}

static void walk_tenant(struct walk *walk, struct ggp_text start)
{
    struct ggp_text provider;
    size_t i = 0;

    do {
        provider = ggp_situation_provider(i++);
        walk_chain(walk, start, provider);
    } while (provider.at);
}

/* Each tenant that has files and starts from them, and each that names of
 * tenants.lua lead to. */
static void walk_tenants(struct walk *walk)
{
    const gg_policies *policies = walk->check->policies;
    struct ggp_text last = {NULL, 0};
    size_t i;

    for (i = 0; i < policies->n; i++) {
        struct ggp_text tenant = ggp_text_of(policies->list[i].tenant);

        if (ggp_text_compare(tenant, last) != 0 &&
            ggp_text_compare(tenant, ggp_chain_start(policies, tenant)) == 0)
            walk_tenant(walk, tenant);
        last = tenant;
    }
    for (i = 0; i < policies->nmappings; i++) {
        struct ggp_text tenant = ggp_text_of(policies->mappings[i].tenant);

        if (ggp_text_compare(tenant, ggp_chain_start(policies, tenant)) != 0)
            walk_tenant(walk, tenant);
    }
}

const struct ggl_part *ggp_policy_part(const struct ggl_policy *policy,
                                       int is_mandate,
                                       enum ggl_question question)
{
    return is_mandate ? &policy->mandates[question] : &policy->parts[question];
}

unsigned ggp_rule_fields(const struct ggl_rule *rule)
{
    unsigned fields = 0;
    int field;

    if (rule->answer_function.number != 0)
        return 0;
    for (field = 0; field < GGP_CONNECT_NFIELDS; field++) {
        if (ggp_connect_is_set(&rule->opinion.connect, field))
            fields |= (unsigned)1 << field;
    }
    return fields;
}

/* Room for the marks of each rule of the set. */
static int make_marks(struct ggl_check *check)
{
    const gg_policies *policies = check->policies;
    size_t i;
    int n;

    check->layers = ggp_arena_alloc(&check->arena,
                                    policies->n * sizeof(*check->layers));
    for (i = 0; check->layers && i < policies->n; i++) {
        for (n = 0; n < 2 * GGL_NQUESTIONS; n++) {
            enum ggl_question question = (enum ggl_question)(n / 2);
            const struct ggl_part *part = ggp_policy_part(&policies->list[i],
                                                          n % 2, question);

            check->layers[i].marks[n % 2][question] = ggp_arena_alloc(
                &check->arena, (part->nrules + 1) * sizeof(struct ggl_mark));
        }
    }
    return !check->arena.failed;
}

void ggp_check_reach(struct ggl_check *check)
{
    const struct ggp_text none = {NULL, 0};
    struct walk walk = {.check = check};

    if (!make_marks(check))
        return;
    walk_tenant(&walk, none);
    walk.is_tenant = 1;
    walk_tenants(&walk);
}
