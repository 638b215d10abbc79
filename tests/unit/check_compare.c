/* SPDX-License-Identifier: MIT */
/* check_compare.c - a batch under two policy sets: pairs, in order. */
#include "suites.h"

#include "memory.h"
#include "policy_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct policy_file old_files[] = {
    {"default.lua",
     "return { evaluate = {\n"
     "  rule { 'old', when = { state = 'same' }, accept 'same' },\n"
     "  rule { 'imap', when = { provider = 'imap' }, reauth 'x' },\n"
     "  rule { 'rest', when = 'always', accept 'x' } } }"},
    {NULL, NULL}};

static const struct policy_file new_files[] = {
    {"default.lua",
     "return { connect = { state = 's' }, evaluate = {\n"
     "  rule { 'new', when = { state = 'same' }, accept 'same' },\n"
     "  rule { 'imap', when = { provider = 'imap' }, reauth { reason = 'x', "
     "notify = 'owner' } },\n"
     "  rule { 'rest', when = 'always', defer { reason = 'y', after = 60 } } } "
     "}"},
    {NULL, NULL}};

static struct policy_set before;
static struct policy_set after;
static struct gg_error err;
static struct ggp_buf report;
static int pairs_left; /* until taking them fails; 0: never */

static void setup(void)
{
    memset(&before, 0, sizeof(before));
    memset(&after, 0, sizeof(after));
    memset(&report, 0, sizeof(report));
    pairs_left = 0;
    policy_set_open(&before, old_files);
    policy_set_open(&after, new_files);
}

static void teardown(void)
{
    policy_set_free(&before);
    policy_set_free(&after);
    ggp_buf_free(&report);
}

static void add(const char *text)
{
    ggp_buf_string(&report, text ? text : "-");
    ggp_buf_char(&report, '|');
}

static gg_status take(void *payload, const struct gg_pair *pair,
                      struct gg_error *why)
{
    size_t i;

    ck_assert_ptr_eq(payload, &report);
    if (pairs_left == 1)
        return ggp_fail(why, GG_EIO, "the disk is full");
    pairs_left -= pairs_left > 1;
    if (pair->file)
        add(pair->file);
    ggp_buf_int(&report, (int64_t)pair->line);
    ggp_buf_char(&report, '|');
    add(pair->before->grant_id);
    add(gg_action_name(pair->before->action));
    add(gg_action_name(pair->after->action));
    for (i = 0; pair->fields[i]; i++)
        add(pair->fields[i]);
    ggp_buf_char(&report, '\n');
    return GG_OK;
}

static gg_status run(struct gg_pipeline *pipeline, const char *text)
{
    struct memory memory = {text, strlen(text), 0, 1000};
    struct gg_source source = {"in", 0, memory_read, &memory};

    pipeline->policies = before.policies;
    pipeline->compare = after.policies;
    pipeline->session.caller = before.options.caller;
    pipeline->sources = &source;
    pipeline->nsources = 1;
    pipeline->now = NOW;
    pipeline->pair = take;
    pipeline->pair_payload = &report;
    ggp_buf_clear(&report);
    return gg_pipeline_run(pipeline, NULL, &err);
}

START_TEST(hands_over_each_grant_with_what_differs)
{
    struct gg_pipeline pipeline = {.name_files = 1};

    ck_assert_int_eq(
        run(&pipeline,
            "{\"id\":\"a\",\"provider\":\"google\",\"state\":\"same\"}\n"
            "{\"id\":\"b\",\"provider\":\"google\"}\n\n"
            "{\"id\":\"c\",\"provider\":\"imap\",\"email\":\"a@b.c\"}\n"
            "{\"id\":\"d\"}\n"
            "{\"data\":[]}\n"),
        GG_OK);
    ck_assert_str_eq(ggp_buf_text(&report),
                     "in|1|a|accept|accept|\n"
                     "in|2|b|accept|defer|action|reason|after|\n"
                     "in|4|c|reauth|reauth|auth_url|notify|\n"
                     "in|5|d|error|error|\n"
                     "in|6|-|error|error|\n");
}
END_TEST

/* So many grants that chunks are handed over out of turn and in pieces. */
static char *many(int n)
{
    struct ggp_buf buf = {0};
    char line[128];
    int i;

    for (i = 0; i < n; i++) {
        snprintf(line, sizeof(line),
                 "{\"id\":\"g-%d\",\"provider\":\"%s\",\"email\":\"a@b.c\"}\n",
                 i, i % 3 ? "google" : "imap");
        ggp_buf_string(&buf, line);
    }
    return ggp_buf_take(&buf);
}

START_TEST(keeps_the_order_whatever_the_threads)
{
    struct gg_pipeline pipeline = {.jobs = 1};
    char *text = many(30000);
    char *alone;

    ck_assert_int_eq(run(&pipeline, text), GG_OK);
    alone = ggp_buf_take(&report);
    ck_assert_ptr_nonnull(strstr(alone, "\n30000|g-29999|accept|defer|"));
    pipeline.jobs = 4;
    ck_assert_int_eq(run(&pipeline, text), GG_OK);
    ck_assert(strcmp(ggp_buf_text(&report), alone) == 0);
    gg_free(alone);
    gg_free(text);
}
END_TEST

START_TEST(ends_when_nobody_takes_the_pairs)
{
    struct gg_pipeline pipeline = {.jobs = 2};
    char *text = many(100);

    pairs_left = 3;
    ck_assert_int_eq(run(&pipeline, text), GG_EIO);
    ck_assert_str_eq(err.message, "the disk is full");
    ck_assert_str_eq(ggp_buf_text(&report),
                     "1|g-0|reauth|reauth|auth_url|notify|\n"
                     "2|g-1|accept|defer|action|reason|after|\n");
    gg_free(text);
}
END_TEST

START_TEST(needs_somebody_to_take_the_pairs)
{
    struct gg_pipeline pipeline = {.policies = before.policies,
                                   .compare = after.policies};

    ck_assert_int_eq(gg_pipeline_run(&pipeline, NULL, &err), GG_EINVAL);
}
END_TEST

Suite *compare_suite(void)
{
    Suite *suite = suite_create("compare");
    TCase *test = tcase_create("compare");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, hands_over_each_grant_with_what_differs);
    tcase_add_test(test, keeps_the_order_whatever_the_threads);
    tcase_add_test(test, ends_when_nobody_takes_the_pairs);
    tcase_add_test(test, needs_somebody_to_take_the_pairs);
    suite_add_tcase(suite, test);
    return suite;
}
