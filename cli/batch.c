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

/* Standard input can be read once: as a file of grants or as the facts. */
static int check_stdin(const struct batch *batch, const char *const *paths,
                       size_t npaths)
{
    size_t n = batch->facts && strcmp(batch->facts, "-") == 0 ? 1 : 0;
    size_t i;

    for (i = 0; i < npaths; i++)
        n += strcmp(paths[i], "-") == 0 ? 1 : 0;
    if (n > 1)
        return note_usage(batch->settings.command,
                          "standard input can be read only once");
    return 0;
}

int batch_name(struct batch *batch, const char *const *paths, size_t npaths)
{
    size_t i;

    if (check_stdin(batch, paths, npaths) != 0)
        return EXIT_USAGE;
    batch->inputs = calloc(npaths, sizeof(*batch->inputs));
    batch->sources = calloc(npaths, sizeof(*batch->sources));
    if (!batch->inputs || !batch->sources) {
        note_error("out_of_memory", "no memory for the list of files");
        return EXIT_USAGE;
    }
    batch->nsources = npaths;
    for (i = 0; i < npaths; i++)
        source_name(&batch->sources[i], paths[i], &batch->inputs[i]);
    if (batch->facts) {
        source_name(&batch->facts_source, batch->facts, &batch->facts_input);
        batch->facts_input.is_document = 0;
    }
    return 0;
}

static int check_sources(const struct batch *batch)
{
    int code = batch->facts ? source_check(&batch->facts_source) : 0;
    size_t i;

    for (i = 0; i < batch->nsources; i++)
        code = exit_worse(code, source_check(&batch->sources[i]));
    return code;
}

/* A file is not evaluated onto itself: a failed run would take it along. */
static int check_output(const struct batch *batch)
{
    char part[OUTPUT_PATH_MAX];
    int code = output_check(batch->output);
    size_t i;

    if (!batch->output || code != 0)
        return code;
    snprintf(part, sizeof(part), "%s.part", batch->output);
    for (i = 0; i <= batch->nsources; i++) {
        const struct source *source = i < batch->nsources
                                          ? &batch->sources[i]
                                          : &batch->facts_source;

        if (source->path &&
            (source_is(source, batch->output) || source_is(source, part))) {
            note_error("invalid_argument", "%s is input and output at once",
                       batch->output);
            return EXIT_USAGE;
        }
    }
    return 0;
}

/* Keep the grants to read, and the folder of the output for @use. */
static int lock_down(struct batch *batch, enum lockdown_use use)
{
    struct lockdown *lockdown = &batch->lockdown;
    size_t i;

    for (i = 0; i < batch->nsources; i++)
        source_allow(&batch->sources[i], lockdown);
    if (batch->api.options.ca_file)
        lockdown_allow(lockdown, LOCKDOWN_READ, batch->api.options.ca_file);
    if (batch->output)
        lockdown_allow(lockdown, use, batch->output);
    return lockdown_enter(lockdown);
}

static int open_facts(struct batch *batch)
{
    struct gg_error err;
    gg_status status;

    if (!batch->facts)
        return 0;
    status = gg_facts_table_read(&batch->facts_input, &batch->table, &err);
    source_close(&batch->facts_source);
    if (status == GG_OK)
        return 0;
    note_failure(&err);
    return status == GG_EINTERRUPTED ? EXIT_INTERRUPTED : EXIT_USAGE;
}

static unsigned jobs(const struct batch *batch)
{
    long n = batch->jobs > 0 ? (long)batch->jobs
                             : sysconf(_SC_NPROCESSORS_ONLN);

    if (n < 1)
        return 1;
    return n > JOBS_MAX ? JOBS_MAX : (unsigned)n;
}

static gg_status run_pipeline(struct batch *batch, struct output *output,
                              struct gg_error *err)
{
    struct gg_pipeline pipeline = {0};

    pipeline.policies = batch->policies;
    pipeline.session.limits = batch->settings.limits;
    pipeline.session.caller = batch->settings.caller;
    pipeline.session.api_url = batch->settings.api_url;
    pipeline.session.client = batch->client;
    pipeline.session.trace = batch->trace;
    pipeline.session.log = note_log;
    pipeline.sources = batch->inputs;
    pipeline.nsources = batch->nsources;
    pipeline.name_files = batch->nsources > 1;
    pipeline.facts = batch->table;
    pipeline.tenant = batch->settings.tenant;
    pipeline.tenant_from = batch->tenant_from;
    pipeline.now = batch->settings.now;
    pipeline.jobs = jobs(batch);
    pipeline.max_line_bytes = (size_t)batch->max_line_bytes;
    pipeline.write = output_write;
    pipeline.write_payload = output;
    pipeline.stop.is_asked = stop_is_asked;
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

/* Tell why the run ended early, if it did.  An exit code. */
static int tell_end(gg_status status, const struct gg_error *err)
{
    if (status == GG_OK)
        return EXIT_RAN;
    if (status == GG_EINTERRUPTED) {
        note_error("interrupted", "stopped by a signal; what was done is "
                                  "written");
        return EXIT_INTERRUPTED;
    }
    note_failure(err);
    return EXIT_USAGE;
}

static void show_summary(const struct batch *batch, int is_cut)
{
    struct summary summary = {.settings = &batch->settings,
                              .policies = batch->policies,
                              .tally = batch->tally,
                              .is_cut = is_cut,
                              .output = batch->output};
    int is_shown = batch->summary == GG_UNSET
                       ? isatty(STDERR_FILENO) && !batch->settings.is_quiet
                       : batch->summary == GG_YES;

    if (is_shown)
        summary_print(stderr, &summary);
}

static int evaluate(struct batch *batch)
{
    struct output output = {0};
    struct gg_error err = {0};
    gg_status status;
    size_t i;
    int code;

    if (gg_tally_new(&batch->tally, &err) != GG_OK) {
        note_failure(&err);
        return EXIT_USAGE;
    }
    for (i = 0; i < batch->nsources; i++)
        output.is_live |= source_is_live(&batch->sources[i]);
    code = output_open(&output, batch->output);
    if (code == 0)
        code = lock_down(batch, LOCKDOWN_RENAME);
    if (code != 0)
        return code;

    status = run_pipeline(batch, &output, &err);
    code = output.is_broken_pipe ? EXIT_PIPE : tell_end(status, &err);
    code = exit_worse(code, output_close(&output, status == GG_OK));
    if (code == EXIT_PIPE)
        return code;

    if (gg_tally_actions(batch->tally, GG_ERROR) > 0)
        code = exit_worse(code, EXIT_UNDECIDED);
    warn_missing(batch, "no_client_id",
                 "give --client-id ID or set GRANTGATE_CLIENT_ID");
    warn_missing(batch, "no_redirect_uri",
                 "give --redirect-uri URI or set GRANTGATE_REDIRECT_URI");
    show_summary(batch, code != EXIT_RAN && code != EXIT_UNDECIDED);
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
    if (batch->facts)
        source_allow(&batch->facts_source, lockdown);
    return lock_down(batch, LOCKDOWN_WRITE);
}

int batch_run(struct batch *batch)
{
    struct gg_error err = {0};
    int code;

    if (stop_catch(&err) != 0) {
        note_failure(&err);
        return EXIT_USAGE;
    }
    code = settings_finish(&batch->settings);
    if (code == 0 && batch->is_fetching_allowed)
        code = api_open(&batch->settings, &batch->api, &batch->client);
    if (begin_lockdown(batch) != 0)
        return EXIT_USAGE;

    code = exit_worse(code, check_sources(batch));
    code = exit_worse(code, check_output(batch));
    code = exit_worse(code, folder_open(&batch->settings, &batch->policies));
    if (code == 0)
        code = open_facts(batch);
    return code == 0 ? evaluate(batch) : code;
}

void batch_free(struct batch *batch)
{
    size_t i;

    for (i = 0; i < batch->nsources; i++)
        source_close(&batch->sources[i]);
    free(batch->inputs);
    free(batch->sources);
    gg_tally_free(batch->tally);
    gg_facts_table_free(batch->table);
    gg_policies_free(batch->policies);
    gg_client_free(batch->client);
}
