/* SPDX-License-Identifier: MIT */
/*
 * check_lua_session.c - a plain Lua program that decides, while memory runs
 * out: Lua's own or the library's.  It gets its answers or "not enough memory",
 * nothing leaks, and the next try goes as ever.
 */
#include "suites.h"

#include "policy_set.h"
#include "scarcity.h"

#include <limits.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_REQUESTS 100000

int luaopen_grantgate(lua_State *L);

static const struct policy_file files[] = {
    {"default.lua", "return {\n"
                    "  connect = { smtp_required = true },\n"
                    "  evaluate = function(grant)\n"
                    "    log('about ' .. grant.id)\n"
                    "    return accept { reason = 'x', data = grant.raw }\n"
                    "  end,\n"
                    "}"},
    {"default_test.lua",
     "return { { 'accepts', grant = { id = 'a', provider = 'imap' }, "
     "expect = { action = 'accept' } } }"},
    {NULL, NULL}};

static char folder[64];

static void setup(void)
{
    policy_folder_write(files, folder);
}

static void teardown(void)
{
    policy_folder_remove(files, folder);
}

static const char program[] =
    "local folder = ...\n"
    "local said = {}\n"
    "local function say(text) said[#said + 1] = text end\n"
    "local set <close> = assert(grantgate.policies(folder))\n"
    "local session <close> = assert(set:session { client_id = 'c',\n"
    "  redirect_uri = 'https://h/', scope = { 'a', 'b' }, trace = true,\n"
    "  log = function(where, id, text) say(where .. id .. text) end })\n"
    "local decision = assert(session:evaluate({ id = 'g', provider = 'imap',\n"
    "  scope = { 'x' } }, { tenant = 't', context = { a = { 1 } } }))\n"
    "say(decision.data.scope[1])\n"
    "say(session:record())\n"
    "say(session:evaluate('{').error.code)\n"
    "say(select(2, session:evaluate('{}', { tenant = 'a b' })).code)\n"
    "local answer = assert(session:connect { provider = 'imap',\n"
    "  context = '{}' })\n"
    "say(answer.auth_url)\n"
    "say(answer.fields.scope[2])\n"
    "say(answer.from.smtp_required)\n"
    "say(set:rules()[1].where)\n"
    "say(assert(set:test())[1].name)\n"
    "say(#assert(grantgate.check(folder)))\n"
    "return table.concat(said, ' ')";

static const char wanted[] =
    "default.lua:4gabout g x "
    "{\"grant_id\":\"g\",\"tenant\":\"t\",\"provider\":\"imap\",\"action\":"
    "\"accept\",\"reason\":\"x\",\"policy\":\"default.lua\",\"smtp\":"
    "\"unknown\",\"evidence\":\"none\",\"data\":{\"id\":\"g\",\"provider\":"
    "\"imap\",\"scope\":[\"x\"]},\"trace\":[{\"policy\":\"default.lua\","
    "\"question\":\"evaluate\",\"answer\":\"accept\"}]} invalid_json "
    "invalid_argument "
    "https://api.us.nylas.com/v3/connect/auth?client_id=c&redirect_uri=https%3A"
    "%2F%2Fh%2F&response_type=code&provider=imap&options=smtp_required&scope=a"
    "%20b b default.lua default.lua:2 accepts 0";

/* A host whose allocator refuses one request after @left more. */
struct host {
    long left;
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
    if ((!ptr || size > old) && host->left-- == 0) {
        host->was_refused = 1;
        return NULL;
    }
    return realloc(ptr, size);
}

/* What came of the program, with memory short and then with all granted. */
struct outcome {
    int status;
    char text[2048];
    int was_refused;
    char again[2048];
    long blocks; /* that are left */
};

/* Open the module and load the program, at the bottom of the stack. */
static void load_program(lua_State *L)
{
    luaL_openlibs(L);
    luaL_requiref(L, "grantgate", luaopen_grantgate, 1);
    lua_settop(L, 0);
    (void)luaL_loadstring(L, program);
    lua_pushstring(L, folder);
}

static int run_program(lua_State *L, char text[2048])
{
    int status;

    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    status = lua_pcall(L, 1, 1, 0);
    (void)snprintf(text, 2048, "%s", lua_tostring(L, -1));
    return status;
}

static void expect(const struct outcome *outcome, long n)
{
    if (outcome->status == LUA_OK)
        ck_assert_str_eq(outcome->text, wanted);
    else
        ck_assert_msg(outcome->was_refused &&
                          strstr(outcome->text, "not enough memory"),
                      "request %ld refused: %s", n, outcome->text);
    ck_assert_str_eq(outcome->again, wanted);
    ck_assert_msg(outcome->blocks == 0, "request %ld refused: %ld are left", n,
                  outcome->blocks);
    ck_assert_int_lt(n, MOST_REQUESTS);
}

/* --- Lua's memory --- */

static struct outcome run_host_short(long n)
{
    struct host host = {LONG_MAX, 0};
    struct outcome outcome;
    lua_State *L;

    outcome.blocks = scarcity_blocks();
    L = lua_newstate(allocate, &host);
    load_program(L);
    host.left = n;
    outcome.status = run_program(L, outcome.text);
    host.left = LONG_MAX;
    outcome.was_refused = host.was_refused;
    run_program(L, outcome.again);
    lua_close(L);
    outcome.blocks = scarcity_blocks() - outcome.blocks;
    return outcome;
}

START_TEST(goes_on_whichever_allocation_of_lua_fails)
{
    struct outcome outcome = {.was_refused = 1};
    long n;

    for (n = 0; outcome.was_refused; n++) {
        outcome = run_host_short(n);
        expect(&outcome, n);
    }
    ck_assert_int_gt(n, 100);
}
END_TEST

/* --- the library's memory --- */

static struct outcome run_library_short(enum scarcity kind, long n)
{
    struct outcome outcome;
    lua_State *L;

    outcome.blocks = scarcity_blocks();
    L = luaL_newstate(); /* whose own memory is not refused */
    load_program(L);
    scarcity_begin(kind, n);
    outcome.status = run_program(L, outcome.text);
    scarcity_end();
    outcome.was_refused = scarcity_refused() > 0;
    run_program(L, outcome.again);
    lua_close(L);
    outcome.blocks = scarcity_blocks() - outcome.blocks;
    return outcome;
}

START_TEST(goes_on_whichever_allocation_of_the_library_fails)
{
    struct outcome outcome = {.was_refused = 1};
    long n;

    for (n = 0; outcome.was_refused; n++) {
        outcome = run_library_short((enum scarcity)_i, n);
        expect(&outcome, n);
    }
    ck_assert_int_gt(n, 100);
}
END_TEST

Suite *lua_session_suite(void)
{
    Suite *suite = suite_create("lua_session");
    TCase *test = tcase_create("lua_session");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_set_timeout(test, 120);
    tcase_add_test(test, goes_on_whichever_allocation_of_lua_fails);
    tcase_add_loop_test(test, goes_on_whichever_allocation_of_the_library_fails,
                        SCARCITY_ONE, SCARCITY_LASTS + 1);
    suite_add_tcase(suite, test);
    return suite;
}
