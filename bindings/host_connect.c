/* SPDX-License-Identifier: MIT */
/*
 * host_connect.c - the connect question: which fields a sign-in gets.
 *
 * Field by field, highest first: mandates (the most general layer first),
 * the reauth decision, layers (the most specific first), what the engine
 * adds to a reauth, the caller, the defaults.
 */
#include "host_trace.h"

#include <string.h>

static const char CALLER[] = "caller";
static const char DEFAULT[] = "default";

void ggp_question_start(gg_session *session, int64_t now, const char *grant_id)
{
    struct ggl_context context = {
        .now = now,
        .grant_id = grant_id,
        .caller = &session->options.caller,
        .api_url = session->options.api_url,
        .fetches = &session->fetches,
        .host_answers = session->host_answers,
        .log = session->options.log ? &session->log : NULL,
    };

    session->state.was_tight = 0;
    ggp_arena_reset(&session->arena);
    session->fetches.n = 0;
    ggp_buf_clear(&session->log);
    ggp_trace_start(session);
    ggp_buf_clear(&session->text);
    memset(&session->decision, 0, sizeof(session->decision));
    session->context = context;
}

/* Fill what @connect leaves open from @more, and note whether region and
 * client_id came together. */
static void fill(gg_session *session, struct gg_connect *connect,
                 const struct gg_connect *more, const char *origin)
{
    if (!connect->client_id && more->client_id)
        session->client_region = more->region;
    if (!connect->region && more->region)
        session->region_has_client = more->client_id != NULL;
    ggp_connect_fill(connect, session->from, more, origin);
}

/* Ask one layer and take what it says. */
static gg_status ask(gg_session *session, const struct ggl_policy *policy,
                     int is_mandate, const struct ggp_request *request,
                     struct gg_connect *connect, struct ggl_answer *failed,
                     struct gg_error *err)
{
    struct ggl_asking asking = {GGL_CONNECT, &ggp_request_subject, request};
    struct ggl_answer answer;
    int said = ggp_ask_layer(session, policy, is_mandate, &asking, &answer,
                             err);

    if (said < 0) {
        *failed = answer;
        return err->status;
    }
    if (said > 0)
        fill(session, connect, &answer.opinion.connect, policy->source->path);
    return GG_OK;
}

/* A second sign-in can lose what was there, so an IMAP one asks for SMTP
 * unless a layer had its say. */
static void add_reauth(gg_session *session, const struct ggp_request *request,
                       struct gg_connect *connect)
{
    struct gg_connect reauth = {0};

    reauth.login_hint = request->email.at;
    if (ggp_text_is(request->provider, "imap"))
        reauth.smtp_required = GG_YES;
    if (reauth.login_hint &&
        ggp_connect_check(&reauth, GGP_CONNECT_LOGIN_HINT, NULL) != GG_OK)
        reauth.login_hint = NULL;
    fill(session, connect, &reauth, DEFAULT);
}

static int is_same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/*
 * An application belongs to one region; the other one's endpoint always
 * answers 401.  So whoever moves the region brings the application, and an
 * application that came with a region stays there.
 */
static gg_status check_region(const gg_session *session,
                              const struct gg_connect *connect,
                              struct ggl_answer *failed, struct gg_error *err)
{
    const char *origin = session->from[GGP_CONNECT_REGION];
    const char *caller = session->options.caller.region;
    const char *home = session->client_region;

    if (is_same(origin, CALLER) || is_same(origin, DEFAULT))
        return GG_OK;
    failed->policy = origin;
    if (!session->region_has_client &&
        !is_same(connect->region, caller ? caller : "us"))
        return ggp_fail(err, GG_EPOLICY,
                        "%s: sets region \"%s\" without the client_id of an "
                        "application in that region",
                        origin, connect->region);
    if (home && !is_same(home, connect->region))
        return ggp_fail(err, GG_EPOLICY,
                        "%s: sets region \"%s\", but the client_id, from %s, "
                        "is of region \"%s\"",
                        origin, connect->region,
                        session->from[GGP_CONNECT_CLIENT_ID], home);
    return GG_OK;
}

gg_status ggp_connect_ask(gg_session *session, const struct ggl_chain *chain,
                          const struct ggp_request *request,
                          const struct ggl_answer *decision,
                          struct gg_connect *connect, struct ggl_answer *failed,
                          struct gg_error *err)
{
    const struct gg_connect defaults = {.region = "us"};
    gg_status status = GG_OK;
    size_t i;

    session->is_begun = 0; /* a question of its own, with its own limits */
    memset(connect, 0, sizeof(*connect));
    memset(session->from, 0, sizeof(session->from));
    session->client_region = NULL;
    session->region_has_client = 0;
    for (i = chain->n; i > 0 && status == GG_OK; i--)
        status = ask(session, chain->layers[i - 1], 1, request, connect, failed,
                     err);
    if (status == GG_OK && decision)
        fill(session, connect, &decision->opinion.connect, decision->policy);
    for (i = 0; i < chain->n && status == GG_OK; i++)
        status = ask(session, chain->layers[i], 0, request, connect, failed,
                     err);
    if (status != GG_OK)
        return status;
    if (request->is_reauth)
        add_reauth(session, request, connect);
    fill(session, connect, &session->options.caller, CALLER);
    fill(session, connect, &defaults, DEFAULT);
    ggp_trace_fields(session, connect);
    return check_region(session, connect, failed, err);
}

/* --- the public question --- */

/* Each name of a comma-separated list, which Nylas allows. */
static int is_provider_list(const char *provider)
{
    size_t len = strcspn(provider, ",");

    while (ggp_is_provider(provider, len)) {
        if (provider[len] == '\0')
            return 1;
        provider += len + 1;
        len = strcspn(provider, ",");
    }
    return 0;
}

static gg_status read_request(gg_session *session,
                              const struct gg_connect_request *from,
                              struct ggp_request *request, struct gg_error *err)
{
    memset(request, 0, sizeof(*request));
    request->tenant = ggp_text_of(from->tenant);
    request->provider = ggp_text_of(from->provider);
    request->email = ggp_text_of(from->email);
    if (from->tenant && !ggp_is_tenant(from->tenant, request->tenant.len))
        return ggp_fail(err, GG_EINVAL, "the tenant is no tenant name");
    if (from->provider && !is_provider_list(from->provider))
        return ggp_fail(err, GG_EINVAL,
                        "the provider is no provider name (like \"imap\")");
    if (from->email && (!ggp_is_utf8(from->email, request->email.len) ||
                        ggp_has_control(from->email, request->email.len) ||
                        request->email.len > GGP_EMAIL_MAX))
        return ggp_fail(err, GG_EINVAL, "the e-mail address does not fit");
    request->domain = ggp_domain(request->email, session->domain);
    if (!from->context)
        return GG_OK;
    return ggp_session_context(session, from->context, &request->context, err);
}

/* The answer's origins as JSON. */
static const char *from_json(gg_session *session)
{
    struct ggp_buf *buf = &session->text;
    int field;

    ggp_buf_clear(buf);
    ggp_buf_char(buf, '{');
    for (field = 0; field < GGP_CONNECT_NFIELDS; field++)
        ggp_json_member(buf, ggp_connect_info[field].name,
                        session->from[field]);
    ggp_buf_char(buf, '}');
    return ggp_session_keep(session, buf);
}

static const char *fields_json(gg_session *session)
{
    ggp_buf_clear(&session->text);
    ggp_connect_json(&session->text, &session->answer.connect);
    return ggp_session_keep(session, &session->text);
}

static void set_error(gg_session *session, const struct gg_error *err,
                      const char *policy)
{
    struct gg_connect_answer *answer = &session->answer;

    answer->error = err->status;
    answer->error_message = ggp_arena_string(&session->arena, err->message);
    answer->error_policy = policy;
}

/* Ask the layers. */
static gg_status ask_chain(gg_session *session,
                           const struct ggp_request *request,
                           struct ggl_answer *failed, struct gg_error *err)
{
    const struct ggl_policy *broken;
    struct ggl_chain chain;
    gg_status status;

    ggp_chain_resolve(&chain, session->policies, request->tenant,
                      request->provider);
    status = ggp_session_prepare(session, &chain, &broken, err);
    if (status != GG_OK) {
        failed->policy = broken->source->path;
        return status;
    }
    return ggp_connect_ask(session, &chain, request, NULL,
                           &session->answer.connect, failed, err);
}

static void build_url(gg_session *session,
                      const struct gg_connect_request *request)
{
    struct gg_connect_answer *answer = &session->answer;
    struct gg_auth_request url = {.connect = answer->connect,
                                  .provider = request->provider,
                                  .api_url = session->options.api_url,
                                  .code_challenge = request->code_challenge};
    struct gg_error err;

    ggp_buf_clear(&session->text);
    if (ggp_auth_url_write(&url, &session->text, &err) != GG_OK)
        set_error(session, &err, NULL);
    else
        answer->auth_url = ggp_session_keep(session, &session->text);
}

/* Answer @request into session->answer. */
static void start(gg_session *session, int64_t now)
{
    ggp_question_start(session, now, NULL);
    memset(&session->answer, 0, sizeof(session->answer));
}

static gg_status answer_request(gg_session *session,
                                const struct gg_connect_request *request,
                                int64_t now, struct gg_error *err)
{
    struct ggl_answer failed = {.policy = NULL};
    struct ggp_request asked;
    struct gg_error why;
    gg_status status;

    status = ggp_session_follow(session, err);
    if (status != GG_OK)
        return status;
    start(session, now ? now : ggp_moment_now());
    status = read_request(session, request, &asked, err);
    if (status != GG_OK)
        return status;
    status = ask_chain(session, &asked, &failed, &why);
    if (ggp_session_must_repeat(session, status)) {
        ggp_session_renew(session);
        start(session, session->context.now);
        status = ask_chain(session, &asked, &failed, &why);
    }
    if (session->log.failed != GG_OK)
        status = GG_ENOMEM;
    ggp_log_replay(&session->log, session->options.log,
                   session->options.payload);
    if (status != GG_OK && status != GG_ENOMEM) {
        set_error(session, &why, failed.policy);
    } else if (status == GG_OK) {
        session->answer.fields = fields_json(session);
        session->answer.from = from_json(session);
        build_url(session, request);
    }
    if (status == GG_ENOMEM || session->answer.error == GG_ENOMEM ||
        session->arena.failed) {
        memset(&session->answer, 0, sizeof(session->answer));
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    }
    return GG_OK;
}

gg_status gg_session_connect(gg_session *session,
                             const struct gg_connect_request *request,
                             int64_t now,
                             const struct gg_connect_answer **answer,
                             struct gg_error *err)
{
    gg_status status;

    if (!session || !request || !answer)
        return ggp_fail(err, GG_EINVAL,
                        "a session, a request and a place for the answer are "
                        "required");
    status = ggp_call_begin(session, err);
    if (status != GG_OK)
        return status;
    status = answer_request(session, request, now, err);
    ggp_call_end(session, status == GG_OK ? session->answer.error : status);
    if (status == GG_OK)
        *answer = &session->answer;
    return status;
}
