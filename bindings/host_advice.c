/* SPDX-License-Identifier: MIT */
/* host_advice.c - rules, each on its own: what is written and does nothing,
 * or not what its author hopes. */
#include "host_check.h"

#include <string.h>

/* A rule, and where it stands. */
struct entry {
    struct ggl_check *check;
    const struct ggl_policy *policy;
    enum ggl_question question;
    const struct ggl_rule *rule;
};

/* --- conditions --- */

/* The providers that Nylas has, for messages. */
static const char *list_providers(char room[160])
{
    const char *name;
    size_t len = 0;
    size_t i;

    room[0] = '\0';
    for (i = 0; (name = ggp_provider_name(i)) != NULL && len < 140; i++)
        len += (size_t)snprintf(room + len, 160 - len, "%s%s", i > 0 ? " " : "",
                                name);
    return room;
}

static void advise_provider(const struct entry *entry,
                            const struct ggp_pattern *pattern)
{
    char name[GGP_PLAIN_MAX + 1];
    char room[160];

    if (pattern->kind != GGP_MATCH_EXACT || ggp_provider_exists(pattern->text))
        return;
    ggp_finding_add(entry->check, "unknown-provider", entry->rule->spot,
                    "rule \"%s\" names the provider '%s', which Nylas does "
                    "not have; write one of %s",
                    entry->rule->id.name, ggp_plain_name(pattern->text, name),
                    list_providers(room));
}

/* Whether @pattern can hold for what is shown in place of a secret. */
static int matches_hidden(const struct ggp_pattern *pattern)
{
    struct ggp_value hidden = ggp_value_text("[redacted]");

    return ggp_pattern_holds(pattern, &hidden) ||
           (pattern->kind == GGP_MATCH_EXACT &&
            ggp_is_blank(pattern->text.at, pattern->text.len));
}

/* A key of `settings` that policies cannot see. */
static void advise_setting(const struct entry *entry,
                           const struct ggp_test *test)
{
    struct ggp_text key = test->path[test->npath - 1];
    char name[GGP_PLAIN_MAX + 1];
    size_t i;

    if (ggp_setting_is_shown(key))
        return;
    for (i = 0; i < test->npatterns; i++) {
        if (matches_hidden(&test->patterns[i]))
            return;
    }
    ggp_finding_add(entry->check, "hidden-setting", entry->rule->spot,
                    "rule \"%s\" compares settings.%s, which policies do not "
                    "see: it reads \"[redacted]\" or nil; mend the name, or "
                    "test what is shown, such as settings.smtp_host",
                    entry->rule->id.name, ggp_plain_name(key, name));
}

static void advise_condition(const struct entry *entry)
{
    const struct ggp_condition *condition = &entry->rule->condition;
    int is_grant = entry->question == GGL_EVALUATE;
    int provider = is_grant ? (int)GGP_GRANT_PROVIDER
                            : (int)GGP_REQUEST_PROVIDER;
    size_t i;
    size_t n;

    for (i = 0; i < condition->ntests; i++) {
        const struct ggp_test *test = &condition->tests[i];

        for (n = 0; test->field == provider && n < test->npatterns; n++)
            advise_provider(entry, &test->patterns[n]);
        if (is_grant && test->field == GGP_GRANT_SETTINGS)
            advise_setting(entry, test);
    }
}

/* --- connect fields --- */

/* Whether @rule can hold where @provider signs in. */
static int concerns(const struct entry *entry, struct ggp_text provider)
{
    const char *own = entry->policy->provider;
    struct ggl_situation situation;
    size_t i;

    if (own && !ggp_text_is(provider, own))
        return 0;
    for (i = 0; ggp_situation_at(&situation, entry->question, provider, i);
         i++) {
        if (ggp_situation_holds(&situation, entry->rule) != GGL_NEVER)
            return 1;
    }
    return 0;
}

/* Whether the rule, or its file, picks providers; @other, out: one of Nylas'
 * that it picks and that is not @wanted, or absent; @has_wanted, out. */
static int picks(const struct entry *entry, const char *wanted,
                 struct ggp_text *other, int *has_wanted)
{
    int picks_some = 0;
    struct ggp_text provider;
    size_t i;

    other->at = NULL;
    *has_wanted = 0;
    for (i = 0; (provider = ggp_situation_provider(i)).at != NULL; i++) {
        if (!concerns(entry, provider))
            picks_some = 1;
        else if (ggp_text_is(provider, wanted))
            *has_wanted = 1;
        else if (!other->at && ggp_provider_exists(provider))
            *other = provider;
    }
    return picks_some;
}

static int has_option(const struct gg_connect *connect, const char *option)
{
    const char *const *at;

    for (at = connect->options; at && *at; at++) {
        if (strcmp(*at, option) == 0)
            return 1;
    }
    return 0;
}

static void advise_connect(const struct entry *entry)
{
    const struct gg_connect *connect = &entry->rule->opinion.connect;
    struct ggl_spot spot = entry->rule->spot;
    struct ggp_text other;
    int has_imap;
    int has_google;

    if (!picks(entry, "imap", &other, &has_imap))
        return;
    if (connect->smtp_required == GG_YES && other.at)
        ggp_finding_add(entry->check, "needless-smtp-required", spot,
                        "smtp_required is set for %.*s, which has no IMAP "
                        "sign-in to ask for SMTP; set it for imap only",
                        (int)other.len, other.at);
    if (connect->scope && has_imap && !other.at)
        ggp_finding_add(entry->check, "ignored-field", spot,
                        "'scope' is set for imap, which has no scopes; delete "
                        "it, or set it for another provider");
    (void)picks(entry, "google", &other, &has_google);
    if (has_option(connect, "exclude_google_granted_scopes") && !has_google)
        ggp_finding_add(entry->check, "ignored-field", spot,
                        "the option exclude_google_granted_scopes is set where "
                        "nobody signs in with google, and only google reads "
                        "it; delete it, or set it for google");
}

/* --- decisions --- */

static void advise_decision(const struct entry *entry)
{
    const struct ggl_rule *rule = entry->rule;

    if (rule->opinion.action == GG_DEFER && !rule->opinion.has_after)
        ggp_finding_add(entry->check, "defer-without-after", rule->spot,
                        "rule \"%s\" defers without 'after', so nobody knows "
                        "when to ask again; write for instance after = \"1d\"",
                        rule->id.name);
    if (rule->opinion.action == GG_REAUTH)
        advise_connect(entry);
}

static void advise_part(struct entry *entry, const struct ggl_part *part)
{
    size_t i;

    for (i = 0; i < part->nrules; i++) {
        entry->rule = &part->rules[i];
        if (entry->rule->when == GGL_CONDITION)
            advise_condition(entry);
        if (entry->rule->answer_function.number != 0)
            continue;
        if (entry->question == GGL_EVALUATE)
            advise_decision(entry);
        else
            advise_connect(entry);
    }
}

void ggp_check_rules(struct ggl_check *check)
{
    struct entry entry = {.check = check};
    size_t i;
    int n;

    for (i = 0; i < check->policies->n; i++) {
        entry.policy = &check->policies->list[i];
        for (n = 0; n < 2 * GGL_NQUESTIONS; n++) {
            entry.question = (enum ggl_question)(n / 2);
            advise_part(&entry,
                        ggp_policy_part(entry.policy, n % 2, entry.question));
        }
    }
}
