/* SPDX-License-Identifier: MIT */
/* check_module.c - require "grantgate" from a plain Lua program, and the
 * helpers of ggl.c, whose states are not the engine's. */
#include "suites.h"

#include "policy_set.h"
#include "scarcity.h"

#include <limits.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

int luaopen_grantgate(lua_State *L);

static lua_State *L;

static void setup(void)
{
    L = luaL_newstate();
    ck_assert_ptr_nonnull(L);
    luaL_openlibs(L);
    luaL_requiref(L, "grantgate", luaopen_grantgate, 1);
    lua_settop(L, 0);
}

static void teardown(void)
{
    lua_close(L);
}

/* What @code returns, as text. */
static const char *run(const char *code)
{
    if (luaL_dostring(L, code) == LUA_OK && lua_gettop(L) == 0)
        return "nothing";
    return luaL_tolstring(L, 1, NULL);
}

static const struct {
    const char *code;
    const char *answer;
} answers[] = {
    {"local names = {} for k in pairs(grantgate) do names[#names + 1] = k end "
     "table.sort(names) return table.concat(names, ' ')",
     "_VERSION auth_url check client pkce pkce_challenge policies session"},
    {"return type(grantgate._VERSION)", "string"},
    {"return grantgate.auth_url { client_id = 'c', redirect_uri = "
     "'https://h/', provider = 'imap', smtp_required = true }",
     "https://api.us.nylas.com/v3/connect/auth?client_id=c&redirect_uri=https"
     "%3A%2F%2Fh%2F&response_type=code&provider=imap&options=smtp_required"},
    {"return (select(2, grantgate.auth_url { redirect_uri = 'https://h/' "
     "})).code",
     "invalid_argument"},
    {"return (select(2, grantgate.auth_url { redirect_uri = 'https://h/' "
     "})).message",
     "client_id"},
    {"return select('#', grantgate.auth_url {})", "2"},
    {"return grantgate.auth_url { clientid = 'c' }",
     "grantgate.auth_url has an unknown key 'clientid'"},
    {"return grantgate.auth_url { [1] = 'c' }",
     "grantgate.auth_url has an unknown key '1'"},
    {"return grantgate.auth_url()", "table expected, got no value"},
    {"return grantgate.auth_url { client_id = 'a\\0b' }",
     "'client_id' holds a NUL character"},
    {"return grantgate.auth_url { scope = { 'a', x = 'b' } }",
     "'scope' must be a list of strings, and has the key 'x'"},
    {"return grantgate.auth_url(setmetatable({}, { __index = { client_id = 'c' "
     "} }))",
     "nil"}, /* read raw */
    {"local p = grantgate.pkce() return #p.verifier .. ' ' .. #p.challenge",
     "64 86"},
    {"local p = grantgate.pkce() return tostring(grantgate.pkce_challenge("
     "p.verifier) == p.challenge)",
     "true"},
    {"return grantgate.pkce().verifier == grantgate.pkce().verifier", "false"},
    {"return grantgate.pkce_challenge(7)", "string expected, got number"},
    {"return grantgate.pkce_challenge('a\\0b')", "'verifier' holds a NUL"},
    {"for i = 1, 100 do grantgate.auth_url { client_id = 'c', redirect_uri = "
     "'https://h/' } end collectgarbage() return 'clean'",
     "clean"},
    {"local url, err = grantgate.auth_url { client_id = 'c', redirect_uri = "
     "'https://h/', api_url = 'http://evil.example' } return err.message",
     "api_url"},
};

START_TEST(answers_plain_lua)
{
    expect_part(run(answers[_i].code), answers[_i].answer);
}
END_TEST

/* --- memory --- */

/* A host whose allocator refuses one request after @left more, or with @lasts
 * all from then on. */
struct host {
    long left;
    int lasts;
    int was_refused;
};

static void *allocate(void *payload, void *ptr, size_t old, size_t size)
{
    struct host *host = payload;

    (void)old;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    if ((!ptr || size > old) && host->left-- <= 0 &&
        (host->lasts || !host->was_refused)) {
        host->was_refused = 1;
        return NULL;
    }
    return realloc(ptr, size);
}

static const char program[] =
    "local url = grantgate.auth_url { client_id = 'c', redirect_uri = "
    "'https://h/', scope = { 'a', 'b' }, options = { 'o' } }\n"
    "local refused, err = grantgate.auth_url { client_id = '' }\n"
    "local pair = grantgate.pkce()\n"
    "return #url .. err.code .. #grantgate.pkce_challenge(pair.verifier)";

/* Open the module and run the program. */
static int body_program(lua_State *state)
{
    luaL_requiref(state, "grantgate", luaopen_grantgate, 1);
    if (luaL_loadstring(state, program) != LUA_OK)
        return lua_error(state);
    lua_call(state, 0, 1);
    return 1;
}

static int run_program(lua_State *state)
{
    lua_settop(state, 0);
    lua_pushcfunction(state, body_program);
    return lua_pcall(state, 0, 1, 0);
}

/* Run it in a fresh state with request @n refused, and once more with all
 * granted.  Returns whether any was. */
static int run_short(long n, int lasts)
{
    struct host host = {LONG_MAX, 0, 0};
    long blocks = scarcity_blocks();
    lua_State *state = lua_newstate(allocate, &host);
    char answer[64] = "";
    int rc;

    host = (struct host){n, lasts, 0};
    rc = run_program(state);
    host.left = LONG_MAX;
    if (run_program(state) == LUA_OK)
        (void)snprintf(answer, sizeof(answer), "%s", lua_tostring(state, -1));
    lua_close(state);
    blocks = scarcity_blocks() - blocks;
    ck_assert_int_eq(blocks, 0);
    ck_assert(rc == LUA_OK || (rc == LUA_ERRMEM && host.was_refused));
    expect_part(answer, "invalid_argument86");
    return host.was_refused;
}

START_TEST(raises_or_answers_whichever_allocation_fails)
{
    long n = 0;

    while (run_short(n, _i))
        n++;
    ck_assert_int_gt(n, 50);
    ck_assert_int_lt(n, 10000);
}
END_TEST

/* --- ggl.c --- */

static int push_error(lua_State *state)
{
    static const struct gg_error err = {GG_EIO, "no disk"};

    return ggl_pusherror(state, &err);
}

START_TEST(returns_nil_and_a_table_for_errors)
{
    lua_pushcfunction(L, push_error);
    lua_setglobal(L, "f");
    expect_part(run("local x, err = f() return tostring(x) .. err.code .. ' ' "
                    ".. err.message"),
                "nilio_error no disk");
}
END_TEST

static int check_text(lua_State *state)
{
    lua_pushstring(state, ggl_checktext(state, 1, "it"));
    return 1;
}

static const struct {
    const char *argument;
    const char *answer;
} texts[] = {
    {"'x'", "x"},
    {"''", ""},
    {"'\xC3\xA9'", "\xC3\xA9"},
    {"7", "'it' must be a string, got number"},
    {"nil", "'it' must be a string, got nil"},
    {"", "'it' must be a string, got no value"},
    {"{}", "'it' must be a string, got table"},
    {"'a\\0'", "'it' holds a NUL character"},
    {"'\\xff'", "'it' is not UTF-8"},
};

START_TEST(checks_a_text)
{
    char code[64];

    lua_pushcfunction(L, check_text);
    lua_setglobal(L, "f");
    snprintf(code, sizeof(code), "return f(%s)", texts[_i].argument);
    expect_part(run(code), texts[_i].answer);
}
END_TEST

START_TEST(owns_what_is_in_a_box)
{
    char **box = ggl_newbox(L);
    struct gg_auth_request request = {
        .connect = {.client_id = "c", .redirect_uri = "https://h/"}};

    ck_assert_ptr_null(*box);
    ck_assert_int_eq(gg_auth_url(&request, box, NULL), GG_OK);
    ck_assert_int_eq(luaL_getmetafield(L, -1, "__gc"), LUA_TFUNCTION);
    lua_pushvalue(L, -2);
    lua_call(L, 1, 0); /* by hand, and once more when the state closes */
    ck_assert_ptr_null(*box);
    ck_assert_int_eq(luaL_getmetafield(L, -1, "__metatable"), LUA_TBOOLEAN);
    ck_assert_int_eq(lua_toboolean(L, -1), 0);
    box = ggl_newbox(L);
    ck_assert_int_eq(gg_auth_url(&request, box, NULL), GG_OK);
}
END_TEST

START_TEST(makes_a_class_once)
{
    static const luaL_Reg methods[] = {{"f", push_error}, {NULL, NULL}};
    static const luaL_Reg others[] = {{"g", push_error}, {NULL, NULL}};

    ggl_newclass(L, "grantgate.test", methods);
    ggl_newclass(L, "grantgate.test", others);
    ck_assert_int_eq(lua_gettop(L), 0);
    luaL_getmetatable(L, "grantgate.test");
    ck_assert_int_eq(lua_getfield(L, 1, "f"), LUA_TFUNCTION);
    ck_assert_int_eq(lua_getfield(L, 1, "g"), LUA_TNIL);
    ck_assert_int_eq(lua_getfield(L, 1, "__name"), LUA_TSTRING);
    ck_assert_int_eq(lua_getfield(L, 1, "__metatable"), LUA_TBOOLEAN);
}
END_TEST

Suite *module_suite(void)
{
    Suite *suite = suite_create("module");
    TCase *test = tcase_create("module");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, answers_plain_lua, 0, COUNT(answers));
    tcase_add_loop_test(test, raises_or_answers_whichever_allocation_fails, 0,
                        2);
    tcase_add_test(test, returns_nil_and_a_table_for_errors);
    tcase_add_loop_test(test, checks_a_text, 0, COUNT(texts));
    tcase_add_test(test, owns_what_is_in_a_box);
    tcase_add_test(test, makes_a_class_once);
    suite_add_tcase(suite, test);
    return suite;
}
