/* SPDX-License-Identifier: MIT */
/* check_reached.c - a batch tells how far it is, when that is so. */
#include "suites.h"

#include "batch_memory.h"

#include <stdlib.h>
#include <string.h>

/* What gg_reached_fn sees: everything up to there, and nothing else. */
struct watch {
    const char *text;
    const gg_tally *tally;
    int ncalls;
    int calls_left; /* until it ends the run; 0: never */
};

/* Lines, or those that are not empty. */
static size_t count_lines(const char *bytes, size_t len, int with_empty)
{
    size_t n = 0;
    size_t i;

    for (i = 0; i < len; i++)
        n += bytes[i] == '\n' &&
             (with_empty || (i > 0 && bytes[i - 1] != '\n'));
    return n;
}

static size_t count_written(void)
{
    return count_lines(output.records.bytes, output.records.len, 1);
}

static uint64_t count_records(const gg_tally *tally)
{
    uint64_t sum = 0;
    int action;

    for (action = 0; action < GG_ACTION_COUNT; action++)
        sum += gg_tally_actions(tally, (enum gg_action)action);
    return sum;
}

static gg_status see_reached(void *payload, const struct gg_position *reached,
                             struct gg_error *why)
{
    struct watch *watch = payload;
    size_t len = reached->source == 1 ? strlen(watch->text)
                                      : (size_t)reached->offset;
    size_t n = count_lines(watch->text, len, 0);

    if (reached->source == 0)
        ck_assert_uint_eq(reached->lines, count_lines(watch->text, len, 1));
    ck_assert_uint_eq(count_written(), n);
    ck_assert_uint_eq(count_records(watch->tally), n);
    watch->ncalls++;
    if (watch->calls_left > 0 && --watch->calls_left == 0)
        return ggp_fail(why, GG_EOUTPUT, "that will do");
    return GG_OK;
}

static gg_status watch_run(struct watch *watch, gg_tally *tally, unsigned jobs)
{
    struct memory memory = {watch->text, strlen(watch->text), 0, 3000};
    struct gg_source source = {"x", 0, memory_read, &memory};
    struct gg_pipeline pipeline = {.jobs = jobs};

    watch->tally = tally;
    pipeline.policies = set.policies;
    pipeline.sources = &source;
    pipeline.nsources = 1;
    pipeline.write = write_memory;
    pipeline.write_payload = &output;
    pipeline.reached = see_reached;
    pipeline.reached_payload = watch;
    ggp_buf_clear(&output.records);
    return gg_pipeline_run(&pipeline, tally, &err);
}

START_TEST(tells_how_far_it_is_when_that_is_written_and_counted)
{
    struct watch watch = {.text = many_grants(700)};
    gg_tally *tally = NULL;

    policy_set_open_default(&set, busy);
    ck_assert_int_eq(gg_tally_new(&tally, &err), GG_OK);
    ck_assert_int_eq(watch_run(&watch, tally, (unsigned)_i), GG_OK);
    ck_assert_int_gt(watch.ncalls, 5);
    gg_tally_free(tally);

    watch.ncalls = 0;
    watch.calls_left = 3;
    ck_assert_int_eq(gg_tally_new(&tally, &err), GG_OK);
    ck_assert_int_eq(watch_run(&watch, tally, (unsigned)_i), GG_EOUTPUT);
    ck_assert_str_eq(err.message, "that will do");
    ck_assert_int_eq(watch.ncalls, 3);
    ck_assert_uint_eq(count_records(tally), count_written());
    gg_tally_free(tally);
    free((char *)watch.text);
}
END_TEST

static gg_status write_one_record(void *payload, const char *bytes, size_t len,
                                  struct gg_error *why)
{
    ck_assert_uint_eq(count_lines(bytes, len, 1), 1);
    return write_memory(payload, bytes, len, why);
}

/* On one thread it is always the record's turn. */
START_TEST(writes_each_record_by_itself_when_line_buffered)
{
    char *text = many_grants(100);
    struct memory memory = {text, strlen(text), 0, SIZE_MAX};
    struct gg_source source = {"x", 0, memory_read, &memory};
    struct gg_pipeline pipeline = {.line_buffered = 1};

    policy_set_open_default(&set, busy);
    pipeline.policies = set.policies;
    pipeline.sources = &source;
    pipeline.nsources = 1;
    pipeline.write = write_one_record;
    pipeline.write_payload = &output;
    ck_assert_int_eq(gg_pipeline_run(&pipeline, NULL, &err), GG_OK);
    ck_assert_uint_eq(count_written(), 100);
    free(text);
}
END_TEST

Suite *reached_suite(void)
{
    Suite *suite = suite_create("reached");
    TCase *test = tcase_create("reached");

    tcase_add_checked_fixture(test, batch_setup, batch_teardown);
    tcase_add_loop_test(
        test, tells_how_far_it_is_when_that_is_written_and_counted, 1, 5);
    tcase_add_test(test, writes_each_record_by_itself_when_line_buffered);
    suite_add_tcase(suite, test);
    return suite;
}
