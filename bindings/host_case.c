/* SPDX-License-Identifier: MIT */
/*
 * host_case.c - one case of a test file, from Lua to JSON.
 *
 * A test file runs in a sandbox like any policy and returns plain data.  A
 * case becomes the very JSON that a batch would read, so that it goes the
 * same way.
 */
#include "host_keys.h"
#include "host_test.h"

#include <string.h>

/* The caller's table of cases, in the registry. */
static const char CASES = 0;

const char *const ggl_test_keys[] = {"now", NULL};

const char *const ggl_grant_case_keys[] = {
    "now",           "tenant",  "grant", "context", "send_error",
    "send_error_at", "sent_at", "host",  "expect",  NULL};

const char *const ggl_connect_case_keys[] = {
    "now", "tenant", "connect", "email", "context", "host", "expect", NULL};

/* What the API calls the members of a grant. */
const char *const ggl_case_grant_keys[] = {"id",
                                           "provider",
                                           "grant_status",
                                           "email",
                                           "name",
                                           "state",
                                           "scope",
                                           "settings",
                                           "blocked",
                                           "created_at",
                                           "updated_at",
                                           "account_id",
                                           "ip",
                                           "credential_id",
                                           "provider_user_id",
                                           "workspace_id",
                                           "user_agent",
                                           "email_aliases",
                                           NULL};

const char *const ggl_record_keys[] = {"grant_id",
                                       "tenant",
                                       "provider",
                                       "action",
                                       "reason",
                                       "policy",
                                       "rule",
                                       "mandate",
                                       "smtp",
                                       "missing",
                                       "evidence",
                                       "auth_url",
                                       "auth_url_missing",
                                       "notify",
                                       "after",
                                       "due",
                                       "smtp_host",
                                       "smtp_port",
                                       "smtp_username",
                                       "data",
                                       "error",
                                       "trace",
                                       NULL};

const char *const ggl_answer_keys[] = {"auth_url", "error", NULL};
const char *const ggl_case_request_keys[] = {"provider", "email", NULL};

/* Raise, with the line, for a key of the table at @index that nothing reads;
 * integer keys up to @positions are none of these. */
static void check_keys(lua_State *L, const struct ggl_source *source, int index,
                       const char *what, const char *const *names,
                       lua_Integer positions, int connect_too)
{
    const char *odd = ggl_pushoddkey(L, index, (lua_Unsigned)positions, names,
                                     connect_too);

    if (!odd)
        return;
    ggp_state_place(ggp_state_of(L), source->path,
                    ggp_source_line(source, odd));
    luaL_error(L, "%s has an unknown key '%s'", what, odd);
}

/* Read member @key of the table on top, a time, if it is there. */
static void read_time(lua_State *L, const char *key, int64_t *time)
{
    struct gg_error err;

    lua_getfield(L, -1, key);
    if (lua_isinteger(L, -1)) {
        *time = lua_tointeger(L, -1);
    } else if (!lua_isnil(L, -1)) {
        if (gg_time_parse(ggl_checktext(L, -1, key), time, &err) != GG_OK)
            luaL_error(L, "'%s': %s", key, err.message);
    }
    lua_pop(L, 1);
}

/* Add member @key of the table on top to @buf as a JSON member. */
static void add_member(lua_State *L, struct ggp_buf *buf, const char *key)
{
    lua_getfield(L, -1, key);
    if (!lua_isnil(L, -1)) {
        ggp_json_key(buf, key);
        ggl_tojson(L, -1, buf, key);
    }
    lua_pop(L, 1);
}

/* Add @text to @buf, with its NUL. */
static void add_text(lua_State *L, struct ggp_buf *buf, const char *text)
{
    ggp_buf_add(buf, text, strlen(text) + 1);
    if (buf->failed != GG_OK)
        ggl_nomemory(L);
}

/* Copy the text member @key of the table on top into @buf, with its NUL;
 * returns whether it is there. */
static int copy_text(lua_State *L, struct ggp_buf *buf, const char *key)
{
    int has;

    lua_getfield(L, -1, key);
    has = !lua_isnil(L, -1);
    if (has)
        add_text(L, buf, ggl_checktext(L, -1, key));
    lua_pop(L, 1);
    return has;
}

/* --- the two kinds of case --- */

/* Push the grant on top once more, with what the case leaves out. */
static void push_grant(lua_State *L, const struct ggl_source *source,
                       lua_Integer number)
{
    if (!lua_istable(L, -1))
        luaL_error(L, "'grant' must be a table");
    check_keys(L, source, -1, "'grant'", ggl_case_grant_keys, 0, 0);
    lua_newtable(L);
    lua_pushfstring(L, "test-grant-%I", (LUAI_UACINT)number);
    lua_setfield(L, -2, "id");
    lua_pushliteral(L, "owner@example.com");
    lua_setfield(L, -2, "email");
    ggl_pushreal(L, -2);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        /* grant, copy, real, key, value; an empty list looks like an object */
        if (lua_type(L, -2) == LUA_TSTRING &&
            strcmp(lua_tostring(L, -2), "scope") == 0 && lua_istable(L, -1) &&
            luaL_len(L, -1) == 0)
            continue;
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_settable(L, -6);
    }
    lua_pop(L, 1);
}

/* A case with `grant`: its envelope.  [case] */
static void read_grant(lua_State *L, const struct ggl_source *source,
                       struct ggl_case *test, lua_Integer number)
{
    static const char *const facts[] = {
        "tenant", "send_error", "send_error_at", "sent_at", "context", NULL};
    size_t i;

    ggp_buf_string(&test->json, "{\"grant\":");
    lua_getfield(L, -1, "grant");
    push_grant(L, source, number);
    ggl_tojson(L, -1, &test->json, "'grant'");
    lua_pop(L, 2);
    for (i = 0; facts[i]; i++)
        add_member(L, &test->json, facts[i]);
    ggp_buf_char(&test->json, '}');
}

/* A case with `connect`: its request.  [case] */
static void read_connect(lua_State *L, const struct ggl_source *source,
                         struct ggl_case *test)
{
    test->is_connect = 1;
    test->has_tenant = copy_text(L, &test->tenant, "tenant");
    test->has_email = copy_text(L, &test->email, "email");
    lua_getfield(L, -1, "context");
    if (!lua_isnil(L, -1)) {
        ggl_tojson(L, -1, &test->json, "'context'");
        ggp_buf_char(&test->json, '\0');
        test->has_context = 1;
    }
    lua_pop(L, 1);
    lua_getfield(L, -1, "connect");
    if (!lua_istable(L, -1))
        luaL_error(L, "'connect' must be a table");
    check_keys(L, source, -1, "'connect'", ggl_case_request_keys, 0, 0);
    test->has_provider = copy_text(L, &test->provider, "provider");
    if (!test->has_email)
        test->has_email = copy_text(L, &test->email, "email");
    lua_pop(L, 1);
}

/* What the host answers while the case is asked, if it says so.  [case] */
static void read_host(lua_State *L, const struct ggl_source *source,
                      struct ggl_case *test)
{
    const struct ggl_functions *functions = ggp_state_of(L)->sources->functions;
    size_t i;

    test->has_host = lua_getfield(L, -1, "host") != LUA_TNIL;
    if (test->has_host) {
        if (!lua_istable(L, -1))
            luaL_error(L, "'host' must be a table: what each function of the "
                          "host answers, by name");
        check_keys(L, source, -1, "'host'", functions ? functions->names : NULL,
                   0, 0);
        for (i = 0; functions && i < functions->n; i++) {
            int type = lua_getfield(L, -1, functions->names[i]);

            if (type != LUA_TNIL && type != LUA_TBOOLEAN &&
                type != LUA_TNUMBER && type != LUA_TSTRING)
                luaL_error(L,
                           "'host': the answer of '%s' must be a string, a "
                           "number or a boolean",
                           functions->names[i]);
            lua_pop(L, 1);
        }
        ggl_tojson(L, -1, &test->host, "'host'");
    }
    lua_pop(L, 1);
}

static void read_expect(lua_State *L, const struct ggl_source *source,
                        struct ggl_case *test)
{
    lua_getfield(L, -1, "expect");
    if (!lua_istable(L, -1))
        luaL_error(L, "a case needs 'expect', a table");
    check_keys(L, source, -1, "'expect'",
               test->is_connect ? ggl_answer_keys : ggl_record_keys, 0,
               test->is_connect);
    ggl_tojson(L, -1, &test->expect, "'expect'");
    if (test->expect.len <= 2)
        luaL_error(L, "'expect' is empty: such a case could not fail");
    lua_pop(L, 1);
}

static void read_name(lua_State *L, struct ggl_case *test, lua_Integer number)
{
    lua_rawgeti(L, -1, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
        luaL_error(L, "case %I needs a name: a sentence that says what holds",
                   (LUAI_UACINT)number);
    add_text(L, &test->name, ggl_checktext(L, -1, "name"));
    lua_pop(L, 1);
}

/* --- the file --- */

int ggl_openfile(lua_State *L)
{
    struct ggl_test_file *file = lua_touserdata(L, 1);

    ggl_loadsource(L, file->source);
    file->ncases = luaL_len(L, -1);
    check_keys(L, file->source, -1, "the test file", ggl_test_keys,
               file->ncases, 0);
    ggp_state_place(ggp_state_of(L), file->source->path,
                    ggp_source_line(file->source, "now"));
    ggl_pushreal(L, -1);
    read_time(L, "now", &file->now);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &CASES);
    return 0;
}

/* Start each buffer of @test anew. */
static void clear_case(struct ggl_case *test)
{
    ggp_buf_clear(&test->name);
    ggp_buf_clear(&test->json);
    ggp_buf_clear(&test->expect);
    ggp_buf_clear(&test->tenant);
    ggp_buf_clear(&test->provider);
    ggp_buf_clear(&test->email);
    ggp_buf_clear(&test->host);
    test->is_connect = 0;
    test->has_tenant = 0;
    test->has_provider = 0;
    test->has_email = 0;
    test->has_context = 0;
}

int ggl_readcase(lua_State *L)
{
    struct ggl_test_file *file = lua_touserdata(L, 1);
    struct ggl_case *test = &file->test;
    int has_grant;
    int has_connect;

    clear_case(test);
    test->now = file->now;
    ggp_state_place(ggp_state_of(L), file->source->path, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &CASES);
    lua_rawgeti(L, -1, file->number);
    if (!lua_istable(L, -1))
        luaL_error(L, "case %I is not a table", (LUAI_UACINT)file->number);
    ggl_pushreal(L, -1);
    read_name(L, test, file->number);
    ggp_state_place(ggp_state_of(L), file->source->path,
                    ggp_source_text_line(file->source, test->name.bytes));
    read_time(L, "now", &test->now);
    has_grant = lua_getfield(L, -1, "grant") != LUA_TNIL;
    has_connect = lua_getfield(L, -2, "connect") != LUA_TNIL;
    lua_pop(L, 2);
    if (!has_grant || !has_connect)
        check_keys(L, file->source, -1, "a case",
                   has_connect ? ggl_connect_case_keys : ggl_grant_case_keys, 1,
                   0);
    if (has_grant == has_connect)
        luaL_error(L, "a case has either 'grant' or 'connect'");
    if (has_grant)
        read_grant(L, file->source, test, file->number);
    else
        read_connect(L, file->source, test);
    read_host(L, file->source, test);
    read_expect(L, file->source, test);
    if (test->json.failed != GG_OK)
        ggl_nomemory(L);
    return 0;
}

void ggp_case_free(struct ggl_case *test)
{
    ggp_buf_free(&test->name);
    ggp_buf_free(&test->json);
    ggp_buf_free(&test->expect);
    ggp_buf_free(&test->tenant);
    ggp_buf_free(&test->provider);
    ggp_buf_free(&test->email);
    ggp_buf_free(&test->host);
}

gg_status ggp_test_load(const gg_policies *policies,
                        const struct ggl_source *source, size_t *ncases,
                        struct gg_error *err)
{
    struct ggl_test_file file = {.source = source};
    struct ggl_state state;
    gg_status status = ggp_state_open(&state, &policies->sources, err);

    if (status != GG_OK)
        return status;
    ggp_budget_begin(&state, &policies->load_limits);
    status = ggp_guard(&state, ggl_openfile, &file, err);
    for (file.number = 1; status == GG_OK && file.number <= file.ncases;
         file.number++) {
        ggp_budget_begin(&state, &policies->load_limits);
        status = ggp_guard(&state, ggl_readcase, &file, err);
    }
    ggp_case_free(&file.test);
    ggp_state_close(&state);
    if (status == GG_OK)
        *ncases = (size_t)file.ncases;
    return status;
}
