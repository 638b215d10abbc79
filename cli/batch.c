/* SPDX-License-Identifier: MIT */
/*
 * batch.c - files of grants, evaluated to one output.
 *
 * All that can be refused is refused before the first record, and all of it
 * is told at once.
 */
#include "batch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Keep the grants to read, and the folder of the output for @use. */
static int lock_down(struct batch *batch, enum lockdown_use use)
{
    struct lockdown *lockdown = &batch->lockdown;

    input_allow(&batch->input, lockdown);
    if (batch->api.options.ca_file)
        lockdown_allow(lockdown, LOCKDOWN_READ, batch->api.options.ca_file);
    if (batch->output)
        lockdown_allow(lockdown, use, batch->output);
    if (batch->checkpoint.path) /* it is written anew again and again */
        lockdown_allow(lockdown, LOCKDOWN_WRITE, batch->checkpoint.path);
    return lockdown_enter(lockdown);
}

static gg_status run_pipeline(struct batch *batch, struct output *output,
                              struct watch *watch, struct gg_error *err)
{
    struct gg_pipeline pipeline = {0};

    input_fill(&batch->input, &batch->settings, &pipeline);
    pipeline.policies = batch->policies;
    pipeline.session.client = batch->client;
    pipeline.session.trace = batch->trace;
    pipeline.session.log = note_log;
    pipeline.jobs = (unsigned)batch->jobs;
    pipeline.line_buffered = batch->line_buffered;
    pipeline.write = output_write;
    pipeline.write_payload = output;
    pipeline.reached = watch_reached;
    pipeline.reached_payload = watch;
    pipeline.start = batch->checkpoint.at;
    return gg_pipeline_run(&pipeline, batch->tally, err);
}

/* Warn of URLs that a missing flag cost. */
static void warn_missing(const struct batch *batch, const char *why,
                         const char *remedy)
{
    uint64_t n = gg_tally_missing_url(batch->tally, why);

    if (n > 0)
        note_warning(&batch->settings, "%llu %s no auth_url (%s): %s",
                     (unsigned long long)n,
                     n == 1 ? "record has" : "records have", why, remedy);
}

/* --- beginning ------------------------------------------------------------ */

/* The counts so far: none, or those of the run that is gone on with. */
static int open_counts(struct batch *batch)
{
    const struct checkpoint *checkpoint = &batch->checkpoint;
    struct gg_error err = {0};

    if ((checkpoint->text
             ? gg_tally_load(checkpoint->counts, &batch->tally, &err)
             : gg_tally_new(&batch->tally, &err)) == GG_OK)
        return 0;
    note_failure(&err);
    if (checkpoint->text)
        note_hint("grantgate: %s is damaged; remove it to begin anew",
                  checkpoint->path);
    return EXIT_USAGE;
}

/* Open the output; where there is to be a checkpoint, make the first. */
static int open_output(struct batch *batch, struct output *output)
{
    const struct checkpoint *checkpoint = &batch->checkpoint;
    struct gg_error err = {0};
    int code;

    output->is_live = batch->line_buffered || input_is_live(&batch->input);
    if (checkpoint->text)
        return output_reopen(output, batch->output, &checkpoint->mark);
    code = output_open(output, batch->output);
    if (code == 0 && checkpoint->path &&
        checkpoint_write(batch, &checkpoint->at, output, &err) != GG_OK) {
        note_failure(&err);
        output_drop(output);
        return EXIT_USAGE;
    }
    return code;
}

/* Let the inputs begin where the earlier run was. */
static void skip_inputs(struct batch *batch)
{
    const struct gg_position *at = &batch->checkpoint.at;
    size_t i;

    if (!batch->checkpoint.text)
        return;
    for (i = 0; i < at->source; i++)
        atomic_store(&batch->input.sources[i].taken,
                     source_size(&batch->input.sources[i]));
    if (at->source < batch->input.nsources)
        batch->input.sources[at->source].start = at->offset;
    note_aside(&batch->settings, "going on after %llu records, as %s says",
               (unsigned long long)summary_records(batch->tally),
               batch->checkpoint.path);
}

/* --- ending --------------------------------------------------------------- */

/* Tell why the run ended early, if it did.  An exit code. */
static int tell_end(const struct batch *batch, gg_status status,
                    const struct gg_error *err)
{
    if (status == GG_OK)
        return EXIT_RAN;
    if (status == GG_EINTERRUPTED && batch->checkpoint.path) {
        note_error("interrupted",
                   "stopped by a signal; run the same again to go on from %s",
                   batch->checkpoint.path);
        return EXIT_RESUMABLE;
    }
    if (status == GG_EINTERRUPTED) {
        note_error("interrupted", "stopped by a signal; what was done is "
                                  "written");
        return EXIT_INTERRUPTED;
    }
    note_failure(err);
    return EXIT_USAGE;
}

/* Judge the run, and give the output its name if it may have it. */
static int close_output(struct batch *batch, struct watch *watch,
                        gg_status status, const struct gg_error *err)
{
    struct output *output = watch->output;
    struct gg_error why = {0};
    int is_over = status == GG_OK || watch->brake;
    int may_name = 0;
    int code;
    int closed;

    if (output->is_broken_pipe)
        code = EXIT_PIPE;
    else if (is_over)
        code = brakes_judge(&batch->brakes, batch->tally, &may_name);
    else
        code = tell_end(batch, status, err);
    if (batch->checkpoint.path && (is_over || code == EXIT_RESUMABLE) &&
        checkpoint_write(batch, &watch->at, output, &why) != GG_OK) {
        note_failure(&why);
        may_name = 0;
        code = EXIT_USAGE;
    }
    if (watch->brake)
        note_hint("grantgate: the run was stopped there");
    closed = output_close(output, may_name);
    if (may_name && closed == 0)
        checkpoint_remove(&batch->checkpoint);
    return exit_worse(code, closed);
}

static void show_summary(const struct batch *batch, const struct watch *watch,
                         int is_cut)
{
    struct summary summary = {.settings = &batch->settings,
                              .policies = batch->policies,
                              .tally = batch->tally,
                              .before = watch->before,
                              .took_ms = progress_clock_ms() - watch->began_ms,
                              .is_cut = is_cut,
                              .output = batch->output};
    int is_shown = batch->summary == GG_UNSET
                       ? isatty(STDERR_FILENO) && !batch->settings.is_quiet
                       : batch->summary == GG_YES;

    if (is_shown)
        summary_print(stderr, &summary);
}

/* Tell what has come out of it all. */
static int conclude(const struct batch *batch, const struct watch *watch,
                    int code)
{
    int is_cut = code != EXIT_RAN && code != EXIT_NO;

    if (!brakes_allow_errors(&batch->brakes, batch->tally))
        code = exit_worse(code, EXIT_UNDECIDED);
    warn_missing(batch, "no_client_id",
                 "give --client-id ID or set GRANTGATE_CLIENT_ID");
    warn_missing(batch, "no_redirect_uri",
                 "give --redirect-uri URI or set GRANTGATE_REDIRECT_URI");
    show_summary(batch, watch, is_cut || watch->brake);
    return code;
}

/* Give up what is not needed, before anything is read that others wrote. */
static int begin_lockdown(struct batch *batch)
{
    struct lockdown *lockdown = &batch->lockdown;

    lockdown->settings = &batch->settings;
    lockdown->needs_network = batch->is_fetching_allowed;
    lockdown_allow(lockdown, LOCKDOWN_READ_LINKS,
                   folder_path(&batch->settings));
    return lock_down(batch, LOCKDOWN_WRITE);
}

/* Whether the earlier run was stopped when only its checkpoint was left. */
static int is_done(const struct batch *batch)
{
    const struct checkpoint *checkpoint = &batch->checkpoint;

    return checkpoint->text && checkpoint->at.source == batch->input.nsources &&
           output_is_named(batch->output, &checkpoint->mark);
}

static int evaluate(struct batch *batch)
{
    struct output output = {0};
    struct watch watch = {
        .batch = batch, .output = &output, .at = batch->checkpoint.at};
    struct gg_error err = {0};
    gg_status status;
    int may_name;
    int code = open_counts(batch);

    if (code != 0)
        return code;
    if (!batch->output && isatty(STDOUT_FILENO))
        batch->progress = GG_NO; /* the records are there already */
    watch_start(&watch);
    if (is_done(batch)) {
        code = brakes_judge(&batch->brakes, batch->tally, &may_name);
        checkpoint_remove(&batch->checkpoint);
        return conclude(batch, &watch, code);
    }
    code = open_output(batch, &output);
    if (code != 0)
        return code;
    code = lock_down(batch, LOCKDOWN_RENAME);
    if (code != 0)
        return exit_worse(code, output_close(&output, 0));
    skip_inputs(batch);
    status = run_pipeline(batch, &output, &watch, &err);
    watch_end(&watch);
    if (status == GG_OK)
        watch.at = (struct gg_position){batch->input.nsources, 0, 0};
    code = close_output(batch, &watch, status, &err);
    return code == EXIT_PIPE ? code : conclude(batch, &watch, code);
}

int batch_run(struct batch *batch)
{
    struct gg_error err = {0};
    int code;

    if (stop_catch(&err) != 0) {
        note_failure(&err);
        return EXIT_USAGE;
    }
    batch->jobs = processors(batch->jobs); /* while that can be read */
    code = settings_finish(&batch->settings);
    if (code == 0 && batch->is_fetching_allowed)
        code = api_open(&batch->settings, &batch->api, &batch->client);
    if (begin_lockdown(batch) != 0)
        return EXIT_USAGE;

    code = exit_worse(code, input_check(&batch->input));
    code = exit_worse(code, input_check_output(&batch->input, batch->output));
    if (code == 0)
        code = checkpoint_open(batch);
    settings_read_clock(&batch->settings);
    code = exit_worse(code, folder_open(&batch->settings, &batch->policies));
    if (code == 0)
        code = checkpoint_match(batch);
    if (code == 0)
        code = input_open_facts(&batch->input);
    return code == 0 ? evaluate(batch) : code;
}

void batch_free(struct batch *batch)
{
    input_free(&batch->input);
    checkpoint_free(&batch->checkpoint);
    gg_tally_free(batch->tally);
    gg_policies_free(batch->policies);
    gg_client_free(batch->client);
}
