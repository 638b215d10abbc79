/* SPDX-License-Identifier: MIT */
/* check_source.c - the line of a key in the text of a policy file. */
#include "suites.h"

#include "policy_set.h"

#include <string.h>

/* Where `evalute` is set, a typo. */
static const struct {
    const char *text;
    int line;
} lines[] = {
    {"return { evalute = {} }", 1},
    {"return {\n  evalute = {} }", 2},
    {"return {\n\n  [\"evalute\"] = {} }", 3},
    {"return {\n  ['evalute'] =\n {} }", 2},
    {"return {\n  evalute\n  =\n 1 }", 2},
    {"return {\r\n  about = '',\r\n  evalute=1 }", 3},

    /* Not where it only looks like it. */
    {"-- evalute = 1\nreturn { evalute = 1 }", 2},
    {"--[[ evalute = 1\n]] return {\nevalute = 1 }", 3},
    {"--[==[ ]] evalute = 1 ]=]\n]==]\nreturn { evalute = 1 }", 3},
    {"--[ evalute = 1\nreturn { evalute = 1 }", 2},
    {"return { about = 'evalute = 1',\nevalute = 1 }", 2},
    {"return { about = \"a\\\"evalute = 1\",\nevalute = 1 }", 2},
    {"return { about = [[\nevalute = 1]],\nevalute = 1 }", 3},
    {"return { about = [=[ ]] evalute = 1\n]=],\nevalute = 1 }", 3},
    {"return { x = evalute == 1,\nevalute = 1 }", 2},
    {"return { evalute2 = 1,\nxevalute = 1,\nevalute = 1 }", 3},
    {"return { x = 'evalute',\nevalute = 1 }", 2},
    {"return { x = { y = { evalute = 1 } },\n evalute = 1 }", 2},
    {"local evalute = 1\nreturn {\n evalute = evalute }", 3},
    {"local t = { { evalute = 1 } }\nreturn { evalute = t }", 2},
    {"local t = {}\nt.evalute = 1\nreturn t", 2},

    /* Where it cannot be found. */
    {"local t = {}\n\nt['eva' .. 'lute'] = 1 return t", 1},
    {"", 1},
    {"\n\n\n", 1},
    {"evalute", 1},
    {"\nevalute =", 2},
    {"\nx = \"", 1},
    {"\n--[[", 1},
    {"\n[[ evalute = ", 1},
    {"\n\"\\", 1},
    {"}}}}\n{ evalute = 1", 2},
};

START_TEST(finds_the_line_that_sets_a_key)
{
    const char *text = lines[_i].text;
    struct ggl_source source = {"default.lua", text, strlen(text)};

    ck_assert_msg(ggp_source_line(&source, "evalute") == lines[_i].line,
                  "\"%s\": %d", text, ggp_source_line(&source, "evalute"));
}
END_TEST

START_TEST(finds_nothing_past_the_end)
{
    struct ggl_source source = {"default.lua", "\nevalute = 1", 9};

    ck_assert_int_eq(ggp_source_line(&source, "evalute"), 1);
    source.len = 10;
    ck_assert_int_eq(ggp_source_line(&source, "evalute"), 2);
}
END_TEST

START_TEST(finds_the_line_of_a_text)
{
    struct ggl_source source = {"a_test.lua", "a\nb c\nc", 7};

    ck_assert_int_eq(ggp_source_text_line(&source, "a"), 1);
    ck_assert_int_eq(ggp_source_text_line(&source, "c"), 2);
    ck_assert_int_eq(ggp_source_text_line(&source, "c\nc"), 2);
    ck_assert_int_eq(ggp_source_text_line(&source, "absent"), 1);
    ck_assert_int_eq(ggp_source_text_line(&source, ""), 1);
}
END_TEST

Suite *source_suite(void)
{
    Suite *suite = suite_create("source");
    TCase *test = tcase_create("line");

    tcase_add_loop_test(test, finds_the_line_that_sets_a_key, 0, COUNT(lines));
    tcase_add_test(test, finds_nothing_past_the_end);
    tcase_add_test(test, finds_the_line_of_a_text);
    suite_add_tcase(suite, test);
    return suite;
}
