/* SPDX-License-Identifier: MIT */
/* check_load.c - running a file: what it may be, and what it may require. */
#include "suites.h"

#include "policy_set.h"

#include <stdlib.h>
#include <string.h>

/* A set of up to three files that does not load, and why. */
static const struct {
    struct policy_file files[4];
    const char *message;
} refused[] = {
    /* No Lua. */
    {{{"default.lua", "return {"}},
     "default.lua:1: unexpected symbol near <eof>"},
    {{{"default.lua", "\n\nretrun 7"}}, "default.lua:3: syntax error near"},
    {{{"default.lua", "\x1bLua"}},
     "default.lua:1: attempt to load a binary chunk"},
    {{{"default.lua", "#!/usr/bin/lua\nreturn {}"}}, "default.lua:1: "},
    {{{"default.lua", "\xEF\xBB\xBFreturn {}"}}, "default.lua:1: "},
    {{{"tenants/acme.lua", "return { x = 'a\nb' }"}},
     "tenants/acme.lua:1: unfinished string"},
    {{{"tenants/a234567890123456789012345678901234567890123456789012345678901"
       "234567890.lua",
       "return {}\n\n}"}},
     "tenants/a234567890123456789012345678901234567890123456789012345678901"
     "234567890.lua:3: <eof> expected near '}'"},
    {{{"tenants/a234567890123456789012345678901234567890123456789012345678901"
       "234567890.lua",
       "\n\nerror 'no'"}},
     "tenants/a234567890123456789012345678901234567890123456789012345678901"
     "234567890.lua:3: no"},

    /* No table. */
    {{{"default.lua", ""}}, "default.lua:1: the file must return one table"},
    {{{"default.lua", "return"}}, "the file must return one table"},
    {{{"default.lua", "return nil"}}, "the file must return one table"},
    {{{"default.lua", "return {}, {}"}}, "the file must return one table"},
    {{{"default.lua", "return 'x'"}}, "the file must return one table"},
    {{{"default.lua", "return function() end"}},
     "the file must return one table"},
    {{{"default.lua", "return accept 'x'"}}, "the file must return one table"},
    {{{"default.lua", "return {}"}, {"lib/a.lua", "return 7"}},
     "lib/a.lua:1: the file must return one table"},
    {{{"default.lua", "return {}"}, {"tenants.lua", "return 7"}},
     "tenants.lua:1: the file must return one table"},

    /* What raises. */
    {{{"default.lua", "\nerror('no')"}}, "default.lua:2: no"},
    {{{"default.lua", "\nerror({})"}}, "default.lua:2: raised a table"},
    {{{"default.lua", "x = 1\nreturn {}"}},
     "default.lua:1: cannot set the global 'x'; use a local variable"},
    {{{"default.lua", "local t = os.time()\nreturn {}"}},
     "default.lua:1: policies have no 'os': "},
    {{{"default.lua", "while true do end"}},
     "default.lua:1: ran longer than 10000000 instructions"},
    {{{"default.lua", "local t = {} while true do t[#t + 1] = {} end"}},
     "default.lua:1: used more than 81920 KiB of memory"},
    {{{"default.lua", "return {}"}, {"lib/a.lua", "while true do end"}},
     "lib/a.lua:1: ran longer than 10000000 instructions"},

    /* Libraries. */
    {{{"default.lua", "\nlocal a = require 'lib.absent'\nreturn {}"}},
     "default.lua:2: there is no module 'lib.absent': require \"lib.name\" "
     "loads lib/name.lua of the policy set"},
    {{{"default.lua", "local a = require 'a' return {}"},
      {"lib/a.lua", "return {}"}},
     "there is no module 'a'"},
    {{{"default.lua", "local a = require 'lib/a' return {}"},
      {"lib/a.lua", "return {}"}},
     "there is no module 'lib/a'"},
    {{{"default.lua", "local a = require 'lib.../default' return {}"}},
     "there is no module 'lib.../default'"},
    {{{"default.lua", "local a = require 'lib.a.lua' return {}"},
      {"lib/a.lua", "return {}"}},
     "there is no module 'lib.a.lua'"},
    {{{"default.lua", "local a = require 'lib.a\\0' return {}"},
      {"lib/a.lua", "return {}"}},
     "default.lua:1: "},
    {{{"default.lua", "local a = require(7) return {}"}},
     "there is no module '7'"},
    {{{"default.lua", "local a = require {} return {}"}},
     "bad argument #1 to 'require' (string expected, got table)"},
    {{{"default.lua", "return {}"},
      {"lib/a.lua", "\nlocal a = require 'lib.a'\nreturn {}"}},
     "lib/a.lua:2: lib/a.lua requires itself"},
    {{{"default.lua", "return {}"},
      {"lib/a.lua", "local b = require 'lib.b' return {}"},
      {"lib/b.lua", "\n\nlocal a = require 'lib.a' return {}"}},
     "lib/b.lua:3: lib/a.lua requires itself"},
    {{{"default.lua", "return {}"},
      {"lib/a.lua", "local n = 0\nreturn { f = function()\nn = n + 1 end }"}},
     "lib/a.lua:3: assigns 'n'"},
};

START_TEST(refuses_with_file_and_line)
{
    struct policy_set set = {0};
    gg_status status = policy_set_try(&set, refused[_i].files, NULL);

    ck_assert_msg(status == GG_EPOLICY, "%s", refused[_i].files[0].text);
    ck_assert_int_eq(set.error.status, GG_EPOLICY);
    ck_assert_ptr_null(set.policies);
    expect_part(set.error.message, refused[_i].message);
    ck_assert_ptr_eq(strstr(set.error.message, ".lua:"),
                     strchr(set.error.message, '.'));
    expect_no_address(set.error.message);
}
END_TEST

START_TEST(says_the_same_each_time)
{
    /* Of several mistakes in a table, no hash chooses. */
    static const struct policy_file files[] = {
        {"default.lua",
         "local n\nlocal t = {\n a = function() n = 1 end,\n b = function() n "
         "= 2 end,\n c = function() n = 3 end,\n d = function() n = 4 end }\n"
         "return { evaluate = function() t.a() end }"},
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

START_TEST(gives_all_who_require_it_the_same_library)
{
    static const struct policy_file files[] = {
        {"lib/a.lua", "return { t = {} }"},
        {"lib/b.lua", "return { a = require 'lib.a' }"},
        {"default.lua",
         "local a, b = require 'lib.a', require 'lib.b'\n"
         "return { evaluate = function()\n"
         "return a.t == b.a.t and a == b.a and accept 'same' end }"},
        {NULL, NULL}};
    struct policy_set set = {0};

    policy_set_open(&set, files);
    ck_assert_str_eq(
        policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"x\"}")->reason,
        "same");
    policy_set_free(&set);
}
END_TEST

START_TEST(gives_each_library_a_budget_of_its_own)
{
    /* Loading pays for each on its own; so must the first question. */
    static const struct policy_file files[] = {
        {"lib/a.lua", "for i = 1, 2000000 do end return {}"},
        {"lib/b.lua", "for i = 1, 2000000 do end return {}"},
        {"default.lua", "local a, b = require 'lib.a', require 'lib.b'\n"
                        "return { evaluate = function() return accept 'x' end "
                        "}"},
        {NULL, NULL}};
    const struct gg_policies_options options = {.instructions = 3000000};
    struct policy_set set = {0};
    const struct gg_decision *decision;

    ck_assert_int_eq(policy_set_try(&set, files, &options), GG_OK);
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"x\"}");
    ck_assert_msg(decision->action == GG_ACCEPT, "%s", decision->error_message);
    policy_set_free(&set);
}
END_TEST

Suite *load_suite(void)
{
    Suite *suite = suite_create("load");
    TCase *test = tcase_create("load");

    tcase_add_loop_test(test, refuses_with_file_and_line, 0, COUNT(refused));
    tcase_add_test(test, says_the_same_each_time);
    tcase_add_test(test, gives_all_who_require_it_the_same_library);
    tcase_add_test(test, gives_each_library_a_budget_of_its_own);
    tcase_set_timeout(test, 60);
    suite_add_tcase(suite, test);
    return suite;
}
