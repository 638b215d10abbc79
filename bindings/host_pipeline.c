/* SPDX-License-Identifier: MIT */
/*
 * host_pipeline.c - a batch: sessions behind the pipeline of core.
 *
 * Each thread has a session and writes records and log lines into its chunk;
 * chunks come out in input order, and that is where the host's write and log
 * functions are called.
 */
#include "host.h"

#include <stdlib.h>
#include <string.h>

struct batch {
    const struct gg_pipeline *options;
    gg_tally *tally; /* or NULL */
    int64_t now;
};

struct worker {
    const struct batch *batch;
    gg_session *session;
    struct ggp_input input;
    struct ggp_chunk *chunk; /* the one being worked on */
};

static void keep_log(const char *where, const char *grant_id, const char *text,
                     void *payload)
{
    struct worker *worker = payload;

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

static gg_status write_record(struct worker *worker, uint64_t line,
                              const struct gg_decision *decision, int is_stray,
                              struct gg_error *err)
{
    struct ggp_chunk *chunk = worker->chunk;
    struct gg_decision shown = *decision;
    struct ggp_place place = {NULL, line};

    if (worker->batch->options->name_files)
        place.file = chunk->source->name;
    shown.action = ggp_record_write(&chunk->out, &place, decision);
    if (chunk->out.failed != GG_OK || chunk->log.failed != GG_OK)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    ggp_tally_add(chunk->tally, &shown, is_stray);
    if (chunk->out.len >= GGP_CHUNK_FLUSH)
        return ggp_chunk_flush(chunk, err);
    if (worker->batch->options->line_buffered)
        return ggp_chunk_pass(chunk, err);
    return GG_OK;
}

static gg_status decide_item(struct worker *worker, struct ggp_item *item,
                             uint64_t line, struct gg_error *err)
{
    const struct gg_pipeline *options = worker->batch->options;
    const struct ggp_facts *facts;
    gg_status status;
    int is_stray;

    if (item->status == GG_OK) {
        facts = options->facts
                    ? ggp_facts_table_find(options->facts, item->grant.id)
                    : NULL;
        if (facts)
            ggp_facts_join(&item->grant.facts, facts);
        set_tenant(options, item);
    }
    status = ggp_evaluate(worker->session, item, worker->batch->now, &is_stray,
                          err);
    if (status != GG_OK)
        return status;
    return write_record(worker, line, &worker->session->decision, is_stray,
                        err);
}

/* A line that holds no grant at all: every line but a blank one is answered
 * for, so that whoever counts lines finds none missing. */
static gg_status write_empty(struct worker *worker, uint64_t line,
                             struct gg_error *err)
{
    struct gg_decision decision = {
        .error = GG_EGRANT,
        .error_message = "the answer of the API holds no grant"};

    return write_record(worker, line, &decision, 0, err);
}

static gg_status decide_text(struct worker *worker, const char *text,
                             size_t len, uint64_t line, struct gg_error *err)
{
    struct ggp_item item;
    gg_status status = GG_OK;
    int n = 0;

    ggp_input_open(&worker->input, text, len);
    while (status == GG_OK && ggp_input_next(&worker->input, &item)) {
        status = decide_item(worker, &item, line, err);
        n = 1;
    }
    if (n == 0 && line > 0)
        return write_empty(worker, line, err);
    return status;
}

static gg_status write_too_long(struct worker *worker, struct gg_error *err)
{
    const struct gg_pipeline *options = worker->batch->options;
    size_t max = options->max_line_bytes ? options->max_line_bytes
                                         : GGP_MAX_LINE;
    struct gg_decision decision = {.error = GG_ETOOLONG};
    struct gg_error message;

    if (worker->chunk->source->is_document)
        max = GGP_MAX_DOCUMENT;
    ggp_fail(&message, GG_ETOOLONG, "%s is over %zu bytes",
             worker->chunk->source->is_document ? "the document" : "the line",
             max);
    decision.error_message = message.message;
    return write_record(worker, worker->chunk->line, &decision, 0, err);
}

static gg_status decide_lines(struct worker *worker, struct gg_error *err)
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

static gg_status open_worker(void *self, void **out, struct gg_error *err)
{
    const struct batch *batch = self;
    struct gg_session_options options = batch->options->session;
    struct worker *worker = calloc(1, sizeof(*worker));
    gg_status status;

    if (!worker)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    worker->batch = batch;
    options.log = options.log ? keep_log : NULL;
    options.payload = worker;
    status = gg_session_open(batch->options->policies, &options,
                             &worker->session, err);
    if (status != GG_OK) {
        free(worker);
        return status;
    }
    *out = worker;
    return GG_OK;
}

static void close_worker(void *self, void *opaque)
{
    struct worker *worker = opaque;

    (void)self;
    gg_session_free(worker->session);
    ggp_input_free(&worker->input);
    free(worker);
}

static gg_status run_chunk(void *opaque, struct ggp_chunk *chunk,
                           struct gg_error *err)
{
    struct worker *worker = opaque;

    worker->chunk = chunk;
    if (!chunk->tally && gg_tally_new(&chunk->tally, err) != GG_OK)
        return GG_ENOMEM;
    ggp_tally_clear(chunk->tally);
    if (chunk->is_too_long)
        return write_too_long(worker, err);
    if (chunk->source->is_document)
        return decide_text(worker, chunk->bytes, chunk->len, 0, err);
    return decide_lines(worker, err);
}

/* Take what is in the chunk so far; at its end, tell how far that is. */
static gg_status finish_chunk(void *self, struct ggp_chunk *chunk,
                              struct gg_error *err)
{
    const struct batch *batch = self;
    const struct gg_pipeline *options = batch->options;
    gg_status status = GG_OK;

    ggp_log_replay(&chunk->log, options->session.log, options->session.payload);
    if (chunk->out.len > 0)
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

static gg_status check_options(const struct gg_pipeline *options,
                               struct gg_error *err)
{
    static const struct ggp_grant nothing;
    struct ggp_text ignored;

    if (!options || !options->policies || !options->write ||
        (!options->sources && options->nsources > 0))
        return ggp_fail(err, GG_EINVAL,
                        "policies, sources and write are required");
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
    struct batch batch = {.options = pipeline, .tally = tally};
    struct ggp_work work = {open_worker, run_chunk, finish_chunk, close_worker,
                            &batch};
    struct ggp_inputs inputs = {0};
    gg_status status = check_options(pipeline, err);

    if (status != GG_OK)
        return status;
    batch.now = pipeline->now ? pipeline->now : ggp_moment_now();
    inputs.sources = pipeline->sources;
    inputs.nsources = pipeline->nsources;
    inputs.max_line_bytes = pipeline->max_line_bytes;
    inputs.stop = pipeline->stop;
    inputs.start = pipeline->start;
    return ggp_pipeline_run(&inputs, pipeline->jobs, &work, err);
}
