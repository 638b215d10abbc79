/* SPDX-License-Identifier: MIT */
/*
 * diff.c - the command diff: the same grants under two policy sets.
 *
 * Changes are shown as they are found; only the counts are kept.
 */
#include "input.h"
#include "show.h"

#include <stdlib.h>
#include <string.h>

struct diff {
    struct settings settings; /* of OLD */
    struct settings other;    /* of NEW */
    struct lockdown lockdown;
    struct input input;
    const char *path; /* -o */
    int64_t jobs;
    int is_stat;
    int is_json;
    int has_exit_code;
    int only[2]; /* before, after: an action, or ANY */

    gg_policies *before;
    gg_policies *after;
    struct matrix matrix;
    uint64_t nshown;
    uint64_t nerrors;
    uint64_t nlinkless; /* that have no link for want of an application */
    struct output output;
    FILE *stream; /* into `text` */
    char *text;
    size_t len;
};

#define ANY (-1)

static const struct flag_group diff_flags = {
    "Differences",
    (const struct flag[]){
        {FLAG_STAT, 0, "stat", NULL, "only the counts, no line for a grant"},
        {FLAG_ONLY, 0, "only", "BEFORE..AFTER",
         "only grants whose action changed like this, e.g. accept..reauth; "
         "either may be left out or *; the counts are of all"},
        {FLAG_EXIT_CODE, 0, "exit-code", NULL,
         "exit status 1 if there is a difference (of those --only names)"},
        {FLAG_FORMAT, 0, "format", "text|json",
         "lines for people, or a JSON object on each line and one with "
         "`summary` at the end (default: text)"},
        {FLAG_OUTPUT, 'o', "output", "FILE",
         "all of it goes to FILE; it is FILE.part until it is complete"},
        {FLAG_JOBS, 'j', "jobs", "N",
         "threads (default: one for each processor); the differences are the "
         "same whatever N is"},
        {0}}};

/* Read the @len letters at @name: 0, or -1 for no action. */
static int read_action(const char *name, size_t len, int *action)
{
    int i;

    *action = ANY;
    if (len == 0 || (len == 1 && name[0] == '*'))
        return 0;
    for (i = 0; i < GG_ACTION_COUNT; i++) {
        const char *known = gg_action_name((enum gg_action)i);

        if (strlen(known) == len && memcmp(known, name, len) == 0) {
            *action = i;
            return 0;
        }
    }
    return -1;
}

static int take_only(struct diff *diff, const char *value)
{
    const char *dots = strstr(value, "..");

    if (dots &&
        read_action(value, (size_t)(dots - value), &diff->only[0]) == 0 &&
        read_action(dots + 2, strlen(dots + 2), &diff->only[1]) == 0)
        return 0;
    return note_usage(diff->settings.command,
                      "option '--only' is like accept..reauth, with accept, "
                      "reauth, repair, defer, reject, error or * on either "
                      "side; not '%s'",
                      value);
}

static int diff_take(void *self, int id, const char *value)
{
    struct diff *diff = self;
    int code;

    switch (id) {
    case FLAG_STAT:
        diff->is_stat = 1;
        return 0;
    case FLAG_ONLY:
        return take_only(diff, value);
    case FLAG_EXIT_CODE:
        diff->has_exit_code = 1;
        return 0;
    case FLAG_FORMAT:
        return format_take(diff->settings.command, value, "text", "json",
                           &diff->is_json);
    case FLAG_OUTPUT:
        diff->path = strcmp(value, "-") == 0 ? NULL : value;
        return 0;
    case FLAG_JOBS:
        return number_take(diff->settings.command, "jobs", value, number_plain,
                           JOBS_MAX, &diff->jobs);
    default:
        code = input_take(&diff->input, id, value);
        return code == OPTIONS_DONE ? settings_take(&diff->settings, id, value)
                                    : code;
    }
}

/* --- the run --- */

static gg_status out_of_memory(struct gg_error *err)
{
    err->status = GG_ENOMEM;
    snprintf(err->message, sizeof(err->message), "out of memory");
    return GG_ENOMEM;
}

/* Pass on what was printed to the stream. */
static gg_status pass_on(struct diff *diff, struct gg_error *err)
{
    gg_status status;

    if (fflush(diff->stream) != 0 || ferror(diff->stream))
        return out_of_memory(err);
    status = output_write(&diff->output, diff->text, diff->len, err);
    rewind(diff->stream);
    return status;
}

static int is_wanted(const struct diff *diff, const struct gg_pair *pair)
{
    return pair->fields[0] &&
           (diff->only[0] == ANY ||
            diff->only[0] == (int)pair->before->action) &&
           (diff->only[1] == ANY || diff->only[1] == (int)pair->after->action);
}

/* Whether there is no link to compare because nobody said which application
 * it is for. */
static int is_linkless(const struct gg_decision *decision)
{
    const char *why = decision->auth_url_missing;

    return why && (strcmp(why, "no_client_id") == 0 ||
                   strcmp(why, "no_redirect_uri") == 0);
}

/* gg_pair_fn */
static gg_status take_pair(void *payload, const struct gg_pair *pair,
                           struct gg_error *err)
{
    struct diff *diff = payload;

    if (matrix_add(&diff->matrix, pair) != 0)
        return out_of_memory(err);
    diff->nerrors += pair->before->action == GG_ERROR ||
                     pair->after->action == GG_ERROR;
    diff->nlinkless += is_linkless(pair->before) || is_linkless(pair->after);
    if (!is_wanted(diff, pair))
        return GG_OK;
    diff->nshown++;
    if (diff->is_stat)
        return GG_OK;
    if (!diff->is_json)
        change_print(diff->stream, pair);
    else if (change_json(diff->stream, pair, err) != GG_OK)
        return err->status;
    return pass_on(diff, err);
}

static gg_status summarise(struct diff *diff, struct gg_error *err)
{
    struct json line = {diff->stream, 0};
    struct json summary = {diff->stream, 0};

    if (diff->is_json) {
        json_key(&line, "summary");
        matrix_members(&summary, &diff->matrix);
        json_end(&summary);
        json_end(&line);
        fputc('\n', diff->stream);
    } else {
        if (diff->nshown > 0 && !diff->is_stat)
            fputc('\n', diff->stream);
        matrix_print(diff->stream, &diff->matrix,
                     !diff->path && colour_is_welcome(stdout));
    }
    return pass_on(diff, err);
}

/* Compare all, and count.  An exit code. */
static int compare(struct diff *diff)
{
    struct gg_pipeline pipeline = {.policies = diff->before,
                                   .compare = diff->after,
                                   .jobs = (unsigned)diff->jobs,
                                   .pair = take_pair,
                                   .pair_payload = diff};
    struct gg_error err = {0};
    struct gg_error cut = {0};
    gg_status status;
    gg_status told = GG_OK;
    int code = EXIT_RAN;

    input_fill(&diff->input, &diff->settings, &pipeline);
    status = gg_pipeline_run(&pipeline, NULL, &err);
    if (!diff->output.is_broken_pipe)
        told = summarise(diff, &cut);
    if (status == GG_EINTERRUPTED) {
        note_error("interrupted", "stopped by a signal; the counts are of "
                                  "what was compared");
        code = EXIT_INTERRUPTED;
    } else if (!diff->output.is_broken_pipe &&
               (status != GG_OK || told != GG_OK)) {
        note_failure(status != GG_OK ? &err : &cut);
        code = EXIT_USAGE;
    }
    code = exit_worse(
        code, output_close(&diff->output, status == GG_OK && told == GG_OK));
    if (diff->nlinkless > 0 && code == EXIT_RAN)
        note_warning(&diff->settings,
                     "the sign-in links of %llu %s not compared: give "
                     "--client-id and --redirect-uri",
                     (unsigned long long)diff->nlinkless,
                     diff->nlinkless == 1 ? "grant are" : "grants are");
    if (diff->nerrors > 0)
        code = exit_worse(code, EXIT_UNDECIDED);
    if (diff->has_exit_code && diff->nshown > 0)
        code = exit_worse(code, EXIT_NO);
    return code;
}

/* Load both sets.  A tenant that one of them knows is known. */
static int open_folders(struct diff *diff)
{
    const char *tenant = diff->settings.tenant;
    int code;

    diff->settings.tenant = NULL;
    diff->other.tenant = NULL;
    code = folder_open(&diff->settings, &diff->before);
    code = exit_worse(code, folder_open(&diff->other, &diff->after));
    diff->settings.tenant = tenant;
    diff->other.tenant = tenant;
    if (code == 0 && tenant && !gg_policies_has_tenant(diff->before, tenant))
        code = folder_check_tenant(&diff->other, diff->after);
    return code;
}

/* Keep the grants to read, and the folder of the output for @use. */
static int lock_down(struct diff *diff, enum lockdown_use use)
{
    input_allow(&diff->input, &diff->lockdown);
    if (diff->path)
        lockdown_allow(&diff->lockdown, use, diff->path);
    return lockdown_enter(&diff->lockdown);
}

/* Give up what is not needed, before anything is read that others wrote. */
static int begin_lockdown(struct diff *diff)
{
    diff->lockdown.settings = &diff->settings;
    lockdown_allow(&diff->lockdown, LOCKDOWN_READ_LINKS,
                   diff->settings.policies);
    lockdown_allow(&diff->lockdown, LOCKDOWN_READ_LINKS, diff->other.policies);
    return lock_down(diff, LOCKDOWN_WRITE);
}

static int run(struct diff *diff, int argc, char **argv)
{
    struct gg_error err = {0};
    int first = 0;
    int code = options_read(diff->settings.command, argc, argv, diff_take, diff,
                            &first);

    if (code != OPTIONS_DONE)
        return code;
    if (argc - first < 2)
        return note_usage(diff->settings.command,
                          "name two policy folders, the old and the new one");
    code = input_name(&diff->input, argv + first + 2,
                      (size_t)(argc - first - 2));
    if (code == 0 && stop_catch(&err) != 0) {
        note_failure(&err);
        code = EXIT_USAGE;
    }
    if (code != 0)
        return code;
    diff->settings.policies = argv[first];
    diff->jobs = processors(diff->jobs); /* while that can be read */
    code = settings_finish(&diff->settings);
    settings_read_clock(&diff->settings);
    diff->other = diff->settings;
    diff->other.policies = argv[first + 1];
    if (begin_lockdown(diff) != 0)
        return EXIT_USAGE;
    code = exit_worse(code, input_check(&diff->input));
    code = exit_worse(code, input_check_output(&diff->input, diff->path));
    code = exit_worse(code, open_folders(diff));
    if (code == 0)
        code = input_open_facts(&diff->input);
    diff->output.is_live = input_is_live(&diff->input);
    if (code == 0)
        code = output_open(&diff->output, diff->path);
    if (code == 0)
        code = lock_down(diff, LOCKDOWN_RENAME);
    if (code != 0)
        return code;
    diff->stream = open_memstream(&diff->text, &diff->len);
    if (diff->stream)
        return compare(diff);
    note_error("out_of_memory", "no memory for the output");
    return exit_worse(EXIT_USAGE, output_close(&diff->output, 0));
}

static int diff_run(const struct command *command, int argc, char **argv)
{
    struct diff diff = {.settings = {.command = command},
                        .input = {.command = command},
                        .only = {ANY, ANY}};
    int code = run(&diff, argc, argv);

    if (diff.stream)
        fclose(diff.stream);
    free(diff.text);
    matrix_free(&diff.matrix);
    input_free(&diff.input);
    gg_policies_free(diff.before);
    gg_policies_free(diff.after);
    return code;
}

const struct command diff_command = {
    "diff",
    "the decisions that change between two policy folders",
    "OLD NEW [FILE...|-]",
    "Decide about the same grants under two policy folders, in one pass, and "
    "print a line for each grant whose record would be another: what was "
    "decided by which rule, before and after, and in which fields the records "
    "differ.  That another layer or rule decides the same is no difference.  "
    "At the end, counts: what became of each action, by tenant and provider.",
    (const struct example[]){
        {"grantgate diff policies policies.new grants.ndjson",
         "what the new policies would change"},
        {"grantgate diff policies policies.new --stat grants.ndjson",
         "only how much"},
        {"grantgate diff policies policies.new --only accept..reauth "
         "grants.ndjson",
         "who would be asked to sign in again, and is not now"},
        {"grantgate diff policies policies.new --only '*..reject' "
         "--exit-code \\\n"
         "    --stat grants.ndjson",
         "exit status 1 if anything else would be rejected"},
        {"grantgate diff policies policies.new --format json grants.ndjson",
         "the whole records, before and after"},
        {0}},
    (const struct flag_group *const[]){
        &diff_flags, &settings_question_flags, &input_flags,
        &settings_application_flags, &settings_place_flags,
        &settings_limit_flags, &settings_safety_flags, &settings_general_flags,
        NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "ran"},
        {EXIT_NO, "ran, there are differences, and --exit-code was given"},
        {EXIT_USAGE, "usage, configuration, input or output"},
        {EXIT_POLICIES, "one of the folders does not load"},
        {EXIT_UNDECIDED, "ran, but some grants could not be decided about, "
                         "before or after"},
        {EXIT_INTERRUPTED, "interrupted; the counts are of what was compared"},
        {0}},
    diff_run};
