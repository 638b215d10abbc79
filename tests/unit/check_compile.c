/* SPDX-License-Identifier: MIT */
/* check_compile.c - what a policy file returns: all that does not fit, and
 * the line it stands on. */
#include "suites.h"

#include "policy_set.h"

#include <stdlib.h>
#include <string.h>

/* A tenants/acme.lua that does not load, and why. */
static const struct {
    const char *text;
    const char *message;
} refused[] = {
    /* A typo in a key, at every level. */
    {"return {\n about = 'x',\n evalute = {},\n}",
     "tenants/acme.lua:3: the file has an unknown key 'evalute'"},
    {"local conect = {}\nreturn {\n conect = conect }",
     "tenants/acme.lua:3: the file has an unknown key 'conect'"},
    {"return { evaluate = {},\n 7 }",
     "tenants/acme.lua:1: the file has an unknown key '1'"},
    {"return { evaluate = {},\n [true] = 7 }",
     "tenants/acme.lua:2: the file has an unknown key 'true'"},
    {"return {\n mandate = {\n  evalute = {} } }",
     "tenants/acme.lua:3: mandate has an unknown key 'evalute'"},
    {"return {\n mandate = {\n  inherits = 'x' } }",
     "tenants/acme.lua:3: mandate has an unknown key 'inherits'"},
    {"return {\n connect = {\n  region = 'us',\n  smtp_requird = true } }",
     "tenants/acme.lua:4: connect has an unknown key 'smtp_requird'"},
    {"return {\n mandate = { connect = {\n  smtp_requird = true } } }",
     "tenants/acme.lua:3: connect has an unknown key 'smtp_requird'"},
    {"return { connect = {\n rule { 'a', when = 'always',\n { smtp_requird = "
     "true } } } }",
     "connect has an unknown key 'smtp_requird'"},
    {"return { evaluate = {\n rule { 'a', whn = 'always', accept 'x' } } }",
     "tenants/acme.lua:2: a rule has an unknown key 'whn'; it is written rule "
     "{ \"name\", when = "},
    {"return { evaluate = {\n rule { 'a', when = 'always', accept 'x',\n "
     "reject 'y' } } }",
     "a rule has an unknown key '3'"},
    {"return { evaluate = {\n rule { 'a', when = { smpt = 'complete' }, accept "
     "'x' } } }",
     "tenants/acme.lua:2: rule \"a\": unknown field 'smpt' (did you mean "
     "'smtp'?)"},
    {"return { evaluate = {\n rule { 'a', when = 'always', accept { reson = "
     "'x' "
     "} } } }",
     "tenants/acme.lua:2: accept has an unknown key 'reson'"},
    {"return { evaluate = {\n rule { 'a', when = 'always', accept { reason = "
     "'x', region = 'us' } } } }",
     "tenants/acme.lua:2: accept has an unknown key 'region'"},
    {"return { evaluate = {\n rule { 'a', when = 'always', reauth { reason = "
     "'x', regoin = 'us' } } } }",
     "tenants/acme.lua:2: reauth has an unknown key 'regoin'"},

    /* Parts. */
    {"return {\n evaluate = 'x' }",
     "tenants/acme.lua:2: 'evaluate' must be a function or a list of rules, "
     "got string"},
    {"return { evaluate = false }", "'evaluate' must be a function or"},
    {"return { evaluate = accept 'x' }", "'evaluate' must be a function or"},
    {"return {\n evaluate = { reason = 'x' } }",
     "tenants/acme.lua:2: 'evaluate' must be a function or a list of rules"},
    {"return {\n connect = 7 }",
     "tenants/acme.lua:2: 'connect' must be a function or a list of rules or a "
     "table of connect fields, got number"},
    {"return {\n mandate = true }",
     "tenants/acme.lua:2: 'mandate' must be a table, got boolean"},
    {"return {\n about = 7 }",
     "tenants/acme.lua:2: 'about' must be a string, got number"},
    {"return {\n inherits = {} }",
     "tenants/acme.lua:2: 'inherits' must be a string, got table"},
    {"return {\n inherits = '../x' }",
     "tenants/acme.lua:2: 'inherits' must name a tenant"},
    {"return { inherits = 'a\\0b' }", "'inherits' holds a NUL character"},

    /* Lists of rules. */
    {"return {\n evaluate = { 7 } }",
     "tenants/acme.lua:2: evaluate is a list of rules, and holds a number"},
    {"return { evaluate = { accept 'x' } }",
     "evaluate is a list of rules, and holds a userdata"},
    {"return { evaluate = { { 'a', when = 'always', accept 'x' } } }",
     "evaluate is a list of rules, and holds a table"},
    {"return { evaluate = { rule { 'a', when = 'always', accept 'x' }, x = 1 } "
     "}",
     "a list of rules has the odd key 'x'"},
    {"return { evaluate = { [1] = rule { 'a', when = 'always', accept 'x' }, "
     "[9] = 1 } }",
     "a list of rules has the odd key '9'"},
    {"return { evaluate = {\n rule { 'a', when = 'always', accept 'x' },\n"
     " rule { 'b', when = 'always', accept 'x' },\n"
     " rule { 'a', when = 'always', accept 'x' } } }",
     "tenants/acme.lua:4: there are two rules named \"a\""},
    {"return { connect = { rule { 'a', when = 'always', {} } },\n evaluate = { "
     "rule { 'a', when = 'always', accept 'x' } } }",
     "tenants/acme.lua:2: there are two rules named \"a\""},
    {"return { evaluate = {\n rule { 'a', when = 'always', {} } } }",
     "tenants/acme.lua:2: rule \"a\": its answer must be a decision or a "
     "function"},
    {"return { connect = {\n rule { 'a', when = 'always', accept 'x' } } }",
     "tenants/acme.lua:2: rule \"a\": its answer must be a table of connect "
     "fields or a function"},

    /* Rules. */
    {"\nrule 'a' return {}", "tenants/acme.lua:2: bad argument #1 to 'rule'"},
    {"rule { when = 'always', accept 'x' } return {}",
     "a rule starts with its name: lower-case letters, digits and '-'"},
    {"rule { 'A', when = 'always', accept 'x' } return {}",
     "a rule starts with its name"},
    {"rule { '', when = 'always', accept 'x' } return {}",
     "a rule starts with its name"},
    {"rule { 'a_b', when = 'always', accept 'x' } return {}",
     "a rule starts with its name"},
    {"rule { 'a\\0b', when = 'always', accept 'x' } return {}",
     "a rule starts with its name"},
    {"rule { ('a'):rep(65), when = 'always', accept 'x' } return {}",
     "a rule starts with its name"},
    {"rule { 'a', accept 'x' } return {}",
     "rule \"a\": 'when' must be a table, a function or \"always\", got nil"},
    {"rule { 'a', when = 'never', accept 'x' } return {}",
     "rule \"a\": 'when' must be a table, a function or \"always\""},
    {"rule { 'a', when = true, accept 'x' } return {}",
     "'when' must be a table, a function or \"always\", got boolean"},
    {"rule { 'a', when = 'always' } return {}",
     "rule \"a\": the answer, after 'when', must be a decision, connect fields "
     "or a function, got nil"},
    {"rule { 'a', when = 'always', 'accept' } return {}",
     "rule \"a\": the answer, after 'when', must be"},

    /* Conditions. */
    {"return { evaluate = {\n rule { 'a', when = {}, accept 'x' } } }",
     "tenants/acme.lua:2: rule \"a\": 'when' is empty; write \"always\" if "
     "that is meant"},
    {"return { evaluate = { rule { 'a', when = { 'smtp' }, accept 'x' } } }",
     "rule \"a\": 'when' must name its fields"},
    {"return { evaluate = { rule { 'a', when = { smtp = {} }, accept 'x' } } }",
     "rule \"a\": 'smtp' is an empty list, which nothing matches"},
    {"return { evaluate = { rule { 'a', when = { provider = { 'a', x = 'b' } "
     "}, "
     "accept 'x' } } }",
     "rule \"a\": 'provider' "},
    {"return { evaluate = { rule { 'a', when = { provider = { x = 'b' } }, "
     "accept 'x' } } }",
     "rule \"a\": 'provider' "},
    {"return { evaluate = { rule { 'a', when = { provider = { 'a', [3] = 'b' } "
     "}, accept 'x' } } }",
     "rule \"a\": 'provider' "},
    {"return { evaluate = { rule { 'a', when = { smtp = accept }, accept 'x' } "
     "} }",
     "rule \"a\": 'smtp' must be a string, a number, a boolean or a list of "
     "them, got function"},
    {"return { evaluate = { rule { 'a', when = { smtp = { {} } }, accept 'x' } "
     "} }",
     "'smtp' must be a string, a number, a boolean or a list of them, got "
     "table"},
    {"return { evaluate = { rule { 'a', when = { smtp = 'incomplet' }, accept "
     "'x' } } }",
     "rule \"a\": "},
    {"return { evaluate = { rule { 'a', when = { age = 'soon' }, accept 'x' } "
     "} "
     "}",
     "rule \"a\": "},
    {"return { evaluate = { rule { 'a', when = { raw = 'x' }, accept 'x' } } }",
     "rule \"a\": field 'raw' is for functions"},
    {"return { evaluate = { rule { 'a', when = { settings = 'x' }, accept 'x' "
     "} "
     "} }",
     "rule \"a\": field 'settings' needs a key"},
    {"return { connect = { rule { 'a', when = { smtp = 'complete' }, {} } } }",
     "rule \"a\": unknown field 'smtp': a request has no such field"},
    {"return { connect = { rule { 'a', when = { purpose = 'x' }, {} } } }",
     "rule \"a\": "},

    /* Connect fields. */
    {"return {\n connect = { smtp_required = 'yes' } }",
     "tenants/acme.lua:2: 'smtp_required' must be true or false, got string"},
    {"return { connect = { region = 'mars' } }", "region"},
    {"return { connect = { redirect_uri = 'http://evil.example' } }",
     "redirect_uri"},
    {"return { connect = { scope = 'a b' } }",
     "'scope' must be a list of strings, got string"},
    {"return { connect = { scope = { 7 } } }",
     "'scope' must be a string, got number"},
    {"return { connect = { scope = { 'a', x = 'b' } } }", "'scope' "},
    {"return { connect = { options = { smtp_required = true } } }",
     "'options' "},
    {"return { connect = { options = { 'smtp_required' } } }", "options"},
    {"return { connect = { state = ('x'):rep(257) } }", "state"},
    {"return { connect = { client_id = 'a\\0b' } }", "'client_id' holds a NUL"},
    {"return { connect = { client_id = '\\xff' } }",
     "'client_id' is not UTF-8"},
    {"return { connect = { 'smtp_required' } }",
     "connect is a list of rules, and holds a string"},
};

START_TEST(refuses_with_file_and_line)
{
    const struct policy_file files[] = {{"tenants/acme.lua", refused[_i].text},
                                        {NULL, NULL}};
    struct policy_set set = {0};

    ck_assert_msg(policy_set_try(&set, files, NULL) == GG_EPOLICY, "%s",
                  refused[_i].text);
    expect_part(set.error.message, refused[_i].message);
    expect_part(set.error.message, "tenants/acme.lua:");
    expect_no_address(set.error.message);
    ck_assert_ptr_null(set.policies);
}
END_TEST

/* Where else `inherits` does not belong. */
static const char *const childless[] = {"default.lua", "providers/imap.lua",
                                        "tenants/acme/imap.lua"};

START_TEST(lets_only_tenants_inherit)
{
    const struct policy_file files[] = {
        {childless[_i], "return {\n inherits = 'other' }"},
        {"tenants/other.lua", "return {}"},
        {NULL, NULL}};
    struct policy_set set = {0};

    ck_assert_int_eq(policy_set_try(&set, files, NULL), GG_EPOLICY);
    expect_part(set.error.message, childless[_i]);
    expect_part(set.error.message,
                ":2: only a file tenants/<tenant>.lua can inherit");
}
END_TEST

/* Two mistakes in one table: the message must not depend on a hash. */
static const char *const twice_wrong[] = {
    "return { aa = 1, ab = 1, ac = 1, ad = 1, ae = 1, af = 1 }",
    "return { evaluate = { rule { 'a', when = { aa = 1, ab = 1, ac = 1, ad = "
    "1, ae = 1, af = 1 }, accept 'x' } } }",
    "rule { 'a', when = 'always', accept 'x', aa = 1, ab = 1, ac = 1, ad = 1 "
    "} return {}",
    "return { evaluate = { aa = 1, ab = 1, ac = 1, ad = 1, rule { 'a', when = "
    "'always', accept 'x' } } }",
    "return { evaluate = { rule { 'a', when = { smtp = 'aa', provider = {}, "
    "age = 'x', domain = accept }, accept 'x' } } }",
    "return { connect = { rule { 'a', when = { aa = 1, ab = 2, ac = 3 }, {} } "
    "} }",
    "return { connect = { region = 'x', prompt = 7, state = {}, scope = 1 } }",
    "return { about = 1, inherits = 2, connect = 3, evaluate = 4 }",
    "return { connect = { [accept] = 1, [reject] = 2, [1.5] = 3, [true] = 4, "
    "x = 5 } }",
};

START_TEST(says_the_same_each_time)
{
    const struct policy_file files[] = {{"default.lua", twice_wrong[_i]},
                                        {NULL, NULL}};
    struct gg_error first;
    int i;

    for (i = 0; i < 20; i++) {
        struct policy_set set = {0};
        void *shift = malloc((size_t)i * 4096 + 1); /* other addresses */

        ck_assert_int_eq(policy_set_try(&set, files, NULL), GG_EPOLICY);
        if (i == 0)
            first = set.error;
        ck_assert_str_eq(set.error.message, first.message);
        free(shift);
    }
}
END_TEST

/* A default.lua that loads. */
static const char *const allowed[] = {
    "return {}",
    "return { about = '' }",
    "return { evaluate = {}, connect = {}, mandate = {} }",
    "return { mandate = { evaluate = {}, connect = {} } }",
    "return { evaluate = function() end, connect = function() end }",
    "return { connect = { smtp_required = false, scope = {}, options = {} } }",
    "return { connect = { rule { 'a', when = 'always', {} } } }",
    "return { evaluate = { rule { 'a', when = function() end, function() end } "
    "} }",
    "return { evaluate = { rule { '0-a', when = { smtp = { 'unknown', "
    "'complete' }, age = { '<1h', '>7d' }, blocked = true, ['settings.smtp_"
    "port'] = { 25, '>=1024' }, ['context.a.b'] = 'x*' }, accept 'x' } } }",
    "local t = {} for i = 1, 500 do t[i] = rule { 'r' .. i, when = { provider "
    "= 'p' .. i }, accept 'x' } end return { evaluate = t }",
    "local shared = accept 'x' local when = { smtp = 'complete' } return { "
    "evaluate = { rule { 'a', when = when, shared }, rule { 'b', when = when, "
    "shared } } }",
};

START_TEST(takes_what_fits)
{
    struct policy_set set = {0};

    policy_set_open_default(&set, allowed[_i]);
    policy_set_free(&set);
}
END_TEST

/* What is data costs no instructions and does not enter Lua. */
START_TEST(compiles_data_so_that_it_costs_nothing)
{
    struct policy_set set = {.options.limits.instructions = 1};
    const struct gg_decision *decision;

    policy_set_open_default(
        &set, "return { connect = { client_id = 'x' }, evaluate = { rule { "
              "'a', when = { provider = 'imap', age = '>=1d' }, reauth { "
              "reason = 'x', data = { 1, { b = 2, a = 1 } } } } } }");
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\","
                                       "\"created_at\":1,\"email\":\"a@b.c\"}");
    ck_assert_int_eq(decision->action, GG_REAUTH);
    ck_assert_str_eq(decision->rule, "a");
    ck_assert_str_eq(decision->data, "[1,{\"a\":1,\"b\":2}]");
    expect_part(decision->auth_url, "client_id=x&");
    ck_assert_int_eq(set.session->is_open, 0);
    policy_set_free(&set);
}
END_TEST

/* Each part of the set below, and where what it holds is written. */
static const struct {
    enum ggl_question question;
    int is_mandate;
    size_t rule;
    struct ggl_spot spot;
} spots[] = {
    {GGL_EVALUATE, 0, 0, {"default.lua", 5}},
    {GGL_EVALUATE, 0, 1, {"default.lua", 6}},
    {GGL_EVALUATE, 0, 2, {"lib/a.lua", 2}},
    {GGL_EVALUATE, 1, 0, {"default.lua", 9}},
    {GGL_CONNECT, 1, 0, {"lib/a.lua", 3}},
    {GGL_CONNECT, 0, 0, {"default.lua", 11}},
};

START_TEST(knows_where_each_rule_is_written)
{
    static const struct policy_file files[] = {
        {"lib/a.lua",
         "return {\n shared = rule { 'c', when = 'always', accept 'c' },\n"
         " ask = function() end }"},
        {"default.lua",
         "local a = require 'lib.a'\n\nreturn {\n evaluate = {\n"
         "  rule { 'a', when = 'always', accept 'a' },\n"
         "  rule {\n   'b', when = 'always', accept 'b' }, a.shared },\n"
         " mandate = { connect = a.ask, evaluate =\n"
         "  function() end },\n\n"
         " connect = { smtp_required = true } }"},
        {NULL, NULL}};
    struct policy_set set = {0};
    const struct ggl_policy *policy;
    const struct ggl_part *part;
    const struct ggl_spot *spot;

    policy_set_open(&set, files);
    policy = &set.policies->list[0];
    part = spots[_i].is_mandate ? policy->mandates : policy->parts;
    part += spots[_i].question;
    ck_assert_uint_lt(spots[_i].rule, part->nrules);
    spot = &part->rules[spots[_i].rule].spot;
    ck_assert_str_eq(spot->path, spots[_i].spot.path);
    ck_assert_int_eq(spot->line, spots[_i].spot.line);
    policy_set_free(&set);
}
END_TEST

/* Nothing of Lua is left to ask for the line of a rule that replaces the
 * call it is made in. */
START_TEST(refuses_a_rule_in_place_of_the_file)
{
    const struct policy_file files[] = {
        {"default.lua", "return rule { 'a', when = 'always', accept 'a' }"},
        {NULL, NULL}};
    struct policy_set set = {0};

    ck_assert_int_eq(policy_set_try(&set, files, NULL), GG_EPOLICY);
    expect_part(set.error.message, "default.lua:1: ");
}
END_TEST

Suite *compile_suite(void)
{
    Suite *suite = suite_create("compile");
    TCase *test = tcase_create("compile");

    tcase_add_loop_test(test, refuses_with_file_and_line, 0, COUNT(refused));
    tcase_add_loop_test(test, lets_only_tenants_inherit, 0, COUNT(childless));
    tcase_add_loop_test(test, says_the_same_each_time, 0, COUNT(twice_wrong));
    tcase_add_loop_test(test, takes_what_fits, 0, COUNT(allowed));
    tcase_add_test(test, compiles_data_so_that_it_costs_nothing);
    tcase_add_loop_test(test, knows_where_each_rule_is_written, 0,
                        COUNT(spots));
    tcase_add_test(test, refuses_a_rule_in_place_of_the_file);
    suite_add_tcase(suite, test);
    return suite;
}
