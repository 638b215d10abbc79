/* SPDX-License-Identifier: MIT */
/* eval.c - the command eval: its flags and its words.  batch.c does it. */
#include "batch.h"

#include <string.h>

static const struct flag_group output_flags = {
    "Output",
    (const struct flag[]){
        {FLAG_OUTPUT, 'o', "output", "FILE",
         "records go to FILE; it is FILE.part until it is complete"},
        {FLAG_CHECKPOINT, 0, "checkpoint", "FILE",
         "with --output: when the run is interrupted, or killed, the same "
         "command goes on where FILE says; it is gone when all is done"},
        {FLAG_LINE_BUFFERED, 0, "line-buffered", NULL,
         "write each record as soon as it is its turn"},
        {FLAG_JOBS, 'j', "jobs", "N",
         "threads (default: one for each processor the process may use); the "
         "records are the same whatever N is"},
        {FLAG_TRACE, 0, "trace", NULL,
         "each record lists the layers asked and what they said"},
        {FLAG_SUMMARY, 0, "summary", NULL,
         "counts on standard error (default: if that is a terminal)"},
        {FLAG_NO_SUMMARY, 0, "no-summary", NULL, "no counts"},
        {FLAG_NO_PROGRESS, 0, "no-progress", NULL,
         "do not show how far it is (it is shown on a terminal, and under -v "
         "every 30 seconds)"},
        {0}}};

static const struct flag_group brake_flags = {
    "Brakes",
    (const struct flag[]){
        {FLAG_LIMIT, 0, "limit", "ACTION=N",
         "at most N, or N%, of the records may have ACTION; else exit 1, and "
         "FILE.part does not get its name.  More than N end the run at once; "
         "a share is judged at the end.  May be repeated"},
        {FLAG_FAIL_ON, 0, "fail-on", "ACTION[>N]",
         "exit 1 if any, or more than N or N%, of the records have ACTION; "
         "may be repeated"},
        {FLAG_MAX_ERRORS, 0, "max-errors", "N",
         "up to N, or N%, of the records may be errors without exit 4 "
         "(default: 0)"},
        {0}}};

static const struct flag_group fetch_flags = {
    "Fetching",
    (const struct flag[]){
        {FLAG_ALLOW_FETCH, 0, "allow-fetch", NULL,
         "let policies fetch other grants with grantgate.fetch(id), at most 4 "
         "for one question and within its time; needs the API key"},
        {0}}};

static int eval_take(void *self, int id, const char *value)
{
    struct batch *batch = self;
    int code;

    switch (id) {
    case FLAG_OUTPUT:
        batch->output = strcmp(value, "-") == 0 ? NULL : value;
        return 0;
    case FLAG_CHECKPOINT:
        batch->checkpoint.path = value;
        return 0;
    case FLAG_LINE_BUFFERED:
        batch->line_buffered = 1;
        return 0;
    case FLAG_NO_PROGRESS:
        batch->progress = GG_NO;
        return 0;
    case FLAG_FAIL_ON:
    case FLAG_LIMIT:
    case FLAG_MAX_ERRORS:
        return brakes_take(&batch->brakes, &eval_command, id, value);
    case FLAG_JOBS:
        return number_take(&eval_command, "jobs", value, number_plain, JOBS_MAX,
                           &batch->jobs);
    case FLAG_TRACE:
        batch->trace = 1;
        return 0;
    case FLAG_SUMMARY:
        batch->summary = GG_YES;
        return 0;
    case FLAG_NO_SUMMARY:
        batch->summary = GG_NO;
        return 0;
    case FLAG_ALLOW_FETCH:
        batch->is_fetching_allowed = 1;
        return 0;
    default:
        code = input_take(&batch->input, id, value);
        if (code == OPTIONS_DONE)
            code = api_take(&batch->settings, &batch->api, id, value);
        return code == OPTIONS_DONE ? settings_take(&batch->settings, id, value)
                                    : code;
    }
}

static int eval_run(const struct command *command, int argc, char **argv)
{
    struct batch batch = {.settings = {.command = command},
                          .input = {.command = command}};
    int first = 0;
    int code = options_read(command, argc, argv, eval_take, &batch, &first);

    if (code != OPTIONS_DONE)
        return code;
    if (batch.api.was_told && !batch.is_fetching_allowed)
        return note_usage(command, "flags about requests, such as "
                                   "--api-key-file, go with --allow-fetch");
    code = input_name(&batch.input, argv + first, (size_t)(argc - first));
    if (code == 0)
        code = batch_run(&batch);
    batch_free(&batch);
    return code;
}

const struct command eval_command = {
    "eval",
    "grants in, one record out per grant, in order",
    "[FILE...|-]",
    "Ask the policies what to do with each grant and print one JSON record "
    "on one line for each.  A FILE whose name ends in .json is one document: "
    "a grant, or an answer of the API with one or a list of them; any other "
    "FILE, and standard input, holds one on each line.  Either may be packed "
    "with gzip or zstd.  A grant may come in "
    "an envelope: {\"grant\": {...}, \"tenant\": \"acme\", \"send_error\": "
    "\"...\"}.",
    (const struct example[]){
        {"grantgate eval grants.ndjson",
         "one record for each grant, under ./policies"},
        {"grantgate eval -p rules -t acme -o records.ndjson grants.json",
         "an answer of the API, all of it tenant acme's; records.ndjson "
         "appears when it is complete"},
        {"grantgate eval --facts sent.ndjson --summary grants.ndjson",
         "with what the application knows of its own sends"},
        {"grantgate eval --tenant-from workspace_id grants.ndjson.gz",
         "the grants name their tenant themselves"},
        {"grantgate eval -o records.ndjson --checkpoint run.ck grants.ndjson",
         "a long run: after an interruption, the same again goes on"},
        {"grantgate eval -o records.ndjson --limit reauth=1% grants.ndjson",
         "records.ndjson appears only if few owners are to sign in again"},
        {"grantgate eval grants.ndjson | grep '\"action\":\"reauth\"'",
         "whom to ask to sign in again"},
        {0}},
    (const struct flag_group *const[]){
        &settings_folder_flags, &settings_question_flags, &input_flags,
        &output_flags, &brake_flags, &settings_application_flags,
        &settings_place_flags, &settings_limit_flags, &fetch_flags, &api_flags,
        &settings_safety_flags, &settings_general_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "every grant was decided"},
        {EXIT_NO, "a brake: --limit or --fail-on"},
        {EXIT_USAGE, "usage, configuration, input or output"},
        {EXIT_POLICIES, "the policies do not load; no record was written"},
        {EXIT_UNDECIDED, "some records have \"action\":\"error\", more than "
                         "--max-errors allows"},
        {EXIT_RESUMABLE, "interrupted; run the same again to go on"},
        {EXIT_INTERRUPTED, "interrupted; what was done is written"},
        {0}},
    eval_run};
