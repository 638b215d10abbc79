/* SPDX-License-Identifier: MIT */
/*
 * host_pipeline.c - a batch: sessions behind the pipeline of core.
 *
 * Each thread has a session and writes records and log lines into its chunk;
 * chunks come out in input order, and that is where the host's write and log
 * functions are called.
 */
#include "host_batch.h"

#include <stdlib.h>
#include <string.h>

static void keep_log(const char *where, const char *grant_id, const char *text,
                     void *payload)
{
    struct ggl_worker *worker = payload;

    ggp_log_keep(&worker->chunk->log, where, grant_id, text);
}

/* --- the tenant --- */

/* Put the field named @name into @tenant.  Returns 0 if there is none such. */
static int tenant_field(const struct ggp_grant *grant, const char *name,
                        struct ggp_text *tenant)
{
    if (strcmp(name, "workspace_id") == 0)
        *tenant = grant->workspace_id;
    else if (strcmp(name, "state") == 0)
        *tenant = grant->state;
    else if (strcmp(name, "domain") == 0)
        *tenant = grant->domain;
    else if (strcmp(name, "name") == 0)
        *tenant = grant->name;
    else
        return 0;
    return 1;
}

/* The envelope's tenant, the facts', a field's, or the default one. */
static void set_tenant(const struct gg_pipeline *options, struct ggp_item *item)
{
    struct ggp_text *tenant = &item->grant.facts.tenant;

    if (!tenant->at && options->tenant_from)
        tenant_field(&item->grant, options->tenant_from, tenant);
    if (tenant->at && !ggp_is_tenant(tenant->at, tenant->len)) {
        tenant->at = NULL;
        item->status = ggp_fail(&item->error, GG_EGRANT,
                                "its %s is no tenant name",
                                options->tenant_from);
    } else if (!tenant->at && options->tenant) {
        tenant->at = options->tenant;
        tenant->len = strlen(options->tenant);
    }
}

/* --- records --- */

const char *ggp_batch_file(const struct ggl_batch *batch,
                           const struct ggp_chunk *chunk)
{
    return batch->options->name_files ? chunk->source->name : NULL;
}

void ggp_batch_join(const struct ggl_batch *batch, struct ggp_item *item)
{
    const struct gg_pipeline *options = batch->options;
    const struct ggp_facts *facts = NULL;

    if (item->status != GG_OK)
        return;
    if (options->facts)
        facts = ggp_facts_table_find(options->facts, item->grant.id);
    if (facts)
        ggp_facts_join(&item->grant.facts, facts);
    set_tenant(options, item);
}

gg_status ggp_batch_flush(struct ggl_worker *worker, struct gg_error *err)
{
    struct ggp_chunk *chunk = worker->chunk;

    if (chunk->out.failed != GG_OK || chunk->log.failed != GG_OK ||
        chunk->decided.failed != GG_OK)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    if (chunk->out.len >= GGP_CHUNK_FLUSH)
        return ggp_chunk_flush(chunk, err);
    if (worker->batch->options->line_buffered)
        return ggp_chunk_pass(chunk, err);
    return GG_OK;
}

/* ggl_decide_fn: write a record. */
static gg_status decide_record(struct ggl_worker *worker, struct ggp_item *item,
                               uint64_t line, struct gg_error *err)
{
    const struct ggl_batch *batch = worker->batch;
    struct ggp_place place = {ggp_batch_file(batch, worker->chunk), line};
    struct gg_decision *shown = &worker->session->decision;
    gg_status status;
    int is_stray;

    ggp_batch_join(batch, item);
    status = ggp_evaluate(worker->session, item, batch->now, &is_stray, err);
    if (status != GG_OK)
        return status;
    shown->action = ggp_record_write(&worker->chunk->out, &place, shown);
    if (batch->options->session.decided)
        ggp_decision_keep(&worker->chunk->decided, shown);
    if (worker->chunk->out.failed == GG_OK)
        ggp_tally_add(worker->chunk->tally, shown, is_stray);
    return ggp_batch_flush(worker, err);
}

/* A line that holds no grant at all: every line but a blank one is answered
 * for, so that whoever counts lines finds none missing. */
static gg_status decide_empty(struct ggl_worker *worker, uint64_t line,
                              struct gg_error *err)
{
    struct ggp_item item = {.status = GG_EGRANT};

    ggp_fail(&item.error, GG_EGRANT, "the answer of the API holds no grant");
    return worker->batch->decide(worker, &item, line, err);
}

static gg_status decide_text(struct ggl_worker *worker, const char *text,
                             size_t len, uint64_t line, struct gg_error *err)
{
    struct ggp_item item;
    gg_status status = GG_OK;
    int n = 0;

    ggp_input_open(&worker->input, text, len);
    while (status == GG_OK && ggp_input_next(&worker->input, &item)) {
        status = worker->batch->decide(worker, &item, line, err);
        n = 1;
    }
    if (n == 0 && line > 0)
        return decide_empty(worker, line, err);
    return status;
}

static gg_status decide_too_long(struct ggl_worker *worker,
                                 struct gg_error *err)
{
    const struct gg_pipeline *options = worker->batch->options;
    struct ggp_item item = {.status = GG_ETOOLONG};
    size_t max = options->max_line_bytes ? options->max_line_bytes
                                         : GGP_MAX_LINE;

    if (worker->chunk->source->is_document)
        max = GGP_MAX_DOCUMENT;
    ggp_fail(&item.error, GG_ETOOLONG, "%s is over %zu bytes",
             worker->chunk->source->is_document ? "the document" : "the line",
             max);
    return worker->batch->decide(worker, &item, worker->chunk->line, err);
}

static gg_status decide_lines(struct ggl_worker *worker, struct gg_error *err)
{
    const struct ggp_chunk *chunk = worker->chunk;
    const char *at = chunk->bytes;
    const char *end = at + chunk->len;
    uint64_t line = chunk->line;
    gg_status status = GG_OK;

    while (status == GG_OK && at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((newline ? newline : end) - at);

        if (!ggp_is_blank(at, len))
            status = decide_text(worker, at, len, line, err);
        line++;
        at += len + (newline != NULL);
    }
    return status;
}

/* --- the work --- */

/* Open a session on @policies that logs into the chunk. */
static gg_status open_session(struct ggl_worker *worker, gg_policies *policies,
                              gg_session **session, struct gg_error *err)
{
    struct gg_session_options options = worker->batch->options->session;

    options.log = options.log ? keep_log : NULL;
    options.payload = worker;
    return gg_session_open(policies, &options, session, err);
}

gg_status ggp_batch_open(void *self, void **out, struct gg_error *err)
{
    const struct ggl_batch *batch = self;
    const struct gg_pipeline *options = batch->options;
    struct ggl_worker *worker = calloc(1, sizeof(*worker));
    gg_status status;

    if (!worker)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    worker->batch = batch;
    status = open_session(worker, options->policies, &worker->session, err);
    if (status == GG_OK && options->compare)
        status = open_session(worker, options->compare, &worker->other, err);
    if (status != GG_OK) {
        ggp_batch_close(self, worker);
        return status;
    }
    *out = worker;
    return GG_OK;
}

void ggp_batch_close(void *self, void *opaque)
{
    struct ggl_worker *worker = opaque;

    (void)self;
    gg_session_free(worker->session);
    gg_session_free(worker->other);
    ggp_input_free(&worker->input);
    ggp_buf_free(&worker->kept);
    free(worker);
}

gg_status ggp_batch_run(void *opaque, struct ggp_chunk *chunk,
                        struct gg_error *err)
{
    struct ggl_worker *worker = opaque;

    worker->chunk = chunk;
    if (!chunk->tally && gg_tally_new(&chunk->tally, err) != GG_OK)
        return GG_ENOMEM;
    ggp_tally_clear(chunk->tally);
    if (chunk->is_too_long)
        return decide_too_long(worker, err);
    if (chunk->source->is_document)
        return decide_text(worker, chunk->bytes, chunk->len, 0, err);
    return decide_lines(worker, err);
}

/* Tell of the decisions in @chunk. */
static void tell_decided(const struct gg_session_options *options,
                         const struct ggp_chunk *chunk)
{
    const char *at = chunk->decided.bytes;
    const char *end = at + chunk->decided.len;
    struct gg_decision decision;

    while (at < end) {
        at = ggp_decision_recall(at, &decision);
        options->decided(&decision, options->payload);
    }
}

/* Take what is in the chunk so far; at its end, tell how far that is. */
static gg_status finish_chunk(void *self, struct ggp_chunk *chunk,
                              struct gg_error *err)
{
    const struct ggl_batch *batch = self;
    const struct gg_pipeline *options = batch->options;
    gg_status status = GG_OK;

    ggp_log_replay(&chunk->log, options->session.log, options->session.payload);
    if (chunk->decided.len > 0)
        tell_decided(&options->session, chunk);
    if (chunk->out.len > 0 && options->compare)
        status = ggp_compare_finish(batch, chunk, err);
    else if (chunk->out.len > 0)
        status = options->write(options->write_payload, chunk->out.bytes,
                                chunk->out.len, err);
    if (status == GG_OK && batch->tally)
        ggp_tally_merge(batch->tally, chunk->tally);
    ggp_tally_clear(chunk->tally);
    if (status == GG_OK && chunk->is_finished && options->reached)
        status = options->reached(options->reached_payload, &chunk->end, err);
    return status;
}

/* Whether a run can start there: documents are read from their start. */
static int is_start(const struct gg_pipeline *options)
{
    const struct gg_position *start = &options->start;

    if (start->source >= options->nsources)
        return start->source == options->nsources && start->offset == 0 &&
               start->lines == 0;
    return start->offset == 0 ? start->lines == 0
                              : !options->sources[start->source].is_document &&
                                    start->lines <= start->offset;
}

gg_status ggp_batch_check(const struct gg_pipeline *options,
                          struct gg_error *err)
{
    static const struct ggp_grant nothing;
    struct ggp_text ignored;

    if (!options || !options->policies ||
        (!options->sources && options->nsources > 0))
        return ggp_fail(err, GG_EINVAL, "policies and sources are required");
    if (!is_start(options))
        return ggp_fail(err, GG_EINVAL, "the start is no place in the inputs");
    if (options->tenant &&
        !ggp_is_tenant(options->tenant, strlen(options->tenant)))
        return ggp_fail(err, GG_EINVAL, "the tenant is no tenant name");
    if (options->tenant_from &&
        !tenant_field(&nothing, options->tenant_from, &ignored))
        return ggp_fail(err, GG_EINVAL,
                        "tenant_from must be workspace_id, state, domain or "
                        "name");
    return GG_OK;
}

gg_status gg_pipeline_run(const struct gg_pipeline *pipeline, gg_tally *tally,
                          struct gg_error *err)
{
    struct ggl_batch batch = {
        .options = pipeline, .decide = decide_record, .tally = tally};
    struct ggp_work work = {ggp_batch_open, ggp_batch_run, finish_chunk,
                            ggp_batch_close, &batch};
    struct ggp_inputs inputs = {0};
    gg_status status = ggp_batch_check(pipeline, err);

    if (status != GG_OK)
        return status;
    if (pipeline->compare ? !pipeline->pair : !pipeline->write)
        return ggp_fail(err, GG_EINVAL,
                        "a function that takes the answers is required");
    if (pipeline->compare)
        batch.decide = ggp_compare_decide;
    batch.now = pipeline->now ? pipeline->now : ggp_moment_now();
    inputs.sources = pipeline->sources;
    inputs.nsources = pipeline->nsources;
    inputs.max_line_bytes = pipeline->max_line_bytes;
    inputs.stop = pipeline->stop;
    inputs.start = pipeline->start;
    return ggp_pipeline_run(&inputs, pipeline->jobs, &work, err);
}
