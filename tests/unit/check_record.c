/* SPDX-License-Identifier: MIT */
/* check_record.c - a decision as one line of JSON. */
#include "private.h"

#include "suites.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* The least there is: nothing but an action. */
static const struct gg_decision minimal = {.action = GG_ACCEPT};

static void expect_record(const struct ggp_place *place,
                          const struct gg_decision *decision,
                          const char *wanted)
{
    struct ggp_buf buf = {0};

    ggp_record_write(&buf, place, decision);
    ck_assert_str_eq(ggp_buf_text(&buf), wanted);
    ggp_buf_free(&buf);
}

START_TEST(leaves_out_what_is_absent)
{
    struct ggp_place nowhere = {0};

    expect_record(&nowhere, &minimal, "{\"action\":\"accept\"}\n");
    expect_record(NULL, &minimal, "{\"action\":\"accept\"}\n");
}
END_TEST

START_TEST(writes_every_field_in_its_order)
{
    struct ggp_place place = {"grants.ndjson", 12};
    struct gg_decision decision = {
        .grant_id = "g1",
        .tenant = "acme",
        .provider = "imap",
        .action = GG_REAUTH,
        .reason = "smtp_missing",
        .policy = "tenants/acme.lua",
        .rule = "no-smtp",
        .mandate = 1,
        .smtp = GG_SMTP_INCOMPLETE,
        .missing = GG_MISSING_SMTP_HOST | GG_MISSING_SMTP_PORT,
        .evidence = GG_EVIDENCE_SETTINGS,
        .auth_url = "https://api.us.nylas.com/v3/connect/auth",
        .auth_url_missing = "no_email",
        .notify = "owner",
        .has_after = 1,
        .after = 900,
        .due = 1785579300,
        .smtp_host = "smtp.acme.example",
        .smtp_port = 587,
        .smtp_username = "ann",
        .data = "{\"n\":1}",
        .error = GG_EIO,
        .error_message = "not shown",
        .trace = "[]",
    };

    expect_record(
        &place, &decision,
        "{\"file\":\"grants.ndjson\",\"line\":12,\"grant_id\":\"g1\","
        "\"tenant\":\"acme\",\"provider\":\"imap\",\"action\":\"reauth\","
        "\"reason\":\"smtp_missing\",\"policy\":\"tenants/acme.lua\","
        "\"rule\":\"no-smtp\",\"mandate\":true,\"smtp\":\"incomplete\","
        "\"missing\":[\"smtp_host\",\"smtp_port\"],\"evidence\":\"settings\","
        "\"auth_url\":\"https://api.us.nylas.com/v3/connect/auth\","
        "\"auth_url_missing\":\"no_email\",\"notify\":\"owner\","
        "\"after\":900,\"due\":1785579300,\"smtp_host\":\"smtp.acme.example\","
        "\"smtp_port\":587,\"smtp_username\":\"ann\",\"data\":{\"n\":1},"
        "\"trace\":[]}\n");
}
END_TEST

/* --- the verdict -----------------------------------------------------------
 */

static const struct {
    enum gg_smtp smtp;
    unsigned missing;
    enum gg_evidence evidence;
    const char *record;
} verdicts[] = {
    {GG_SMTP_NONE, 15, GG_EVIDENCE_SENT, "{\"action\":\"accept\"}\n"},
    {GG_SMTP_COMPLETE, 0, GG_EVIDENCE_SENT,
     "{\"action\":\"accept\",\"smtp\":\"complete\",\"evidence\":\"sent\"}\n"},
    {GG_SMTP_UNKNOWN, 0, GG_EVIDENCE_NONE,
     "{\"action\":\"accept\",\"smtp\":\"unknown\",\"evidence\":\"none\"}\n"},
    {GG_SMTP_NOT_APPLICABLE, 0, GG_EVIDENCE_PROVIDER,
     "{\"action\":\"accept\",\"smtp\":\"not_applicable\","
     "\"evidence\":\"provider\"}\n"},
    {GG_SMTP_INCOMPLETE, 0, GG_EVIDENCE_SEND_ERROR,
     "{\"action\":\"accept\",\"smtp\":\"incomplete\",\"missing\":[],"
     "\"evidence\":\"send_error\"}\n"},
    {GG_SMTP_INCOMPLETE, 15, GG_EVIDENCE_SETTINGS,
     "{\"action\":\"accept\",\"smtp\":\"incomplete\",\"missing\":["
     "\"imap_username\",\"imap_password\",\"smtp_host\",\"smtp_port\"],"
     "\"evidence\":\"settings\"}\n"},
};

START_TEST(lists_what_is_missing_exactly_when_smtp_is_incomplete)
{
    struct gg_decision decision = minimal;

    decision.smtp = verdicts[_i].smtp;
    decision.missing = verdicts[_i].missing;
    decision.evidence = verdicts[_i].evidence;
    expect_record(NULL, &decision, verdicts[_i].record);
}
END_TEST

/* --- numbers and errors ----------------------------------------------------
 */

START_TEST(writes_a_delay_of_nothing)
{
    struct gg_decision decision = minimal;

    decision.action = GG_DEFER;
    decision.has_after = 1;
    decision.due = -5;
    expect_record(NULL, &decision,
                  "{\"action\":\"defer\",\"after\":0,\"due\":-5}\n");
}
END_TEST

static const struct {
    gg_status status;
    const char *message;
    const char *record;
} errors[] = {
    {GG_ETIME, "too slow",
     "{\"action\":\"error\",\"error\":{\"code\":\"time_limit\","
     "\"message\":\"too slow\"}}\n"},
    {GG_EGRANT, NULL,
     "{\"action\":\"error\",\"error\":{\"code\":\"invalid_grant\","
     "\"message\":\"no message\"}}\n"},
    {GG_OK, "unsaid",
     "{\"action\":\"error\",\"error\":{\"code\":\"policy_error\","
     "\"message\":\"unsaid\"}}\n"},
};

START_TEST(says_what_failed)
{
    struct gg_decision decision = {0};

    decision.error = errors[_i].status;
    decision.error_message = errors[_i].message;
    expect_record(NULL, &decision, errors[_i].record);
}
END_TEST

START_TEST(escapes_whatever_came_from_outside)
{
    struct ggp_place place = {"a\"\n.json", 0};
    struct gg_decision decision = minimal;

    decision.notify = "\x1b[2J\xe2\x80\xae";
    expect_record(&place, &decision,
                  "{\"file\":\"a\\\"\\n.json\",\"action\":\"accept\","
                  "\"notify\":\"\\u001b[2J\\u202e\"}\n");
}
END_TEST

/* --- the ceiling -----------------------------------------------------------
 */

/* A decision whose record, newline included, has @len bytes. */
static void fill(struct gg_decision *decision, char *data, size_t len)
{
    size_t rest = len - strlen("{\"action\":\"accept\",\"data\":}\n");

    memset(data, 'x', rest);
    data[0] = '"';
    data[rest - 1] = '"';
    data[rest] = '\0';
    *decision = minimal;
    decision->data = data;
}

START_TEST(is_64_kib_long_and_not_a_byte_longer)
{
    char *data = malloc(GGP_RECORD_MAX + 2);
    struct gg_decision decision;
    struct ggp_buf buf = {0};

    fill(&decision, data, GGP_RECORD_MAX);
    ggp_record_write(&buf, NULL, &decision);
    ck_assert_uint_eq(buf.len, GGP_RECORD_MAX);
    ggp_buf_free(&buf);
    fill(&decision, data, GGP_RECORD_MAX + 1);
    expect_record(NULL, &decision,
                  "{\"action\":\"error\",\"error\":{\"code\":\"output_limit\","
                  "\"message\":\"the record is over 65536 bytes\"}}\n");
    free(data);
}
END_TEST

START_TEST(says_whose_record_was_too_long)
{
    char *data = malloc(GGP_RECORD_MAX + 2);
    struct ggp_place place = {"f", 3};
    struct gg_decision decision;

    fill(&decision, data, GGP_RECORD_MAX + 1);
    decision.grant_id = "g1";
    decision.tenant = "acme";
    decision.provider = "imap";
    decision.reason = "gone";
    decision.smtp = GG_SMTP_COMPLETE;
    expect_record(&place, &decision,
                  "{\"file\":\"f\",\"line\":3,\"grant_id\":\"g1\","
                  "\"tenant\":\"acme\",\"provider\":\"imap\","
                  "\"action\":\"error\",\"error\":{\"code\":\"output_limit\","
                  "\"message\":\"the record is over 65536 bytes\"}}\n");
    free(data);
}
END_TEST

START_TEST(keeps_what_the_buffer_held_before)
{
    char *data = malloc(GGP_RECORD_MAX + 2);
    struct gg_decision decision;
    struct ggp_buf buf = {0};

    ggp_record_write(&buf, NULL, &minimal);
    fill(&decision, data, GGP_RECORD_MAX + 1);
    ggp_record_write(&buf, NULL, &decision);
    ggp_record_write(&buf, NULL, &minimal);
    ck_assert_str_eq(ggp_buf_text(&buf),
                     "{\"action\":\"accept\"}\n"
                     "{\"action\":\"error\",\"error\":{\"code\":"
                     "\"output_limit\",\"message\":"
                     "\"the record is over 65536 bytes\"}}\n"
                     "{\"action\":\"accept\"}\n");
    ggp_buf_free(&buf);
    free(data);
}
END_TEST

START_TEST(replaces_a_record_that_bursts_its_buffer)
{
    char *data = malloc(GGP_RECORD_MAX + 2);
    struct gg_decision decision;
    struct ggp_buf buf = {.max = GGP_RECORD_MAX};

    fill(&decision, data, GGP_RECORD_MAX + 1);
    ggp_record_write(&buf, NULL, &decision);
    ck_assert_int_eq(buf.failed, GG_OK);
    ck_assert_ptr_nonnull(strstr(ggp_buf_text(&buf), "output_limit"));
    free(data);
    ggp_buf_free(&buf);
}
END_TEST

START_TEST(fails_when_the_buffer_has_no_room)
{
    struct ggp_buf buf = {.max = 10};

    ggp_record_write(&buf, NULL, &minimal);
    ck_assert_int_eq(buf.failed, GG_EOUTPUT);
    ggp_record_write(&buf, NULL, &minimal);
    ck_assert_int_eq(buf.failed, GG_EOUTPUT);
    ggp_buf_free(&buf);
}
END_TEST

/* --- for hosts -------------------------------------------------------------
 */

START_TEST(gives_hosts_the_record_without_a_newline)
{
    struct gg_error err = {GG_OK, "untouched"};
    char *record = NULL;

    ck_assert_int_eq(gg_decision_record(&minimal, &record, &err), GG_OK);
    ck_assert_str_eq(record, "{\"action\":\"accept\"}");
    ck_assert_str_eq(err.message, "untouched");
    gg_free(record);
}
END_TEST

START_TEST(refuses_to_write_nothing)
{
    struct gg_error err = {0};
    char untouched[] = "untouched";
    char *record = untouched;

    ck_assert_int_eq(gg_decision_record(NULL, &record, &err), GG_EINVAL);
    ck_assert_str_eq(err.message, "decision and record are required");
    ck_assert_int_eq(gg_decision_record(&minimal, NULL, NULL), GG_EINVAL);
    ck_assert_ptr_eq(record, untouched);
}
END_TEST

Suite *record_suite(void)
{
    Suite *suite = suite_create("record");
    TCase *fields = tcase_create("fields");
    TCase *ceiling = tcase_create("ceiling");
    TCase *hosts = tcase_create("hosts");

    tcase_add_test(fields, leaves_out_what_is_absent);
    tcase_add_test(fields, writes_every_field_in_its_order);
    tcase_add_loop_test(fields,
                        lists_what_is_missing_exactly_when_smtp_is_incomplete,
                        0, COUNT(verdicts));
    tcase_add_test(fields, writes_a_delay_of_nothing);
    tcase_add_loop_test(fields, says_what_failed, 0, COUNT(errors));
    tcase_add_test(fields, escapes_whatever_came_from_outside);
    suite_add_tcase(suite, fields);
    tcase_add_test(ceiling, is_64_kib_long_and_not_a_byte_longer);
    tcase_add_test(ceiling, says_whose_record_was_too_long);
    tcase_add_test(ceiling, keeps_what_the_buffer_held_before);
    tcase_add_test(ceiling, replaces_a_record_that_bursts_its_buffer);
    tcase_add_test(ceiling, fails_when_the_buffer_has_no_room);
    suite_add_tcase(suite, ceiling);
    tcase_add_test(hosts, gives_hosts_the_record_without_a_newline);
    tcase_add_test(hosts, refuses_to_write_nothing);
    suite_add_tcase(suite, hosts);
    return suite;
}
