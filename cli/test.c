/* SPDX-License-Identifier: MIT */
/* test.c - the command test: run the *_test.lua beside the policies. */
#include "lockdown.h"
#include "show.h"

#include <string.h>

struct test {
    struct settings settings;
    struct gg_test_options options;
    const struct outcome_format *format;
    struct outcomes outcomes;
    struct coverage coverage;
    int has_coverage;
    int64_t threshold; /* percent; 0: none */
};

static const struct flag_group test_flags = {
    "Tests",
    (const struct flag[]){
        {FLAG_RUN, 0, "run", "PATTERN",
         "only the tests whose line, \"FILE: NAME\", holds PATTERN or, where "
         "PATTERN has a *, matches it"},
        {FLAG_FORMAT, 0, "format", "tap|junit", "(default: tap)"},
        {FLAG_COVERAGE, 0, "coverage", NULL,
         "list every rule, and every function or table that stands for rules, "
         "and how often it answered"},
        {FLAG_THRESHOLD, 0, "threshold", "N",
         "fail unless N percent of these answered at least once"},
        {0}}};

static int test_take(void *self, int id, const char *value)
{
    struct test *test = self;
    int is_junit = 0;
    int code;

    switch (id) {
    case FLAG_RUN:
        test->options.pattern = value;
        return 0;
    case FLAG_FORMAT:
        code = format_take(test->settings.command, value, "tap", "junit",
                           &is_junit);
        test->format = is_junit ? &junit_format : &tap_format;
        return code;
    case FLAG_COVERAGE:
        test->has_coverage = 1;
        return 0;
    case FLAG_THRESHOLD:
        return number_take(test->settings.command, "threshold", value,
                           number_plain, 100, &test->threshold);
    default:
        return settings_take(&test->settings, id, value);
    }
}

/* gg_test_fn */
static void report(const struct gg_test_result *result, void *payload)
{
    struct test *test = payload;

    coverage_add(&test->coverage, result->explanation);
    test->format->report(&test->outcomes, result);
}

/* Tell which rules answered.  An exit code. */
static int tell_coverage(const struct test *test, const gg_policies *policies)
{
    const struct coverage *coverage = &test->coverage;
    size_t hits = coverage_hits(coverage);
    size_t percent = coverage->nrules > 0 ? hits * 100 / coverage->nrules : 100;
    FILE *stream = test->format == &tap_format ? stdout : stderr;

    if (test->has_coverage) {
        fprintf(stream, "# %zu of %zu rules answered in a test (%zu %%)\n",
                hits, coverage->nrules, percent);
        coverage_print(stream, "#   ", coverage, policies);
    }
    if ((int64_t)percent >= test->threshold)
        return EXIT_RAN;
    note_error("coverage",
               "%zu of %zu rules answered in a test: %zu %%, and "
               "--threshold is %lld",
               hits, coverage->nrules, percent, (long long)test->threshold);
    return EXIT_NO;
}

static int conclude(const struct test *test, const gg_policies *policies)
{
    int code = tell_coverage(test, policies);

    if (test->outcomes.ran == 0) {
        note_error("no_tests", "no *_test.lua with %s in %s",
                   test->options.pattern ? "a case that --run matches"
                                         : "a case",
                   folder_path(&test->settings));
        return EXIT_NO;
    }
    return test->outcomes.failed > 0 ? EXIT_NO : code;
}

static int run_tests(struct test *test, gg_policies *policies)
{
    struct gg_error err;
    gg_status status;

    if (coverage_open(&test->coverage, policies) != 0) {
        note_error("out_of_memory", "no memory for the counts");
        return EXIT_USAGE;
    }
    test->format->begin(&test->outcomes);
    status = gg_policies_test(policies, folder_path(&test->settings),
                              &test->options, report, test, &err);
    test->format->end(&test->outcomes, status == GG_OK ? NULL : err.message);
    if (status == GG_OK)
        return conclude(test, policies);
    note_failure(&err);
    return EXIT_POLICIES;
}

static int test_run(const struct command *command, int argc, char **argv)
{
    struct test test = {.settings = {.command = command},
                        .format = &tap_format};
    struct settings *settings = &test.settings;
    struct lockdown lockdown = {.settings = settings};
    gg_policies *policies = NULL;
    int first = 0;
    int code = options_read(command, argc, argv, test_take, &test, &first);

    if (code != OPTIONS_DONE)
        return code;
    code = folder_operand(settings, argc - first, argv + first);
    if (code != 0)
        return code;

    settings_read_clock(settings);
    lockdown_allow(&lockdown, LOCKDOWN_READ_LINKS, folder_path(settings));
    code = lockdown_enter(&lockdown);
    if (code != 0)
        return code;
    code = folder_open(settings, &policies);
    if (code == 0)
        code = run_tests(&test, policies);
    coverage_free(&test.coverage);
    gg_policies_free(policies);
    return code;
}

const struct command test_command = {
    "test",
    "run the tests beside the policies",
    "[DIR]",
    "Run each NAME_test.lua of the policy folder and print the outcomes as "
    "TAP (Test Anything Protocol).  A test file returns a list of cases: a "
    "grant or a connect request, and what is expected of the answer.  A test "
    "that fails shows what was expected beside what was answered, and the "
    "layers that were asked.",
    (const struct example[]){
        {"grantgate test", "the tests in ./policies"},
        {"grantgate test rules", "the tests in ./rules"},
        {"grantgate test rules | grep '^not ok'", "only what failed"},
        {"grantgate test --run acme",
         "only the tests of tenants/acme_test.lua"},
        {"grantgate test --coverage --threshold 90",
         "which rules no test makes answer; fail if there are many"},
        {"grantgate test --format junit >tests.xml",
         "for a server that reads JUnit's format"},
        {"grantgate test && grantgate eval grants.ndjson",
         "evaluate only under policies that pass"},
        {0}},
    (const struct flag_group *const[]){
        &settings_folder_flags, &test_flags, &settings_host_flags,
        &settings_safety_flags, &settings_general_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "every test passed"},
        {EXIT_NO, "a test failed, there is none, or fewer rules answered than "
                  "--threshold asks for"},
        {EXIT_USAGE, "usage"},
        {EXIT_POLICIES, "a policy or a test file does not load"},
        {0}},
    test_run};
