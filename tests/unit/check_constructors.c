/* SPDX-License-Identifier: MIT */
/* check_constructors.c - accept, reauth, repair, defer, reject, rule: what
 * they refuse, at the line that is wrong (lua_constructors.c). */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <string.h>

/* An expression, and what it raises. */
static const struct {
    const char *code;
    const char *message;
} refused[] = {
    /* Reasons. */
    {"accept()", "accept wants a reason or a table, got nil"},
    {"accept(7)", "accept wants a reason or a table, got number"},
    {"accept(accept 'x')", "accept wants a reason or a table, got userdata"},
    {"accept(true)", "accept wants a reason or a table, got boolean"},
    {"accept {}", "accept: reason is required"},
    {"accept ''", "accept: reason must be [a-z0-9_]+"},
    {"accept 'Not So'", "accept: reason must be [a-z0-9_]+"},
    {"accept(('x'):rep(65))", "accept: reason must be [a-z0-9_]+"},
    {"accept 'a\\0b'", "'reason' holds a NUL character"},
    {"accept { reason = 7 }", "'reason' must be a string, got number"},
    {"reject { reason = {} }", "'reason' must be a string, got table"},

    /* Keys. */
    {"accept { 'x' }", "accept has an unknown key '1'"},
    {"accept { reason = 'x', notfy = 'o' }",
     "accept has an unknown key 'notfy'"},
    {"accept { reason = 'x', b = 1, a = 2, c = 3 }",
     "accept has an unknown key 'a'"},
    {"reauth { reason = 'x', options = 'x' }",
     "'options' must be a list of strings, got string"},
    {"reauth { reason = 'x', scope = { 'a', 7 } }",
     "'scope' must be a string, got number"},
    {"reauth { reason = 'x', scope = { a = 'b' } }",
     "'scope' must be a list of strings, and has the key 'a'"},
    {"reauth { reason = 'x', smtp_required = 1 }",
     "'smtp_required' must be true or false, got number"},
    {"reauth { reason = 'x', region = 'mars' }", "reauth: region"},
    {"reauth { reason = 'x', redirect_uri = 'https://a b/' }",
     "reauth: redirect_uri"},
    {"accept { reason = 'x', region = 'us' }",
     "accept has an unknown key 'region'"},
    {"defer { reason = 'x', client_id = 'us' }",
     "defer has an unknown key 'client_id'"},

    /* Fields of one action. */
    {"accept { reason = 'x', after = '1h' }", "accept: after belongs to defer"},
    {"accept { reason = 'x', smtp_host = 'h' }",
     "accept: smtp_host belongs to repair"},
    {"reject { reason = 'x', smtp_port = 25 }",
     "reject: smtp_port belongs to repair"},
    {"reauth { reason = 'x', smtp_username = 'u' }",
     "reauth: smtp_username belongs to repair"},
    {"repair 'x'", "repair: smtp_host is required"},
    {"repair { reason = 'x', smtp_host = 'h' }",
     "repair: smtp_port is required"},
    {"repair { reason = 'x', smtp_host = 'h', smtp_port = 0 }", "smtp_port"},
    {"repair { reason = 'x', smtp_host = 'h', smtp_port = 65536 }",
     "repair: smtp_port must be 1 to 65535"},
    {"repair { reason = 'x', smtp_host = 'h', smtp_port = '25' }",
     "'smtp_port' must be an integer, got string"},
    {"repair { reason = 'x', smtp_host = 'h', smtp_port = 25.5 }",
     "'smtp_port' must be an integer, got number"},
    {"repair { reason = 'x', smtp_host = 'a b', smtp_port = 25 }",
     "repair: smtp_host must be a host name"},
    {"accept { reason = 'x', notify = 'a\\nb' }", "accept: notify must be"},

    /* Times. */
    {"defer { reason = 'x', after = 'soon' }",
     "'after' must be like \"90s\", \"15m\", \"2h\" or \"7d\""},
    {"defer { reason = 'x', after = true }",
     "'after' must be like \"15m\", or seconds, got boolean"},
    {"defer { reason = 'x', after = 1.5 }",
     "'after' must be like \"15m\", or seconds, got number"},
    {"defer { reason = 'x', after = -1 }",
     "defer: after must be 0 seconds to 10 years"},
    {"defer { reason = 'x', after = math.maxinteger }",
     "defer: after must be 0 seconds to 10 years"},
    {"defer { reason = 'x', after = '5000d' }", "after"},

    /* What tries to pass for one. */
    {"accept(setmetatable({}, {}))", "policies have no 'setmetatable'"},
    {"accept(string)", "accept has an unknown key '"},
    {"accept(_ENV)", "accept has an unknown key '"},
    {"rule(_ENV)", "a rule has an unknown key '"},
};

START_TEST(refuses_at_the_line_that_is_wrong)
{
    struct policy_set set = {0};
    char code[512];
    const char *answer;

    snprintf(code, sizeof(code), "\nlocal x = %s", refused[_i].code);
    answer = policy_set_data(&set, code);
    expect_part(answer, "default.lua:2: ");
    expect_part(answer, refused[_i].message);
    expect_no_address(answer);
    policy_set_free(&set);
}
END_TEST

/* The same while the file loads, in a table that goes over several lines. */
START_TEST(refuses_while_the_file_loads)
{
    const struct policy_file files[] = {
        {"default.lua", "return {\n evaluate = {\n  rule { 'a',\n   when = "
                        "'always',\n   accept { reson = 'x' } } } }"},
        {NULL, NULL}};
    struct policy_set set = {0};

    ck_assert_int_eq(policy_set_try(&set, files, NULL), GG_EPOLICY);
    ck_assert_str_eq(set.error.message,
                     "default.lua:5: accept has an unknown key 'reson'");
}
END_TEST

/* Decisions are values like others, and do not change. */
static const char *const truths[] = {
    "type(accept 'x') == 'userdata'",
    "(accept 'x') ~= (accept 'x')",
    "tostring(accept 'x') == 'grantgate.decision'",
    "not not rule { 'a', when = 'always', accept 'x' }",
    "not not reauth { reason = 'x', scope = {}, options = { 'a' } }",
    "not not defer { reason = 'x', after = '10' }",
    ("(function() local t = { reason = 'x' } local d = accept(t) t.reason = 7 "
     "return d ~= nil end)()"),
};

START_TEST(makes_values)
{
    struct policy_set set = {0};
    char code[512];

    snprintf(code, sizeof(code), "return (%s) and accept 'so' or accept 'not'",
             truths[_i]);
    ck_assert_str_eq(policy_set_data(&set, code), "so");
    policy_set_free(&set);
}
END_TEST

/* What reads or writes them raises. */
static const char *const opaque[] = {
    "return (accept 'x').reason",
    "local d = accept 'x' d.reason = 'y'",
    "return (accept 'x')()",
    "for k in pairs(accept 'x') do end",
    "return #(accept 'x')",
    "return (rule { 'a', when = 'always', accept 'x' }).name",
};

START_TEST(shows_nothing_of_them)
{
    struct policy_set set = {0};

    expect_part(policy_set_data(&set, opaque[_i]), "default.lua:1: ");
    policy_set_free(&set);
}
END_TEST

/* A decision made at load keeps its texts. */
START_TEST(keeps_a_decision_made_at_load)
{
    struct policy_set set = {0};
    const struct gg_decision *decision;

    policy_set_open_default(
        &set, "local d = reauth { reason = 'x' .. 1, data = { ('y'):rep(3) }, "
              "state = 's' .. 2, scope = { 'a' .. 1 } }\nreturn { evaluate = "
              "function() local t = {} for i = 1, 5000 do t[i] = { i } end "
              "return d end }");
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"google\","
                                       "\"email\":\"a@b.c\"}");
    ck_assert_str_eq(decision->reason, "x1");
    ck_assert_str_eq(decision->data, "[\"yyy\"]");
    expect_part(decision->auth_url, "&scope=a1&state=s2&");
    policy_set_free(&set);
}
END_TEST

Suite *constructors_suite(void)
{
    Suite *suite = suite_create("constructors");
    TCase *test = tcase_create("constructors");

    tcase_add_loop_test(test, refuses_at_the_line_that_is_wrong, 0,
                        COUNT(refused));
    tcase_add_test(test, refuses_while_the_file_loads);
    tcase_add_loop_test(test, makes_values, 0, COUNT(truths));
    tcase_add_loop_test(test, shows_nothing_of_them, 0, COUNT(opaque));
    tcase_add_test(test, keeps_a_decision_made_at_load);
    suite_add_tcase(suite, test);
    return suite;
}
