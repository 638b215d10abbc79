/* SPDX-License-Identifier: MIT */
/* check.c - the command check: what does not load, and what looks wrong. */
#include "lockdown.h"

#include <string.h>

#define LINE_BYTES 4096

struct check {
    struct settings settings;
    int is_json;
    int is_strict;
    unsigned long errors;
    unsigned long findings;
};

static void print_json(const struct gg_finding *finding)
{
    putchar('{');
    if (finding->file) {
        fputs("\"file\":", stdout);
        escape_json(stdout, finding->file);
        printf(",\"line\":%d,", finding->line);
    }
    printf("\"level\":\"%s\",\"name\":",
           finding->is_error ? "error" : "finding");
    escape_json(stdout, finding->name);
    fputs(",\"message\":", stdout);
    escape_json(stdout, finding->message);
    fputs("}\n", stdout);
}

static void print_text(const struct gg_finding *finding)
{
    char clean[LINE_BYTES];

    if (finding->file)
        printf("%s:%d: ", escape_terminal(clean, sizeof(clean), finding->file),
               finding->line);
    printf("%s: ", finding->name);
    puts(escape_terminal(clean, sizeof(clean), finding->message));
}

/* gg_finding_fn */
static void report(const struct gg_finding *finding, void *payload)
{
    struct check *check = payload;

    if (finding->is_error)
        check->errors++;
    else
        check->findings++;
    if (check->is_json)
        print_json(finding);
    else
        print_text(finding);
}

/* option_fn */
static int take(void *self, int id, const char *value)
{
    struct check *check = self;

    switch (id) {
    case FLAG_FORMAT:
        check->is_json = strcmp(value, "json") == 0;
        if (!check->is_json && strcmp(value, "text") != 0)
            return note_usage(check->settings.command,
                              "--format is text or json, not '%s'", value);
        return 0;
    case FLAG_STRICT:
        check->is_strict = 1;
        return 0;
    default:
        return settings_take(&check->settings, id, value);
    }
}

/* What the host offers is part of whether a set loads. */
static struct gg_policies_options load_options(const struct settings *settings)
{
    const struct gg_policies_options options = {
        .functions = settings->functions, .nfunctions = settings->nfunctions};

    return options;
}

/* What -v tells, if there is a set to tell of. */
static void headline(const struct settings *settings)
{
    const struct gg_policies_options options = load_options(settings);
    gg_policies *policies = NULL;

    if (gg_policies_open(folder_path(settings), &options, &policies, NULL) ==
        GG_OK)
        folder_headline(stderr, settings, policies);
    gg_policies_free(policies);
}

static int look(struct check *check)
{
    const char *folder = folder_path(&check->settings);
    const struct gg_policies_options options = load_options(&check->settings);
    struct gg_error err;
    gg_status status = gg_policies_check(folder, &options, report, check, &err);

    if (status != GG_OK && check->errors == 0) { /* none was reported */
        note_failure(&err);
        if (!check->settings.policies && status == GG_EIO)
            note_hint("name a policy folder with --policies DIR");
        return EXIT_POLICIES;
    }
    if (status != GG_OK) {
        note_aside(&check->settings, "%lu error%s in %s: it does not load",
                   check->errors, check->errors == 1 ? "" : "s", folder);
        return EXIT_POLICIES;
    }
    note_aside(&check->settings, "%lu finding%s in %s", check->findings,
               check->findings == 1 ? "" : "s", folder);
    return check->is_strict && check->findings > 0 ? EXIT_NO : EXIT_RAN;
}

static int check_run(const struct command *command, int argc, char **argv)
{
    struct check check = {.settings = {.command = command}};
    struct lockdown lockdown = {.settings = &check.settings};
    int first = 0;
    int code = options_read(command, argc, argv, take, &check, &first);

    if (code != OPTIONS_DONE)
        return code;
    code = folder_operand(&check.settings, argc - first, argv + first);
    if (code != 0)
        return code;
    settings_read_clock(&check.settings);
    lockdown_allow(&lockdown, LOCKDOWN_READ_LINKS,
                   folder_path(&check.settings));
    code = lockdown_enter(&lockdown);
    if (code != 0)
        return code;
    if (check.settings.is_verbose)
        headline(&check.settings);
    return look(&check);
}

static const struct flag_group check_flags = {
    "Check",
    (const struct flag[]){
        {FLAG_FORMAT, 0, "format", "text|json",
         "one finding on a line: FILE:LINE: NAME: MESSAGE (the default), or "
         "a JSON object"},
        {FLAG_STRICT, 0, "strict", NULL, "exit with 1 if there is a finding"},
        {0}}};

const struct command check_command = {
    "check",
    "look for mistakes in the policies",
    "[DIR]",
    "Load every file of the policy folder and tell of each that does not, "
    "not only of the first; or, if all load, of what is likely to be a "
    "mistake: a rule that is never reached, a sign-in that is asked for again "
    "and again, a grant that nobody has an opinion on, a file without tests. "
    "The policy guide lists what is looked for.\n\n"
    "Rules made of data are understood; of a function only that it may "
    "answer.",
    (const struct example[]){
        {"grantgate check", "look at ./policies"},
        {"grantgate check --strict rules && grantgate test rules",
         "what a continuous integration runs"},
        {"grantgate check --format json rules", "for an editor"},
        {"grantgate check --host-function plan --host-function is_paid rules",
         "policies for a program that offers these two"},
        {0}},
    (const struct flag_group *const[]){
        &check_flags, &settings_folder_flags, &settings_host_flags,
        &settings_safety_flags, &settings_general_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "everything loads; there may be findings"},
        {EXIT_NO, "there are findings, with --strict"},
        {EXIT_USAGE, "usage"},
        {EXIT_POLICIES, "a policy or a test file does not load"},
        {0}},
    check_run};
