/* SPDX-License-Identifier: MIT */
/* check_test.c - running the tests that stand beside policies. */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <string.h>

static const char policy[] =
    "return { connect = { smtp_required = true, scope = { 'a' } }, evaluate = "
    "{ rule { 'smtp', when = { smtp = 'incomplete' }, reauth { reason = "
    "'smtp_missing', notify = 'owner', data = { n = 1, list = { 1, 2 } } } }, "
    "rule { 'boom', when = { state = 'boom' }, function() error 'no' end }, "
    "rule { 'time', when = 'always', function(g) return defer { reason = 'x', "
    "after = 60, data = { now = now(), context = g.context, tenant = g.tenant, "
    "email = g.email, id = g.id } } end } } }";

/* What was reported: "file|name|passed|message\n". */
static char report[4096];
static struct gg_test_options options;
static struct gg_policies_options loading;
static char fields[1024]; /* of the last failure: "name=expected/actual " */
static char expected[256];
static char actual[512];

static void take_fields(const struct gg_test_result *result)
{
    size_t i;

    fields[0] = '\0';
    for (i = 0; i < result->nfields; i++) {
        const struct gg_test_field *field = &result->fields[i];
        size_t len = strlen(fields);

        snprintf(fields + len, sizeof(fields) - len, "%s%s%s/%s ", field->name,
                 field->is_same ? "=" : "!", field->expected,
                 field->actual ? field->actual : "-");
    }
    for (i = 0; i < result->explanation->nsteps; i++) {
        const struct gg_step *step = &result->explanation->steps[i];
        size_t len = strlen(fields);

        snprintf(fields + len, sizeof(fields) - len, "%s:%s ",
                 step->rule ? step->rule->where : step->policy, step->answer);
    }
}

static void take_report(const struct gg_test_result *result, void *payload)
{
    size_t len = strlen(report);

    ck_assert_ptr_eq(payload, report);
    ck_assert_ptr_nonnull(result->name);
    ck_assert(!result->passed == !!result->message);
    ck_assert_ptr_nonnull(result->explanation);
    ck_assert(!result->expected == !result->actual);
    snprintf(report + len, sizeof(report) - len, "%s|%s|%d|%s\n", result->file,
             result->name, result->passed,
             result->message ? result->message : "");
    take_fields(result);
    snprintf(expected, sizeof(expected), "%s",
             result->expected ? result->expected : "");
    snprintf(actual, sizeof(actual), "%s",
             result->actual ? result->actual : "");
}

static gg_status run(const struct policy_file *files, struct gg_error *err)
{
    gg_policies *policies = NULL;
    gg_status status;
    char folder[64];

    report[0] = '\0';
    policy_folder_write(files, folder);
    status = gg_policies_open(folder, &loading, &policies, err);
    ck_assert_msg(status == GG_OK, "%s", err->message);
    status = gg_policies_test(policies, folder, &options, take_report, report,
                              err);
    policy_folder_remove(files, folder);
    gg_policies_free(policies);
    return status;
}

/* One case, and what is reported about it. */
static const struct {
    const char *test;
    const char *report;
} cases[] = {
    /* Passed. */
    {"'x', grant = { provider = 'imap', settings = { imap_host = 'h' } }, "
     "expect = { action = 'reauth', reason = 'smtp_missing', policy = "
     "'default.lua', rule = 'smtp', notify = 'owner', missing = { 'smtp_host', "
     "'smtp_port' }, smtp = 'incomplete', evidence = 'settings' }",
     "|1|"},
    {"'x', grant = { provider = 'imap', settings = { imap_host = 'h' } }, "
     "expect = { data = { list = { 1, 2 } } }",
     "|1|"},
    {"'x', grant = { provider = 'imap' }, expect = { data = { email = "
     "'owner@example.com', id = 'test-grant-1' } }",
     "|1|"},
    {"'x', grant = { provider = 'imap', scope = {}, email = 'e@f' }, expect = "
     "{ data = { email = 'e@f' } }",
     "|1|"},
    {"'x', tenant = 'acme', grant = { provider = 'imap' }, context = { plan = "
     "'pro' }, now = 1000, expect = { due = 1060, tenant = 'acme', data = { "
     "now "
     "= 1000, tenant = 'acme', context = { plan = 'pro' } } }",
     "|1|"},
    {"'x', grant = { provider = 'imap' }, send_error = 'Grant is missing "
     "IMAP', "
     "expect = { missing = {}, smtp = 'incomplete', evidence = 'send_error' }",
     "|1|"},
    {"'x', grant = { provider = 'imap', state = 'boom' }, expect = { action = "
     "'error', error = { code = 'policy_error', message = 'default.lua:1: no' "
     "} }",
     "|1|"},
    {"'x', connect = { provider = 'imap' }, expect = { smtp_required = true, "
     "client_id = 'YOUR_CLIENT_ID', scope = { 'a' } }",
     "|1|"},
    {"'x', connect = { provider = 'IMAP' }, expect = { error = { code = "
     "'invalid_argument' } }",
     "|1|"},
    {"'x', connect = {}, email = 'a@b.c', context = { n = 1 }, tenant = 'z', "
     "expect = { region = 'us' }",
     "|1|"},

    /* Failed. */
    {"'x', grant = { provider = 'imap', settings = { imap_host = 'h' } }, "
     "expect = { action = 'accept' }",
     "|0|'action' is not as expected"},
    {"'x', grant = { provider = 'imap', settings = { imap_host = 'h' } }, "
     "expect = { missing = { 'smtp_host' } }",
     "|0|'missing' is not as expected"},
    {"'x', grant = { provider = 'imap', settings = { imap_host = 'h' } }, "
     "expect = { data = { list = { 2, 1 } } }",
     "|0|'data' is not as expected"},
    {"'x', grant = { provider = 'imap' }, expect = { auth_url = 'x' }",
     "|0|'auth_url' is not as expected"},
    {"'x', grant = { provider = 7 }, expect = { action = 'accept' }",
     "|0|'action' is not as expected"},
    {"'x', connect = { provider = 'imap' }, expect = { smtp_required = false }",
     "|0|'smtp_required' is not as expected"},
    {"'x', connect = { provider = 'IMAP' }, expect = { smtp_required = true }",
     "|0|'smtp_required' is not as expected"},
};

START_TEST(reports_each_case)
{
    char text[1024];
    const struct policy_file files[] = {
        {"default.lua", policy}, {"default_test.lua", text}, {NULL, NULL}};
    struct gg_error err;

    snprintf(text, sizeof(text), "return { { %s } }", cases[_i].test);
    ck_assert_int_eq(run(files, &err), GG_OK);
    expect_part(report, "default_test.lua|x");
    expect_part(report, cases[_i].report);
    if (strstr(cases[_i].report, "is not as expected")) {
        ck_assert_int_eq(expected[0], '{');
        ck_assert_int_eq(actual[0], '{');
    }
}
END_TEST

START_TEST(runs_every_file_in_order)
{
    static const struct policy_file files[] = {
        {"default.lua", policy},
        {"default_test.lua",
         "local t = { now = '2026-01-01T00:00:00Z' } for i = 1, 3 do t[i] = { "
         "'case ' .. i, grant = { provider = 'p' .. i }, expect = { due = "
         "1767225660, provider = 'p2' } } end t[3].now = 0 return t"},
        {"tenants/acme.lua", "return {}"},
        {"tenants/acme_test.lua", "return {}"},
        {"tenants/deep/x_test.lua",
         "return { { 'lib', grant = require 'lib.grant', expect = { provider = "
         "'imap' } } }"},
        {"lib/grant.lua", "return { provider = 'imap' }"},
        {NULL, NULL}};
    struct gg_error err;
    gg_status status = run(files, &err);

    ck_assert_msg(status == GG_OK, "%s", err.message);
    ck_assert_str_eq(report,
                     "default_test.lua|case 1|0|'provider' is not as expected\n"
                     "default_test.lua|case 2|1|\n"
                     "default_test.lua|case 3|0|'due' is not as expected\n"
                     "tenants/deep/x_test.lua|lib|1|\n");
}
END_TEST

START_TEST(shows_each_field_beside_what_was_answered)
{
    static const struct policy_file files[] = {
        {"default.lua", policy},
        {"default_test.lua",
         "return { { 'x', grant = { provider = 'imap', settings = { imap_host "
         "= 'h' } }, expect = { action = 'accept', data = { n = 1 }, after = 1 "
         "} } }"},
        {NULL, NULL}};
    struct gg_error err;

    ck_assert_int_eq(run(files, &err), GG_OK);
    expect_part(fields, "action!\"accept\"/\"reauth\" ");
    expect_part(fields, "after!1/- ");
    expect_part(fields, "data={\"n\":1}/{\"list\":[1,2],\"n\":1} ");
    expect_part(fields, " default.lua:1:\"reauth\" default.lua:1:{\"smtp_req");
    ck_assert_ptr_null(strstr(actual, "trace"));
}
END_TEST

static const struct {
    const char *pattern;
    const char *report;
} patterns[] = {
    {"one", "a_test.lua|one|1|\n"},
    {"test.lua: tw", "a_test.lua|two|1|\n"},
    {"b_test", "b_test.lua|three|1|\n"},
    {"*o*e", "a_test.lua|one|1|\n"},
    {"one*", ""},
    {"b*: *ee", "b_test.lua|three|1|\n"},
    {"no such", ""},
};

START_TEST(runs_what_the_pattern_picks)
{
#define CASE(name)                                                             \
    "{ '" name "', grant = { provider = 'x' }, expect = { provider = 'x' } } "
    static const struct policy_file files[] = {
        {"default.lua", policy},
        {"a_test.lua", "return { " CASE("one") ", " CASE("two") "}"},
        {"b_test.lua", "return { " CASE("three") "}"},
        {NULL, NULL}};
#undef CASE
    struct gg_error err;
    gg_status status;

    options.pattern = patterns[_i].pattern;
    status = run(files, &err);
    ck_assert_msg(status == GG_OK, "%s", err.message);
    ck_assert_str_eq(report, patterns[_i].report);
}
END_TEST

START_TEST(refuses_what_is_no_run)
{
    static const struct policy_file files[] = {{"default.lua", policy},
                                               {NULL, NULL}};
    struct policy_set set = {0};
    struct gg_error err;

    policy_set_open(&set, files);
    ck_assert_int_eq(
        gg_policies_test(NULL, "/tmp", NULL, take_report, NULL, &err),
        GG_EINVAL);
    ck_assert_int_eq(
        gg_policies_test(set.policies, NULL, NULL, take_report, NULL, &err),
        GG_EINVAL);
    ck_assert_int_eq(
        gg_policies_test(set.policies, "/tmp", NULL, NULL, NULL, &err),
        GG_EINVAL);
    ck_assert_int_eq(gg_policies_test(set.policies, "/nonexistent", NULL,
                                      take_report, NULL, &err),
                     GG_EIO);
    policy_set_free(&set);
}
END_TEST

/* --- the host --- */

static gg_status answer_pro(const struct gg_value *args, size_t nargs,
                            struct gg_value *result, void *payload,
                            struct gg_error *err)
{
    (void)args;
    (void)nargs;
    (void)payload;
    (void)err;
    result->type = GG_STRING;
    result->string = "pro";
    result->len = 3;
    return GG_OK;
}

/* `plan` is known by its name only, `tier` in full. */
static const struct gg_function offered[] = {{.name = "plan"},
                                             {.name = "tier",
                                              .parameters = {GG_STRING},
                                              .nparameters = 1,
                                              .nrequired = 1,
                                              .result = GG_STRING,
                                              .call = answer_pro}};

static const struct {
    const char *code; /* what `it` is */
    const char *host; /* of the case */
    const char *report;
} hosts[] = {
    {"host.plan('x', 1)", "host = { plan = 'free' }", "|1|"},
    {"host.plan() == 7", "host = { plan = 7 }", "'data' is not as expected"},
    {"host.plan() == 7 and 'free'", "host = { plan = 7 }", "|1|"},
    {"host.plan() == 1.5 and 'free'", "host = { plan = 1.5 }", "|1|"},
    {"host.plan() == false and 'free'", "host = { plan = false }", "|1|"},
    {"host.plan() == nil and 'free'", "host = {}", "|1|"},
    {"host.tier('x')", "host = { tier = 'free' }", "|1|"},
    {"host.tier('x') == 'pro' and 'free'", "", "|1|"},
    {"host.tier('x') == nil and 'free'", "host = { plan = 'x' }", "|1|"},
    {"host.plan()", "", "|0|'data' is not as expected"},
    {"host.tier(1)", "host = { tier = 'free' }", "|0|"},
    {"host.tier('x')", "host = { tier = 7 }", "|0|"},
    {"1", "host = 7", "'host' must be a table: what each function of the host"},
    {"1", "host = { plans = 'x' }", "'host' has an unknown key 'plans'"},
    {"1", "host = { plan = {} }",
     "'host': the answer of 'plan' must be a string, a number or a boolean"},
};

START_TEST(answers_for_the_host_as_the_case_says)
{
    char set[512];
    char test[512];
    const struct policy_file files[] = {
        {"default.lua", set}, {"default_test.lua", test}, {NULL, NULL}};
    struct gg_error err;
    gg_status status;

    loading.functions = offered;
    loading.nfunctions = COUNT(offered);
    snprintf(set, sizeof(set),
             "return { evaluate = function() return accept { reason = 'x', "
             "data = { it = %s } } end }",
             hosts[_i].code);
    snprintf(test, sizeof(test),
             "return {\n{ 'a', grant = { provider = 'imap' }, expect = { data "
             "= { it = 'free' } }, %s } }",
             hosts[_i].host);
    status = run(files, &err);
    if (status == GG_OK) {
        expect_part(report, hosts[_i].report);
    } else {
        ck_assert_int_eq(status, GG_EPOLICY);
        expect_part(err.message, "default_test.lua:2: ");
        expect_part(err.message, hosts[_i].report);
    }
}
END_TEST

START_TEST(answers_for_the_host_in_that_case_only)
{
    const struct policy_file files[] = {
        {"default.lua", "return { connect = function() return { state = "
                        "host.tier('x') } end }"},
        {"default_test.lua",
         "return { { 'a', connect = {}, host = { tier = 'free' }, expect = { "
         "state = 'free' } }, { 'b', connect = {}, expect = { state = 'pro' } "
         "} }"},
        {NULL, NULL}};
    struct gg_error err;

    loading.functions = offered;
    loading.nfunctions = COUNT(offered);
    ck_assert_int_eq(run(files, &err), GG_OK);
    ck_assert_str_eq(report, "default_test.lua|a|1|\n"
                             "default_test.lua|b|1|\n");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("test");
    TCase *test = tcase_create("test");

    tcase_add_loop_test(test, reports_each_case, 0, COUNT(cases));
    tcase_add_test(test, runs_every_file_in_order);
    tcase_add_test(test, shows_each_field_beside_what_was_answered);
    tcase_add_loop_test(test, runs_what_the_pattern_picks, 0, COUNT(patterns));
    tcase_add_test(test, refuses_what_is_no_run);
    tcase_add_loop_test(test, answers_for_the_host_as_the_case_says, 0,
                        COUNT(hosts));
    tcase_add_test(test, answers_for_the_host_in_that_case_only);
    suite_add_tcase(suite, test);
    return suite;
}
