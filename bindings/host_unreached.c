/* SPDX-License-Identifier: MIT */
/* host_unreached.c - tell of rules, fields and files that nothing reaches, and
 * of grants that reach nobody. */
#include "host_check.h"

#define VERDICTS_ROOM 64

/* "complete", "unknown" */
static const char *list_verdicts(unsigned bits, char room[VERDICTS_ROOM])
{
    size_t len = 0;
    int smtp;

    room[0] = '\0';
    for (smtp = 0; smtp < GG_SMTP_COUNT; smtp++) {
        if (bits & ((unsigned)1 << smtp))
            len += (size_t)snprintf(room + len, VERDICTS_ROOM - len, "%s\"%s\"",
                                    len > 0 ? ", " : "",
                                    gg_smtp_name((enum gg_smtp)smtp));
    }
    return room;
}

/* What messages call @rule. */
static const char *name_of(const struct ggl_rule *rule,
                           enum ggl_question question, char room[96])
{
    if (!rule->id.name)
        return question == GGL_EVALUATE ? "'evaluate'" : "'connect'";
    snprintf(room, 96, "rule \"%s\"", rule->id.name);
    return room;
}

/* How @earlier takes all that @rule could match. */
static const char *how_it_covers(const struct ggl_rule *earlier, int is_same)
{
    if (is_same)
        return "has the same condition";
    return earlier->when == GGL_ALWAYS ? "always matches"
                                       : "matches all that it matches";
}

/* Another rule of the list, @earlier, is known to answer before. */
static void tell_covered(struct ggl_check *check, const struct ggl_rule *rule,
                         const struct ggl_rule *earlier)
{
    int is_same = rule->when == earlier->when && ggp_rule_covers(rule, earlier);

    ggp_finding_add(
        check, is_same ? "same-condition" : "unreachable-rule", rule->spot,
        "rule \"%s\" is never reached: rule \"%s\", line %d, %s "
        "and answers first; %s",
        rule->id.name, earlier->id.name, earlier->spot.line,
        how_it_covers(earlier, is_same),
        is_same ? "delete one of them" : "move it up, or delete it");
}

static void tell_unreached(struct ggl_check *check, const struct ggl_rule *rule,
                           enum ggl_question question,
                           const struct ggl_mark *mark)
{
    char room[96];

    if (!mark->is_possible)
        ggp_finding_add(check, "unreachable-rule", rule->spot,
                        "%s is never reached: no %s that comes here can match "
                        "its condition; mend 'when', or delete it",
                        name_of(rule, question, room),
                        question == GGL_EVALUATE ? "grant" : "request");
    else if (mark->is_before_varied || !mark->before->id.name)
        ggp_finding_add(check, "unreachable-rule", rule->spot,
                        "%s is never reached: others always answer first; "
                        "move it up, into a more specific file or a mandate, "
                        "or delete it",
                        name_of(rule, question, room));
    else
        ggp_finding_add(check, "unreachable-rule", rule->spot,
                        "%s is never reached: rule \"%s\", %s:%d, always "
                        "answers first; move it up, or delete it",
                        name_of(rule, question, room), mark->before->id.name,
                        mark->before->spot.path, mark->before->spot.line);
}

static void tell_loop(struct ggl_check *check, const struct ggl_rule *rule,
                      const struct ggl_mark *mark)
{
    char verdicts[VERDICTS_ROOM];

    ggp_finding_add(check, "reauth-loop", rule->spot,
                    "rule \"%s\" asks the owner of a grant whose smtp is %s, "
                    "and asks again after each sign-in, which changes nothing "
                    "in 'when'; add smtp = \"incomplete\" or another field "
                    "that a sign-in changes",
                    rule->id.name, list_verdicts(mark->loops, verdicts));
}

static void tell_overruled(struct ggl_check *check, const struct ggl_rule *rule,
                           const struct ggl_mark *mark)
{
    unsigned unread = ggp_rule_fields(rule) & ~mark->used;
    int field;

    for (field = 0; field < GGP_CONNECT_NFIELDS; field++) {
        if (unread & ((unsigned)1 << field))
            ggp_finding_add(check, "overruled-field", rule->spot,
                            "'%s' is never read here: a mandate or a more "
                            "specific layer always sets it first; delete it, "
                            "or set it in the mandate",
                            ggp_connect_info[field].name);
    }
}

/* The first rule before number @i that matches all that it matches, and
 * answers; or NULL. */
static const struct ggl_rule *find_cover(const struct ggl_part *part, size_t i)
{
    size_t n;

    for (n = 0; n < i; n++) {
        if (part->rules[n].answer_function.number == 0 &&
            ggp_rule_covers(&part->rules[n], &part->rules[i]))
            return &part->rules[n];
    }
    return NULL;
}

/* Whether a condition names a provider that Nylas does not have, which is
 * told elsewhere. */
static int names_unknown(const struct ggl_rule *rule,
                         enum ggl_question question)
{
    int field = question == GGL_EVALUATE ? (int)GGP_GRANT_PROVIDER
                                         : (int)GGP_REQUEST_PROVIDER;
    size_t i;

    for (i = 0; i < rule->condition.ntests; i++) {
        const struct ggp_test *test = &rule->condition.tests[i];

        if (test->field == field && test->patterns[0].kind == GGP_MATCH_EXACT &&
            !ggp_provider_exists(test->patterns[0].text))
            return 1;
    }
    return 0;
}

static void tell_rules(struct ggl_check *check, const struct ggl_part *part,
                       enum ggl_question question, const struct ggl_mark *marks)
{
    size_t i;

    for (i = 0; i < part->nrules; i++) {
        const struct ggl_rule *rule = &part->rules[i];
        const struct ggl_rule *cover = find_cover(part, i);

        if (cover)
            tell_covered(check, rule, cover);
        else if (!marks[i].is_reached && !names_unknown(rule, question))
            tell_unreached(check, rule, question, &marks[i]);
        else if (marks[i].loops != 0)
            tell_loop(check, rule, &marks[i]);
        if (question == GGL_CONNECT && marks[i].is_reached)
            tell_overruled(check, rule, &marks[i]);
    }
}

/* Whether others leave nothing to all rules of @policy's part. */
static int is_out_of_reach(const struct ggl_policy *policy,
                           const struct ggl_part *part,
                           const struct ggl_mark *marks)
{
    size_t i;

    for (i = 0; i < part->nrules; i++) {
        if (marks[i].is_reached ||
            (marks[i].before && marks[i].before_policy == policy))
            return 0;
    }
    for (i = 0; i < part->nrules && !marks[i].before; i++)
        ;
    return i < part->nrules;
}

static void tell_layer(struct ggl_check *check, const struct ggl_policy *policy,
                       const struct ggl_layer *layer)
{
    int is_mandate;
    int question;

    for (is_mandate = 0; is_mandate < 2; is_mandate++) {
        for (question = 0; question < GGL_NQUESTIONS; question++) {
            enum ggl_question asked = (enum ggl_question)question;
            const struct ggl_part *part = ggp_policy_part(policy, is_mandate,
                                                          asked);
            const struct ggl_mark *marks = layer->marks[is_mandate][question];

            if (asked == GGL_EVALUATE && is_out_of_reach(policy, part, marks))
                ggp_finding_add(check, "unreachable-layer", part->rules[0].spot,
                                "this layer is never asked to evaluate: other "
                                "layers always answer first; leave room for "
                                "it there, or delete its rules");
            else
                tell_rules(check, part, asked, marks);
        }
    }
}

static void tell_unasked(struct ggl_check *check,
                         const struct ggl_policy *policy)
{
    struct ggl_spot spot = {policy->source->path, 1};
    struct ggp_text start;

    if (!policy->tenant)
        return; /* a provider that Nylas does not have */
    start = ggp_chain_start(check->policies, ggp_text_of(policy->tenant));
    if (policy->provider && !ggp_provider_exists(ggp_text_of(policy->provider)))
        return;
    ggp_finding_add(check, "unreachable-layer", spot,
                    "no grant reaches this file: tenants.lua sends tenant "
                    "'%s' to '%.*s', and nobody inherits from it; take that "
                    "line out of tenants.lua, or delete this file",
                    policy->tenant, (int)start.len, start.at);
}

static void tell_silent(struct ggl_check *check)
{
    const struct ggp_text none = {NULL, 0};
    const struct ggl_policy *last = ggp_policies_find(check->policies, none,
                                                      none);
    struct ggl_spot spot = {"default.lua", 1};
    char verdicts[VERDICTS_ROOM];

    if (last && last->parts[GGL_EVALUATE].nrules > 0)
        spot = last->parts[GGL_EVALUATE].rules[0].spot;
    ggp_finding_add(check, "no-opinion", spot,
                    "nobody has an opinion on some grants whose smtp is %s, "
                    "and they wait with reason no_opinion; %s that answers "
                    "for every such grant",
                    list_verdicts(check->silent, verdicts),
                    last ? "end the evaluate of default.lua with a rule"
                         : "write a default.lua with a rule");
}

/* A set that only signs people in has no opinions to miss. */
static int evaluates(const gg_policies *policies)
{
    size_t i;

    for (i = 0; i < policies->n; i++) {
        if (policies->list[i].parts[GGL_EVALUATE].nrules > 0 ||
            policies->list[i].mandates[GGL_EVALUATE].nrules > 0)
            return 1;
    }
    return 0;
}

void ggp_check_unreached(struct ggl_check *check)
{
    size_t i;

    for (i = 0; i < check->policies->n; i++) {
        const struct ggl_policy *policy = &check->policies->list[i];

        if (check->layers[i].is_asked)
            tell_layer(check, policy, &check->layers[i]);
        else
            tell_unasked(check, policy);
    }
    if (check->silent != 0 && evaluates(check->policies))
        tell_silent(check);
}
