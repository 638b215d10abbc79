/* SPDX-License-Identifier: MIT */
/*
 * batch.h - what the files of a batch share: its brakes, its checkpoint, its
 * progress and its summary.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "api.h"
#include "input.h"
#include "lockdown.h"

/* --- brakes.c: what stops a bad deploy ------------------------------------ */

#define BRAKES_MAX 32

/* A number, or a share in thousandths of a percent. */
struct amount {
    uint64_t count;
    int is_share;
};

/* --fail-on or --limit: at most so many. */
struct brake {
    int is_limit;
    enum gg_action action;
    struct amount most;
    const char *text; /* as it was given */
};

/* Zero-initialise. */
struct brakes {
    struct brake list[BRAKES_MAX];
    size_t count;
    struct amount max_errors;
    const char *max_errors_text; /* as it was given, or NULL */
};

/* Take one of the three flags: 0, or the exit code after telling. */
int brakes_take(struct brakes *brakes, const struct command *command, int id,
                const char *value);

/* A limit that is broken whatever is still to come, or NULL. */
const struct brake *brakes_stop(const struct brakes *brakes,
                                const gg_tally *tally);

/* Judge all of a run and tell which are broken: 0 or EXIT_NO.  *@may_name
 * says whether the output may have its name. */
int brakes_judge(const struct brakes *brakes, const gg_tally *tally,
                 int *may_name);

/* Whether the errors are within --max-errors. */
int brakes_allow_errors(const struct brakes *brakes, const gg_tally *tally);

/* --- checkpoint.c: where a run that was interrupted goes on --------------- */

struct batch;

/* Zero-initialise, set `path`. */
struct checkpoint {
    const char *path; /* NULL: there is to be none */
    char tmp[OUTPUT_PATH_MAX];
    char *origin; /* of this run */
    int64_t due_ms;

    /* What an earlier run left. */
    char *text; /* NULL: it left nothing */
    const char *their_origin;
    const char *counts;
    struct gg_position at;
    struct output_mark mark;
};

/*
 * Check that @batch can have the checkpoint it asks for, and read what an
 * earlier run left; its time becomes that of the run.  0, or the exit code
 * after telling.
 */
int checkpoint_open(struct batch *batch);

/* Check, now that all is loaded, that the earlier run was the same: 0, or
 * the exit code after telling what has changed. */
int checkpoint_match(struct batch *batch);

/* Whether the last one is a second old. */
int checkpoint_is_due(const struct checkpoint *checkpoint);

/* Make sure that a later run of @batch can go on at @at: the records up to
 * there are on disk, and so is the checkpoint. */
gg_status checkpoint_write(struct batch *batch, const struct gg_position *at,
                           struct output *output, struct gg_error *err);

/* The run is over: forget where it was. */
void checkpoint_remove(const struct checkpoint *checkpoint);
void checkpoint_free(struct checkpoint *checkpoint);

/* --- origin.c: what the records of a run depend on ------------------------ */

/* Describe it as text, which is to be freed.  0, or the exit code after
 * telling why not. */
int origin_write(const struct batch *batch, char **origin);

/* Whether @theirs is the same as @ours: 0, or -1 and @why says what is not. */
int origin_compare(const struct batch *batch, const char *ours,
                   const char *theirs, char *why, size_t size);

/* --- batch.c: files of grants, evaluated to one output -------------------- */

/* Fill the first part, name the input, run. */
struct batch {
    struct settings settings;
    struct api api;
    int is_fetching_allowed;
    struct input input;
    const char *output; /* NULL: standard output */
    struct checkpoint checkpoint;
    struct brakes brakes;
    int64_t jobs;
    int trace;
    int line_buffered;
    enum gg_choice summary;
    enum gg_choice progress;

    struct lockdown lockdown;
    gg_policies *policies;
    gg_client *client;
    gg_tally *tally;
};

/* Check all, load all, evaluate, tell how it went.  An exit code. */
int batch_run(struct batch *batch);

void batch_free(struct batch *batch);

/* --- watch.c: a run that is under way ------------------------------------- */

/* Fill the first part. */
struct watch {
    struct batch *batch;
    struct output *output;
    struct gg_position at; /* up to where all is written */

    const struct brake *brake; /* what stopped the run, or NULL */
    struct progress progress;
    uint64_t before; /* records of an earlier run */
    uint64_t bytes_before;
    int64_t began_ms;
};

void watch_start(struct watch *watch);

/* gg_reached_fn; @payload is struct watch. */
gg_status watch_reached(void *payload, const struct gg_position *reached,
                        struct gg_error *err);
void watch_end(struct watch *watch);

/* --- summary.c ----------------------------------------------------------- */

struct summary {
    const struct settings *settings;
    const gg_policies *policies;
    const gg_tally *tally;
    uint64_t before; /* records of an earlier run, in the tally too */
    int64_t took_ms;
    int is_cut;         /* the run ended early */
    const char *output; /* -o, or NULL */
};

void summary_print(FILE *stream, const struct summary *summary);

/* How many records there are. */
uint64_t summary_records(const gg_tally *tally);

#endif
