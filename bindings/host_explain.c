/* SPDX-License-Identifier: MIT */
/*
 * host_explain.c - one grant of a batch, decided and explained.
 *
 * The sources are read as for a batch, but by one thread, and grants that are
 * not meant are not decided about.
 */
#include "host_batch.h"

#include <stdlib.h>

/* ggl_decide_fn: decide only if this is the one. */
static gg_status decide(struct ggl_worker *worker, struct ggp_item *item,
                        uint64_t line, struct gg_error *err)
{
    gg_status status;
    int is_stray;

    if (worker->grant_id &&
        (worker->nfound > 0 || !ggp_text_is(item->grant.id, worker->grant_id)))
        return GG_OK;
    if (++worker->nfound > 1)
        return ggp_fail(err, GG_EINVAL, "the input holds several grants");
    ggp_batch_join(worker->batch, item);
    status = ggp_evaluate(worker->session, item, worker->batch->now, &is_stray,
                          err);
    if (status != GG_OK)
        return status;
    worker->line = line;
    worker->file = worker->chunk->source->name;
    ggp_decision_keep(&worker->kept, &worker->session->decision);
    return worker->kept.failed ? ggp_fail(err, GG_ENOMEM, "out of memory")
                               : GG_OK;
}

/* Read until the grant is found, or to the end if any will do. */
static gg_status search(struct ggl_worker *worker, struct gg_error *err)
{
    const struct gg_pipeline *options = worker->batch->options;
    const struct ggp_inputs inputs = {.sources = options->sources,
                                      .nsources = options->nsources,
                                      .max_line_bytes = options->max_line_bytes,
                                      .stop = options->stop};
    struct ggp_chunk chunk = {0};
    struct ggp_reader reader;
    gg_status status = GG_OK;
    int has = 1;

    ggp_reader_open(&reader, &inputs);
    while (status == GG_OK && has &&
           !(worker->grant_id && worker->nfound > 0)) {
        status = ggp_reader_next(&reader, &chunk, &has, err);
        if (status == GG_OK && has)
            status = ggp_batch_run(worker, &chunk, err);
        ggp_log_replay(&chunk.log, options->session.log,
                       options->session.payload);
    }
    free(chunk.room.bytes);
    ggp_buf_free(&chunk.log);
    gg_tally_free(chunk.tally);
    ggp_reader_free(&reader);
    return status;
}

gg_status gg_pipeline_explain(
    const struct gg_pipeline *pipeline, const char *grant_id,
    void (*explained)(const struct gg_explained *explained, void *payload),
    void *payload, struct gg_error *err)
{
    struct ggl_batch batch = {.decide = decide};
    struct gg_pipeline options;
    struct gg_explained answer = {NULL, 0, NULL, NULL};
    struct gg_decision decision;
    struct ggl_worker *worker = NULL;
    void *opaque = NULL;
    gg_status status = ggp_batch_check(pipeline, err);

    if (status != GG_OK)
        return status;
    if (!explained)
        return ggp_fail(err, GG_EINVAL, "whom to tell is required");
    options = *pipeline;
    options.session.trace = 1;
    options.compare = NULL;
    batch.options = &options;
    batch.now = options.now ? options.now : ggp_moment_now();
    status = ggp_batch_open(&batch, &opaque, err);
    if (status != GG_OK)
        return status;
    worker = opaque;
    worker->grant_id = grant_id;
    status = search(worker, err);
    if (status == GG_OK && worker->nfound == 0)
        status = ggp_fail(err, GG_EINVAL, "the input holds no %s%s",
                          grant_id ? "grant with the id " : "grant",
                          grant_id ? grant_id : "");
    if (status == GG_OK) {
        ggp_decision_recall(worker->kept.bytes, &decision);
        answer.file = worker->file;
        answer.line = worker->line;
        answer.decision = &decision;
        answer.explanation = gg_session_explanation(worker->session);
        explained(&answer, payload);
    }
    ggp_batch_close(&batch, worker);
    return status;
}
