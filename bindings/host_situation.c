/* SPDX-License-Identifier: MIT */
/*
 * host_situation.c - grants and requests that stand for many.
 *
 * Whether a rule can be reached, or a grant goes without an opinion, is a
 * question about all grants there are.  A few of them stand for all: what
 * they fix is the provider, the verdict, what it rests on and whether the
 * grant is blocked; everything else is left open, and then a condition may
 * hold or not.
 */
#include "host_check.h"

#include <string.h>

/* No provider has this name, so only a pattern can match it. */
static const char OTHER[] = "?";

struct verdict {
    enum gg_smtp smtp;
    enum gg_evidence evidence;
};

/* What there is for IMAP, in the order of enum gg_smtp. */
static const struct verdict imap[] = {
    {GG_SMTP_COMPLETE, GG_EVIDENCE_SETTINGS},
    {GG_SMTP_COMPLETE, GG_EVIDENCE_SENT},
    {GG_SMTP_INCOMPLETE, GG_EVIDENCE_SETTINGS},
    {GG_SMTP_INCOMPLETE, GG_EVIDENCE_SEND_ERROR},
    {GG_SMTP_UNKNOWN, GG_EVIDENCE_NONE},
};

#define NIMAP (sizeof(imap) / sizeof(imap[0]))

static uint32_t bit(int field)
{
    return (uint32_t)1 << field;
}

/* Each verdict, once blocked and once not. */
static int grant_at(struct ggl_situation *situation, struct ggp_text provider,
                    size_t index)
{
    struct ggp_grant *grant = &situation->grant;
    size_t n = ggp_text_is(provider, "imap") ? NIMAP : 1;

    if (!provider.at || index >= 2 * n)
        return 0;
    situation->subject = &ggp_grant_subject;
    situation->known = bit(GGP_GRANT_PROVIDER) | bit(GGP_GRANT_BLOCKED) |
                       bit(GGP_GRANT_SMTP) | bit(GGP_GRANT_EVIDENCE);
    grant->provider = provider;
    grant->blocked = (int)(index % 2);
    ggp_smtp_judge(grant);
    if (n > 1) {
        grant->smtp = imap[index / 2].smtp;
        grant->evidence = imap[index / 2].evidence;
    }
    if (grant->smtp != GG_SMTP_INCOMPLETE)
        situation->known |= bit(GGP_GRANT_MISSING);
    return 1;
}

/* Once a first sign-in, once a further one. */
static int request_at(struct ggl_situation *situation, struct ggp_text provider,
                      size_t index)
{
    struct ggp_request *request = &situation->request;

    if (index >= 2)
        return 0;
    situation->subject = &ggp_request_subject;
    situation->known = bit(GGP_REQUEST_PROVIDER) | bit(GGP_REQUEST_PURPOSE);
    request->provider = provider;
    request->is_reauth = index == 1;
    return 1;
}

int ggp_situation_at(struct ggl_situation *situation,
                     enum ggl_question question, struct ggp_text provider,
                     size_t index)
{
    memset(situation, 0, sizeof(*situation));
    return question == GGL_EVALUATE ? grant_at(situation, provider, index)
                                    : request_at(situation, provider, index);
}

enum ggl_truth ggp_situation_holds(const struct ggl_situation *situation,
                                   const struct ggl_rule *rule)
{
    const void *self = &situation->request;
    enum ggl_truth truth = GGL_CERTAIN;
    int64_t steps = INT64_MAX; /* a stand-in grant is small */
    size_t i;

    if (rule->when == GGL_ALWAYS)
        return GGL_CERTAIN;
    if (rule->when == GGL_FUNCTION)
        return GGL_MAYBE;
    if (situation->subject == &ggp_grant_subject)
        self = &situation->grant;
    for (i = 0; i < rule->condition.ntests; i++) {
        struct ggp_condition one = {&rule->condition.tests[i], 1};

        if (!(situation->known & bit(one.tests->field)))
            truth = GGL_MAYBE;
        else if (!ggp_condition_holds(&one, situation->subject, self, &steps))
            return GGL_NEVER;
    }
    return truth;
}

/* --- providers --- */

int ggp_provider_exists(struct ggp_text provider)
{
    const char *name;
    size_t i;

    for (i = 0; (name = ggp_provider_name(i)) != NULL; i++) {
        if (ggp_text_is(provider, name))
            return 1;
    }
    return 0;
}

struct ggp_text ggp_situation_provider(size_t index)
{
    const char *name = ggp_provider_name(index);

    if (!name && (index == 0 || ggp_provider_name(index - 1)))
        name = OTHER;
    return ggp_text_of(name);
}
