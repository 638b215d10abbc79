/* SPDX-License-Identifier: MIT */
/*
 * host_compare.c - a batch under two policy sets.
 *
 * A thread decides twice about each grant and keeps both decisions in its
 * chunk; pairs are handed over where records would be written, in order.
 */
#include "host_batch.h"

#include <string.h>

gg_status ggp_compare_decide(struct ggl_worker *worker, struct ggp_item *item,
                             uint64_t line, struct gg_error *err)
{
    struct ggp_buf *out = &worker->chunk->out;
    gg_status status;
    int is_stray;

    ggp_batch_join(worker->batch, item);
    ggp_buf_add(out, (const char *)&line, sizeof(line));
    status = ggp_evaluate(worker->session, item, worker->batch->now, &is_stray,
                          err);
    if (status != GG_OK)
        return status;
    ggp_decision_keep(out, &worker->session->decision);
    ggp_tally_add(worker->chunk->tally, &worker->session->decision, is_stray);
    status = ggp_evaluate(worker->other, item, worker->batch->now, &is_stray,
                          err);
    if (status != GG_OK)
        return status;
    ggp_decision_keep(out, &worker->other->decision);
    return ggp_batch_flush(worker, err);
}

gg_status ggp_compare_finish(const struct ggl_batch *batch,
                             const struct ggp_chunk *chunk,
                             struct gg_error *err)
{
    const char *at = chunk->out.bytes;
    const char *end = at + chunk->out.len;
    const char *fields[GGP_DECISION_NFIELDS + 1];
    struct gg_decision before;
    struct gg_decision after;
    struct gg_pair pair = {.file = ggp_batch_file(batch, chunk),
                           .before = &before,
                           .after = &after,
                           .fields = fields};
    gg_status status = GG_OK;

    while (status == GG_OK && at < end) {
        memcpy(&pair.line, at, sizeof(pair.line));
        at = ggp_decision_recall(at + sizeof(pair.line), &before);
        at = ggp_decision_recall(at, &after);
        ggp_decision_compare(&before, &after, fields);
        status = batch->options->pair(batch->options->pair_payload, &pair, err);
    }
    return status;
}
