/* SPDX-License-Identifier: MIT */
/* check_rule.c - the rules of a set, numbered. */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <string.h>

/* A rule of each kind, and the line each is on. */
static const struct policy_file kinds[] = {
    {"default.lua", "local shared = require 'lib.shared'\n"
                    "return {\n"
                    "  mandate = {\n"
                    "    evaluate = { rule { 'm', when = { blocked = true },\n"
                    "      reject 'x' } } },\n"
                    "  connect = function() end,\n"
                    "  evaluate = { shared.rule,\n"
                    "    rule { 'r', when = 'always', accept 'x' } } }"},
    {"lib/shared.lua", "return {\n"
                       "  rule = rule { 's', when = 'always', accept 'x' } }"},
    {"tenants/acme.lua", "return {\n\n evaluate = function() end }"},
    {NULL, NULL}};

/* "policy question name where\n" of each. */
static void list(const gg_policies *policies, char *text, size_t size)
{
    const struct gg_rule *rule;
    size_t i;

    text[0] = '\0';
    for (i = 0; (rule = gg_policies_rule(policies, i)) != NULL; i++) {
        size_t len = strlen(text);

        ck_assert_uint_eq(rule->index, i);
        snprintf(text + len, size - len, "%s %s %s %s\n", rule->policy,
                 rule->question, rule->name ? rule->name : "-", rule->where);
    }
}

START_TEST(numbers_each_with_its_place)
{
    struct policy_set set = {0};
    char text[1024];

    policy_set_open(&set, kinds);
    list(set.policies, text, sizeof(text));
    ck_assert_str_eq(text, "default.lua connect - default.lua:6\n"
                           "default.lua mandate.evaluate m default.lua:4\n"
                           "default.lua evaluate s lib/shared.lua:2\n"
                           "default.lua evaluate r default.lua:8\n"
                           "tenants/acme.lua evaluate - tenants/acme.lua:3\n");
    policy_set_free(&set);
}
END_TEST

START_TEST(leaves_out_what_did_not_load)
{
    static const struct policy_file files[] = {
        {"default.lua", "return { evaluate = function() end }"},
        {"tenants/acme.lua", "return { evaluate = { rule { 'r', when = "
                             "'always', accept 'x' }, 7 } }"},
        {NULL, NULL}};
    static const struct gg_policies_options isolate = {.isolate_tenants = 1};
    struct policy_set set = {0};
    char text[256];

    ck_assert_int_eq(policy_set_try(&set, files, &isolate), GG_OK);
    list(set.policies, text, sizeof(text));
    ck_assert_str_eq(text, "default.lua evaluate - default.lua:1\n");
    policy_set_free(&set);
}
END_TEST

Suite *rule_suite(void)
{
    Suite *suite = suite_create("rule");
    TCase *test = tcase_create("rule");

    tcase_add_test(test, numbers_each_with_its_place);
    tcase_add_test(test, leaves_out_what_did_not_load);
    suite_add_tcase(suite, test);
    return suite;
}
