/* SPDX-License-Identifier: MIT */
/*
 * batch.h - what the commands that evaluate files of grants share.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "api.h"
#include "lockdown.h"

/* --- batch.c: files of grants, evaluated to one output -------------------- */

#define JOBS_MAX 256

/* Fill the first part, name the inputs, run. */
struct batch {
    struct settings settings;
    struct api api;
    int is_fetching_allowed;
    const char *tenant_from;
    const char *facts;
    const char *output; /* NULL: standard output */
    int64_t jobs;
    int64_t max_line_bytes;
    int trace;
    enum gg_choice summary;

    struct gg_source *inputs;
    struct source *sources;
    size_t nsources;
    struct source facts_source;
    struct gg_source facts_input;

    struct lockdown lockdown;
    gg_policies *policies;
    gg_client *client;
    gg_facts_table *table;
    gg_tally *tally;
};

/* Name the inputs: 0, or the exit code after telling what is wrong. */
int batch_name(struct batch *batch, const char *const *paths, size_t npaths);

/* Check all, load all, evaluate, tell how it went.  An exit code. */
int batch_run(struct batch *batch);

void batch_free(struct batch *batch);

#endif
