/* SPDX-License-Identifier: MIT */
/* fuzz_grant.c - a line of input: read, judged, decided about. */
#include "fuzz.h"

#include <string.h>

static void require_clean(const char *claim, struct ggp_text text)
{
    require(!text.at || (ggp_is_utf8(text.at, text.len) &&
                         !ggp_has_control(text.at, text.len)),
            claim, text.at);
}

/* What was read keeps the grammar of its fields. */
static void require_fields(const struct ggp_grant *grant)
{
    require(ggp_is_grant_id(grant->id.at, grant->id.len), "an id is an id",
            grant->id.at);
    require(ggp_is_provider(grant->provider.at, grant->provider.len),
            "a provider is a provider", grant->provider.at);
    require(!grant->facts.tenant.at ||
                ggp_is_tenant(grant->facts.tenant.at, grant->facts.tenant.len),
            "a tenant is a tenant", grant->facts.tenant.at);
    require(grant->email.len <= GGP_EMAIL_MAX, "an address is short", NULL);
    require_clean("an address is clean", grant->email);
    require_clean("a state is clean", grant->state);
    require_clean("a name is clean", grant->name);
    require_clean("a domain is clean", grant->domain);
}

static void require_verdict(const struct ggp_grant *grant)
{
    require(grant->smtp > GG_SMTP_NONE && grant->smtp < GG_SMTP_COUNT,
            "a verdict is one of four", NULL);
    require(grant->smtp == GG_SMTP_INCOMPLETE || grant->missing == 0,
            "only what is incomplete misses something", NULL);
    require((grant->smtp == GG_SMTP_UNKNOWN) ==
                (grant->evidence == GG_EVIDENCE_NONE),
            "what is unknown has no evidence", NULL);
}

/* Read every field there is, as conditions and views do. */
static void read_values(const struct ggp_grant *grant)
{
    const struct ggp_subject *subject = &ggp_grant_subject;
    int i;

    for (i = 0; i < subject->nfields; i++) {
        struct ggp_value value = subject->value(grant, i);

        if (value.kind == GGP_TEXT)
            require(ggp_is_utf8(value.text.at, value.text.len),
                    "a text is UTF-8", value.text.at);
    }
}

/* Returns how many items there are; *@good is whether the last was read. */
static int read_items(const char *text, size_t len, int *good)
{
    struct ggp_input input = {0};
    struct ggp_item item;
    int n = 0;

    ggp_input_open(&input, text, len);
    while (ggp_input_next(&input, &item)) {
        n++;
        *good = item.status == GG_OK;
        if (*good) {
            item.grant.now = FUZZ_NOW;
            ggp_smtp_judge(&item.grant);
            require_fields(&item.grant);
            require_verdict(&item.grant);
            read_values(&item.grant);
        } else {
            require_error(item.status, &item.error);
        }
    }
    ggp_input_free(&input);
    return n;
}

static void require_same(const struct gg_decision *decision,
                         const struct fuzz_scene *scene, const char *text,
                         size_t len)
{
    struct gg_error err;
    char *first = NULL;
    char *again = NULL;
    gg_status status = gg_decision_record(decision, &first, &err);
    yyjson_doc *record;

    require(status == GG_OK, "a record is written", err.message);
    record = require_record(first, strlen(first));
    require(has_text(yyjson_doc_get_root(record), "action",
                     gg_action_name(decision->action)),
            "a record shows the action", first);
    yyjson_doc_free(record);
    status = gg_session_evaluate(scene->session, text, len, NULL, FUZZ_NOW,
                                 &decision, &err);
    require(status == GG_OK, "a question can be asked again", err.message);
    status = gg_decision_record(decision, &again, &err);
    require(status == GG_OK, "a record is written again", err.message);
    require(strcmp(first, again) == 0, "the same input, the same bytes", again);
    gg_free(first);
    gg_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const struct fuzz_scene *scene = fuzz_scene();
    const struct gg_decision *decision = NULL;
    const char *text = (const char *)bytes;
    struct gg_error err;
    gg_status status;
    int good = 0;
    int n = read_items(text, len, &good);

    status = gg_session_evaluate(scene->session, text, len, NULL, FUZZ_NOW,
                                 &decision, &err);
    if (n != 1) {
        require(status == GG_EINVAL && !decision,
                "a question is about one grant", NULL);
        require_error(status, &err);
    } else {
        require(status == GG_OK, "whatever the input, there is a decision",
                err.message);
        require_decision(decision);
        require(good || decision->action == GG_ERROR,
                "what could not be read is not decided about",
                decision->reason);
        require_same(decision, scene, text, len);
    }
    require_innocent(scene);
    return 0;
}
