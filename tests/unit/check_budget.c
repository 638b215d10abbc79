/* SPDX-License-Identifier: MIT */
/* check_budget.c - one lua_State, and the limits nothing in it can escape. */
#include "suites.h"

#include "host_sandbox.h"
#include "policy_set.h"

#include <locale.h>
#include <string.h>

static const struct gg_limits ample = {1000000, (size_t)8 << 20, 60000};
static const struct ggl_sources no_sources;

static struct ggl_state state;
static struct gg_error err;

static void setup(void)
{
    ck_assert_int_eq(ggp_state_open(&state, &no_sources, &err), GG_OK);
    memset(&err, 0, sizeof(err));
    ggp_budget_begin(&state, &ample);
}

static void teardown(void)
{
    ggp_state_close(&state);
}

/* Run the file @args. */
static int body_run(lua_State *L)
{
    ggl_loadsource(L, lua_touserdata(L, 1));
    return 0;
}

static gg_status run(const char *text, const struct gg_limits *limits)
{
    struct ggl_source source = {"tenants/acme.lua", text, strlen(text)};

    if (limits)
        ggp_budget_begin(&state, limits);
    return ggp_guard(&state, body_run, &source, &err);
}

/* A file that works, after whatever came before. */
static void expect_usable(void)
{
    gg_status status = run("local t = {} for i = 1, 100 do t[i] = {} end "
                           "return t",
                           &ample);

    ck_assert_msg(status == GG_OK, "%s", err.message);
    ck_assert_int_eq(lua_gettop(state.L), 0);
}

/* --- what is raised --- */

static const struct {
    const char *text;
    const char *message;
} raised[] = {
    {"error('no', 0)", "tenants/acme.lua:1: no"},
    {"\nerror('no')", "tenants/acme.lua:2: no"},
    {"\n\nerror(7)", "tenants/acme.lua:3: 7"},
    {"error(nil)", "tenants/acme.lua:1: raised a nil; raise a string, so that "
                   "people can read it"},
    {"error()", "tenants/acme.lua:1: raised a nil"},
    {"error({})", "tenants/acme.lua:1: raised a table"},
    {"error(true)", "tenants/acme.lua:1: raised a boolean"},
    {"error(error)", "tenants/acme.lua:1: raised a function"},
    {"error(accept 'ok')", "tenants/acme.lua:1: raised a userdata"},
    {"error('a\\nb\\27[2J', 0)", "tenants/acme.lua:1: a b [2J"},
    {"error('', 0)", "tenants/acme.lua:1: "},
    {"error('tenants/x.lua:9: no', 0)", "tenants/x.lua:9: no"},
    {"error('not enough memory', 0)", "tenants/acme.lua:1: not enough memory"},
    {"error('not enough memory')", "tenants/acme.lua:1: not enough memory"},
    {"local x = nil + 1", "tenants/acme.lua:1: attempt to perform arithmetic"},
    {"\nreturn {", "tenants/acme.lua:2: "},
    {"local function f()\nreturn accept {}\nend\nreturn f()",
     "tenants/acme.lua:2: "},
    {"local function f()\nlocal x = (accept 7)\nend\nf()",
     "tenants/acme.lua:2: "},
};

START_TEST(reports_what_is_raised_with_its_line)
{
    gg_status status = run(raised[_i].text, NULL);

    ck_assert_msg(status == GG_EPOLICY, "%s", raised[_i].text);
    ck_assert_int_eq(err.status, GG_EPOLICY);
    expect_part(err.message, raised[_i].message);
    expect_no_address(err.message);
    ck_assert_ptr_null(strchr(err.message, '\n'));
    ck_assert_int_eq(lua_gettop(state.L), 0);
    expect_usable();
}
END_TEST

/* Ask for the place in C code alone. */
static int body_where(lua_State *L)
{
    char *where = lua_touserdata(L, 1);

    ggl_pushwhere(L);
    strncpy(where, lua_tostring(L, -1), 63);
    return 0;
}

static int body_raise(lua_State *L)
{
    return luaL_error(L, "%s", (const char *)lua_touserdata(L, 1));
}

START_TEST(reports_c_code_where_it_was_placed)
{
    char where[64] = "x";

    ck_assert_int_eq(ggp_guard(&state, body_where, where, &err), GG_OK);
    ck_assert_str_eq(where, "");
    ggp_state_place(&state, "providers/imap.lua", 12);
    ck_assert_int_eq(ggp_guard(&state, body_where, where, &err), GG_OK);
    ck_assert_str_eq(where, "providers/imap.lua:12: ");
    ggp_state_place(&state, "providers/imap.lua", 12);
    ck_assert_int_eq(ggp_guard(&state, body_raise, (char[]){"no"}, &err),
                     GG_EPOLICY);
    ck_assert_str_eq(err.message, "providers/imap.lua:12: no");
    ck_assert_int_eq(ggp_guard(&state, body_where, where, &err), GG_OK);
    ck_assert_str_eq(where, "");
    ck_assert_int_eq(ggp_guard(&state, body_raise, (char[]){"no"}, NULL),
                     GG_EPOLICY);
}
END_TEST

/* Tell the locale that Lua runs in. */
static int body_locale(lua_State *L)
{
    *(locale_t *)lua_touserdata(L, 1) = uselocale((locale_t)0);
    return 0;
}

START_TEST(runs_lua_in_the_c_locale_and_gives_back_the_hosts)
{
    locale_t host = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    locale_t inside = host;

    ck_assert(host != (locale_t)0);
    uselocale(host);
    ck_assert_int_eq(ggp_guard(&state, body_locale, &inside, &err), GG_OK);
    ck_assert(inside == state.locale);
    ck_assert(uselocale((locale_t)0) == host);
    ck_assert_int_eq(ggp_guard(&state, body_raise, (char[]){"no"}, &err),
                     GG_EPOLICY);
    ck_assert(uselocale(LC_GLOBAL_LOCALE) == host);
    freelocale(host);
}
END_TEST

/* --- limits --- */

static const struct {
    const char *text;
    struct gg_limits limits;
    gg_status status;
    const char *message;
} limited[] = {
    {"while true do end",
     {10000, 1 << 20, 60000},
     GG_EINSTRUCTIONS,
     "tenants/acme.lua:1: ran longer than 10000 instructions"},
    {"repeat local x = 1 until false",
     {1, 1 << 20, 60000},
     GG_EINSTRUCTIONS,
     "tenants/acme.lua:1: ran longer than 1 instructions"},
    {"local function f() return f() end f()",
     {10000, 1 << 20, 60000},
     GG_EINSTRUCTIONS,
     "instructions"},
    {"local s = ('x'):rep(100000) for i = 1, 1e9 do s:find('y', 1, true) end",
     {20000, 1 << 20, 60000},
     GG_EINSTRUCTIONS,
     "instructions"},
    {"while true do end",
     {INT64_MAX, 1 << 20, 20},
     GG_ETIME,
     "tenants/acme.lua:1: ran longer than 20 ms"},
    {"local s = ('x'):rep(50000) while true do s:find('y', 1, true) end",
     {INT64_MAX, 1 << 20, 20},
     GG_ETIME,
     "ran longer than 20 ms"},
    {"local t = {} while true do t[#t + 1] = {} end",
     {INT64_MAX, 1 << 20, 60000},
     GG_EMEMORY,
     "used more than 1024 KiB of memory"},
    {"local s = 'x' while true do s = s .. s end",
     {INT64_MAX, 1 << 20, 60000},
     GG_EMEMORY,
     "memory"},
    {"local s = ('x'):rep(1 << 40)",
     {INT64_MAX, 1 << 20, 60000},
     GG_EMEMORY,
     "memory"},
    {"local function f() return 1 + f() end f()",
     {INT64_MAX, (size_t)8 << 20, 60000},
     GG_EMEMORY,
     "memory"},
    {"local t = {} t = table.concat({('x'):rep(1 << 19), ('x'):rep(1 << 19)})",
     {INT64_MAX, 1 << 20, 60000},
     GG_EMEMORY,
     "memory"},
    {"local t = table.move({1}, 1, 1 << 40, 2)",
     {1000000, 1 << 20, 60000},
     GG_EINSTRUCTIONS,
     NULL},
};

START_TEST(ends_what_passes_a_limit_and_works_again_after_it)
{
    gg_status status = run(limited[_i].text, &limited[_i].limits);

    ck_assert_msg(status == limited[_i].status, "%s: %s", limited[_i].text,
                  err.message);
    ck_assert_int_eq(err.status, status);
    expect_part(err.message, limited[_i].message);
    expect_usable();
}
END_TEST

START_TEST(takes_limits_that_are_no_limits)
{
    static const struct gg_limits endless = {INT64_MAX, SIZE_MAX, INT64_MAX};

    ck_assert_int_eq(run("local t = {} for i = 1, 1000 do t[i] = {} end "
                         "return t",
                         &endless),
                     GG_OK);
}
END_TEST

START_TEST(ends_what_is_interrupted)
{
    atomic_int call = GGL_INTERRUPTED;

    state.call = &call;
    ck_assert_int_eq(run("while true do end", NULL), GG_EINTERRUPTED);
    ck_assert_str_eq(err.message, "tenants/acme.lua:1: interrupted");
    call = GGL_UNDER_WAY;
    expect_usable();
}
END_TEST

static int body_charge(lua_State *L)
{
    const size_t *steps = lua_touserdata(L, 1);

    ggl_charge(L, *steps);
    return 0;
}

START_TEST(counts_what_c_code_does)
{
    static const struct gg_limits few = {5000, 1 << 20, 60000};
    size_t steps = 4999;

    ggp_budget_begin(&state, &few);
    ck_assert_int_eq(ggp_guard(&state, body_charge, &steps, &err), GG_OK);
    steps = 1;
    ck_assert_int_eq(ggp_guard(&state, body_charge, &steps, &err),
                     GG_EINSTRUCTIONS);
    ggp_budget_begin(&state, &few);
    ck_assert_int_eq(ggp_guard(&state, body_charge, &steps, &err), GG_OK);
    steps = SIZE_MAX;
    ck_assert_int_eq(ggp_guard(&state, body_charge, &steps, &err),
                     GG_EINSTRUCTIONS);
    expect_usable();
}
END_TEST

START_TEST(measures_a_question_from_what_files_take)
{
    static const struct gg_limits little = {1000000, 100000, 60000};
    const char *two = "local s = {} for i = 1, 10 do s[i] = ('x'):rep(8000) "
                      "end return s";
    const char *more = "local s = {} for i = 1, 20 do s[i] = ('x'):rep(8000) "
                       "end return s";

    lua_gc(state.L, LUA_GCCOLLECT);
    state.loaded_bytes = state.used_bytes;
    state.phase = GGL_ASKING;
    ck_assert_int_eq(run(two, &little), GG_OK);
    ck_assert_int_eq(run(more, &little), GG_EMEMORY);
    ck_assert_int_eq(run(two, &little), GG_OK);
    ck_assert_int_eq(run(more, &little), GG_EMEMORY);
}
END_TEST

/* --- states --- */

START_TEST(tells_its_own_states_from_others)
{
    lua_State *plain = luaL_newstate();

    ck_assert_ptr_nonnull(plain);
    ck_assert_ptr_eq(ggp_state_of(state.L), &state);
    ck_assert_ptr_null(ggp_state_of(plain));
    ggl_charge(plain, SIZE_MAX); /* nobody counts */
    lua_close(plain);
}
END_TEST

START_TEST(closes_a_state_once)
{
    ggp_state_close(&state);
    ck_assert_uint_eq(state.used_bytes, 0);
    ggp_state_close(&state);
}
END_TEST

/* Open the sandbox once more, its classes included. */
static int body_open(lua_State *L)
{
    static const char *const classes[] = {"grantgate.subject", "grantgate.view",
                                          "grantgate.decision",
                                          "grantgate.rule"};
    int i;

    for (i = 0; i < COUNT(classes); i++) {
        lua_pushnil(L);
        lua_setfield(L, LUA_REGISTRYINDEX, classes[i]);
    }
    ggl_opensandbox(L);
    return 0;
}

START_TEST(opens_whichever_allocation_fails_before)
{
    struct gg_limits limits = ample;
    gg_status status = GG_EMEMORY;
    int tries = 0;

    for (limits.memory_bytes = 1; status != GG_OK; limits.memory_bytes += 48) {
        lua_gc(state.L, LUA_GCCOLLECT);
        ggp_budget_begin(&state, &limits);
        status = ggp_guard(&state, body_open, NULL, &err);
        ck_assert(status == GG_OK || status == GG_EMEMORY);
        ck_assert_int_lt(++tries, 10000);
    }
    ck_assert_int_gt(tries, 100);
    expect_usable();
}
END_TEST

Suite *budget_suite(void)
{
    Suite *suite = suite_create("budget");
    TCase *test = tcase_create("guard");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, reports_what_is_raised_with_its_line, 0,
                        COUNT(raised));
    tcase_add_test(test, reports_c_code_where_it_was_placed);
    tcase_add_test(test, runs_lua_in_the_c_locale_and_gives_back_the_hosts);
    tcase_add_loop_test(test, ends_what_passes_a_limit_and_works_again_after_it,
                        0, COUNT(limited));
    tcase_add_test(test, takes_limits_that_are_no_limits);
    tcase_add_test(test, ends_what_is_interrupted);
    tcase_add_test(test, counts_what_c_code_does);
    tcase_add_test(test, measures_a_question_from_what_files_take);
    tcase_add_test(test, tells_its_own_states_from_others);
    tcase_add_test(test, closes_a_state_once);
    tcase_add_test(test, opens_whichever_allocation_fails_before);
    tcase_set_timeout(test, 60);
    suite_add_tcase(suite, test);
    return suite;
}
