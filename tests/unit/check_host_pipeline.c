/* SPDX-License-Identifier: MIT */
/* check_host_pipeline.c - a batch: the same bytes whatever the threads. */
#include "suites.h"

#include "batch_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of wall time, for a question: no sanitizer is that slow. */
#define PATIENT_MS 60000

/* Texts too long for a message of check: show where they part. */
static void expect_same(const char *text, const char *expected)
{
    size_t i = 0;

    while (text[i] != '\0' && text[i] == expected[i])
        i++;
    ck_assert_msg(text[i] == expected[i], "at %zu: \"%.80s\", not \"%.80s\"", i,
                  text + i, expected + i);
}

/* --- lines --- */

static const char policy[] =
    "return { evaluate = { rule { 'bad', when = { name = 'bad' }, function(g) "
    "error(g.id) end }, rule { 'r', when = 'always', function(g) log(g.id) "
    "return accept('t_' .. (g.tenant or 'none')) end } } }";

static const char lines[] =
    "\xEF\xBB\xBF{\"id\":\"g1\",\"provider\":\"imap\"}\n"
    "\n"
    "  \t\r\n"
    "{\"id\":\"g2\",\"provider\":\"imap\",\"name\":\"bad\"}\r\n"
    "[]\n"
    "{\"grant\":{\"id\":\"g3\",\"provider\":\"imap\"},\"tenant\":\"acme\"}\n"
    "{\"data\":[{\"id\":\"g4\",\"provider\":\"x\"},{\"id\":\"g5\",\"provider\":"
    "\"x\"}]}\n"
    "{\"data\":[]}\n"
    "{\"id\":\"g6\",\"provider\":\"imap\"}";

#define ACCEPT(line, id, provider, verdict)                                    \
    "{\"line\":" line ",\"grant_id\":\"" id "\",\"provider\":\"" provider      \
    "\",\"action\":\"accept\",\"reason\":\"t_none\",\"policy\":"               \
    "\"default.lua\",\"rule\":\"r\",\"smtp\":\"" verdict                       \
    "\",\"evidence\":\"none\"}\n"

START_TEST(gives_each_line_its_records_in_order)
{
    struct gg_pipeline pipeline = {0};

    policy_set_open_default(&set, policy);
    ck_assert_int_eq(run_text(&pipeline, lines, (size_t)_i, 0), GG_OK);
    expect_same(
        records(),
        ACCEPT("1", "g1", "imap", "unknown") /* blank lines give none */
        "{\"line\":4,\"grant_id\":\"g2\",\"provider\":\"imap\",\"action\":"
        "\"error\",\"policy\":\"default.lua\",\"rule\":\"bad\",\"smtp\":"
        "\"unknown\",\"evidence\":\"none\",\"error\":{\"code\":\"policy_error\""
        ",\"message\":\"default.lua:1: g2\"}}\n"
        "{\"line\":5,\"action\":\"error\",\"error\":{\"code\":\"invalid_grant\""
        ",\"message\":\"expected an object\"}}\n"
        "{\"line\":6,\"grant_id\":\"g3\",\"tenant\":\"acme\",\"provider\":"
        "\"imap\",\"action\":\"accept\",\"reason\":\"t_acme\",\"policy\":"
        "\"default.lua\",\"rule\":\"r\",\"smtp\":\"unknown\",\"evidence\":"
        "\"none\"}\n" ACCEPT("7", "g4", "x", "unknown") ACCEPT(
            "7", "g5", "x",
            "unknown") "{\"line\":8,\"action\":\"error\",\"error\":{\"code\":"
                       "\"invalid_grant\""
                       ",\"message\":\"the answer of the API holds no "
                       "grant\"}}\n" ACCEPT("9", "g6", "imap", "unknown"));
    ck_assert_str_eq(ggp_buf_text(&output.log),
                     "default.lua:1 g1 g1\ndefault.lua:1 g3 g3\ndefault.lua:1 "
                     "g4 g4\ndefault.lua:1 g5 g5\ndefault.lua:1 g6 g6\n");
}
END_TEST

static struct ggp_buf heard;

/* gg_decision_fn: as a log line would be. */
static void hear_decision(const struct gg_decision *decision, void *payload)
{
    ck_assert_ptr_eq(payload, &output);
    ggp_buf_string(&heard, decision->grant_id ? decision->grant_id : "-");
    ggp_buf_char(&heard, ' ');
    ggp_buf_string(&heard, gg_action_name(decision->action));
    ggp_buf_char(&heard, '\n');
}

START_TEST(tells_of_each_decision_in_order)
{
    char *text = many_grants(3000);
    struct ggp_buf expected = {0};
    struct gg_pipeline pipeline = {.jobs = (unsigned)_i};
    const char *at;

    pipeline.session.decided = hear_decision;
    policy_set_open_default(&set, policy);
    ck_assert_int_eq(run_text(&pipeline, text, 1 << 16, 0), GG_OK);
    for (at = records(); (at = strstr(at, "\"grant_id\":\"")); at++) {
        const char *id = at + strlen("\"grant_id\":\"");
        const char *action = strstr(id, "\"action\":\"") +
                             strlen("\"action\":\"");

        ggp_buf_add(&expected, id, strcspn(id, "\""));
        ggp_buf_char(&expected, ' ');
        ggp_buf_add(&expected, action, strcspn(action, "\""));
        ggp_buf_char(&expected, '\n');
    }
    ck_assert_uint_gt(expected.len, 3000);
    expect_same(ggp_buf_text(&heard), ggp_buf_text(&expected));
    ggp_buf_free(&heard);
    ggp_buf_free(&expected);
    free(text);
}
END_TEST

START_TEST(reads_a_document_and_names_its_file)
{
    struct gg_pipeline pipeline = {.name_files = 1};

    policy_set_open_default(&set, policy);
    ck_assert_int_eq(run_text(&pipeline,
                              "{\n\"data\":[\n{\"id\":\"g1\",\"provider\":"
                              "\"x\"},\n{\"id\":\"g2\"}]}\n",
                              7, 1),
                     GG_OK);
    expect_same(
        records(),
        "{\"file\":\"in.ndjson\",\"grant_id\":\"g1\",\"provider\":\"x\","
        "\"action\":\"accept\",\"reason\":\"t_none\",\"policy\":"
        "\"default.lua\",\"rule\":\"r\",\"smtp\":\"unknown\",\"evidence\":"
        "\"none\"}\n{\"file\":\"in.ndjson\",\"grant_id\":\"g2\",\"action\":"
        "\"error\",\"error\":{\"code\":\"invalid_grant\",\"message\":\"field "
        "'provider' is required\"}}\n");
    ck_assert_int_eq(run_text(&pipeline, "{\"data\":[]}", 7, 1), GG_OK);
    ck_assert_uint_eq(output.records.len, 0);
}
END_TEST

START_TEST(says_which_line_is_too_long)
{
    struct gg_pipeline pipeline = {.max_line_bytes = 64};
    char text[512];

    snprintf(text, sizeof(text), "%s\n{\"id\":\"%0100d\"}\n%s\n",
             "{\"id\":\"g1\",\"provider\":\"imap\"}", 1,
             "{\"id\":\"g2\",\"provider\":\"imap\"}");
    policy_set_open_default(&set, policy);
    ck_assert_int_eq(run_text(&pipeline, text, 9, 0), GG_OK);
    expect_same(
        records(),
        ACCEPT(
            "1", "g1", "imap",
            "unknown") "{\"line\":2,\"action\":\"error\",\"error\":{\"code\":"
                       "\"too_long\",\"message\":\"the line is over 64 "
                       "bytes\"}}"
                       "\n" ACCEPT("3", "g2", "imap", "unknown"));
}
END_TEST

/* --- threads --- */

/* @n grants of many kinds; the caller frees them. */
START_TEST(gives_the_same_bytes_whatever_the_threads)
{
    static const unsigned jobs[] = {1, 2, 4, 4, 4, 0};
    struct gg_pipeline pipeline = {0};
    char *text = many_grants(700);
    char *first = NULL;
    char *first_log = NULL;
    size_t i;

    pipeline.session.caller.client_id = "app";
    pipeline.session.caller.redirect_uri = "https://x.y/";
    pipeline.session.limits.time_ms = PATIENT_MS;
    policy_set_open_default(&set, busy);
    for (i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        pipeline.jobs = jobs[i];
        pipeline.line_buffered = i % 2 == 1;
        ck_assert_int_eq(run_text(&pipeline, text, 4096 + i * 1000, 0), GG_OK);
        if (!first) {
            first = ggp_buf_take(&output.records);
            first_log = ggp_buf_take(&output.log);
            continue;
        }
        expect_same(records(), first);
        expect_same(ggp_buf_text(&output.log), first_log);
    }
    expect_part(first, "memory_limit");
    expect_part(first, "\"action\":\"reauth\"");
    expect_no_address(first);
    gg_free(first);
    gg_free(first_log);
    free(text);
}
END_TEST

START_TEST(counts_what_it_decided)
{
    struct gg_pipeline pipeline = {.jobs = 4};
    struct memory memory;
    struct gg_source source = {"x", 0, memory_read, &memory};
    char *text = many_grants(700);
    const struct gg_tally_row *row;
    gg_tally *tally = NULL;

    memory = (struct memory){text, strlen(text), 0, 1000};
    policy_set_open_default(&set, busy);
    ck_assert_int_eq(gg_tally_new(&tally, &err), GG_OK);
    pipeline.session.limits.time_ms = PATIENT_MS;
    pipeline.policies = set.policies;
    pipeline.sources = &source;
    pipeline.nsources = 1;
    pipeline.write = write_memory;
    pipeline.write_payload = &output;
    ck_assert_int_eq(gg_pipeline_run(&pipeline, tally, &err), GG_OK);
    row = gg_tally_provider(tally, 0);
    ck_assert_str_eq(row->name, "imap");
    ck_assert_uint_eq(row->actions[GG_ERROR], 300);
    ck_assert_uint_eq(row->actions[GG_REAUTH], 100);
    ck_assert_uint_eq(row->actions[GG_ACCEPT], 300);
    ck_assert_uint_eq(gg_tally_missing_url(tally, "no_client_id"), 100);
    ck_assert_uint_eq(gg_tally_stray_grants(tally), 600);
    ck_assert_str_eq(gg_tally_stray_tenant(tally, 4), "t4");
    ck_assert_ptr_null(gg_tally_stray_tenant(tally, 5));
    ck_assert_uint_eq(gg_tally_errors(tally, GG_EMEMORY) +
                          gg_tally_errors(tally, GG_EPOLICY) +
                          gg_tally_errors(tally, GG_EGRANT) +
                          gg_tally_errors(tally, GG_EJSON),
                      300);
    gg_tally_free(tally);
    free(text);
}
END_TEST

static const struct gg_position no_start[] = {
    {0, 0, 1}, {0, 5, 6}, {1, 1, 0}, {1, 0, 1}, {2, 0, 0}, {SIZE_MAX, 0, 0}};

START_TEST(refuses_a_start_that_is_no_place)
{
    struct gg_pipeline pipeline = {.start = no_start[_i]};

    policy_set_open_default(&set, policy);
    ck_assert_int_eq(run_text(&pipeline, lines, 1000, 0), GG_EINVAL);
    expect_part(err.message, "no place in the inputs");
    pipeline.start = (struct gg_position){0, 4, 1};
    ck_assert_int_eq(run_text(&pipeline, lines, 1000, 0), GG_OK);
    ck_assert_int_eq(run_text(&pipeline, "{}", 1000, 1), GG_EINVAL);
}
END_TEST

/* --- tenants and facts --- */

static const char from[] =
    "{\"grant\":{\"id\":\"a\",\"provider\":\"x\",\"workspace_id\":\"w-1\","
    "\"state\":\"s-1\",\"name\":\"n-1\",\"email\":\"e@D-1.X\"}%s}\n";

/* Where the tenant comes from, and the record's start. */
static const struct {
    const char *tenant_from;
    const char *tenant;
    const char *envelope;
    const char *record;
} tenants[] = {
    {NULL, NULL, "", "\"reason\":\"t_none\""},
    {NULL, "flag", "", "\"reason\":\"t_flag\""},
    {NULL, "flag", ",\"tenant\":\"own\"", "\"reason\":\"t_own\""},
    {"name", "flag", ",\"tenant\":\"own\"", "\"reason\":\"t_own\""},
    {"workspace_id", "flag", "", "\"tenant\":\"w-1\""},
    {"state", "flag", "", "\"tenant\":\"s-1\""},
    {"name", "flag", "", "\"tenant\":\"n-1\""},
    {"domain", "flag", "", "\"tenant\":\"d-1.x\""},
};

START_TEST(takes_the_tenant_in_order)
{
    struct gg_pipeline pipeline = {.tenant_from = tenants[_i].tenant_from,
                                   .tenant = tenants[_i].tenant};
    char reason[] = "return { evaluate = function(g) return accept('t_' .. "
                    "((g.tenant or 'none'):gsub('[^a-z]', ''))) end }";
    char text[512];

    policy_set_open_default(&set, reason);
    snprintf(text, sizeof(text), from, tenants[_i].envelope);
    ck_assert_int_eq(run_text(&pipeline, text, 100, 0), GG_OK);
    expect_part(records(), tenants[_i].record);
}
END_TEST

START_TEST(refuses_a_field_that_is_no_tenant)
{
    struct gg_pipeline pipeline = {.tenant_from = "name", .tenant = "flag"};

    policy_set_open_default(&set, policy);
    ck_assert_int_eq(run_text(&pipeline,
                              "{\"id\":\"a\",\"provider\":\"x\",\"name\":"
                              "\"../x\"}\n{\"id\":\"b\",\"provider\":\"x\"}\n",
                              100, 0),
                     GG_OK);
    expect_part(records(),
                "{\"line\":1,\"grant_id\":\"a\",\"provider\":\"x\",\"action\":"
                "\"error\",\"error\":{\"code\":\"invalid_grant\",\"message\":"
                "\"its name is no tenant name\"}}\n{\"line\":2,\"grant_id\":"
                "\"b\",\"tenant\":\"flag\",");
}
END_TEST

START_TEST(joins_facts_by_id)
{
    const char *facts = "{\"id\":\"a\",\"tenant\":\"facts\",\"context\":{\"n\":"
                        "1}}\n{\"id\":\"c\",\"tenant\":\"c\"}\n";
    const char *text =
        "{\"id\":\"a\",\"provider\":\"x\"}\n{\"id\":\"b\",\"provider\":\"x\"}\n"
        "{\"grant\":{\"id\":\"a\",\"provider\":\"x\"},\"tenant\":\"own\"}\n";
    struct memory memory = {facts, strlen(facts), 0, 100};
    struct gg_source source = {"facts", 0, memory_read, &memory};
    struct gg_pipeline pipeline = {.tenant = "flag"};
    gg_facts_table *table = NULL;

    policy_set_open_default(&set,
                            "return { evaluate = function(g) return accept("
                            "g.tenant .. tostring(g.context.n)) end }");
    ck_assert_int_eq(gg_facts_table_read(&source, &table, &err), GG_OK);
    pipeline.facts = table;
    ck_assert_int_eq(run_text(&pipeline, text, 100, 0), GG_OK);
    expect_part(records(), "\"reason\":\"facts1\"");
    expect_part(records(), "\"reason\":\"flagnil\"");
    expect_part(records(), "\"reason\":\"own1\"");
    gg_facts_table_free(table);
}
END_TEST

/* --- ends --- */

START_TEST(refuses_options_that_do_not_fit)
{
    static const struct gg_pipeline good; /* but for what follows */
    struct gg_pipeline pipeline = good;

    policy_set_open_default(&set, policy);
    ck_assert_int_eq(gg_pipeline_run(NULL, NULL, &err), GG_EINVAL);
    ck_assert_int_eq(gg_pipeline_run(&pipeline, NULL, &err), GG_EINVAL);
    pipeline.tenant = "../x";
    ck_assert_int_eq(run_text(&pipeline, "", 1, 0), GG_EINVAL);
    expect_part(err.message, "tenant");
    pipeline = good;
    pipeline.tenant_from = "email";
    ck_assert_int_eq(run_text(&pipeline, "", 1, 0), GG_EINVAL);
    expect_part(err.message, "tenant_from");
    pipeline = good;
    ck_assert_int_eq(run_text(&pipeline, "", 1, 0), GG_OK);
    ck_assert_uint_eq(output.records.len, 0);
}
END_TEST

static int always(void *unused)
{
    (void)unused;
    return 1;
}

START_TEST(ends_when_a_source_or_sink_fails_or_it_is_stopped)
{
    struct gg_pipeline pipeline = {.jobs = 4};
    char *text = many_grants(500);

    policy_set_open_default(&set, busy);
    ck_assert_int_eq(run_text(&pipeline, text, 0, 0), GG_EIO);
    ck_assert_str_eq(err.message, "the disk is gone");
    output.writes_left = 1;
    ck_assert_int_eq(run_text(&pipeline, text, 100, 0), GG_EIO);
    ck_assert_str_eq(err.message, "the disk is full");
    output.writes_left = 0;
    pipeline.stop.is_asked = always;
    ck_assert_int_eq(run_text(&pipeline, text, 100, 0), GG_EINTERRUPTED);
    free(text);
}
END_TEST

Suite *host_pipeline_suite(void)
{
    Suite *suite = suite_create("host_pipeline");
    TCase *test = tcase_create("pipeline");

    tcase_add_checked_fixture(test, batch_setup, batch_teardown);
    tcase_add_loop_test(test, gives_each_line_its_records_in_order, 1, 40);
    tcase_add_loop_test(test, tells_of_each_decision_in_order, 1, 4);
    tcase_add_test(test, reads_a_document_and_names_its_file);
    tcase_add_test(test, says_which_line_is_too_long);
    tcase_add_test(test, gives_the_same_bytes_whatever_the_threads);
    tcase_add_test(test, counts_what_it_decided);
    tcase_add_loop_test(test, refuses_a_start_that_is_no_place, 0,
                        COUNT(no_start));
    tcase_add_loop_test(test, takes_the_tenant_in_order, 0, COUNT(tenants));
    tcase_add_test(test, refuses_a_field_that_is_no_tenant);
    tcase_add_test(test, joins_facts_by_id);
    tcase_add_test(test, refuses_options_that_do_not_fit);
    tcase_add_test(test, ends_when_a_source_or_sink_fails_or_it_is_stopped);
    tcase_set_timeout(test, 120);
    suite_add_tcase(suite, test);
    return suite;
}
