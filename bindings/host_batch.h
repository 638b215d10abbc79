/* SPDX-License-Identifier: MIT */
/*
 * host_batch.h - a batch: what host_pipeline.c, host_compare.c and
 * host_explain.c share.
 */
#ifndef GGL_HOST_BATCH_H
#define GGL_HOST_BATCH_H

#include "host.h"

struct ggl_worker;

/* Decide about @item, which may be a failure, and see to the answer. */
typedef gg_status (*ggl_decide_fn)(struct ggl_worker *worker,
                                   struct ggp_item *item, uint64_t line,
                                   struct gg_error *err);

struct ggl_batch {
    const struct gg_pipeline *options;
    ggl_decide_fn decide;
    gg_tally *tally; /* or NULL */
    int64_t now;
};

/* One thread's part of a batch. */
struct ggl_worker {
    const struct ggl_batch *batch;
    gg_session *session;
    gg_session *other; /* on the set compared with; or NULL */
    struct ggp_input input;
    struct ggp_chunk *chunk; /* the one being worked on */

    /* what is explained: host_explain.c */
    const char *grant_id;
    int nfound;
    uint64_t line;
    const char *file;
    struct ggp_buf kept;
};

/* --- host_pipeline.c --- */

gg_status ggp_batch_check(const struct gg_pipeline *options,
                          struct gg_error *err);

/* The work of ggp_pipeline_run(); `self` is the batch. */
gg_status ggp_batch_open(void *self, void **worker, struct gg_error *err);
gg_status ggp_batch_run(void *worker, struct ggp_chunk *chunk,
                        struct gg_error *err);
void ggp_batch_close(void *self, void *worker);

/* The name that answers carry for the file being worked on, or NULL. */
const char *ggp_batch_file(const struct ggl_batch *batch,
                           const struct ggp_chunk *chunk);

/* Join to @item what the batch knows of it: facts, tenant. */
void ggp_batch_join(const struct ggl_batch *batch, struct ggp_item *item);

/* Let the chunk go on if it is full. */
gg_status ggp_batch_flush(struct ggl_worker *worker, struct gg_error *err);

/* --- host_compare.c --- */

/* ggl_decide_fn: keep a pair in the chunk. */
gg_status ggp_compare_decide(struct ggl_worker *worker, struct ggp_item *item,
                             uint64_t line, struct gg_error *err);

/* Hand over the pairs of @chunk. */
gg_status ggp_compare_finish(const struct ggl_batch *batch,
                             const struct ggp_chunk *chunk,
                             struct gg_error *err);

#endif
