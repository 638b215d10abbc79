/* SPDX-License-Identifier: MIT */
/*
 * host_session.c - one place to ask questions.
 *
 * A session enters Lua only when a layer holds a function: rules made of
 * data are answered here, in C.  Its lua_State is opened, and files are run
 * in it, when first needed.  What a question allocates lives in its arena
 * until the next one.
 */
#include "host_trace.h"

#include <stdlib.h>
#include <string.h>

#define QUESTION_INSTRUCTIONS 1000000
#define QUESTION_BYTES        ((size_t)8 << 20)
#define QUESTION_MS           1000
#define CONDITION_STEPS       1000000 /* of all conditions of a question */

/* Registry key of the decision that answered: it keeps its texts. */
static const char ANSWER = 0;

/* --- state --- */

void ggp_session_renew(gg_session *session)
{
    if (session->is_open)
        ggp_state_close(&session->state);
    session->is_open = 0;
    memset(session->functions, 0,
           (session->policies->n + 1) * sizeof(*session->functions));
}

gg_status ggp_session_move(gg_session *session, gg_policies *policies,
                           struct gg_error *err)
{
    int *functions = calloc(policies->n + 1, sizeof(*functions));

    if (!functions)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    ggp_session_renew(session);
    ggp_trace_start(session); /* its steps name rules of the old set */
    free(session->functions);
    gg_policies_free(session->policies);
    session->functions = functions;
    session->policies = gg_policies_retain(policies);
    return GG_OK;
}

struct load {
    gg_session *session;
    const struct ggl_policy *policy;
    int reference;
};

static int body_load(lua_State *L)
{
    struct load *load = lua_touserdata(L, 1);
    struct ggl_policy policy = {.source = load->policy->source,
                                .tenant = load->policy->tenant,
                                .provider = load->policy->provider};

    ggl_loadpolicy(L, &policy, &load->session->loads);
    load->reference = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

/* Measure what is loaded, what the last question left behind aside. */
static int body_collect(lua_State *L)
{
    ggl_forgetasked(L);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &ANSWER);
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

/*
 * Bring loaded_bytes up to date once it is off by a quarter: a collection for
 * every file would cost the square of their number.  In between it is too
 * low, never too high, so no question gets more than its memory.
 */
static gg_status measure(struct ggl_state *state, struct gg_error *err)
{
    gg_status status;

    if (state->used_bytes - state->loaded_bytes < state->loaded_bytes / 4)
        return GG_OK;
    status = ggp_guard(state, body_collect, NULL, err);
    state->loaded_bytes = state->used_bytes;
    return status;
}

/* Run @policy's file in this session's state, for its functions. */
static gg_status load_functions(gg_session *session,
                                const struct ggl_policy *policy,
                                struct gg_error *err)
{
    struct load load = {session, policy, 0};
    struct ggl_state *state = &session->state;
    gg_status status;

    state->phase = GGL_LOADING;
    ggp_budget_begin(state, &session->policies->load_limits);
    status = ggp_guard(state, body_load, &load, err);
    ggp_arena_reset(&session->loads);
    if (status == GG_OK)
        status = measure(state, err);
    if (status != GG_OK) {
        ggp_session_renew(session); /* what was loaded in part is gone */
        return status;
    }
    session->functions[policy - session->policies->list] = load.reference;
    return GG_OK;
}

gg_status ggp_session_prepare(gg_session *session,
                              const struct ggl_chain *chain,
                              const struct ggl_policy **failed,
                              struct gg_error *err)
{
    gg_policies *policies = session->policies;
    size_t i;

    session->is_begun = 0;
    session->condition_steps = CONDITION_STEPS;
    for (i = 0; i < chain->n; i++) {
        const struct ggl_policy *policy = chain->layers[i];
        gg_status status = GG_OK;

        *failed = policy;
        if (policy->broken)
            return ggp_fail(err, GG_EPOLICY, "%s", policy->broken);
        if (policy->nfunctions == 0 ||
            session->functions[policy - policies->list] != 0)
            continue;
        if (!session->is_open)
            status = ggp_state_open(&session->state, &policies->sources, err);
        if (status != GG_OK)
            return status;
        session->is_open = 1;
        session->state.call = &session->call;
        status = load_functions(session, policy, err);
        if (status != GG_OK)
            return status;
    }
    *failed = NULL;
    return GG_OK;
}

int ggp_session_must_repeat(const gg_session *session, gg_status status)
{
    if (status == GG_ETIME || status == GG_EINTERRUPTED)
        return 0; /* no promise is made about these */
    return status == GG_EMEMORY ||
           (session->is_open && session->state.was_tight);
}

/* --- one call into Lua --- */

struct call {
    gg_session *session;
    const struct ggl_policy *policy;
    const struct ggl_asking *asking;
    struct ggl_slot function;
    int is_answer;   /* an answer is wanted, not a truth */
    int is_true;     /* out */
    int has_opinion; /* out */
    struct ggp_opinion *opinion;
};

/* Take the answer on top: a decision, connect fields, or nil. */
static void take_answer(lua_State *L, struct call *call)
{
    struct ggp_arena *arena = &call->session->arena;
    const struct ggp_opinion *opinion = ggl_toopinion(L, -1);
    struct gg_connect connect = {0};

    if (lua_isnil(L, -1))
        return;
    if (call->asking->question == GGL_EVALUATE) {
        if (!opinion)
            luaL_error(L,
                       "evaluate must return accept, reauth, repair, defer, "
                       "reject or nil, got %s",
                       luaL_typename(L, -1));
        *call->opinion = *opinion;
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &ANSWER);
    } else {
        if (!lua_istable(L, -1))
            luaL_error(L, "connect must return a table or nil, got %s",
                       luaL_typename(L, -1));
        ggl_checkkeys(L, -1, "the answer to connect", NULL, 1);
        lua_newtable(L); /* anchor */
        ggl_readconnect(L, lua_gettop(L) - 1, lua_gettop(L), &connect);
        ggl_checkconnect(L, &connect);
        ggp_connect_copy(&call->opinion->connect, &connect, arena);
    }
    call->has_opinion = 1;
}

static int body_call(lua_State *L)
{
    struct call *call = lua_touserdata(L, 1);
    gg_session *session = call->session;

    lua_rawgeti(L, LUA_REGISTRYINDEX,
                session->functions[call->policy - session->policies->list]);
    lua_rawgeti(L, -1, call->function.number);
    ggp_state_place(&session->state, call->policy->source->path,
                    call->function.line);
    ggl_pushasked(L, call->asking->subject, call->asking->self);
    lua_call(L, 1, 1);
    if (call->is_answer)
        take_answer(L, call);
    else
        call->is_true = lua_toboolean(L, -1);
    return 0;
}

/* Start the question's budget, unless it runs already. */
static void begin(gg_session *session)
{
    if (session->is_begun)
        return;
    session->is_begun = 1;
    session->state.phase = GGL_ASKING;
    session->state.serial++;
    session->state.context = session->context;
    ggp_budget_begin(&session->state, &session->limits);
}

static gg_status call_function(struct call *call, struct gg_error *err)
{
    struct ggl_state *state = &call->session->state;
    gg_status status;
    int64_t left;

    begin(call->session);
    left = state->steps - state->uncharged;
    status = ggp_guard(state, body_call, call, err);
    left -= state->steps - state->uncharged;
    call->session->stats.instructions += (uint64_t)left;
    if (call->session->arena.failed) /* not the policy's doing */
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    return status;
}

/* --- asking a layer --- */

/* Whether @rule, whose condition is data, holds: as holds() does.  It costs no
 * instructions, but all conditions of a question share a bound of as many
 * steps. */
static int condition_holds(struct call *call, const struct ggl_rule *rule,
                           struct gg_error *err)
{
    gg_session *session = call->session;
    int holds = ggp_condition_holds(&rule->condition, call->asking->subject,
                                    call->asking->self,
                                    &session->condition_steps);

    if (holds < 0)
        ggp_fail(err, GG_EINSTRUCTIONS,
                 "%s: the conditions of its rules take more than %d steps; "
                 "look values up in a table instead",
                 call->policy->source->path, CONDITION_STEPS);
    return holds;
}

/* Whether @rule holds: 1, 0, or -1 with @err filled. */
static int holds(struct call *call, const struct ggl_rule *rule,
                 struct gg_error *err)
{
    switch (rule->when) {
    case GGL_ALWAYS:
        return 1;
    case GGL_CONDITION:
        return condition_holds(call, rule, err);
    case GGL_FUNCTION:
        break;
    }
    call->function = rule->when_function;
    call->is_answer = 0;
    if (call_function(call, err) != GG_OK)
        return -1;
    return call->is_true;
}

/* What @rule, which holds, says: 1, 0 for nothing, or -1. */
static int answer_of(struct call *call, const struct ggl_rule *rule,
                     struct ggl_answer *answer, struct gg_error *err)
{
    if (rule->answer_function.number == 0) {
        answer->opinion = rule->opinion;
        return 1;
    }
    call->function = rule->answer_function;
    call->is_answer = 1;
    call->has_opinion = 0;
    call->opinion = &answer->opinion;
    if (call_function(call, err) != GG_OK)
        return -1;
    return call->has_opinion;
}

int ggp_ask_layer(gg_session *session, const struct ggl_policy *policy,
                  int is_mandate, const struct ggl_asking *asking,
                  struct ggl_answer *answer, struct gg_error *err)
{
    const struct ggl_part *part = is_mandate
                                      ? &policy->mandates[asking->question]
                                      : &policy->parts[asking->question];
    struct call call = {.session = session, .policy = policy, .asking = asking};
    int said = 0;
    size_t i;

    if (part->nrules == 0)
        return 0; /* as most mandates */
    memset(answer, 0, sizeof(*answer));
    answer->policy = policy->source->path;
    answer->is_mandate = is_mandate;
    for (i = 0; i < part->nrules && said == 0; i++) {
        const struct ggl_rule *rule = &part->rules[i];

        answer->rule = &rule->id;
        said = holds(&call, rule, err);
        if (said > 0)
            said = answer_of(&call, rule, answer, err);
    }
    if (said == 0)
        answer->rule = NULL;
    ggp_trace_add(session, asking, answer, said);
    return said;
}

/* --- the handle --- */

const char *ggp_session_keep(gg_session *session, struct ggp_buf *buf)
{
    const char *text = ggp_buf_text(buf);

    if (!text)
        session->arena.failed = 1;
    return ggp_arena_string(&session->arena, text);
}

gg_status ggp_session_context(gg_session *session, const char *text,
                              yyjson_val **context, struct gg_error *err)
{
    struct gg_error why;
    gg_status status;

    status = ggp_document_read(&session->document, text, strlen(text), &why);
    if (status == GG_ENOMEM)
        return ggp_fail(err, status, "out of memory");
    if (status != GG_OK)
        return ggp_fail(err, GG_EINVAL, "the context: %s", why.message);
    *context = ggp_document_root(&session->document);
    if (!yyjson_is_obj(*context))
        return ggp_fail(err, GG_EINVAL, "the context must be a JSON object");
    return GG_OK;
}

static void set_limits(struct gg_limits *limits)
{
    if (limits->instructions <= 0)
        limits->instructions = QUESTION_INSTRUCTIONS;
    if (limits->memory_bytes == 0)
        limits->memory_bytes = QUESTION_BYTES;
    if (limits->time_ms <= 0)
        limits->time_ms = QUESTION_MS;
}

gg_status gg_session_open(gg_policies *policies,
                          const struct gg_session_options *options,
                          gg_session **out, struct gg_error *err)
{
    gg_session *session;

    if (!policies || !out)
        return ggp_fail(err, GG_EINVAL, "a policy set is required");
    session = calloc(1, sizeof(*session));
    if (!session)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    session->functions = calloc(policies->n + 1, sizeof(*session->functions));
    if (!session->functions) {
        free(session);
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    }
    atomic_init(&session->call, GGL_IDLE);
    if (options)
        session->options = *options;
    session->fetches.client = session->options.client;
    if (ggp_trace_open(session, err) != GG_OK) {
        free(session->functions);
        free(session);
        return GG_ENOMEM;
    }
    session->policies = gg_policies_retain(policies);
    session->limits = session->options.limits;
    set_limits(&session->limits);
    *out = session;
    return GG_OK;
}

const char *gg_session_digest(const gg_session *session)
{
    return session->policies->digest;
}

void gg_session_free(gg_session *session)
{
    if (!session)
        return;
    ggp_session_renew(session);
    ggp_arena_free(&session->arena);
    ggp_arena_free(&session->loads);
    ggp_buf_free(&session->log);
    free(session->steps);
    ggp_buf_free(&session->text);
    ggp_input_free(&session->input);
    ggp_buf_free(&session->grant_text);
    ggp_fetches_free(&session->fetches);
    ggp_document_free(&session->document);
    gg_policies_free(session->policies);
    gg_live_free(session->live);
    free(session->functions);
    free(session);
}
