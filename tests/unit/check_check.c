/* SPDX-License-Identifier: MIT */
/* check_check.c - what the linter finds, what it leaves alone, and that each
 * finding says what to do. */
#include "suites.h"

#include "policy_set.h"

#include <string.h>

#define ALL                                                                    \
    "return { evaluate = { rule { 'all', when = 'always', accept 'a' } } }"
#define RULE "rule { 'a', when = "
#define ONE(when, answer)                                                      \
    "return { evaluate = {\n" RULE when ", " answer " },\n"                    \
    "rule { 'rest', when = 'always', accept 'rest' } } }"
#define TWO(first, second)                                                     \
    "return { evaluate = {\n" first ",\n" second ",\n"                         \
    "rule { 'rest', when = 'always', accept 'rest' } } }"
#define CONNECT(when, fields)                                                  \
    "return { connect = {\n" RULE when ", { " fields " } } } }"

/* The message of a finding, or of an error, in sets that differ in one
 * thing. */
static const struct {
    const char *name;
    const char *spot; /* where @wrong has it */
    struct policy_file wrong[4];
    struct policy_file right[4];
} fixtures[] = {
    /* one rule hides another */
    {"unreachable-rule",
     "default.lua:3",
     {{"default.lua", TWO("rule { 'a', when = 'always', accept 'a' }",
                          "rule { 'b', when = { age = '<1h' }, accept 'b' }")}},
     {{"default.lua", TWO("rule { 'b', when = { age = '<1h' }, accept 'b' }",
                          "rule { 'a', when = function(grant) return true end, "
                          "accept 'a' }")}}},
    {"unreachable-rule",
     "default.lua:3",
     {{"default.lua",
       TWO("rule { 'a', when = { age = '>=1h', domain = { '*.example', 'x' } "
           "}, accept 'a' }",
           "rule { 'b', when = { age = { '>1h', 7200 }, domain = '*.a.example',"
           " blocked = true }, accept 'b' }")}},
     {{"default.lua",
       TWO("rule { 'a', when = { age = '>1h', domain = '*.example' }, accept "
           "'a' }",
           "rule { 'b', when = { age = '>=1h', domain = '*.a.example' }, "
           "accept 'b' }")}}},
    {"unreachable-rule", /* all verdicts have had their rule */
     "default.lua:4",
     {{"default.lua",
       TWO("rule { 'a', when = { smtp = { 'complete', 'not_applicable' } }, "
           "accept 'a' }",
           "rule { 'b', when = { smtp = { 'incomplete', 'unknown' } }, accept "
           "'b' }")}},
     {{"default.lua",
       TWO("rule { 'a', when = { smtp = { 'complete', 'not_applicable' } }, "
           "accept 'a' }",
           "rule { 'b', when = { smtp = { 'incomplete' } }, accept 'b' }")}}},
    {"unreachable-rule", /* no such grant comes here */
     "providers/imap.lua:2",
     {{"default.lua", ALL},
      {"providers/imap.lua", ONE("{ provider = 'google' }", "accept 'a'")}},
     {{"default.lua", ALL},
      {"providers/imap.lua",
       ONE("{ provider = 'i*', age = '<1h' }", "accept 'a'")}}},
    {"unreachable-rule", /* of connect, too */
     "default.lua:3",
     {{"default.lua",
       "return { connect = {\n rule { 'a', when = 'always', { state = 'a' } },"
       "\n rule { 'b', when = { domain = 'x' }, { state = 'b' } } } }"}},
     {{"default.lua",
       "return { connect = {\n rule { 'b', when = { domain = 'x' }, { state = "
       "'b' } },\n rule { 'a', when = 'always', { state = 'a' } } } }"}}},
    {"same-condition",
     "default.lua:3",
     {{"default.lua",
       TWO("rule { 'a', when = { smtp = { 'complete', 'unknown' } }, accept "
           "'a' }",
           "rule { 'b', when = { smtp = { 'unknown', 'complete' } }, accept "
           "'b' }")}},
     {{"default.lua",
       TWO("rule { 'a', when = { smtp = { 'complete', 'unknown' } }, "
           "function() end }",
           "rule { 'b', when = { smtp = { 'unknown', 'complete' } }, accept "
           "'b' }")}}},

    /* one layer hides another */
    {"unreachable-layer",
     "tenants/a.lua:1",
     {{"tenants/a.lua", "return {}"},
      {"tenants/b.lua", "return {}"},
      {"tenants.lua", "return { a = 'b' }"}},
     {{"tenants/a.lua", "return {}"},
      {"tenants/b.lua", "return { inherits = 'a' }"},
      {"tenants.lua", "return { a = 'b' }"}}},
    {"unreachable-layer",
     "providers/imap.lua:1",
     {{"default.lua", "return { mandate = { evaluate = { rule { 'all', when = "
                      "'always', accept 'a' } } } }"},
      {"providers/imap.lua", ALL}},
     {{"default.lua", "return { mandate = { evaluate = { rule { 'all', when = "
                      "{ blocked = true }, accept 'a' } } } }"},
      {"providers/imap.lua", ALL}}},
    {"overruled-field",
     "tenants/a.lua:1",
     {{"default.lua",
       "return { mandate = { connect = { smtp_required = true } } }"},
      {"tenants/a.lua", "return { connect = { smtp_required = false } }"}},
     {{"default.lua", "return { mandate = { connect = { rule { 'a', when = { "
                      "domain = 'x' }, { smtp_required = true } } } } }"},
      {"tenants/a.lua", "return { connect = { smtp_required = false } }"}}},
    {"no-opinion",
     "default.lua:2",
     {{"default.lua",
       "return { evaluate = {\n rule { 'a', when = { smtp = { 'complete', "
       "'incomplete', 'not_applicable' } }, accept 'a' } } }"}},
     {{"default.lua", ALL}}},
    {"no-opinion",
     "default.lua:1",
     {{"default.lua", "return { connect = { smtp_required = true } }"},
      {"tenants/a.lua", ALL}},
     {{"default.lua", "return { connect = { smtp_required = true } }"}}},
    {"no-opinion",
     "default.lua:1",
     {{"tenants/a.lua", ALL}},
     {{"default.lua", "return { evaluate = function(grant) end }"}}},

    /* rules on their own */
    {"reauth-loop",
     "default.lua:2",
     {{"default.lua", ONE("{ provider = 'imap', age = '>1d' }", "reauth 'a'")}},
     {{"default.lua",
       ONE("{ provider = 'imap', smtp = 'incomplete' }", "reauth 'a'")}}},
    {"reauth-loop",
     "default.lua:2",
     {{"default.lua",
       ONE("{ smtp = { 'incomplete', 'unknown' } }", "reauth 'a'")}},
     {{"default.lua",
       ONE("{ smtp = 'complete', grant_status = 'invalid' }", "reauth 'a'")}}},
    {"reauth-loop", /* others have answered for those who can send */
     "default.lua:4",
     {{"default.lua",
       "return { evaluate = {\n rule { 'a', when = { smtp = 'complete' }, "
       "accept 'a' },\n\n rule { 'b', when = 'always', reauth 'b' } } }"}},
     {{"default.lua",
       "return { evaluate = {\n rule { 'a', when = { smtp = { 'complete', "
       "'unknown', 'not_applicable' } }, accept 'a' },\n\n rule { 'b', when = "
       "'always', reauth 'b' } } }"}}},
    {"defer-without-after",
     "default.lua:2",
     {{"default.lua", ONE("{ blocked = true }", "defer 'a'")}},
     {{"default.lua",
       ONE("{ blocked = true }", "defer { reason = 'a', after = '1d' }")}}},
    {"needless-smtp-required",
     "providers/google.lua:1",
     {{"default.lua", ALL},
      {"providers/google.lua",
       "return { connect = { smtp_required = true } }"}},
     {{"default.lua", ALL},
      {"providers/google.lua",
       "return { connect = { smtp_required = false } }"}}},
    {"needless-smtp-required",
     "default.lua:2",
     {{"default.lua",
       CONNECT("{ provider = { 'imap', 'ews' } }", "smtp_required = true")}},
     {{"default.lua", CONNECT("'always'", "smtp_required = true")}}},
    {"needless-smtp-required",
     "default.lua:2",
     {{"default.lua",
       ONE("{ smtp = 'not_applicable', grant_status = 'invalid' }",
           "reauth { reason = 'a', smtp_required = true }")}},
     {{"default.lua", ONE("{ smtp = 'incomplete' }",
                          "reauth { reason = 'a', smtp_required = true }")}}},
    {"ignored-field",
     "providers/imap.lua:1",
     {{"default.lua", ALL},
      {"providers/imap.lua", "return { connect = { scope = { 'mail' } } }"}},
     {{"default.lua", ALL},
      {"providers/google.lua", "return { connect = { scope = { 'mail' } } }"}}},
    {"ignored-field",
     "default.lua:2",
     {{"default.lua",
       CONNECT("{ provider = 'ews' }",
               "options = { 'exclude_google_granted_scopes' }")}},
     {{"default.lua",
       CONNECT("{ provider = { 'ews', 'google' } }",
               "options = { 'exclude_google_granted_scopes' }")}}},
    {"hidden-setting",
     "default.lua:2",
     {{"default.lua", ONE("{ ['settings.smpt_port'] = 25 }", "accept 'a'")}},
     {{"default.lua", ONE("{ ['settings.smtp_port'] = 25, "
                          "['settings.imap_password'] = '' }",
                          "accept 'a'")}}},
    {"unknown-provider",
     "default.lua:2",
     {{"default.lua", ONE("{ provider = 'gmail' }", "accept 'a'")}},
     {{"default.lua", ONE("{ provider = { 'google', 'g*' } }", "accept 'a'")}}},
    {"unknown-provider",
     "providers/gmail.lua:1",
     {{"default.lua", ALL}, {"providers/gmail.lua", "return {}"}},
     {{"default.lua", ALL}, {"providers/google.lua", "return {}"}}},

    /* files */
    {"untested-file",
     "default.lua:1",
     {{"default.lua", ALL}, {"default_test.lua", "return {}"}},
     {{"default.lua", ALL},
      {"default_test.lua", "return { { 'a', grant = { provider = 'imap' }, "
                           "expect = { action = 'accept' } } }"}}},
    {"unused-library",
     "lib/a.lua:1",
     {{"default.lua", ALL}, {"lib/a.lua", "return {}"}},
     {{"default.lua", "local a = require 'lib.a' return {}"},
      {"lib/a.lua", "return {}"}}},
    {"needless-mapping",
     "tenants.lua:2",
     {{"default.lua", ALL},
      {"tenants/a.lua", "return {}"},
      {"tenants.lua", "return {\n a = 'a' }"}},
     {{"default.lua", ALL},
      {"tenants/a.lua", "return {}"},
      {"tenants.lua", "return {\n b = 'a' }"}}},

    /* what does not load */
    {"does-not-load",
     "default.lua:2",
     {{"default.lua", "return {\n evalute = {} }"}},
     {{"default.lua", "return {\n evaluate = {} }"}}},
    {"does-not-load", /* state kept between evaluations */
     "default.lua:2",
     {{"default.lua", "local n = 0\nreturn { evaluate = function() n = n + 1 "
                      "end }"}},
     {{"default.lua", "return { evaluate = function() local n = 0 n = n + 1 "
                      "end }"}}},
    {"does-not-load",
     "default.lua:1",
     {{"default.lua", "return { evaluate = { rule { 'a', when = 'always', "
                      "repair { reason = 'a', smtp_host = 'h' } } } }"}},
     {{"default.lua",
       "return { evaluate = { rule { 'a', when = 'always', repair { reason = "
       "'a', smtp_host = 'h', smtp_port = 25 } } } }"}}},
    {"does-not-load",
     "default_test.lua:1",
     {{"default.lua", ALL}, {"default_test.lua", "return { nwo = 1 }"}},
     {{"default.lua", ALL}, {"default_test.lua", "return { now = 1 }"}}},
};

/* What was reported. */
struct report {
    struct gg_finding findings[16];
    char texts[16][3][1024];
    int n;
};

static void keep(const struct gg_finding *finding, void *payload)
{
    struct report *report = payload;
    char(*texts)[1024] = report->texts[report->n];

    ck_assert_int_lt(report->n, 16);
    snprintf(texts[0], 1024, "%s:%d", finding->file ? finding->file : "",
             finding->line);
    snprintf(texts[1], 1024, "%s", finding->name);
    snprintf(texts[2], 1024, "%s", finding->message);
    report->findings[report->n++].is_error = finding->is_error;
}

static gg_status check(const struct policy_file *files, struct report *report,
                       struct gg_error *err)
{
    char folder[64];
    gg_status status;

    policy_folder_write(files, folder);
    status = gg_policies_check(folder, NULL, keep, report, err);
    policy_folder_remove(files, folder);
    return status;
}

/* The number of findings of @name, and where the first is. */
static int find(const struct report *report, const char *name, int *first)
{
    int n = 0;
    int i;

    for (i = report->n - 1; i >= 0; i--) {
        if (strcmp(report->texts[i][1], name) != 0)
            continue;
        *first = i;
        n++;
    }
    return n;
}

static void show(const struct report *report)
{
    int i;

    for (i = 0; i < report->n; i++)
        printf("# %s: %s: %s\n", report->texts[i][0], report->texts[i][1],
               report->texts[i][2]);
}

START_TEST(finds_what_is_wrong_and_where)
{
    int is_error = strcmp(fixtures[_i].name, "does-not-load") == 0;
    struct report report = {.n = 0};
    struct gg_error err;
    int first = 0;

    ck_assert_int_eq(check(fixtures[_i].wrong, &report, &err),
                     is_error ? GG_EPOLICY : GG_OK);
    if (find(&report, fixtures[_i].name, &first) != 1 ||
        strcmp(report.texts[first][0], fixtures[_i].spot) != 0)
        show(&report);
    ck_assert_int_eq(find(&report, fixtures[_i].name, &first), 1);
    ck_assert_str_eq(report.texts[first][0], fixtures[_i].spot);
    ck_assert_int_eq(report.findings[first].is_error, is_error);
}
END_TEST

START_TEST(leaves_alone_what_is_right)
{
    struct report report = {.n = 0};
    struct gg_error err;
    int first;

    ck_assert_int_eq(check(fixtures[_i].right, &report, &err), GG_OK);
    if (find(&report, fixtures[_i].name, &first) != 0)
        show(&report);
    ck_assert_int_eq(find(&report, fixtures[_i].name, &first), 0);
}
END_TEST

/* After a semicolon, in the imperative. */
START_TEST(says_what_to_do)
{
    static const char *const verbs[] = {
        "; add ",  "; delete ", "; end ", "; leave ", "; mend ",
        "; move ", "; name ",   "; set ", "; take ",  "; write "};
    struct report report = {.n = 0};
    struct gg_error err;
    int i;
    int n;

    (void)!check(fixtures[_i].wrong, &report, &err);
    for (i = 0; i < report.n; i++) {
        if (report.findings[i].is_error)
            continue;
        for (n = 0; n < COUNT(verbs); n++) {
            if (strstr(report.texts[i][2], verbs[n]))
                break;
        }
        ck_assert_msg(n < COUNT(verbs), "%s", report.texts[i][2]);
    }
}
END_TEST

/* One broken file does not hide the next, and none is told twice. */
START_TEST(tells_of_every_file_that_does_not_load)
{
    static const struct policy_file files[] = {
        {"default.lua", "return {"},
        {"default_test.lua", "return 7"},
        {"lib/a.lua", "error('no')"},
        {"nowhere/a.lua", "return {}"},
        {"providers/imap.lua", "local a = require 'lib.a' return {}"},
        {"providers/google.lua", "local a = require 'lib.a' return {}"},
        {"tenants/a.lua", "return { inherits = 'nobody' }"},
        {"tenants/b.lua", "return { evaluate = 7 }"},
        {"tenants.lua", "return { x = 7 }"},
        {NULL, NULL}};
    static const char *const spots[] = {"default.lua:1",  "default_test.lua:1",
                                        "lib/a.lua:1",    "nowhere/a.lua:1",
                                        "tenants.lua:1",  "tenants/a.lua:1",
                                        "tenants/b.lua:1"};
    struct report report = {.n = 0};
    struct gg_error err;
    int i;

    ck_assert_int_eq(check(files, &report, &err), GG_EPOLICY);
    if (report.n != COUNT(spots))
        show(&report);
    ck_assert_int_eq(report.n, COUNT(spots));
    for (i = 0; i < report.n; i++) {
        ck_assert_str_eq(report.texts[i][0], spots[i]);
        ck_assert_int_eq(report.findings[i].is_error, 1);
    }
}
END_TEST

START_TEST(tells_of_a_set_without_policies)
{
    static const struct policy_file files[] = {{"README", "x"}, {NULL, NULL}};
    struct report report = {.n = 0};
    struct gg_error err;

    ck_assert_int_eq(check(files, &report, &err), GG_EPOLICY);
    ck_assert_int_eq(report.n, 1);
    ck_assert_str_eq(report.texts[0][0], ":0");
    expect_part(report.texts[0][2], "start with a default.lua");
}
END_TEST

START_TEST(refuses_what_is_no_folder)
{
    struct report report = {.n = 0};
    struct gg_error err;

    ck_assert_int_eq(gg_policies_check(NULL, NULL, keep, &report, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_policies_check("x", NULL, NULL, &report, &err),
                     GG_EINVAL);
    ck_assert_int_eq(
        gg_policies_check("/nonexistent", NULL, keep, &report, &err), GG_EIO);
    ck_assert_int_eq(report.n, 0);
}
END_TEST

Suite *check_suite(void)
{
    Suite *suite = suite_create("check");
    TCase *test = tcase_create("check");

    tcase_add_loop_test(test, finds_what_is_wrong_and_where, 0,
                        COUNT(fixtures));
    tcase_add_loop_test(test, leaves_alone_what_is_right, 0, COUNT(fixtures));
    tcase_add_loop_test(test, says_what_to_do, 0, COUNT(fixtures));
    tcase_add_test(test, tells_of_every_file_that_does_not_load);
    tcase_add_test(test, tells_of_a_set_without_policies);
    tcase_add_test(test, refuses_what_is_no_folder);
    suite_add_tcase(suite, test);
    return suite;
}
