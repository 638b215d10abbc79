/* SPDX-License-Identifier: MIT */
/* check_cover.c - that one condition matches all that another one matches is
 * true of every grant, where it is claimed. */
#include "suites.h"

#include "host_check.h"
#include "policy_set.h"
#include "random_grant.h"

#include <string.h>

#define GRANTS 4000

/* Conditions that are near one another. */
static const char *const conditions[] = {
    "'always'",
    "function(grant) return true end",
    "{ smtp = 'complete' }",
    "{ smtp = { 'unknown', 'complete' } }",
    "{ smtp = 'complete', blocked = false }",
    "{ blocked = false }",
    "{ blocked = true }",
    "{ domain = '*' }",
    "{ domain = '*e' }",
    "{ domain = '*.e*e' }",
    "{ domain = { '*e', '*m' }, smtp = '*' }",
    "{ age = '<10d' }",
    "{ age = '<=10d' }",
    "{ age = 864000 }",
    "{ age = '<1h' }",
    "{ age = '>1h' }",
    "{ age = '>=0.5' }",
    "{ age = { '>1h', '<10' } }",
    "{ missing = { 'smtp_host', 'smtp_port' } }",
    "{ missing = 'smtp_port' }",
    "{ ['settings.smtp_port'] = '>=25' }",
    "{ ['settings.smtp_port'] = { 25, 587 } }",
    "{ ['settings.smtp_port'] = { 25, '25', 587, '587', 465 } }",
    "{ ['settings.smtp_port'] = '*' }",
    "{ ['context.a'] = '<5' }",
    "{ ['context.a'] = '<3' }",
    "{ ['context.a'] = { 1, 2.5, '<-9007199254740993' } }",
    "{ ['context.a'] = 9007199254740993 }",
    "{ ['context.a'] = '<9007199254740993' }",
    "{ ['context.a'] = true }",
};

/* Pairs that are claimed: the first is as wide as the second. */
static const int covers[][2] = {
    {0, 0},   {0, 1},   {0, 29},  {3, 2},   {3, 4},   {5, 4},   {7, 8},
    {7, 9},   {8, 9},   {12, 11}, {12, 13}, {12, 14}, {11, 14}, {17, 15},
    {16, 15}, {18, 19}, {20, 21}, {22, 21}, {2, 2},   {26, 26}, {27, 27},
};

/* Pairs that are not: some grant tells them apart, or nobody can know. */
static const int differ[][2] = {
    {1, 1},   {1, 2},   {2, 3},   {4, 5},   {5, 6},   {8, 7},
    {11, 12}, {11, 13}, {13, 12}, {15, 17}, {19, 18}, {21, 20},
    {23, 20}, {24, 25}, {26, 24}, {28, 27}, {2, 0},   {10, 8},
};

static struct policy_set set;
static const struct ggl_rule *rules;

static void setup(void)
{
    char text[8192];
    size_t len = 0;
    int i;

    memset(&set, 0, sizeof(set));
    len += (size_t)snprintf(text, sizeof(text), "return { evaluate = {\n");
    for (i = 0; i < COUNT(conditions); i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len,
                                "rule { 'r%d', when = %s, accept 'a' },\n", i,
                                conditions[i]);
    snprintf(text + len, sizeof(text) - len, "} }");
    policy_set_open_default(&set, text);
    rules = set.policies->list[0].parts[GGL_EVALUATE].rules;
}

static void teardown(void)
{
    policy_set_free(&set);
    random_grant_free();
}

START_TEST(claims_what_is_plain)
{
    int i;

    for (i = 0; i < COUNT(covers); i++)
        ck_assert_msg(
            ggp_rule_covers(&rules[covers[i][0]], &rules[covers[i][1]]),
            "%s covers %s", conditions[covers[i][0]], conditions[covers[i][1]]);
    for (i = 0; i < COUNT(differ); i++)
        ck_assert_msg(
            !ggp_rule_covers(&rules[differ[i][0]], &rules[differ[i][1]]),
            "%s does not cover %s", conditions[differ[i][0]],
            conditions[differ[i][1]]);
}
END_TEST

static int holds(const struct ggl_rule *rule, const struct ggp_grant *grant)
{
    int64_t steps = INT64_MAX;

    return rule->when == GGL_ALWAYS ||
           ggp_condition_holds(&rule->condition, &ggp_grant_subject, grant,
                               &steps);
}

/* Every pair that is claimed, against grants of any kind. */
START_TEST(claims_nothing_that_a_grant_refutes)
{
    const struct ggp_grant *grant;
    int matched[COUNT(conditions)] = {0};
    int n;
    int i;
    int k;

    random_seed(1);
    for (n = 0; n < GRANTS; n++) {
        (void)random_grant(&grant);
        for (i = 0; i < COUNT(conditions); i++) {
            if (rules[i].when == GGL_FUNCTION || !holds(&rules[i], grant))
                continue;
            matched[i]++;
            for (k = 0; k < COUNT(conditions); k++)
                ck_assert_msg(!ggp_rule_covers(&rules[k], &rules[i]) ||
                                  holds(&rules[k], grant),
                              "%s, but not %s, matches %s", conditions[i],
                              conditions[k], random_grant_json());
        }
    }
    for (i = 2; i < 8; i++)
        ck_assert_msg(matched[i] > 0, "%s matched nothing", conditions[i]);
}
END_TEST

Suite *cover_suite(void)
{
    Suite *suite = suite_create("cover");
    TCase *test = tcase_create("cover");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, claims_what_is_plain);
    tcase_add_test(test, claims_nothing_that_a_grant_refutes);
    suite_add_tcase(suite, test);
    return suite;
}
