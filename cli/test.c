/* SPDX-License-Identifier: MIT */
/* test.c - the command test: run the *_test.lua beside the policies. */
#include "lockdown.h"

#include <string.h>

#define LINE_BYTES 8192

struct counts {
    unsigned long ran;
    unsigned long failed;
};

/* Print @text so that no name turns into a directive ("# TODO"). */
static void print_name(const char *text)
{
    char clean[LINE_BYTES];
    const char *p;

    for (p = escape_terminal(clean, sizeof(clean), text); *p; p++) {
        if (*p == '#')
            putchar('\\');
        putchar(*p);
    }
}

/* Print a diagnostic line, in full: results can be long. */
static void print_detail(const char *label, const char *text)
{
    char clean[LINE_BYTES];
    char piece[LINE_BYTES / 4];

    if (!text)
        return;
    printf("#   %s", label);
    while (*text) {
        size_t len = strlen(text);
        size_t n = len < sizeof(piece) ? len : sizeof(piece) - 1;

        /* Not through the middle of a character. */
        while (n < len && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
            n--;
        if (n == 0)
            n = 1;
        memcpy(piece, text, n);
        piece[n] = '\0';
        fputs(escape_terminal(clean, sizeof(clean), piece), stdout);
        text += n;
    }
    putchar('\n');
}

/* gg_test_fn */
static void report(const struct gg_test_result *result, void *payload)
{
    struct counts *counts = payload;

    counts->ran++;
    printf("%s %lu - ", result->passed ? "ok" : "not ok", counts->ran);
    print_name(result->file);
    fputs(": ", stdout);
    print_name(result->name);
    putchar('\n');
    if (!result->passed) {
        counts->failed++;
        print_detail("", result->message);
        print_detail("expected: ", result->expected);
        print_detail("actual:   ", result->actual);
    }
    fflush(stdout);
}

static int conclude(const struct settings *settings,
                    const struct counts *counts)
{
    printf("1..%lu\n", counts->ran);
    if (counts->ran == 0) {
        note_error("no_tests", "no *_test.lua with a case in %s",
                   folder_path(settings));
        return EXIT_NO;
    }
    if (counts->failed > 0) {
        printf("# %lu of %lu failed\n", counts->failed, counts->ran);
        return EXIT_NO;
    }
    return EXIT_RAN;
}

static int run_tests(const struct settings *settings, gg_policies *policies)
{
    struct counts counts = {0};
    struct gg_error err;
    gg_status status = gg_policies_test(policies, folder_path(settings), NULL,
                                        report, &counts, &err);

    if (status == GG_OK)
        return conclude(settings, &counts);

    /* Whoever reads the results must not take them for all. */
    fputs("Bail out! ", stdout);
    print_name(err.message);
    putchar('\n');
    note_failure(&err);
    return EXIT_POLICIES;
}

static int test_run(const struct command *command, int argc, char **argv)
{
    struct settings settings = {.command = command};
    struct lockdown lockdown = {.settings = &settings};
    gg_policies *policies = NULL;
    int first = 0;
    int code = options_read(command, argc, argv, settings_take, &settings,
                            &first);

    if (code != OPTIONS_DONE)
        return code;
    code = folder_operand(&settings, argc - first, argv + first);
    if (code != 0)
        return code;

    settings_read_clock(&settings);
    lockdown_allow(&lockdown, LOCKDOWN_READ_LINKS, folder_path(&settings));
    code = lockdown_enter(&lockdown);
    if (code != 0)
        return code;
    code = folder_open(&settings, &policies);
    if (code == 0)
        code = run_tests(&settings, policies);
    gg_policies_free(policies);
    return code;
}

const struct command test_command = {
    "test",
    "run the tests beside the policies",
    "[DIR]",
    "Run each NAME_test.lua of the policy folder and print the outcomes as "
    "TAP (Test Anything Protocol).  A test file returns a list of cases: a "
    "grant or a connect request, and what is expected of the answer.",
    (const struct example[]){
        {"grantgate test", "the tests in ./policies"},
        {"grantgate test rules", "the tests in ./rules"},
        {"grantgate test rules | grep '^not ok'", "only what failed"},
        {"grantgate test && grantgate eval grants.ndjson",
         "evaluate only under policies that pass"},
        {0}},
    (const struct flag_group *const[]){&settings_folder_flags,
                                       &settings_safety_flags,
                                       &settings_general_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "every test passed"},
        {EXIT_NO, "a test failed, or there is none"},
        {EXIT_USAGE, "usage"},
        {EXIT_POLICIES, "a policy or a test file does not load"},
        {0}},
    test_run};
