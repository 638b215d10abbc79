/* SPDX-License-Identifier: MIT */
/*
 * pipeline.c - chunks in, chunks out, in order, on any number of threads.
 *
 * Chunks are numbered as they are read and live in a ring of slots, which is
 * what keeps memory flat: when the ring is full nobody reads.  A thread that
 * is free writes the next chunk in order if that is finished, else reads one
 * and works on it, else waits.  One lock guards the ring; it is not held
 * while reading, working or writing, and `reading` and `writing` keep those
 * to one thread each.
 *
 * `end` is the number after the last chunk that will be written.  Whatever
 * ends a run (the sources, a failure, a stop) lowers it, so that of several
 * failures the first in the order of the input counts, and all before it is
 * written, however the threads were scheduled.
 */
#include "private.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_BYTES  ((size_t)1 << 20) /* of an output buffer, for the next */
#define STACK_BYTES ((size_t)2 << 20) /* workers run Lua */
#define MAX_JOBS    256

/* chunk comes first: a chunk handed out is its slot. */
struct slot {
    struct ggp_chunk chunk;
    uint64_t number;
};

struct ggp_run {
    const struct ggp_work *work;
    struct ggp_reader reader; /* of the thread that is `reading` */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct slot *slots;
    size_t nslots;
    unsigned njobs;
    unsigned nopened;
    void **workers;   /* njobs; NULL until opened */
    uint64_t next;    /* the chunk to read */
    uint64_t written; /* the chunk to write */
    uint64_t end;
    int reading;
    int writing;
    gg_status status;
    struct gg_error error;
};

/* --- running: called with the lock held ----------------------------------- */

/* End the run before chunk @number, for @why unless it is GG_OK. */
static void end_at(struct ggp_run *run, uint64_t number, gg_status why,
                   const struct gg_error *error)
{
    if (number >= run->end)
        return;
    run->end = number;
    run->status = why;
    run->error = *error;
    if (why != GG_OK && error->status == GG_OK)
        (void)ggp_fail(&run->error, why, "%s", gg_status_token(why));
}

/* Read and work on the next chunk, if there is one. */
static void take_next(struct ggp_run *run, void *worker)
{
    uint64_t number = run->next;
    struct slot *slot = &run->slots[number % run->nslots];
    struct gg_error error = {0};
    gg_status status;
    int has;

    run->reading = 1;
    pthread_mutex_unlock(&run->lock);
    slot->chunk.run = run;
    slot->chunk.is_finished = 0;
    ggp_buf_clear(&slot->chunk.out);
    ggp_buf_clear(&slot->chunk.log);
    ggp_buf_clear(&slot->chunk.decided);
    status = ggp_reader_next(&run->reader, &slot->chunk, &has, &error);
    pthread_mutex_lock(&run->lock);
    run->reading = 0;
    if (status != GG_OK || !has)
        end_at(run, number + (uint64_t)has, status, &error);
    pthread_cond_broadcast(&run->changed);
    if (!has || number >= run->end)
        return;

    run->next = number + 1;
    slot->number = number;
    memset(&error, 0, sizeof(error));
    pthread_mutex_unlock(&run->lock);
    status = run->work->run(worker, &slot->chunk, &error);
    pthread_mutex_lock(&run->lock);
    slot->chunk.is_finished = 1;
    if (status != GG_OK)
        end_at(run, number, status, &error);
    pthread_cond_broadcast(&run->changed);
}

static void trim(struct ggp_buf *buf)
{
    if (buf->cap > KEPT_BYTES)
        ggp_buf_free(buf);
}

/* Hand the finished @slot to its taker. */
static void write_one(struct ggp_run *run, struct slot *slot)
{
    struct gg_error error = {0};
    gg_status status;

    run->writing = 1;
    pthread_mutex_unlock(&run->lock);
    status = run->work->done(run->work->self, &slot->chunk, &error);
    trim(&slot->chunk.out);
    trim(&slot->chunk.log);
    trim(&slot->chunk.decided);
    ggp_reader_recycle(&run->reader, &slot->chunk);
    pthread_mutex_lock(&run->lock);
    run->writing = 0;
    if (status != GG_OK)
        end_at(run, run->written, status, &error);
    else
        run->written++;
    pthread_cond_broadcast(&run->changed);
}

static int can_read(const struct ggp_run *run)
{
    return !run->reading && run->nopened == run->njobs &&
           run->next < run->end && run->next - run->written < run->nslots;
}

static void work_until_end(struct ggp_run *run, void *worker)
{
    while (run->written < run->end) {
        struct slot *slot = &run->slots[run->written % run->nslots];

        if (!run->writing && run->written < run->next &&
            slot->chunk.is_finished)
            write_one(run, slot);
        else if (can_read(run))
            take_next(run, worker);
        else
            pthread_cond_wait(&run->changed, &run->lock);
    }
}

/* The life of a worker.  Opening is done by the thread that will use it. */
static void *live(void *payload)
{
    struct ggp_run *run = payload;
    struct gg_error error = {0};
    void *worker = NULL;
    gg_status status;

    pthread_mutex_lock(&run->lock);
    status = run->work->open(run->work->self, &worker, &error);
    if (status == GG_OK)
        run->workers[run->nopened++] = worker;
    else
        end_at(run, 0, status, &error);
    pthread_cond_broadcast(&run->changed);
    if (status == GG_OK)
        work_until_end(run, worker);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

/* Hand out what there is of @chunk, whose turn it is and which is not
 * finished: nobody else writes. */
static gg_status hand_out(struct ggp_chunk *chunk, struct gg_error *err)
{
    const struct ggp_work *work = chunk->run->work;
    gg_status status = work->done(work->self, chunk, err);

    ggp_buf_clear(&chunk->out);
    ggp_buf_clear(&chunk->log);
    ggp_buf_clear(&chunk->decided);
    return status;
}

gg_status ggp_chunk_flush(struct ggp_chunk *chunk, struct gg_error *err)
{
    struct ggp_run *run = chunk->run;
    const struct slot *slot = (const struct slot *)chunk;
    int is_over;

    if (!run)
        return GG_OK;
    pthread_mutex_lock(&run->lock);
    while (run->written != slot->number && slot->number < run->end)
        pthread_cond_wait(&run->changed, &run->lock);
    is_over = slot->number >= run->end;
    pthread_mutex_unlock(&run->lock);
    if (is_over)
        return ggp_fail(err, GG_EINTERRUPTED, "the run has ended");
    return hand_out(chunk, err);
}

gg_status ggp_chunk_pass(struct ggp_chunk *chunk, struct gg_error *err)
{
    struct ggp_run *run = chunk->run;
    const struct slot *slot = (const struct slot *)chunk;
    int is_its_turn;

    if (!run)
        return GG_OK;
    pthread_mutex_lock(&run->lock);
    is_its_turn = run->written == slot->number && slot->number < run->end;
    pthread_mutex_unlock(&run->lock);
    return is_its_turn ? hand_out(chunk, err) : GG_OK;
}

/* --- starting and ending -------------------------------------------------- */

/*
 * Start a thread for each job and wait for them.  They take no signals: a
 * host's handlers run on the host's threads.
 */
static void run_threads(struct ggp_run *run, pthread_t *threads)
{
    struct gg_error error = {0};
    unsigned nthreads = 0;
    pthread_attr_t attr;
    sigset_t all;
    sigset_t before;
    int rc = pthread_attr_init(&attr);

    if (rc == 0) {
        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);
        rc = pthread_attr_setstacksize(&attr, STACK_BYTES);
        while (rc == 0 && nthreads < run->njobs) {
            rc = pthread_create(&threads[nthreads], &attr, live, run);
            nthreads += rc == 0;
        }
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        (void)pthread_attr_destroy(&attr);
    }
    if (rc != 0) {
        (void)ggp_fail(&error, GG_ENOMEM,
                       "cannot start thread %u of %u: error %d", nthreads + 1,
                       run->njobs, rc);
        pthread_mutex_lock(&run->lock);
        end_at(run, 0, GG_ENOMEM, &error);
        pthread_cond_broadcast(&run->changed);
        pthread_mutex_unlock(&run->lock);
    }
    while (nthreads > 0)
        (void)pthread_join(threads[--nthreads], NULL);
}

static void free_run(struct ggp_run *run)
{
    size_t i;

    for (i = 0; i < run->nopened; i++)
        run->work->close(run->work->self, run->workers[i]);
    for (i = 0; run->slots && i < run->nslots; i++) {
        free(run->slots[i].chunk.room.bytes);
        ggp_buf_free(&run->slots[i].chunk.out);
        ggp_buf_free(&run->slots[i].chunk.log);
        ggp_buf_free(&run->slots[i].chunk.decided);
        gg_tally_free(run->slots[i].chunk.tally);
    }
    free(run->slots);
    free(run->workers);
}

static gg_status start(struct ggp_run *run)
{
    pthread_t *threads = calloc(run->njobs, sizeof(*threads));
    gg_status status = GG_ENOMEM;

    run->slots = calloc(run->nslots, sizeof(*run->slots));
    run->workers = calloc(run->njobs, sizeof(*run->workers));
    if (threads && run->slots && run->workers) {
        if (run->njobs == 1)
            (void)live(run);
        else
            run_threads(run, threads);
        status = run->status;
    } else {
        (void)ggp_fail(&run->error, status, "out of memory");
    }
    free(threads);
    return status;
}

gg_status ggp_pipeline_run(const struct ggp_inputs *inputs, unsigned jobs,
                           const struct ggp_work *work, struct gg_error *err)
{
    struct ggp_run run = {.work = work, .njobs = jobs, .end = UINT64_MAX};
    gg_status status;

    if (run.njobs < 1)
        run.njobs = 1;
    if (run.njobs > MAX_JOBS)
        run.njobs = MAX_JOBS;
    run.nslots = run.njobs == 1 ? 1 : (size_t)run.njobs * GGP_SLOTS_PER_JOB;

    if (pthread_mutex_init(&run.lock, NULL) != 0)
        return ggp_fail(err, GG_ENOMEM, "cannot make a lock");
    if (pthread_cond_init(&run.changed, NULL) != 0) {
        (void)pthread_mutex_destroy(&run.lock);
        return ggp_fail(err, GG_ENOMEM, "cannot make a lock");
    }
    ggp_reader_open(&run.reader, inputs);
    status = start(&run);
    free_run(&run);
    ggp_reader_free(&run.reader);
    (void)pthread_cond_destroy(&run.changed);
    (void)pthread_mutex_destroy(&run.lock);
    if (status != GG_OK && err)
        *err = run.error;
    return status;
}
