/* SPDX-License-Identifier: MIT */
/* pipeline_job.c - sources of lines, and work that shows what became of them.
 */
#include "pipeline_job.h"

#include "suites.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* A small generator, the same on every machine. */
static unsigned roll(unsigned *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* --- sources -------------------------------------------------------------- */

atomic_int job_stop;

static int is_stopped(void *unused)
{
    (void)unused;
    return atomic_load(&job_stop);
}

static const struct gg_stop when_set = {is_stopped, NULL};

static long read_feed(void *payload, char *bytes, size_t size,
                      struct gg_error *err)
{
    struct feed *feed = payload;
    size_t n = feed->bytes.len - feed->at;
    size_t most = feed->seed ? roll(&feed->seed) % 100000 + 1 : 1;

    if (feed->stop_at != 0 && feed->at >= feed->stop_at)
        job_stop = 1;
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
void make_lines(struct feed *feed, unsigned seed, size_t len, size_t longest)
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

struct feed feeds[NSOURCES];
struct gg_source sources[NSOURCES];

void make_sources(unsigned seed, size_t len, size_t longest)
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

void rewind_sources(unsigned seed)
{
    int i;

    for (i = 0; i < NSOURCES; i++) {
        feeds[i].at = 0;
        feeds[i].seed = seed;
    }
}

/* --- the work ------------------------------------------------------------- */

unsigned job_nawaited;
static atomic_uint nfinished;

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
        while (len == 4 && memcmp(at, "SLOW", 4) == 0 &&
               atomic_load(&nfinished) < job_nawaited)
            (void)sched_yield();
        if (len == 4 && memcmp(at, "FAIL", 4) == 0)
            status = ggp_fail(err, GG_EPOLICY, "a line failed");
        if (len == 5 && memcmp(at, "FLUSH", 5) == 0)
            status = ggp_chunk_flush(chunk, err);
        len += newline ? 1 : 0;
        at += len;
        left -= len;
    }
    atomic_fetch_add(&nfinished, 1);
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
    if (chunk->is_finished && job->nends < 64) {
        job->ends[job->nends] = chunk->end;
        job->lens[job->nends++] = job->result.len;
    }
    job->is_inside = 0;
    return GG_OK;
}

static void close_job(void *self, void *worker)
{
    struct job *job = self;

    ck_assert_ptr_nonnull(worker);
    job->nclosed++;
}

struct ggp_work job_work(struct job *job)
{
    struct ggp_work work = {open_job, run_lines, done_lines, close_job, job};

    return work;
}

gg_status run_job(struct job *job, unsigned jobs, size_t max_line,
                  struct gg_error *err)
{
    struct ggp_work work = job_work(job);
    struct ggp_inputs inputs = {sources, NSOURCES, max_line, when_set,
                                job->start};

    return ggp_pipeline_run(&inputs, jobs, &work, err);
}

/* What should come out: a split that knows nothing of chunks. */
void split_plainly(struct ggp_buf *out, size_t max_line)
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

void job_teardown(void)
{
    int i;

    for (i = 0; i < NSOURCES; i++)
        ggp_buf_free(&feeds[i].bytes);
    memset(feeds, 0, sizeof(feeds));
    memset(sources, 0, sizeof(sources));
    job_stop = 0;
}
