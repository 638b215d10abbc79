/* SPDX-License-Identifier: MIT */
/* verdict.c - the verdict alone: whether a grant can send, without policies. */
#include "private.h"

#include <string.h>

/* Judge the one grant that @input holds. */
static gg_status judge(struct ggp_input *input, const struct ggp_facts *facts,
                       struct gg_verdict *verdict, struct gg_error *err)
{
    struct ggp_item item;
    struct ggp_item extra;

    if (!ggp_input_next(input, &item))
        return ggp_fail(err, GG_EINVAL, "the input holds no grant");
    if (ggp_input_next(input, &extra))
        return ggp_fail(err, GG_EINVAL, "the input holds several grants");
    if (item.status != GG_OK)
        return ggp_fail(err, item.status, "%s", item.error.message);
    ggp_facts_join(&item.grant.facts, facts);
    ggp_smtp_judge(&item.grant);
    verdict->smtp = item.grant.smtp;
    verdict->missing = item.grant.missing;
    verdict->evidence = item.grant.evidence;
    return GG_OK;
}

gg_status gg_grant_judge(const char *json, size_t len,
                         const struct gg_facts *facts,
                         struct gg_verdict *verdict, struct gg_error *err)
{
    struct ggp_input input = {0};
    struct ggp_facts more = {0};
    gg_status status;

    if (!json || !verdict)
        return ggp_fail(err, GG_EINVAL,
                        "a grant and a place for the verdict are required");
    if (facts) {
        status = ggp_facts_take(&more, facts, err);
        if (status != GG_OK)
            return status;
    }
    ggp_input_open(&input, json, len);
    status = judge(&input, &more, verdict, err);
    ggp_input_free(&input);
    return status;
}
