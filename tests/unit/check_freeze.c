/* SPDX-License-Identifier: MIT */
/* check_freeze.c - what a file sets up at load is read-only afterwards. */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <string.h>

/* What is written to, in a question, and what that answers. */
static const struct {
    const char *code; /* t, nested and alias are tables of the file */
    const char *message;
} writes[] = {
    {"t.a = 2", "default.lua:5: cannot set 'a' in a table that is read-only"},
    {"t.b = 2", "cannot set 'b'"},
    {"t[1] = 2", "cannot set '1'"},
    {"t[9] = 2", "cannot set '9'"},
    {"t.a = nil", "cannot set 'a'"},
    {"t.nested.x = 2", "cannot set 'x'"},
    {"alias.x = 2", "cannot set 'x'"},
    {"t[t] = 2", "cannot set 'table'"},
    {"table.insert(t, 4)", "cannot set '4'"},
    {"table.insert(t, 1, 4)", "cannot set '"},
    {"table.remove(t)", "cannot set '3'"},
    {"table.sort(t)", "cannot set '"},
    {"table.move({ 1 }, 1, 1, 1, t)", "cannot set '1'"},
    {"string.upper = 1", "cannot set 'upper'"},
    {"math.pi = 3", "cannot set 'pi'"},
    {"table.insert(table, 1)", "cannot set '1'"},
    {"grantgate.fetch = 1", "cannot set 'fetch'"},
    {"accept = reject", "cannot set the global 'accept'; use a local variable"},
    {"fresh = 1", "cannot set the global 'fresh'"},
    {"_ENV.fresh = 1", "cannot set the global 'fresh'"},
    {"_ENV[1] = 1", "cannot set the global '1'"},
    {"grant.id = 'x'", "cannot set 'id': a grant is read-only"},
    {"grant.settings.smtp_host = 'x'", "cannot set 'smtp_host': a grant is "
                                       "read-only"},
    {"grant.context.plan = 'x'", "cannot set 'plan'"},
    {"grant.raw.id = 'x'", "cannot set 'id'"},
    {"grant.raw.settings.x = 'x'", "cannot set 'x'"},
    {"local f = grant.context.deep; f.a = 1", "cannot set 'a'"},
};

START_TEST(refuses_to_be_written_in_a_question)
{
    char text[1024];
    struct policy_set set = {0};
    const struct gg_decision *decision;

    snprintf(text, sizeof(text),
             "local alias = { x = 1 }\n"
             "local t = { 1, 2, 3, a = 1, nested = alias }\n"
             "return { evaluate = function(grant)\n"
             "  local _ = t, alias\n"
             "  %s\n"
             "  return accept 'written'\n"
             "end }",
             writes[_i].code);
    policy_set_open_default(&set, text);
    decision = policy_set_decide(
        &set, "{\"grant\":{\"id\":\"a\",\"provider\":\"imap\",\"settings\":"
              "{\"smtp_host\":\"h\"}},\"context\":{\"plan\":\"pro\",\"deep\":"
              "{}}}");
    ck_assert_msg(decision->action == GG_ERROR, "%s", writes[_i].code);
    ck_assert_int_eq(decision->error, GG_EPOLICY);
    expect_part(decision->error_message, "default.lua:5: ");
    expect_part(decision->error_message, writes[_i].message);
    policy_set_free(&set);
}
END_TEST

/* Reading goes on as if nothing had happened: each holds. */
static const char *const reads[] = {
    "t.a == 1 and t[1] == 'x' and t.absent == nil",
    "#t == 3",
    "t == same",
    "t.nested == alias",
    "t.self == t",
    "type(t) == 'table'",
    "table.concat(t, ',') == 'x,y,z'",
    "select('#', table.unpack(t)) == 3",
    "(function() local s = '' for i, v in ipairs(t) do s = s .. i .. v end "
    "return s == '1x2y3z' end)()",
    "(function() local s = '' for k in pairs(t) do s = s .. tostring(k) end "
    "return s == '123anestedselfzip' end)()",
    "(function() local n = 0 for k, v in pairs(t.nested) do n = n + v end "
    "return n == 1 end)()",
    "t.zip('a') == 'A'",
    "(function() local u = { table.unpack(t) } u[1] = 'new' return u[1] == "
    "'new' and t[1] == 'x' end)()",
    "(function() local u = table.move(t, 1, 3, 1, {}) return u[3] == 'z' end)"
    "()",
    "tostring(t) == 'table'",
};

START_TEST(reads_as_before)
{
    char text[1024];
    struct policy_set set = {0};
    const struct gg_decision *decision;

    snprintf(text, sizeof(text),
             "local alias = { x = 1 }\n"
             "local t = { 'x', 'y', 'z', a = 1, nested = alias, zip = "
             "string.upper }\n"
             "t.self = t\n"
             "local same = t\n"
             "return { evaluate = function(grant)\n"
             "  local _ = alias, same\n"
             "  return %s and accept 'so' or reject 'not_so' end }",
             reads[_i]);
    policy_set_open_default(&set, text);
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\"}");
    ck_assert_msg(decision->action == GG_ACCEPT, "%s: %s", reads[_i],
                  decision->error_message ? decision->error_message : "no");
    policy_set_free(&set);
}
END_TEST

START_TEST(freezes_what_require_returns_at_once)
{
    static const struct policy_file files[] = {
        {"lib/a.lua", "return { x = 1 }"},
        {"default.lua", "local a = require 'lib.a'\n\na.x = 2\nreturn {}"},
        {NULL, NULL}};
    struct policy_set set = {0};

    ck_assert_int_eq(policy_set_try(&set, files, NULL), GG_EPOLICY);
    expect_part(set.error.message, "default.lua:3: cannot set 'x'");
}
END_TEST

START_TEST(leaves_a_table_writable_while_its_file_loads)
{
    struct policy_set set = {0};

    policy_set_open_default(&set, "local t = {}\nt.a = 1\ntable.insert(t, 2)\n"
                                  "t.a = nil\nreturn { about = 'x' }");
    policy_set_free(&set);
}
END_TEST

/* --- the functions themselves --- */

static int body_freeze(lua_State *L)
{
    (void)lua_touserdata(L, 1);
    lua_newtable(L);
    lua_pushinteger(L, 7);
    lua_setfield(L, -2, "seven");
    ck_assert_int_eq(ggl_unfrozen(L, -1), 0);
    ggl_pushreal(L, -1);
    ck_assert(lua_rawequal(L, -1, -2));
    lua_pop(L, 1);
    ggl_freeze(L, -1);
    ggl_freeze(L, -1); /* once more changes nothing */
    lua_pushliteral(L, "seven");
    ck_assert_int_eq(lua_rawget(L, -2), LUA_TNIL);
    lua_pop(L, 1);
    ck_assert_int_eq(ggl_unfrozen(L, -1), 1);
    ck_assert_int_eq(lua_getfield(L, -1, "seven"), LUA_TNUMBER);
    lua_pop(L, 2);
    lua_pushinteger(L, 1);
    ck_assert_int_eq(ggl_unfrozen(L, -1), 0);
    ggl_pushreal(L, -1); /* raises */
    return 0;
}

START_TEST(shows_the_real_table_to_the_engine)
{
    static const struct ggl_sources no_sources;
    struct ggl_state state;
    struct gg_error err;

    ck_assert_int_eq(ggp_state_open(&state, &no_sources, &err), GG_OK);
    ck_assert_int_eq(ggp_guard(&state, body_freeze, NULL, &err), GG_EPOLICY);
    expect_part(err.message, "table expected, got number");
    ggp_state_close(&state);
}
END_TEST

Suite *freeze_suite(void)
{
    Suite *suite = suite_create("freeze");
    TCase *test = tcase_create("freeze");

    tcase_add_loop_test(test, refuses_to_be_written_in_a_question, 0,
                        COUNT(writes));
    tcase_add_loop_test(test, reads_as_before, 0, COUNT(reads));
    tcase_add_test(test, freezes_what_require_returns_at_once);
    tcase_add_test(test, leaves_a_table_writable_while_its_file_loads);
    tcase_add_test(test, shows_the_real_table_to_the_engine);
    suite_add_tcase(suite, test);
    return suite;
}
