/* SPDX-License-Identifier: MIT */
/*
 * lua_session.c - asking questions, from a plain Lua program.
 *
 *     local session = grantgate.session(set, { client_id = …, … })
 *     local decision = session:evaluate(grant, { tenant = "acme" })
 *     local answer = session:connect { tenant = "acme", provider = "imap" }
 *
 * A question is asked, and its answer copied, within a protected call.  What a
 * program's finalizers do meanwhile, for they run wherever Lua allocates, finds
 * the session busy.  What policies log is collected, and handed to the program
 * when all that is over: a log function may raise, yield, and ask again.
 */
#include "lua_module.h"

#include <string.h>

#define SESSION "grantgate.session"

/* User values of a session. */
enum { CLIENT_VALUE = 1, TEXTS_VALUE, LOG_VALUE, NVALUES = LOG_VALUE };

/* The stack while a question is asked: its arguments, what keeps their strings
 * alive, the log function, the lines for it; then come the answers. */
enum { SELF = 1, SUBJECT, OPTIONS, ANCHOR, LOG, LINES };

struct session {
    gg_session *handle;        /* NULL: closed */
    struct ggl_client *client; /* or NULL */
    struct ggl_list *lines;    /* of the question that is asked */
    int is_busy;               /* whether one is */
    struct ggp_buf json;       /* of a table that was passed */
    struct ggp_buf record;     /* of the last decision */
    yyjson_doc *doc;           /* what is being pushed */
};

static struct session *check_session(lua_State *L)
{
    struct session *session = luaL_checkudata(L, SELF, SESSION);

    if (!session->handle)
        luaL_error(L, "this session is closed");
    if (session->is_busy)
        luaL_error(L, "this session is answering a question");
    if (session->client && !session->client->handle)
        luaL_error(L, "the client of this session is closed");
    return session;
}

/* --- one question --------------------------------------------------------- */

struct question {
    struct session *session;
    const char *grant;
    size_t len;
    struct gg_facts facts;
    struct gg_connect_request request;
    int64_t now;
};

/* lua_KFunction: hand out the lines after the first @n, then return what is
 * above them. */
static int hand_out(lua_State *L, int status, lua_KContext n)
{
    (void)status;
    while (lua_rawgeti(L, LINES, (lua_Integer)++n) != LUA_TNIL) {
        int line = lua_gettop(L);

        lua_pushvalue(L, LOG);
        lua_rawgeti(L, line, 1);
        lua_rawgeti(L, line, 2);
        lua_rawgeti(L, line, 3);
        lua_remove(L, line);
        lua_callk(L, 3, 0, n, hand_out);
    }
    lua_pop(L, 1);
    return lua_gettop(L) - LINES;
}

/* Ask: @body gets @question and returns the lines, then the answers. */
static int ask(lua_State *L, lua_CFunction body, struct question *question)
{
    int status;

    lua_getiuservalue(L, SELF, LOG_VALUE);
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, question);
    question->session->is_busy = 1;
    status = lua_pcall(L, 1, LUA_MULTRET, 0);
    question->session->is_busy = 0;
    if (status != LUA_OK)
        return lua_error(L);
    return hand_out(L, LUA_OK, 0);
}

struct line {
    const char *where;
    const char *grant_id;
    const char *text;
};

static int push_line(lua_State *L)
{
    const struct line *line = lua_touserdata(L, 1);

    lua_createtable(L, 3, 0);
    lua_pushstring(L, line->where);
    lua_rawseti(L, -2, 1);
    lua_pushstring(L, line->grant_id); /* or nil */
    lua_rawseti(L, -2, 2);
    lua_pushstring(L, line->text);
    lua_rawseti(L, -2, 3);
    return 1;
}

/* gg_log_fn */
static void take_line(const char *where, const char *grant_id, const char *text,
                      void *payload)
{
    const struct session *session = payload;
    struct line line = {where, grant_id, text};

    ggp_list_add(session->lines, push_line, &line);
}

/* Push the @len bytes of JSON at @json, which the library wrote, as a Lua
 * value.  [-0, +1, m] */
static void push_json(lua_State *L, struct session *session, const char *json,
                      size_t len)
{
    yyjson_doc_free(session->doc); /* of a push that was cut short */
    session->doc = yyjson_read(json, len, 0);
    if (!session->doc)
        ggl_outofmemory(L);
    ggl_pushjson(L, yyjson_doc_get_root(session->doc), GGP_SHOW);
    yyjson_doc_free(session->doc);
    session->doc = NULL;
}

/* Push the table at @index as JSON.  What it is written into is the session's,
 * and it is copied before anything could be written anew.  [-0, +1, v] */
static void push_written(lua_State *L, int index, struct session *session,
                         const char *what)
{
    ggl_writevalue(L, index, &session->json, what);
    lua_pushlstring(L, session->json.bytes, session->json.len);
}

/* The member "context" of the table at @index, or NULL; the table at ANCHOR
 * keeps it alive.  [-0, +0, v] */
static const char *read_context(lua_State *L, int index,
                                struct session *session)
{
    const char *text = NULL;

    lua_pushliteral(L, "context");
    if (lua_rawget(L, index) != LUA_TNIL) {
        if (lua_istable(L, -1))
            push_written(L, lua_gettop(L), session, "the context");
        else if (lua_type(L, -1) == LUA_TSTRING)
            lua_pushvalue(L, -1);
        else
            luaL_error(L, "'context' must be a table or a string, got %s",
                       luaL_typename(L, -1));
        text = ggl_checktext(L, -1, "context");
        lua_rawseti(L, ANCHOR, (lua_Integer)lua_rawlen(L, ANCHOR) + 1);
    }
    lua_pop(L, 1);
    return text;
}

/* --- evaluate ------------------------------------------------------------- */

/* The decision as the program's record has it, so that both say the same. */
static void push_decision(lua_State *L, struct session *session,
                          const struct gg_decision *decision)
{
    struct ggp_buf *record = &session->record;

    ggp_buf_clear(record);
    (void)ggp_record_write(record, NULL, decision);
    if (record->failed != GG_OK)
        ggl_outofmemory(L);
    record->len--; /* the newline */
    push_json(L, session, record->bytes, record->len);
}

static int body_evaluate(lua_State *L)
{
    struct question *question = lua_touserdata(L, 1);
    struct session *session = question->session;
    const struct gg_decision *decision = NULL;
    struct ggl_list lines;
    struct gg_error err;
    gg_status status;

    ggl_liststart(L, &lines);
    session->lines = &lines;
    status = gg_session_evaluate(session->handle, question->grant,
                                 question->len, &question->facts, question->now,
                                 &decision, &err);
    session->lines = NULL;
    ggl_listend(&lines);
    if (status == GG_OK)
        push_decision(L, session, decision);
    else
        ggl_failure(L, &err);
    return lua_gettop(L) - 1;
}

/* decision, or nil and an error, = session:evaluate(grant, options) */
static int session_evaluate(lua_State *L)
{
    static const char *const names[] = {
        "tenant", "send_error", "send_error_at", "sent_at", "context",
        "now",    NULL};
    struct session *session = check_session(L);
    struct question question = {.session = session};

    if (!lua_istable(L, SUBJECT) && lua_type(L, SUBJECT) != LUA_TSTRING)
        return luaL_typeerror(L, SUBJECT, "string or table");
    lua_settop(L, OPTIONS);
    ggl_opttable(L, OPTIONS);
    ggl_checkkeys(L, OPTIONS, "session:evaluate", names, 0);
    lua_newtable(L);
    question.facts.tenant = ggl_readtext(L, OPTIONS, ANCHOR, "tenant");
    question.facts.send_error = ggl_readtext(L, OPTIONS, ANCHOR, "send_error");
    question.facts.send_error_at = ggl_readtime(L, OPTIONS, "send_error_at");
    question.facts.sent_at = ggl_readtime(L, OPTIONS, "sent_at");
    question.facts.context = read_context(L, OPTIONS, session);
    question.now = ggl_readtime(L, OPTIONS, "now");
    if (lua_istable(L, SUBJECT)) {
        push_written(L, SUBJECT, session, "the grant");
        lua_replace(L, SUBJECT);
    }
    question.grant = lua_tolstring(L, SUBJECT, &question.len);
    check_session(L); /* once more, for finalizers may have run */
    return ask(L, body_evaluate, &question);
}

/* record = session:record() */
static int session_record(lua_State *L)
{
    const struct session *session = check_session(L);

    if (session->record.len > 0)
        lua_pushlstring(L, session->record.bytes, session->record.len);
    else
        luaL_pushfail(L);
    return 1;
}

/* --- connect -------------------------------------------------------------- */

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text); /* or nil */
    lua_setfield(L, -2, name);
}

static void set_json(lua_State *L, struct session *session, const char *name,
                     const char *json)
{
    if (!json)
        return;
    push_json(L, session, json, strlen(json));
    lua_setfield(L, -2, name);
}

/* The answer, with the names that `grantgate url --json` has. */
static void push_answer(lua_State *L, const struct question *question,
                        const struct gg_connect_answer *answer)
{
    lua_createtable(L, 0, 6);
    set_text(L, "auth_url", answer->auth_url);
    set_text(L, "tenant", question->request.tenant);
    set_text(L, "provider", question->request.provider);
    set_json(L, question->session, "fields", answer->fields);
    set_json(L, question->session, "from", answer->from);
    if (answer->error == GG_OK)
        return;
    lua_createtable(L, 0, 3);
    set_text(L, "code", gg_status_token(answer->error));
    set_text(L, "message", answer->error_message);
    set_text(L, "policy", answer->error_policy);
    lua_setfield(L, -2, "error");
}

static int body_connect(lua_State *L)
{
    struct question *question = lua_touserdata(L, 1);
    struct session *session = question->session;
    const struct gg_connect_answer *answer = NULL;
    struct ggl_list lines;
    struct gg_error err;
    gg_status status;

    ggl_liststart(L, &lines);
    session->lines = &lines;
    status = gg_session_connect(session->handle, &question->request,
                                question->now, &answer, &err);
    session->lines = NULL;
    ggl_listend(&lines);
    if (status == GG_OK)
        push_answer(L, question, answer);
    else
        ggl_failure(L, &err);
    return lua_gettop(L) - 1;
}

/* answer, or nil and an error, = session:connect(request) */
static int session_connect(lua_State *L)
{
    static const char *const names[] = {"tenant",  "provider",       "email",
                                        "context", "code_challenge", "now",
                                        NULL};
    struct session *session = check_session(L);
    struct question question = {.session = session};
    struct gg_connect_request *request = &question.request;

    luaL_checktype(L, SUBJECT, LUA_TTABLE);
    lua_settop(L, OPTIONS); /* there are none */
    ggl_checkkeys(L, SUBJECT, "session:connect", names, 0);
    lua_newtable(L);
    request->tenant = ggl_readtext(L, SUBJECT, ANCHOR, "tenant");
    request->provider = ggl_readtext(L, SUBJECT, ANCHOR, "provider");
    request->email = ggl_readtext(L, SUBJECT, ANCHOR, "email");
    request->context = read_context(L, SUBJECT, session);
    request->code_challenge = ggl_readtext(L, SUBJECT, ANCHOR,
                                           "code_challenge");
    question.now = ggl_readtime(L, SUBJECT, "now");
    check_session(L); /* once more, for finalizers may have run */
    return ask(L, body_connect, &question);
}

/* --- the session ---------------------------------------------------------- */

static void close_session(struct session *session)
{
    if (session->handle && session->client)
        session->client->nsessions--;
    gg_session_free(session->handle);
    session->handle = NULL;
    ggp_buf_free(&session->json);
    ggp_buf_free(&session->record);
    yyjson_doc_free(session->doc);
    session->doc = NULL;
}

static int session_gc(lua_State *L)
{
    close_session(luaL_checkudata(L, SELF, SESSION));
    return 0;
}

/* session:close() */
static int session_close(lua_State *L)
{
    const struct session *session = luaL_checkudata(L, SELF, SESSION);

    if (session->is_busy)
        return luaL_error(L, "this session is answering a question");
    return session_gc(L);
}

static int session_tostring(lua_State *L)
{
    const struct session *session = luaL_checkudata(L, SELF, SESSION);

    lua_pushstring(L, session->handle ? SESSION : SESSION " (closed)");
    return 1;
}

static const luaL_Reg methods[] = {{"close", session_close},
                                   {"connect", session_connect},
                                   {"evaluate", session_evaluate},
                                   {"record", session_record},
                                   {NULL, NULL}};
static const luaL_Reg metamethods[] = {{"__gc", session_gc},
                                       {"__close", session_close},
                                       {"__tostring", session_tostring},
                                       {NULL, NULL}};
static const struct ggl_class class = {SESSION, methods, metamethods};

/* What the caller says of sign-ins fits, as far as it says anything. */
static gg_status check_caller(const struct gg_session_options *options,
                              struct gg_error *err)
{
    gg_status status = GG_OK;
    int field;

    for (field = 0; status == GG_OK && field < GGP_CONNECT_NFIELDS; field++) {
        if (ggp_connect_is_set(&options->caller, field))
            status = ggp_connect_check(&options->caller, field, err);
    }
    if (status == GG_OK && options->api_url)
        status = ggp_url_check_api(options->api_url, err);
    return status;
}

/* Let the session on top keep the member @name of the options.  Returns
 * whether there is one.  [-0, +0, v] */
static int keep_member(lua_State *L, int index, const char *name, int value)
{
    int is_there;

    lua_pushstring(L, name);
    is_there = lua_rawget(L, index) != LUA_TNIL;
    lua_setiuservalue(L, -2, value);
    return is_there;
}

/* Read the log function.  [-0, +0, v] */
static void read_log(lua_State *L, int index, struct session *session,
                     struct gg_session_options *chosen)
{
    if (!keep_member(L, index, "log", LOG_VALUE))
        return;
    if (lua_getiuservalue(L, -1, LOG_VALUE) != LUA_TFUNCTION)
        luaL_error(L, "'log' must be a function, got %s", luaL_typename(L, -1));
    lua_pop(L, 1);
    chosen->log = take_line;
    chosen->payload = session;
}

/* Read the client.  Whatever allocates in Lua comes before: a finalizer might
 * close it.  [-0, +0, v] */
static void read_client(lua_State *L, int index, struct session *session,
                        struct gg_session_options *chosen)
{
    if (!keep_member(L, index, "client", CLIENT_VALUE))
        return;
    lua_getiuservalue(L, -1, CLIENT_VALUE);
    session->client = ggl_toclient(L, -1);
    if (!session->client)
        luaL_error(L, "'client' must be a grantgate.client, got %s",
                   luaL_typename(L, -1));
    if (!session->client->handle)
        luaL_error(L, "this client is closed");
    lua_pop(L, 1);
    chosen->client = session->client->handle;
}

int ggl_session(lua_State *L)
{
    enum { SET = 1, CHOSEN, TEXTS };
    static const char *const names[] = {"api_url", "client", "limits",
                                        "log",     "trace",  NULL};
    struct gg_session_options chosen = {0};
    struct session *session;
    struct gg_error err;

    ggl_checkpolicies(L, SET);
    lua_settop(L, CHOSEN);
    ggl_opttable(L, CHOSEN);
    ggl_checkkeys(L, CHOSEN, SESSION, names, 1);
    lua_newtable(L);
    ggl_readconnect(L, CHOSEN, TEXTS, &chosen.caller);
    chosen.api_url = ggl_readtext(L, CHOSEN, TEXTS, "api_url");
    chosen.trace = ggl_readflag(L, CHOSEN, "trace");
    ggl_readlimits(L, CHOSEN, &chosen.limits);

    session = ggl_newhandle(L, &class, sizeof(*session), NVALUES);
    lua_pushvalue(L, TEXTS);
    lua_setiuservalue(L, -2, TEXTS_VALUE);
    read_log(L, CHOSEN, session, &chosen);
    read_client(L, CHOSEN, session, &chosen);
    if (check_caller(&chosen, &err) != GG_OK ||
        gg_session_open(ggl_checkpolicies(L, SET), &chosen, &session->handle,
                        &err) != GG_OK)
        return ggl_failure(L, &err);
    if (session->client)
        session->client->nsessions++;
    return 1;
}
