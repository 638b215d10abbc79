/* SPDX-License-Identifier: MIT */
/*
 * host.h - the engine that runs policies: what the host_*.c files share.
 *
 * The way down:  gg_policies (sources, compiled rules; immutable)
 *                  └ gg_session (questions, answers)
 *                      └ ggl_state (one lua_State within limits)
 *
 * ggp_ functions never raise; ggl_ functions may, and run inside ggp_guard().
 */
#ifndef GGL_HOST_H
#define GGL_HOST_H

#include "fetch.h"
#include "host_set.h"

#include <locale.h>

/* --- host_budget.c: one lua_State within limits --- */

enum ggl_phase {
    GGL_LOADING, /* running the body of a file */
    GGL_ASKING   /* answering a question */
};

struct ggl_fetches;

/* What a question shows to policy code while it is asked. */
struct ggl_context {
    int64_t now;
    const char *grant_id;            /* or NULL */
    const struct gg_connect *caller; /* for grantgate.auth_url */
    const char *api_url;
    struct ggl_fetches *fetches; /* or NULL */
    yyjson_val *host_answers;    /* of a test; NULL: ask the host */
    struct ggp_buf *log;         /* takes its lines; NULL: nobody listens */
    unsigned logged;             /* lines so far */
};

struct ggl_state {
    lua_State *L;
    size_t used_bytes;
    size_t loaded_bytes; /* of it by files; questions are measured from here */
    size_t ceiling_bytes;
    size_t tight_bytes; /* near the ceiling */
    gg_status refused;  /* GG_EMEMORY or GG_ENOMEM where memory was, since
                           the budget began */
    int was_tight;      /* whether it came near, since the question began */
    int64_t steps;      /* what is left of the instruction budget */
    int64_t uncharged;  /* steps of C functions not yet taken from it */
    int64_t step_limit;
    int period; /* instructions between two looks at the budget */
    int64_t deadline_ms;
    int64_t time_limit_ms;
    size_t memory_limit_bytes;
    gg_status limit; /* which limit ended the question, or GG_OK */
    enum ggl_phase phase;
    unsigned serial;        /* of the question; views of others are stale */
    const atomic_int *call; /* the session's; NULL: nobody interrupts */
    const struct ggl_sources *sources; /* for require */
    struct ggl_context context;
    locale_t locale;  /* "C", while Lua runs: a host's orders `<` its own way */
    locale_t outside; /* the host's */
    struct ggl_spot place;  /* where errors of C code belong, if anywhere */
    struct ggp_buf scratch; /* outlives a raise */
};

/* Open a sandboxed state. */
gg_status ggp_state_open(struct ggl_state *state,
                         const struct ggl_sources *sources,
                         struct gg_error *err);
void ggp_state_close(struct ggl_state *state);

/* Start a budget: @limits with no zero in it. */
void ggp_budget_begin(struct ggl_state *state, const struct gg_limits *limits);

/*
 * Run @body with @args as its light userdata, protected and within the
 * budget.  Leaves the Lua stack as it was.
 *
 * Returns GG_OK; the policy's failure, with file and line where there are
 * any; or GG_ENOMEM.
 */
gg_status ggp_guard(struct ggl_state *state, lua_CFunction body, void *args,
                    struct gg_error *err);

/* Raise for the limit that was met, at the policy's line.  [-0, +0, v] */
void ggl_raiselimit(lua_State *L, gg_status limit);

/* Raise because the process, not the policy, has no memory left.
 * [-0, +0, v] */
void ggl_nomemory(lua_State *L);

/* Raise if the question is interrupted or its wall time is over, now: after
 * what could not be charged as it ran.  [-0, +0, v] */
void ggl_checkclock(lua_State *L);

/* Push "tenants/acme.lua:12: " of the policy code that is running, or "".
 * [-0, +1, m] */
void ggl_pushwhere(lua_State *L);

/* Push the path of the policy code that is running and return its line; or
 * push nil and return 0.  [-0, +1, m] */
int ggl_pushrunning(lua_State *L);

/* Until ggp_guard() returns, an error raised where no policy code runs is
 * reported at @line of @path, which lives as long. */
void ggp_state_place(struct ggl_state *state, const char *path, int line);

/* The state that @L belongs to, or NULL for a state that is not the host's:
 * that of a plain Lua program. */
struct ggl_state *ggp_state_of(lua_State *L);

/* --- host_load.c: running a file --- */

/* Run @source and push the one table it returns.  [-0, +1, e] */
void ggl_loadsource(lua_State *L, const struct ggl_source *source);

/* require "lib.name": [.., .., e] */
int ggl_require(lua_State *L);

/* Whether a file has asked for the library at @path.  [-0, +0, m] */
int ggl_isrequired(lua_State *L, const char *path);

/* Let libraries whose loading was cut short be asked for again.
 * [-0, +0, m] */
void ggl_forgetunfinished(lua_State *L);

/* --- lua_constructors.c, lua_fields.c, lua_subject.c, lua_json.c --- */

/* A rule { } as written.  User values: 1 the condition, 2 the answer, 3 the
 * path of the file that holds it. */
struct ggl_rule_value {
    char name[65];
    int line; /* of that file */
};

/* Fill a table with accept … reject and rule.  [-0, +0, m] */
void ggl_addconstructors(lua_State *L, int table);

/* The rule or decision at @index, or NULL.  [-0, +0, -] */
const struct ggl_rule_value *ggl_torule(lua_State *L, int index);
const struct ggp_opinion *ggl_toopinion(lua_State *L, int index);

/* Read the connect fields of the table at @index into @connect, whose strings
 * the table at @anchor then keeps alive; a value of the wrong type raises.
 * Other keys are ggl_checkkeys()'s.  [-0, +0, v] */
void ggl_readconnect(lua_State *L, int index, int anchor,
                     struct gg_connect *connect);

/* Raise if a set field has a value that does not fit.  [-0, +0, v] */
void ggl_checkconnect(lua_State *L, const struct gg_connect *connect);

/* The string member @key of the table at @index, or NULL; kept alive by
 * @anchor.  [-0, +0, v] */
const char *ggl_readtext(lua_State *L, int index, int anchor, const char *key);

/* Push the text of the first key, in byte order, of the table at @index that
 * is not an integer from 1 to @npositions nor one of @names (NULL-ended, or
 * NULL) nor, with @connect_too, a connect field; or push nothing and return
 * NULL.  [-0, +(0|1), v] */
const char *ggl_pushoddkey(lua_State *L, int index, lua_Unsigned npositions,
                           const char *const *names, int connect_too);

/* Raise if the table at @index, which is @what, has such an odd key.
 * [-0, +0, v] */
void ggl_checkkeys(lua_State *L, int index, const char *what,
                   const char *const *names, int connect_too);

/* Push a view of @self, valid until the question ends.  [-0, +1, m] */
void ggl_pushsubject(lua_State *L, const struct ggp_subject *subject,
                     const void *self);

/* The same of what the question is about.  All questions of a state share one
 * view: none can keep it from one to the next.  [-0, +1, m] */
void ggl_pushasked(lua_State *L, const struct ggp_subject *subject,
                   const void *self);

/* Let go of that view.  [-0, +0, m] */
void ggl_forgetasked(lua_State *L);

/* Push @json as Lua values, integers exact, null as nil.  [-0, +1, m] */
void ggl_pushjson(lua_State *L, yyjson_val *json, enum ggp_redaction redaction);

/* Add the Lua value at @index to the state's scratch buffer as JSON, keys in
 * byte order.  @what names it in messages.  [-0, +0, v] */
void ggl_tojson(lua_State *L, int index, struct ggp_buf *buf, const char *what);

/* Push the userdata that starts with the @n keys of the table at @table, in
 * byte order, which live in that table; or push nothing and return NULL if
 * one is no string.  [-0, +(0|1), v] */
struct ggp_text *ggl_pushkeys(lua_State *L, int table, size_t *n);

/* Make the metatables of views, rules, decisions.  [-0, +0, m] */
void ggl_opensubjects(lua_State *L);
void ggl_openconstructors(lua_State *L);

/* url, or nil and an error, = grantgate.auth_url(options): [.., .., v] */
int ggl_auth_url(lua_State *L);

/* client, or nil and an error, = grantgate.client(options): [.., .., v] */
int ggl_client(lua_State *L);

/* --- host_call.c: what surrounds a question that a host asks --- */

enum ggl_call {
    GGL_IDLE,
    GGL_UNDER_WAY,
    GGL_INTERRUPTED /* under way, and to end as soon as it can */
};

/* Between these two the session cannot be asked anything else, and can be
 * interrupted.  GG_EINVAL if it is in the middle of a question. */
gg_status ggp_call_begin(gg_session *session, struct gg_error *err);

/* @outcome: what was returned, or the error of the answer. */
void ggp_call_end(gg_session *session, gg_status outcome);

/* Whether the question of @call, which may be NULL, is to end. */
int ggp_call_is_interrupted(const atomic_int *call);

/* --- lua_host.c: functions of the host --- */

/* Push the table of them.  [-0, +1, m] */
void ggl_pushhostlib(lua_State *L);

/* Let the frozen table on top answer a name it does not have. [-0, +0, m] */
void ggl_guardhostlib(lua_State *L);

/* Push "the host offers …", for messages.  [-0, +1, m] */
void ggl_pushoffered(lua_State *L, const struct ggl_functions *functions);

/* --- host_log.c: log lines that wait for their turn --- */

void ggp_log_keep(struct ggp_buf *log, const char *where, const char *grant_id,
                  const char *text);

/* Hand the kept lines to @to, if there is one, and forget them. */
void ggp_log_replay(struct ggp_buf *log, gg_log_fn to, void *payload);

/* --- host_fetch.c: grants that a question fetched --- */

#define GGL_MAX_FETCHES 4

/* One of them. */
struct ggl_fetch {
    struct ggp_input input;
    struct ggp_item item;
};

struct ggl_fetches {
    gg_client *client; /* NULL: fetching is not allowed */
    size_t n;          /* fetches of this question so far */
    struct ggl_fetch slots[GGL_MAX_FETCHES];
};

void ggp_fetches_free(struct ggl_fetches *fetches);

/* grant, or nil and an error, = grantgate.fetch(id): [.., .., v] */
int ggl_fetch(lua_State *L);

/* --- host_session.c --- */

struct gg_session {
    gg_policies *policies;
    gg_live *live; /* whose set it takes before each question; or NULL */
    struct gg_session_options options;
    struct gg_limits limits;
    struct ggl_state state;
    struct ggl_context context; /* what the question shows to Lua */
    atomic_int call;            /* an enum ggl_call */
    int64_t called_us;          /* when it began */
    struct gg_session_stats stats;
    int is_open;             /* whether `state` is */
    int is_begun;            /* whether this question has used Lua yet */
    int64_t condition_steps; /* left for the conditions of the question */
    int *functions;          /* registry references, by policy; 0: not loaded */
    struct ggp_arena arena;  /* of the question */
    struct ggp_arena loads;  /* compiled anew, thrown away */
    struct ggp_buf log;
    struct gg_step *steps; /* when tracing */
    struct gg_field fields[GGP_CONNECT_NFIELDS];
    struct gg_explanation explanation;
    struct ggp_buf text;
    struct ggp_input input;
    struct ggp_buf grant_text; /* a grant that was data */
    struct ggl_fetches fetches;
    yyjson_val *host_answers;       /* of a test; NULL: ask the host */
    char domain[GGP_EMAIL_MAX + 1]; /* of a connect request */
    struct ggp_document document;   /* of a caller's context */
    struct gg_decision decision;
    struct gg_connect_answer answer;
    const char *from[GGP_CONNECT_NFIELDS];
    const char *client_region; /* what client_id's layer calls its region */
    int region_has_client;     /* whether region's layer names a client_id */
};

/* What a layer said. */
struct ggl_answer {
    struct ggp_opinion opinion; /* in the question's arena or the set's */
    const char *policy;
    const struct gg_rule *rule; /* or NULL */
    int is_mandate;
};

/* What is asked, and about what. */
struct ggl_asking {
    enum ggl_question question;
    const struct ggp_subject *subject;
    const void *self;
};

/*
 * Ask one layer.  Returns 1 with @answer filled, 0 if it has no opinion, -1
 * with @err filled if it failed.
 */
int ggp_ask_layer(gg_session *session, const struct ggl_policy *policy,
                  int is_mandate, const struct ggl_asking *asking,
                  struct ggl_answer *answer, struct gg_error *err);

/* Get ready for a question: load what @chain needs.  On failure @failed is
 * the layer. */
gg_status ggp_session_prepare(gg_session *session,
                              const struct ggl_chain *chain,
                              const struct ggl_policy **failed,
                              struct gg_error *err);

/* Whether the question that ended in @status must be asked again, in a fresh
 * state: it came so near its memory limit that what ran before it may have
 * made the difference. */
int ggp_session_must_repeat(const gg_session *session, gg_status status);

/* What @buf holds, in the question's arena; NULL, and the arena has failed, if
 * there was no memory for either. */
const char *ggp_session_keep(gg_session *session, struct ggp_buf *buf);

/* Read a caller's context, a JSON object, into session->document. */
gg_status ggp_session_context(gg_session *session, const char *text,
                              yyjson_val **context, struct gg_error *err);

/* Drop the Lua state; the next question that needs one gets a fresh one. */
void ggp_session_renew(gg_session *session);

/* Go over to @policies, of which the session keeps a reference.  The last
 * answer is gone; after GG_ENOMEM all is as before. */
gg_status ggp_session_move(gg_session *session, gg_policies *policies,
                           struct gg_error *err);

/* --- host_live.c --- */

/* Before a question of a caller: go over to the set in force, if the session
 * follows one and that has changed; GG_ENOMEM. */
gg_status ggp_session_follow(gg_session *session, struct gg_error *err);

/* --- host_connect.c --- */

/*
 * Merge the connect fields for @request into @connect, noting each one's
 * origin in session->from.  @decision is what decided on a reauth, and may
 * name fields; NULL otherwise.
 *
 * Returns GG_OK, or the failure of the layer @failed.
 */
gg_status ggp_connect_ask(gg_session *session, const struct ggl_chain *chain,
                          const struct ggp_request *request,
                          const struct ggl_answer *decision,
                          struct gg_connect *connect, struct ggl_answer *failed,
                          struct gg_error *err);

/* Start a question: nothing of the last one is left. */
void ggp_question_start(gg_session *session, int64_t now, const char *grant_id);

/* --- host_evaluate.c --- */

/*
 * Decide about @item, whose status may be a failure, into session->decision.
 * @is_stray, out: whether no policy file or mapping names the tenant.
 *
 * Returns GG_OK, whatever failed of the grant or the policy; or GG_ENOMEM, and
 * then nothing was decided.
 */
gg_status ggp_evaluate(gg_session *session, struct ggp_item *item, int64_t now,
                       int *is_stray, struct gg_error *err);

#endif
