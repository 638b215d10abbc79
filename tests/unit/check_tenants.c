/* SPDX-License-Identifier: MIT */
/* check_tenants.c - tenants.lua: which file a tenant starts from. */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <string.h>

static const struct policy_file whole[] = {
    {"default.lua", "return { evaluate = { rule { 'd', when = 'always', accept "
                    "'default' } } }"},
    {"tenants/acme.lua", "return { evaluate = { rule { 'a', when = 'always', "
                         "accept 'acme' } } }"},
    {"tenants/trial.lua", "return { evaluate = { rule { 't', when = 'always', "
                          "accept 'trial' } } }"},
    {"tenants/standard.lua", "return { evaluate = { rule { 's', when = "
                             "'always', accept 'standard' } } }"},
    {"tenants/trial-own.lua", "return { evaluate = { rule { 'o', when = "
                              "'always', accept 'own' } } }"},
    {"tenants/moved.lua", "return { evaluate = { rule { 'm', when = 'always', "
                          "accept 'moved' } } }"},
    {"tenants.lua", "return {\n"
                    " ['7f3e-00'] = 'acme',\n"
                    " moved = 'acme',\n"
                    " ['trial-*'] = 'trial',\n"
                    " ['trial-big-*'] = 'acme',\n"
                    " ['*-trial'] = 'trial',\n"
                    " ['eu*west'] = 'acme',\n"
                    " ['*'] = 'standard',\n"
                    "}"},
    {NULL, NULL}};

/* A tenant, and whose policy answers. */
static const struct {
    const char *tenant;
    const char *reason;
} starts[] = {
    {"7f3e-00", "acme"},  /* an exact name */
    {"moved", "acme"},    /* which wins over a file of that name */
    {"trial-own", "own"}, /* a file wins over a pattern */
    {"trial", "trial"},         {"trial-1", "trial"},
    {"trial-big-1", "acme"}, /* the longest pattern */
    {"trial-big-", "acme"},     {"trial-big", "trial"},
    {"trial-x-trial", "trial"}, {"eu-1-west", "acme"},
    {"euwest", "acme"},         {"eu-west-2", "standard"},
    {"anybody", "standard"},    {"TRIAL-1", "standard"},
};

START_TEST(starts_at_the_exact_name_the_file_or_the_longest_pattern)
{
    struct policy_set set = {0};
    char json[256];
    int has;

    policy_set_open(&set, whole);
    snprintf(json, sizeof(json),
             "{\"grant\":{\"id\":\"a\",\"provider\":\"imap\"},\"tenant\":\"%s"
             "\"}",
             starts[_i].tenant);
    ck_assert_str_eq(policy_set_decide(&set, json)->reason, starts[_i].reason);
    ck_assert_str_eq(policy_set_decide(&set, json)->tenant, starts[_i].tenant);
    has = gg_policies_has_tenant(set.policies, starts[_i].tenant);
    ck_assert_int_eq(has, 1);
    policy_set_free(&set);
}
END_TEST

START_TEST(asks_no_tenant_for_a_grant_without_one)
{
    struct policy_set set = {0};

    policy_set_open(&set, whole);
    ck_assert_str_eq(
        policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"x\"}")->reason,
        "default");
    policy_set_free(&set);
}
END_TEST

START_TEST(leaves_a_tenant_stray_that_nothing_names)
{
    static const struct policy_file files[] = {
        {"tenants/acme.lua", "return {}"},
        {"tenants.lua", "return { ['a-*'] = 'acme' }"},
        {NULL, NULL}};
    struct policy_set set = {0};

    policy_set_open(&set, files);
    ck_assert_int_eq(gg_policies_has_tenant(set.policies, "a-1"), 1);
    ck_assert_int_eq(gg_policies_has_tenant(set.policies, "acme"), 1);
    ck_assert_int_eq(gg_policies_has_tenant(set.policies, "b-1"), 0);
    ck_assert_int_eq(gg_policies_has_tenant(set.policies, "a"), 0);
    policy_set_free(&set);
}
END_TEST

/* A tenants.lua that does not load, and why. */
static const struct {
    const char *text;
    const char *message;
} refused[] = {
    {"return {\n ['a b'] = 'acme' }",
     "tenants.lua:2: 'a b' is no tenant name or pattern"},
    {"return { [''] = 'acme' }", "tenants.lua:1: '' is no tenant name"},
    {"return { ['-*'] = 'acme' }", "'-*' is no tenant name or pattern"},
    {"return { ['a?'] = 'acme' }", "'a?' is no tenant name or pattern"},
    {"return { ['a\\0b'] = 'acme' }", "tenants.lua:1: "},
    {"return { 'acme' }", "tenants.lua:1: a key must be a tenant name or "
                          "pattern"},
    {"return {\n\n x = 'absent' }",
     "tenants.lua:3: there is no tenants/absent.lua"},
    {"return { x = 'lib' }", "there is no tenants/lib.lua"},
    {"return { x = '../default' }", "'x' must lead to the name of a tenant"},
    {"return {\n x = 7 }",
     "tenants.lua:2: 'x' must lead to the name of a tenant"},
    {"return { x = {} }", "'x' must lead to the name of a tenant"},
    {"return { x = 'ac\\0me' }", "'x' must lead to the name of a tenant"},
    {"return { a = 'p', b = 'q', c = 'r', d = 's' }",
     "there is no tenants/p.lua"},
    {"while true do end", "tenants.lua:1: ran longer than"},
    {"return function() end", "tenants.lua:1: the file must return one table"},
};

START_TEST(refuses_with_file_and_line)
{
    const struct policy_file files[] = {{"tenants/acme.lua", "return {}"},
                                        {"lib/x.lua", "return {}"},
                                        {"tenants.lua", refused[_i].text},
                                        {NULL, NULL}};
    struct policy_set set = {0};

    ck_assert_msg(policy_set_try(&set, files, NULL) == GG_EPOLICY, "%s",
                  refused[_i].text);
    expect_part(set.error.message, refused[_i].message);
    expect_part(set.error.message, "tenants.lua:");
}
END_TEST

START_TEST(takes_tables_that_loops_make)
{
    static const struct policy_file files[] = {
        {"tenants/acme.lua", "return {}"},
        {"lib/names.lua", "return { 'x', 'y' }"},
        {"tenants.lua", "local t = {} for _, name in ipairs(require "
                        "'lib.names') do t[name] = 'acme' end return t"},
        {NULL, NULL}};
    struct policy_set set = {0};

    policy_set_open(&set, files);
    ck_assert_int_eq(gg_policies_has_tenant(set.policies, "y"), 1);
    policy_set_free(&set);
}
END_TEST

Suite *tenants_suite(void)
{
    Suite *suite = suite_create("tenants");
    TCase *test = tcase_create("tenants");

    tcase_add_loop_test(
        test, starts_at_the_exact_name_the_file_or_the_longest_pattern, 0,
        COUNT(starts));
    tcase_add_test(test, asks_no_tenant_for_a_grant_without_one);
    tcase_add_test(test, leaves_a_tenant_stray_that_nothing_names);
    tcase_add_loop_test(test, refuses_with_file_and_line, 0, COUNT(refused));
    tcase_add_test(test, takes_tables_that_loops_make);
    suite_add_tcase(suite, test);
    return suite;
}
