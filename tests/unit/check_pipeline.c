/* SPDX-License-Identifier: MIT */
/*
 * check_pipeline.c - chunks in order on any number of threads.
 *
 * The work done here writes every line with its source and number; what comes
 * out is compared with a split of the same bytes that knows nothing of
 * chunks.
 */
#include "private.h"

#include "suites.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define NSOURCES 3

/* A small generator, the same on every machine. */
static unsigned roll(unsigned *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* --- sources -------------------------------------------------------------- */

struct feed {
    struct ggp_buf bytes;
    size_t at;
    unsigned seed;  /* for the size of reads; 0: one byte at a time */
    size_t stop_at; /* 0: never */
    size_t fail_at;
};

static atomic_int stop;

static int is_stopped(void *unused)
{
    (void)unused;
    return atomic_load(&stop);
}

static const struct gg_stop when_set = {is_stopped, NULL};

static long read_feed(void *payload, char *bytes, size_t size,
                      struct gg_error *err)
{
    struct feed *feed = payload;
    size_t n = feed->bytes.len - feed->at;
    size_t most = feed->seed ? roll(&feed->seed) % 100000 + 1 : 1;

    if (feed->stop_at != 0 && feed->at >= feed->stop_at)
        stop = 1;
    if (feed->fail_at != 0 && feed->at >= feed->fail_at) {
        (void)ggp_fail(err, GG_EIO, "the disk is gone");
        return -1;
    }
    n = n < most ? n : most;
    n = n < size ? n : size;
    if (n > 0)
        memcpy(bytes, feed->bytes.bytes + feed->at, n);
    feed->at += n;
    return (long)n;
}

/* Lines of all lengths, some long, some empty, some with \r. */
static void make_lines(struct feed *feed, unsigned seed, size_t len,
                       size_t longest)
{
    while (feed->bytes.len < len) {
        size_t n = roll(&seed) % 300;

        if (roll(&seed) % 100 == 0)
            n = roll(&seed) % longest;
        if (roll(&seed) % 10 == 0)
            n = 0;
        while (n-- > 0)
            ggp_buf_char(&feed->bytes, (char)('a' + n % 26));
        if (roll(&seed) % 5 == 0)
            ggp_buf_char(&feed->bytes, '\r');
        ggp_buf_char(&feed->bytes, '\n');
    }
    if (seed % 2 == 0)
        ggp_buf_string(&feed->bytes, "no newline");
}

static struct feed feeds[NSOURCES];
static struct gg_source sources[NSOURCES];

static void make_sources(unsigned seed, size_t len, size_t longest)
{
    static const char *const names[NSOURCES] = {"one", "two", "three"};
    int i;

    for (i = 0; i < NSOURCES; i++) {
        make_lines(&feeds[i], seed + (unsigned)i, len, longest);
        feeds[i].seed = seed;
        sources[i].name = names[i];
        sources[i].read = read_feed;
        sources[i].payload = &feeds[i];
    }
}

static void rewind_sources(unsigned seed)
{
    int i;

    for (i = 0; i < NSOURCES; i++) {
        feeds[i].at = 0;
        feeds[i].seed = seed;
    }
}

/* --- the work ------------------------------------------------------------- */

/* What one run does and sees. */
struct job {
    struct ggp_buf result;
    unsigned nopen;
    unsigned nclosed;
    int is_inside; /* done() */
    unsigned ndone;
    unsigned fail_open; /* the how-manieth fails; 0: none */
    unsigned fail_done;
    unsigned workers[300];
};

static void write_line(struct ggp_buf *out, const char *source, uint64_t line,
                       const char *bytes, size_t len)
{
    ggp_buf_string(out, source);
    ggp_buf_char(out, ':');
    ggp_buf_int(out, (int64_t)line);
    ggp_buf_char(out, ':');
    if (bytes)
        ggp_buf_add(out, bytes, len);
    else
        ggp_buf_string(out, "(too long)");
    ggp_buf_char(out, '\n');
}

static gg_status open_job(void *self, void **worker, struct gg_error *err)
{
    struct job *job = self;

    if (++job->nopen == job->fail_open)
        return ggp_fail(err, GG_EMEMORY, "no room for another");
    job->workers[job->nopen] = job->nopen;
    *worker = &job->workers[job->nopen];
    return GG_OK;
}

static gg_status run_lines(void *worker, struct ggp_chunk *chunk,
                           struct gg_error *err)
{
    const char *at = chunk->bytes;
    size_t left = chunk->len;
    uint64_t line = chunk->line;
    gg_status status = GG_OK;

    if (roll(worker) % 2 == 0)
        (void)sched_yield(); /* each takes its own time */
    ck_assert_uint_eq(chunk->out.len + chunk->log.len, 0);
    if (chunk->is_too_long)
        write_line(&chunk->out, chunk->source->name, line, NULL, 0);
    while (left > 0 && status == GG_OK) {
        const char *newline = memchr(at, '\n', left);
        size_t len = newline ? (size_t)(newline - at) : left;

        write_line(&chunk->out, chunk->source->name, line++, at, len);
        if (len == 4 && memcmp(at, "FAIL", 4) == 0)
            status = ggp_fail(err, GG_EPOLICY, "a line failed");
        if (len == 5 && memcmp(at, "FLUSH", 5) == 0)
            status = ggp_chunk_flush(chunk, err);
        len += newline ? 1 : 0;
        at += len;
        left -= len;
    }
    return status;
}

static gg_status done_lines(void *self, struct ggp_chunk *chunk,
                            struct gg_error *err)
{
    struct job *job = self;

    ck_assert_int_eq(job->is_inside, 0);
    job->is_inside = 1;
    if (++job->ndone == job->fail_done)
        return ggp_fail(err, GG_EIO, "the pipe is closed");
    ggp_buf_add(&job->result, chunk->out.bytes, chunk->out.len);
    job->is_inside = 0;
    return GG_OK;
}

static void close_job(void *self, void *worker)
{
    struct job *job = self;

    ck_assert_ptr_nonnull(worker);
    job->nclosed++;
}

static gg_status run_job(struct job *job, unsigned jobs, size_t max_line,
                         struct gg_error *err)
{
    struct ggp_work work = {open_job, run_lines, done_lines, close_job, job};

    return ggp_pipeline_run(sources, NSOURCES, jobs, max_line, when_set, &work,
                            err);
}

/* What should come out: a split that knows nothing of chunks. */
static void split_plainly(struct ggp_buf *out, size_t max_line)
{
    int i;

    for (i = 0; i < NSOURCES; i++) {
        const char *at = feeds[i].bytes.bytes;
        size_t left = feeds[i].bytes.len;
        uint64_t line = 1;

        while (left > 0) {
            const char *newline = memchr(at, '\n', left);
            size_t len = newline ? (size_t)(newline - at) : left;

            write_line(out, sources[i].name, line++, len > max_line ? NULL : at,
                       len);
            len += newline ? 1 : 0;
            at += len;
            left -= len;
        }
    }
}

static void teardown(void)
{
    int i;

    for (i = 0; i < NSOURCES; i++)
        ggp_buf_free(&feeds[i].bytes);
    memset(feeds, 0, sizeof(feeds));
    memset(sources, 0, sizeof(sources));
    stop = 0;
}

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

START_TEST(runs_without_any_source)
{
    struct job job = {0};
    struct ggp_work work = {open_job, run_lines, done_lines, close_job, &job};

    ck_assert_int_eq(ggp_pipeline_run(NULL, 0, 3, 0, when_set, &work, NULL),
                     GG_OK);
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
            expect_to_have_read(job.fail_done - 1 + 2 * threads[t] + 1);
        if (t == 0)
            first = job.result.len;
        ck_assert_uint_eq(job.result.len, first);
        ck_assert_uint_eq(job.nclosed, job.nopen);
        ggp_buf_free(&job.result);
        teardown();
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
            teardown();
        }
    }
}
END_TEST

START_TEST(does_nothing_when_stopped_before)
{
    struct job job = {0};

    stop = 1;
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
    tcase_add_checked_fixture(order, NULL, teardown);
    tcase_add_loop_test(order, gives_the_same_bytes_on_any_number_of_threads, 0,
                        COUNT(shapes));
    tcase_add_test(order, runs_without_any_source);
    tcase_add_test(order, starts_at_most_256_threads);
    suite_add_tcase(suite, order);
    tcase_set_timeout(failing, 120);
    tcase_add_checked_fixture(failing, NULL, teardown);
    tcase_add_loop_test(failing, writes_the_same_start_whatever_the_threads, 0,
                        COUNT(failures));
    tcase_add_test(failing, reads_nothing_when_a_worker_does_not_open);
    tcase_add_test(failing, does_nothing_when_stopped_before);
    suite_add_tcase(suite, failing);
    return suite;
}
