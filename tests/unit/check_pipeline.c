/* SPDX-License-Identifier: MIT */
/* check_pipeline.c - chunks in order on any number of threads. */
#include "pipeline_job.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* --- order ---------------------------------------------------------------- */

static const unsigned threads[] = {0, 1, 2, 3, 8};

static const struct {
    size_t len;
    size_t longest; /* of a line */
    size_t max_line;
    int flushes;
} shapes[] = {
    {700000, 2000, 0, 0},        /* nothing is too long */
    {700000, 600000, 0, 0},      /* lines over a chunk */
    {700000, 600000, 300000, 0}, /* some too long, some just over a chunk */
    {700000, 100000, 60000, 0},  /* too long within a chunk */
    {200000, 300, 250, 0},       /* many too long, small chunks */
    {3000, 10, 1, 0},            /* nearly all too long */
    {0, 1, 0, 0},                /* nothing but ends */
    {700000, 2000, 0, 1},        /* written early, in order all the same */
};

static void add_flushes(void)
{
    int i;

    for (i = 0; i < NSOURCES; i++) {
        ggp_buf_string(&feeds[i].bytes, "\nFLUSH\na\nFLUSH\nFLUSH\n");
        make_lines(&feeds[i], 11, feeds[i].bytes.len + 600000, 300);
        ggp_buf_string(&feeds[i].bytes, "\nFLUSH\n");
    }
}

START_TEST(gives_the_same_bytes_on_any_number_of_threads)
{
    size_t max_line = shapes[_i].max_line;
    struct ggp_buf expected = {0};
    unsigned t;

    make_sources(1000 + (unsigned)_i, shapes[_i].len, shapes[_i].longest);
    if (shapes[_i].flushes)
        add_flushes();
    split_plainly(&expected, max_line ? max_line : GGP_MAX_LINE);
    for (t = 0; t < COUNT(threads) * 3; t++) {
        unsigned jobs = threads[t % COUNT(threads)];
        struct gg_error error = {0};
        struct job job = {0};

        rewind_sources(t); /* 0: byte by byte */
        ck_assert_msg(run_job(&job, jobs, max_line, &error) == GG_OK, "%s",
                      error.message);
        ck_assert_int_eq(error.status, GG_OK);
        ck_assert_uint_eq(job.result.len, expected.len);
        if (expected.len > 0)
            ck_assert_mem_eq(job.result.bytes, expected.bytes, expected.len);
        ck_assert_uint_eq(job.nopen, jobs ? jobs : 1);
        ck_assert_uint_eq(job.nclosed, job.nopen);
        ggp_buf_free(&job.result);
    }
    ggp_buf_free(&expected);
}
END_TEST

/* Start where chunk @i of @whole ended: what is written is its rest. */
static void expect_rest(const struct job *whole, size_t i, unsigned jobs,
                        size_t max_line)
{
    struct job job = {.start = whole->ends[i]};

    rewind_sources(7);
    if (job.start.source < NSOURCES)
        feeds[job.start.source].at = (size_t)job.start.offset;
    ck_assert_int_eq(run_job(&job, jobs, max_line, NULL), GG_OK);
    ck_assert_uint_eq(job.result.len, whole->result.len - whole->lens[i]);
    if (job.result.len > 0)
        ck_assert_mem_eq(job.result.bytes, whole->result.bytes + whole->lens[i],
                         job.result.len);
    ggp_buf_free(&job.result);
}

START_TEST(goes_on_where_any_chunk_ended)
{
    size_t max_line = shapes[_i].max_line;
    struct job whole = {0};
    size_t i;

    make_sources(3000 + (unsigned)_i, shapes[_i].len, shapes[_i].longest);
    if (shapes[_i].flushes)
        add_flushes();
    rewind_sources(5);
    ck_assert_int_eq(run_job(&whole, 3, max_line, NULL), GG_OK);
    for (i = 0; i < whole.nends; i++)
        expect_rest(&whole, i, 1 + (unsigned)i % 3, max_line);
    ggp_buf_free(&whole.result);
}
END_TEST

START_TEST(is_at_the_end_when_the_last_chunk_is)
{
    struct job job = {0};

    make_sources(41, 9000, 200);
    ck_assert_int_eq(run_job(&job, 1, 0, NULL), GG_OK);
    ck_assert_uint_gt(job.nends, 2);
    job.start = job.ends[job.nends - 1];
    ck_assert_uint_eq(job.start.source + (job.start.offset > 0), NSOURCES);
    ggp_buf_free(&job.result);
}
END_TEST

/* With two threads there are eight slots; all but that of the slow chunk are
 * worked on while it takes its time. */
START_TEST(goes_on_while_one_chunk_is_slow)
{
    struct gg_error error = {0};
    struct job job = {0};

    job_nawaited = 2 * GGP_SLOTS_PER_JOB - 1;
    ggp_buf_string(&feeds[0].bytes, "SLOW\n");
    make_sources(91, 3000000, 300);
    ck_assert_msg(run_job(&job, 2, 0, &error) == GG_OK, "%s", error.message);
    ck_assert_uint_gt(job.nends, job_nawaited);
    ck_assert_mem_eq(job.result.bytes, "one:1:SLOW\n", 11);
    ggp_buf_free(&job.result);
}
END_TEST

START_TEST(runs_without_any_source)
{
    struct job job = {0};
    struct ggp_work work = job_work(&job);
    struct ggp_inputs nothing = {0};

    ck_assert_int_eq(ggp_pipeline_run(&nothing, 3, &work, NULL), GG_OK);
    ck_assert_uint_eq(job.ndone, 0);
    ck_assert_uint_eq(job.nclosed, 3);
}
END_TEST

START_TEST(starts_at_most_256_threads)
{
    struct job job = {0};

    make_sources(5, 3000, 200);
    ck_assert_int_eq(run_job(&job, 100000, 0, NULL), GG_OK);
    ck_assert_uint_eq(job.nopen, 256);
    ck_assert_uint_eq(job.nclosed, 256);
    ggp_buf_free(&job.result);
}
END_TEST

/* --- failures ------------------------------------------------------------- */

/* The result so far is the start of what it would have been. */
static void expect_start(const struct job *job, size_t at_least)
{
    struct ggp_buf expected = {0};

    split_plainly(&expected, GGP_MAX_LINE);
    ck_assert_uint_ge(job->result.len, at_least);
    ck_assert_uint_lt(job->result.len, expected.len);
    if (job->result.len > 0)
        ck_assert_mem_eq(job->result.bytes, expected.bytes, job->result.len);
    ggp_buf_free(&expected);
}

static void break_source(struct job *job)
{
    (void)job;
    feeds[1].fail_at = 600000;
}

/* Whichever of the two fails first in time, the first in order counts. */
static void break_two_chunks(struct job *job)
{
    (void)job;
    ggp_buf_string(&feeds[0].bytes, "\nFAIL\n");
    ggp_buf_string(&feeds[1].bytes, "\nFAIL\n");
    make_lines(&feeds[0], 7, 1800000, 300);
}

static void break_sink(struct job *job)
{
    job->fail_done = 3;
}

static void break_flush(struct job *job)
{
    job->fail_done = 1;
    memcpy(feeds[0].bytes.bytes, "\nFLUSH\n", 7);
    ggp_buf_string(&feeds[2].bytes, "\nFLUSH\n");
}

static void stop_source(struct job *job)
{
    (void)job;
    feeds[1].stop_at = 600000;
}

/* At most @nchunks: those written, and a ring of further ones. */
static void expect_to_have_read(size_t nchunks)
{
    size_t nread = 0;
    int i;

    for (i = 0; i < NSOURCES; i++)
        nread += feeds[i].at;
    ck_assert_uint_le(nread, nchunks * ((size_t)256 << 10));
}

static const struct {
    void (*prepare)(struct job *job);
    gg_status status;
    const char *message;
    size_t at_least; /* this much is written */
} failures[] = {
    {break_source, GG_EIO, "the disk is gone", 1500000},
    {break_two_chunks, GG_EPOLICY, "a line failed", 700000},
    {break_sink, GG_EIO, "the pipe is closed", 2000},
    {break_flush, GG_EIO, "the pipe is closed", 0},
    {stop_source, GG_EINTERRUPTED, "interrupted", 1500000},
};

START_TEST(writes_the_same_start_whatever_the_threads)
{
    size_t first = 0;
    int t;

    for (t = 0; t < COUNT(threads); t++) {
        struct gg_error error = {0};
        struct job job = {0};

        make_sources(21, 900000, 2000);
        failures[_i].prepare(&job);
        ck_assert_int_eq(run_job(&job, threads[t], 0, &error),
                         failures[_i].status);
        ck_assert_int_eq(error.status, failures[_i].status);
        ck_assert_str_eq(error.message, failures[_i].message);
        expect_start(&job, failures[_i].at_least);
        if (job.fail_done != 0)
            expect_to_have_read(job.fail_done + GGP_SLOTS_PER_JOB * threads[t]);
        if (t == 0)
            first = job.result.len;
        ck_assert_uint_eq(job.result.len, first);
        ck_assert_uint_eq(job.nclosed, job.nopen);
        ggp_buf_free(&job.result);
        job_teardown();
    }
}
END_TEST

START_TEST(reads_nothing_when_a_worker_does_not_open)
{
    static const unsigned jobs[] = {1, 2, 8};
    unsigned which;
    size_t i;

    for (i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        for (which = 1; which <= jobs[i]; which++) {
            struct gg_error error = {0};
            struct job job = {.fail_open = which};

            make_sources(61, 9000, 200);
            ck_assert_int_eq(run_job(&job, jobs[i], 0, &error), GG_EMEMORY);
            ck_assert_str_eq(error.message, "no room for another");
            ck_assert_uint_eq(feeds[0].at, 0);
            ck_assert_uint_eq(job.ndone, 0);
            ck_assert_uint_eq(job.nclosed, job.nopen - 1);
            ggp_buf_free(&job.result);
            job_teardown();
        }
    }
}
END_TEST

START_TEST(does_nothing_when_stopped_before)
{
    struct job job = {0};

    job_stop = 1;
    make_sources(81, 9000, 200);
    ck_assert_int_eq(run_job(&job, 2, 0, NULL), GG_EINTERRUPTED);
    ck_assert_uint_eq(feeds[0].at, 0);
    ck_assert_uint_eq(job.ndone, 0);
}
END_TEST

Suite *pipeline_suite(void)
{
    Suite *suite = suite_create("pipeline");
    TCase *order = tcase_create("order");
    TCase *failing = tcase_create("fail");

    tcase_set_timeout(order, 120);
    tcase_add_checked_fixture(order, NULL, job_teardown);
    tcase_add_loop_test(order, gives_the_same_bytes_on_any_number_of_threads, 0,
                        COUNT(shapes));
    tcase_add_loop_test(order, goes_on_where_any_chunk_ended, 0, COUNT(shapes));
    tcase_add_test(order, is_at_the_end_when_the_last_chunk_is);
    tcase_add_test(order, goes_on_while_one_chunk_is_slow);
    tcase_add_test(order, runs_without_any_source);
    tcase_add_test(order, starts_at_most_256_threads);
    suite_add_tcase(suite, order);
    tcase_set_timeout(failing, 120);
    tcase_add_checked_fixture(failing, NULL, job_teardown);
    tcase_add_loop_test(failing, writes_the_same_start_whatever_the_threads, 0,
                        COUNT(failures));
    tcase_add_test(failing, reads_nothing_when_a_worker_does_not_open);
    tcase_add_test(failing, does_nothing_when_stopped_before);
    suite_add_tcase(suite, failing);
    return suite;
}
