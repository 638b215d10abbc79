/* SPDX-License-Identifier: MIT */
/* report.c - the command report: one HTML page about a batch. */
#include "report.h"
#include "input.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct report {
    struct settings settings;
    struct lockdown lockdown;
    struct input input;
    const char *path; /* -o */
    struct report_counts counts;
    struct progress progress;
    struct output output;
};

static const struct flag_group report_flags = {
    "Output",
    (const struct flag[]){
        {FLAG_OUTPUT, 'o', "output", "FILE",
         "the page goes to FILE; it is FILE.part until it is complete"},
        {0}}};

static int report_take(void *self, int id, const char *value)
{
    struct report *report = self;

    if (id != FLAG_OUTPUT)
        return settings_take(&report->settings, id, value);
    report->path = strcmp(value, "-") == 0 ? NULL : value;
    return 0;
}

/* --- the run --- */

/* gg_record_fn */
static gg_status take_record(const struct gg_record *record, void *payload,
                             struct gg_error *err)
{
    struct report *report = payload;

    (void)err;
    report_counts_add(&report->counts, record);
    if (progress_is_due(&report->progress))
        progress_show(&report->progress, "%" PRIu64 " records",
                      report->counts.all.total);
    return GG_OK;
}

static gg_status out_of_memory(struct gg_error *err)
{
    err->status = GG_ENOMEM;
    snprintf(err->message, sizeof(err->message), "out of memory");
    return GG_ENOMEM;
}

static gg_status read_all(struct report *report, struct gg_error *err)
{
    const struct gg_stop stop = {.is_asked = stop_is_asked};
    gg_status status;

    if (report_counts_open(&report->counts) != 0)
        return out_of_memory(err);
    progress_start(&report->progress, &report->settings, GG_UNSET);
    status = gg_records_read(report->input.inputs, report->input.nsources,
                             &stop, take_record, report, err);
    progress_end(&report->progress);
    if (status == GG_OK && report_counts_finish(&report->counts) != 0)
        return out_of_memory(err);
    return status;
}

static gg_status write_page(struct report *report, struct gg_error *err)
{
    char *text = NULL;
    size_t len = 0;
    FILE *page = open_memstream(&text, &len);
    gg_status status = GG_OK;

    if (!page)
        return out_of_memory(err);
    if (report_page(page, &report->counts, report->input.inputs,
                    report->input.nsources) != 0)
        status = out_of_memory(err);
    if (fclose(page) != 0 && status == GG_OK)
        status = out_of_memory(err);
    if (status == GG_OK)
        status = output_write(&report->output, text, len, err);
    free(text);
    return status;
}

/* Read all, then write the page.  An exit code. */
static int make(struct report *report)
{
    struct gg_error err = {0};
    gg_status status = read_all(report, &err);
    uint64_t nbad = report->counts.bad.count;
    int code = EXIT_RAN;

    if (status == GG_OK)
        status = write_page(report, &err);
    if (status == GG_EINTERRUPTED) {
        note_error("interrupted", "stopped by a signal; there is no report");
        code = EXIT_INTERRUPTED;
    } else if (status != GG_OK && !report->output.is_broken_pipe) {
        note_failure(&err);
        code = EXIT_USAGE;
    }
    if (status != GG_OK && !report->output.is_broken_pipe) {
        output_drop(&report->output);
        return code;
    }
    code = exit_worse(code, output_close(&report->output, 1));
    if (nbad > 0) {
        note_error("invalid_record",
                   "%" PRIu64 " %s; the report says which comes first", nbad,
                   nbad == 1 ? "line is no record" : "lines are no records");
        code = exit_worse(code, EXIT_UNDECIDED);
    }
    return code;
}

/* --- the command --- */

/* Keep the records to read, and the folder of the page for @use. */
static int lock_down(struct report *report, enum lockdown_use use)
{
    report->lockdown.settings = &report->settings;
    input_allow(&report->input, &report->lockdown);
    if (report->path)
        lockdown_allow(&report->lockdown, use, report->path);
    return lockdown_enter(&report->lockdown);
}

static int run(struct report *report, int argc, char **argv)
{
    struct gg_error err = {0};
    int first = 0;
    int code = options_read(&report_command, argc, argv, report_take, report,
                            &first);

    if (code != OPTIONS_DONE)
        return code;
    code = input_name(&report->input, argv + first, (size_t)(argc - first));
    if (code == 0 && stop_catch(&err) != 0) {
        note_failure(&err);
        code = EXIT_USAGE;
    }
    if (code == 0)
        code = lock_down(report, LOCKDOWN_WRITE);
    if (code == 0)
        code = input_check(&report->input);
    if (code == 0)
        code = input_check_output(&report->input, report->path);
    if (code == 0)
        code = output_open(&report->output, report->path);
    if (code == 0)
        code = lock_down(report, LOCKDOWN_RENAME);
    return code == 0 ? make(report) : code;
}

static int report_run(const struct command *command, int argc, char **argv)
{
    struct report report = {.settings = {.command = command},
                            .input = {.command = command, .of = "records"}};
    int code = run(&report, argc, argv);

    report_counts_close(&report.counts);
    input_free(&report.input);
    return code;
}

const struct command report_command = {
    "report",
    "one HTML page about a batch",
    "[RECORDS...|-]",
    "Read the records of eval and write a page that shows what they come to: "
    "decisions by action, provider and tenant, which tenants have incomplete "
    "grants and what is missing, reasons, errors with examples, and the first "
    "1,000 sign-in links to copy.  The page is one file: it loads nothing, "
    "runs no script, suits light and dark screens, and prints.  It holds "
    "sign-in links: keep it as you keep the records.",
    (const struct example[]){
        {"grantgate report decisions.ndjson -o report.html",
         "the page about a run of eval"},
        {"grantgate eval grants.ndjson | grantgate report -o report.html",
         "the same without keeping the records"},
        {"grantgate report monday/*.ndjson.gz -o monday.html",
         "several files, packed or not, as one batch"},
        {0}},
    (const struct flag_group *const[]){&report_flags, &settings_safety_flags,
                                       &settings_general_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "the page is written, whatever the records say"},
        {EXIT_USAGE, "usage, input or output"},
        {EXIT_UNDECIDED, "the page is written, but some lines are no records; "
                         "it counts them and shows the first"},
        {EXIT_INTERRUPTED, "interrupted; there is no page"},
        {0}},
    report_run};
