/* SPDX-License-Identifier: MIT */
/*
 * check_bytecode.c - functions that would keep something between questions,
 * and those that only look like it.
 */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a file must not do: its text, and how the message ends. */
static const struct {
    const char *text;
    const char *message;
} refused[] = {
    /* Directly. */
    {"local n = 0\nreturn { evaluate = function()\n n = n + 1 end }",
     "default.lua:3: assigns 'n', which would outlive the question; nothing is "
     "kept from one grant to the next"},
    {"local n\nreturn { connect = function() n = 1 end }",
     "default.lua:2: assigns 'n'"},
    {"local n\nreturn { mandate = { evaluate = function() n = 1 end } }",
     "default.lua:2: assigns 'n'"},
    {"local n\nreturn { evaluate = { rule { 'a', when = function() n = 1 end, "
     "accept 'x' } } }",
     "default.lua:2: assigns 'n'"},
    {"local n\nreturn { evaluate = { rule { 'a', when = 'always', function() "
     "n = 1 end } } }",
     "default.lua:2: assigns 'n'"},
    {"local a, b, n\nreturn { evaluate = function()\n local x, y = a, b\n x = "
     "1\n y = 2\n if x then n = y end end }",
     "default.lua:6: assigns 'n'"},
    {"local n\nlocal function set(v)\n n = v end\nreturn { evaluate = "
     "function(grant) set(grant.id) end }",
     "default.lua:3: assigns 'n'"},
    {"local n\nlocal t = { deep = { [1] = { f = function() n = 1 end } } }\n"
     "return { evaluate = function() return t.deep[1].f() end }",
     "default.lua:2: assigns 'n'"},
    {"local n\nlocal keys = { [function() n = 1 end] = true }\nreturn { "
     "evaluate = function() local t = keys end }",
     "default.lua:2: assigns 'n'"},
    {"local function evaluate() evaluate = nil end\nreturn { evaluate = "
     "evaluate }",
     "default.lua:1: "},

    /* Through functions nested in it, and through loops. */
    {"local n\nreturn { evaluate = function()\n local function set() n = 1 "
     "end\n set() end }",
     "default.lua:3: assigns 'n'"},
    {"local n\nreturn { evaluate = function()\n return (function() return "
     "function()\n n = 1 end end)()() end }",
     "default.lua:4: assigns 'n'"},
    {"local n\nreturn { evaluate = function() for i = 1, 2 do\n for _, v in "
     "ipairs {} do n = v end end end }",
     "default.lua:3: assigns 'n'"},
    {"local fs = {}\nfor i = 1, 3 do fs[i] = function() i = i + 1 end end\n"
     "return { evaluate = function() fs[1]() end }",
     "default.lua:2: assigns 'i'"},
    {"local function counter()\n local n = 0\n return function() n = n + 1 "
     "return n end\nend\nlocal next_number = counter()\nreturn { evaluate = "
     "function() return next_number() end }",
     "default.lua:3: assigns 'n'"},

    /* The environment. */
    {"_ENV = {}\nreturn {}", "default.lua:1: assigns '_ENV'"},
    {"return { evaluate = function()\n _ENV = {} end }",
     "default.lua:2: assigns '_ENV'"},
    {"return { evaluate = function() local function f() _ENV = nil end end }",
     "default.lua:1: assigns '_ENV'"},

    /* Iterators that are kept. */
    {"local next_word = ('a b'):gmatch('%a')\nreturn { evaluate = function() "
     "return next_word() end }",
     "an iterator made when the file loads keeps state between questions"},
    {"local f = pairs { a = 1 }\nreturn { evaluate = function() f() end }",
     "an iterator made when the file loads"},
    {"local t = { (pairs { a = 1 }) }\nreturn { evaluate = function() "
     "t[1]() end }",
     "an iterator made when the file loads"},
};

START_TEST(refuses_what_would_outlive_a_question)
{
    const struct policy_file files[] = {{"default.lua", refused[_i].text},
                                        {NULL, NULL}};
    struct policy_set set = {0};

    ck_assert_msg(policy_set_try(&set, files, NULL) == GG_EPOLICY, "%s",
                  refused[_i].text);
    expect_part(set.error.message, refused[_i].message);
    ck_assert_ptr_null(set.policies);
}
END_TEST

/* What a file may do: it loads and decides, twice the same. */
static const char *const allowed[] = {
    "local n = 0\nfor i = 1, 3 do n = n + i end\nlocal function f() n = n + 1 "
    "end f()\nreturn { evaluate = function() return accept('n' .. n) end }",
    "return { evaluate = function() local n = 0 for i = 1, 3 do n = n + i end "
    "return accept('n' .. n) end }",
    "return { evaluate = function() local n = 0 local function f() n = n + 1 "
    "return n end f() f() return accept('n' .. f()) end }",
    "return { evaluate = function() local n = 0 local function f() return "
    "(function() n = n + 7 return n end)() end return accept('n' .. f()) end }",
    "local function counter() local n = 0 return function() n = n + 1 return n "
    "end end\nreturn { evaluate = function() local c = counter() c() return "
    "accept('n' .. c()) end }",
    "local seed = 1\nreturn { evaluate = function() local seed = seed\n seed "
    "= seed + 1 return accept('n' .. seed) end }",
    "return { evaluate = function(grant) grant = grant.id return accept 'n' "
    "end }",
    "return { evaluate = function() local t = { n = 0 } t.n = t.n + 1 return "
    "accept('n' .. t.n) end }",
    "return { evaluate = function() local _ENV = { accept = accept } return "
    "accept 'n' end }",
    "local f = string.upper\nlocal t = { pairs, ipairs, math.floor, rule }\n"
    "return { evaluate = function() for k in pairs { n = 1 } do return "
    "accept(k .. #t .. f('1')) end end }",
};

START_TEST(allows_what_ends_with_the_question)
{
    struct policy_set set = {0};
    const struct gg_decision *decision;
    char reason[65];

    policy_set_open_default(&set, allowed[_i]);
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\"}");
    ck_assert_msg(decision->action == GG_ACCEPT, "%s: %s", allowed[_i],
                  decision->error_message);
    snprintf(reason, sizeof(reason), "%s", decision->reason);
    decision = policy_set_decide(&set, "{\"id\":\"b\",\"provider\":\"imap\"}");
    ck_assert_int_eq(decision->action, GG_ACCEPT);
    ck_assert_str_eq(decision->reason, reason);
    policy_set_free(&set);
}
END_TEST

/* What reads a field of what the same expression read before, in ways that
 * Lua names by recursion, and how many of them are one too many. */
static const struct {
    const char *before;
    const char *again;
    int too_many;
} chains[] = {
    {"return a", ".b", 201},
    {"local k = 'b' return a", "[k]", 201},
    {"local k = 'b' return a", ".b[k]", 101}, /* another instruction */
    {"local b = a", " b = b.b", 200},         /* and one to move it */
    {"local b local c = a", " b = c.b c = b.b", 100},
};

/* A file that runs @code, then @again @n times. */
static void open_chain(struct policy_set *set, const char *before,
                       const char *again, int n, gg_status expected)
{
    char text[8192];
    const struct policy_file files[] = {{"default.lua", text}, {NULL, NULL}};
    size_t len;

    len = (size_t)sprintf(text, "return {\n evaluate = function(a) %s", before);
    while (n-- > 0)
        len += (size_t)sprintf(text + len, "%s", again);
    sprintf(text + len, " end }");
    ck_assert_msg(policy_set_try(set, files, NULL) == expected, "%s%s: %s",
                  before, again, set->error.message);
}

START_TEST(refuses_an_absurdly_long_chain)
{
    struct policy_set set = {0};

    open_chain(&set, chains[_i].before, chains[_i].again, chains[_i].too_many,
               GG_EPOLICY);
    ck_assert_str_eq(set.error.message,
                     "default.lua:2: reads more than 200 fields in a row; use "
                     "local variables in between");
    open_chain(&set, chains[_i].before, chains[_i].again,
               chains[_i].too_many - 1, GG_OK);
    policy_set_free(&set);
}
END_TEST

/* What Lua names without looking further back. */
static const struct {
    const char *before;
    const char *again;
} no_chains[] = {
    {"return a", "[1].b"},
    {"return a", ".b()"},
    {"return a", ":b()"},
    {"local b", " b = a.b"},
    {"local s = 'x' return s", " .. a.b.c"},
};

START_TEST(allows_what_only_looks_like_a_chain)
{
    struct policy_set set = {0};

    open_chain(&set, no_chains[_i].before, no_chains[_i].again, 150, GG_OK);
    policy_set_free(&set);
}
END_TEST

/* The line of an assignment after @n lines of code, some of them far. */
START_TEST(finds_the_line_however_far_it_is)
{
    char text[8192];
    struct policy_set set = {0};
    const struct policy_file files[] = {{"default.lua", text}, {NULL, NULL}};
    size_t len;
    char expected[64];
    int i;

    len = (size_t)sprintf(text, "local n\nreturn { evaluate = function()");
    for (i = 0; i < _i * 40; i++)
        len += (size_t)sprintf(text + len, i % 7 ? "\nlocal a = 1 a = 2 "
                                                   "do local b = a end"
                                                 : "\n\n\n");
    memset(text + len, '\n', (size_t)_i * 300);
    len += (size_t)_i * 300;
    sprintf(text + len, " n = 1 end }");
    snprintf(expected, sizeof(expected), "default.lua:%d: assigns 'n'",
             2 + _i * 300 + (_i * 40) / 7 * 3 + ((_i * 40) % 7 ? 3 : 0) +
                 _i * 40 - (_i * 40) / 7 - ((_i * 40) % 7 ? 1 : 0));
    ck_assert_int_eq(policy_set_try(&set, files, NULL), GG_EPOLICY);
    expect_part(set.error.message, expected);
}
END_TEST

Suite *bytecode_suite(void)
{
    Suite *suite = suite_create("bytecode");
    TCase *test = tcase_create("check");

    tcase_add_loop_test(test, refuses_what_would_outlive_a_question, 0,
                        COUNT(refused));
    tcase_add_loop_test(test, allows_what_ends_with_the_question, 0,
                        COUNT(allowed));
    tcase_add_loop_test(test, refuses_an_absurdly_long_chain, 0, COUNT(chains));
    tcase_add_loop_test(test, allows_what_only_looks_like_a_chain, 0,
                        COUNT(no_chains));
    tcase_add_loop_test(test, finds_the_line_however_far_it_is, 0, 5);
    suite_add_tcase(suite, test);
    return suite;
}
