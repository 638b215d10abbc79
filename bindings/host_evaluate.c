/* SPDX-License-Identifier: MIT */
/*
 * host_evaluate.c - the evaluate question: one grant, one decision.
 *
 * Whatever fails on the way ends in action "error"; nothing falls through to
 * the next layer.
 */
#include "host_trace.h"

#include <string.h>

/* Fill what is known of the grant, however little was read. */
static void set_grant(gg_session *session, const struct ggp_item *item)
{
    struct gg_decision *decision = &session->decision;
    const struct ggp_grant *grant = &item->grant;

    decision->grant_id = grant->id.at;
    decision->provider = grant->provider.at;
    decision->tenant = grant->facts.tenant.at;
    if (item->status != GG_OK)
        return;
    decision->smtp = grant->smtp;
    decision->missing = grant->missing;
    decision->evidence = grant->evidence;
}

/* Nothing was decided: what is left is the grant, and where it failed. */
static void set_error(gg_session *session, const struct ggp_item *item,
                      const struct gg_error *err)
{
    struct gg_decision *decision = &session->decision;
    struct gg_decision failed = *decision;

    memset(decision, 0, sizeof(*decision));
    set_grant(session, item);
    decision->policy = failed.policy;
    decision->rule = failed.rule;
    decision->mandate = failed.mandate;
    if (err->status != GG_EOUTPUT)
        decision->trace = failed.trace;
    decision->action = GG_ERROR;
    decision->error = err->status;
    decision->error_message = ggp_arena_string(&session->arena, err->message);
}

static const char *rule_name(const struct ggl_answer *answer)
{
    return answer->rule ? answer->rule->name : NULL;
}

static void set_opinion(gg_session *session, const struct ggl_answer *answer)
{
    struct gg_decision *decision = &session->decision;
    const struct ggp_opinion *opinion = &answer->opinion;

    decision->action = opinion->action;
    decision->reason = opinion->reason;
    decision->policy = answer->policy;
    decision->rule = rule_name(answer);
    decision->mandate = answer->is_mandate;
    decision->notify = opinion->notify;
    decision->data = opinion->data;
    decision->has_after = opinion->has_after;
    decision->after = opinion->after;
    decision->due = session->context.now + opinion->after;
    decision->smtp_host = opinion->smtp_host;
    decision->smtp_port = (int)opinion->smtp_port;
    decision->smtp_username = opinion->smtp_username;
}

/* The layer that failed, for the record. */
static void set_failed(gg_session *session, const struct ggl_answer *answer)
{
    session->decision.policy = answer->policy;
    session->decision.rule = rule_name(answer);
    session->decision.mandate = answer->is_mandate;
}

/* --- the sign-in link of a reauth --- */

/* Why there can be no link, or NULL. */
static const char *why_no_url(const struct ggp_grant *grant,
                              const struct gg_connect *connect)
{
    if (!ggp_provider_is_hosted(grant->provider))
        return "no_hosted_signin";
    if (!connect->client_id)
        return "no_client_id";
    if (!connect->redirect_uri)
        return "no_redirect_uri";
    if (!connect->login_hint)
        return "no_email";
    return NULL;
}

static gg_status add_url(gg_session *session, const struct ggl_chain *chain,
                         const struct ggp_grant *grant,
                         const struct ggl_answer *answer, struct gg_error *err)
{
    struct ggp_request request = {.tenant = grant->facts.tenant,
                                  .provider = grant->provider,
                                  .email = grant->email,
                                  .domain = grant->domain,
                                  .context = grant->facts.context,
                                  .is_reauth = 1,
                                  .grant_id = grant->id};
    struct gg_auth_request url = {.provider = grant->provider.at,
                                  .api_url = session->options.api_url};
    struct ggl_answer failed = {.policy = NULL};
    gg_status status = ggp_connect_ask(session, chain, &request, answer,
                                       &url.connect, &failed, err);

    if (status != GG_OK) {
        set_failed(session, &failed);
        return status;
    }
    session->decision.auth_url_missing = why_no_url(grant, &url.connect);
    if (session->decision.auth_url_missing)
        return GG_OK;
    ggp_buf_clear(&session->text);
    status = ggp_auth_url_write(&url, &session->text, err);
    if (status == GG_OK)
        session->decision.auth_url = ggp_session_keep(session, &session->text);
    return status;
}

/* --- the question --- */

/* Ask mandates, the most general first, then layers, the most specific
 * first.  As ggp_ask_layer(). */
static int ask_layers(gg_session *session, const struct ggl_chain *chain,
                      const struct ggp_grant *grant, struct ggl_answer *answer,
                      struct gg_error *err)
{
    struct ggl_asking asking = {GGL_EVALUATE, &ggp_grant_subject, grant};
    int said = 0;
    size_t i;

    for (i = chain->n; i > 0 && said == 0; i--)
        said = ggp_ask_layer(session, chain->layers[i - 1], 1, &asking, answer,
                             err);
    for (i = 0; i < chain->n && said == 0; i++)
        said = ggp_ask_layer(session, chain->layers[i], 0, &asking, answer,
                             err);
    return said;
}

/* Nobody had an opinion. */
static const struct ggl_answer no_opinion = {
    .opinion = {.action = GG_DEFER, .reason = "no_opinion"}};

static gg_status decide(gg_session *session, const struct ggl_chain *chain,
                        const struct ggp_grant *grant, struct gg_error *err)
{
    const struct ggl_policy *broken;
    struct ggl_answer answer;
    gg_status status = ggp_session_prepare(session, chain, &broken, err);
    int said;

    if (status != GG_OK) {
        session->decision.policy = broken->source->path;
        return status;
    }
    said = ask_layers(session, chain, grant, &answer, err);
    if (said < 0) {
        set_failed(session, &answer);
        return err->status;
    }
    if (said == 0)
        answer = no_opinion;
    if (answer.opinion.action == GG_REAUTH) {
        status = add_url(session, chain, grant, &answer, err);
        if (status != GG_OK) {
            if (!session->decision.policy)
                set_failed(session, &answer);
            return status;
        }
    }
    set_opinion(session, &answer);
    return GG_OK;
}

static size_t length(const char *text)
{
    return text ? strlen(text) : 0;
}

/* A record has a limit, which `data` and the trace can pass: where they are
 * big, write the record to see. */
static gg_status check_size(gg_session *session, struct gg_error *err)
{
    const struct gg_decision *decision = &session->decision;

    if (length(decision->data) + length(decision->trace) +
            length(decision->auth_url) <
        GGP_RECORD_MAX / 2)
        return GG_OK;
    ggp_buf_clear(&session->text);
    if (ggp_record_write(&session->text, NULL, decision) != GG_ERROR)
        return GG_OK;
    return ggp_fail(err, GG_EOUTPUT, "the record would be over %d KiB",
                    GGP_RECORD_MAX / 1024);
}

static gg_status evaluate(gg_session *session, struct ggp_item *item,
                          int64_t now, int *is_stray, struct gg_error *err)
{
    struct ggp_grant *grant = &item->grant;
    struct ggl_chain chain;
    gg_status status;

    ggp_question_start(session, now, grant->id.at);
    set_grant(session, item);
    ggp_chain_resolve(&chain, session->policies, grant->facts.tenant,
                      grant->provider);
    *is_stray = chain.is_stray;
    status = decide(session, &chain, grant, err);
    session->decision.trace = ggp_trace_take(session);
    return status == GG_OK ? check_size(session, err) : status;
}

/* Without memory nothing is said of the grant: not even an error. */
static gg_status fail_memory(gg_session *session, struct gg_error *err)
{
    memset(&session->decision, 0, sizeof(session->decision));
    return ggp_fail(err, GG_ENOMEM, "out of memory");
}

gg_status ggp_evaluate(gg_session *session, struct ggp_item *item, int64_t now,
                       int *is_stray, struct gg_error *err)
{
    struct gg_error *why = &item->error;
    gg_status status = item->status;

    *is_stray = 0;
    if (status == GG_OK) {
        item->grant.now = now;
        ggp_smtp_judge(&item->grant);
        status = evaluate(session, item, now, is_stray, why);
        if (ggp_session_must_repeat(session, status)) {
            ggp_session_renew(session);
            status = evaluate(session, item, now, is_stray, why);
        }
        if (session->log.failed != GG_OK)
            status = GG_ENOMEM;
        ggp_log_replay(&session->log, session->options.log,
                       session->options.payload);
    } else {
        ggp_question_start(session, now, NULL);
        set_grant(session, item);
    }
    if (status != GG_OK && status != GG_ENOMEM)
        set_error(session, item, why);
    if (status == GG_ENOMEM || session->arena.failed)
        return fail_memory(session, err);
    return GG_OK;
}

/* --- the public question --- */

/* Put @facts where those of an envelope go. */
static gg_status read_facts(gg_session *session, const struct gg_facts *from,
                            struct ggp_facts *facts, struct gg_error *err)
{
    gg_status status = ggp_facts_take(facts, from, err);

    if (status != GG_OK || !from->context)
        return status;
    return ggp_session_context(session, from->context, &facts->context, err);
}

/* What is asked about, and when. */
struct asked {
    const char *json; /* with @len, or NULL: then @grant */
    size_t len;
    const struct gg_grant *grant;
    const struct gg_facts *facts; /* or NULL */
    int64_t now;
};

/* Read the one grant there is into @item. */
static gg_status read_item(gg_session *session, const struct asked *asked,
                           struct ggp_item *item, struct gg_error *err)
{
    struct ggp_item extra;

    if (asked->grant)
        return ggp_grant_item(&session->input, &session->grant_text,
                              asked->grant, item, err);
    ggp_input_open(&session->input, asked->json, asked->len);
    if (!ggp_input_next(&session->input, item))
        return ggp_fail(err, GG_EINVAL, "the input holds no grant");
    if (ggp_input_next(&session->input, &extra))
        return ggp_fail(err, GG_EINVAL, "the input holds several grants");
    return GG_OK;
}

static gg_status decide_asked(gg_session *session, const struct asked *asked,
                              struct gg_error *err)
{
    struct ggp_facts more = {{NULL, 0}, {NULL, 0}, 0, 0, 0, 0, NULL};
    struct ggp_item item;
    gg_status status = ggp_session_follow(session, err);
    int is_stray;

    if (status == GG_OK && asked->facts)
        status = read_facts(session, asked->facts, &more, err);
    if (status == GG_OK)
        status = read_item(session, asked, &item, err);
    if (status != GG_OK)
        return status;
    ggp_facts_join(&item.grant.facts, &more);
    status = ggp_evaluate(session, &item,
                          asked->now ? asked->now : ggp_moment_now(), &is_stray,
                          err);
    if (status != GG_OK)
        return status;
    /* the facts are the caller's, and may be gone when this is read */
    session->decision.tenant = ggp_arena_string(&session->arena,
                                                session->decision.tenant);
    return session->arena.failed ? fail_memory(session, err) : GG_OK;
}

/* Decide, and see to all that a host's question has around it. */
static gg_status ask(gg_session *session, const struct asked *asked,
                     const struct gg_decision **decision, struct gg_error *err)
{
    const struct gg_session_options *options;
    gg_status status;

    if (!session || (!asked->json && !asked->grant) || !decision)
        return ggp_fail(err, GG_EINVAL,
                        "a session, a grant and a place for the decision are "
                        "required");
    status = ggp_call_begin(session, err);
    if (status != GG_OK)
        return status;
    options = &session->options;
    status = decide_asked(session, asked, err);
    if (status == GG_OK && options->decided)
        options->decided(&session->decision, options->payload);
    ggp_call_end(session, status == GG_OK ? session->decision.error : status);
    if (status == GG_OK)
        *decision = &session->decision;
    return status;
}

gg_status gg_session_evaluate(gg_session *session, const char *json, size_t len,
                              const struct gg_facts *facts, int64_t now,
                              const struct gg_decision **decision,
                              struct gg_error *err)
{
    const struct asked asked = {json, len, NULL, facts, now};

    return ask(session, &asked, decision, err);
}

gg_status gg_session_evaluate_grant(gg_session *session,
                                    const struct gg_grant *grant,
                                    const struct gg_facts *facts, int64_t now,
                                    const struct gg_decision **decision,
                                    struct gg_error *err)
{
    const struct asked asked = {NULL, 0, grant, facts, now};

    return ask(session, &asked, decision, err);
}
