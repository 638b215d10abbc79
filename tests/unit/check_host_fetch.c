/* SPDX-License-Identifier: MIT */
/* check_host_fetch.c - grantgate.fetch(id): what a policy gets, and when not.
 */
#include "suites.h"

#include "policy_set.h"
#include "script_server.h"

#include <string.h>

#define GRANT(id, rest)                                                        \
    "{\"data\":{\"id\":\"" id "\",\"provider\":\"imap\"" rest "}}"

static struct policy_set set;
static gg_client *client;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
}

static void teardown(void)
{
    policy_set_free(&set);
    gg_client_free(client);
    client = NULL;
}

/* Let policies fetch from a server that gives @answers. */
static void allow(const char *const *answers, size_t n)
{
    struct gg_client_options options = {.api_key = "nyk_hunter2",
                                        .rate = 100000,
                                        .retries = 100,
                                        .backoff_ms = 1};
    struct gg_error err;

    options.api_url = script_server(answers, n);
    ck_assert_int_eq(gg_client_open(&options, &client, &err), GG_OK);
    set.options.client = client;
}

static const char *good(const char *body)
{
    return script_answer("200 OK", "", body);
}

/* What @code puts into `it`, as JSON in a list. */
static const char *it_after(const char *code)
{
    char text[1024];

    snprintf(text, sizeof(text),
             "local it %s return defer { reason = 'x', data = { it } }", code);
    return policy_set_data(&set, text);
}

START_TEST(judges_what_was_fetched_like_any_grant)
{
    const char *answers[] = {
        good(GRANT("b", ",\"email\":\"A@B.example\",\"created_at\":1785578300,"
                        "\"settings\":{\"imap_host\":\"h\",\"smtp_host\":\"s\","
                        "\"imap_password\":\"hunter2\"}"))};

    allow(answers, 1);
    ck_assert_str_eq(
        it_after("local b = grantgate.fetch('b')\n"
                 "it = { b.id, b.domain, b.smtp, b.missing[1], b.age,"
                 " b.settings.imap_password, b.raw.settings.smtp_host,"
                 " tostring(b.tenant) }"),
        "[[\"b\",\"b.example\",\"incomplete\",\"smtp_port\",100,"
        "\"[redacted]\",\"s\",\"nil\"]]");
}
END_TEST

/* What a policy may do with its own grant it may do with this one. */
static const struct {
    const char *code;
    const char *message;
} frozen[] = {
    {"b.id = 'c'", "cannot set 'id': a grant is read-only"},
    {"return b.emial", "a grant has no field 'emial'"},
    {"for k in pairs(b) do end", "a grant cannot be walked"},
    {"b.raw.id = 'c'", "read-only"},
};

START_TEST(hands_it_out_read_only)
{
    const char *answers[] = {good(GRANT("b", ""))};
    char code[256];

    allow(answers, 1);
    snprintf(code, sizeof(code), "local b = grantgate.fetch('b')\n%s",
             frozen[_i].code);
    expect_part(policy_set_data(&set, code), frozen[_i].message);
}
END_TEST

START_TEST(tells_why_it_did_not_come)
{
    const char *answers[] = {script_answer(
        "404 No", "", "{\"error\":{\"type\":\"x\",\"message\":\"gone\"}}")};

    allow(answers, 1);
    ck_assert_str_eq(it_after("local b, why = grantgate.fetch('b')\n"
                              "it = { b == nil, why.code, why.message, "
                              "why.status }"),
                     "[[true,\"not_found\",\"x: gone\",404]]");
}
END_TEST

START_TEST(refuses_what_is_no_grant)
{
    const char *answers[] = {good("{\"data\":{\"id\":\"b\"}}")};

    allow(answers, 1);
    ck_assert_str_eq(
        it_after("local b, why = grantgate.fetch('b')\n"
                 "it = { b == nil, why.code, why.message }"),
        "[[true,\"invalid_grant\",\"field 'provider' is required\"]]");
}
END_TEST

START_TEST(sends_no_id_that_is_none)
{
    const char *answers[] = {good(GRANT("b", ""))};

    allow(answers, 1);
    ck_assert_str_eq(it_after("local b, why = grantgate.fetch('../admin')\n"
                              "it = why.code"),
                     "[\"invalid_id\"]");
    ck_assert_str_eq(script_requests(), "");
}
END_TEST

START_TEST(needs_to_be_allowed)
{
    expect_part(policy_set_data(&set, "return grantgate.fetch('b')"),
                "grantgate.fetch is not allowed in this run: the host has to "
                "allow it (eval --allow-fetch)");
}
END_TEST

START_TEST(fetches_four_times_and_no_more)
{
    const char *answers[] = {good(GRANT("b", ""))};

    allow(answers, 1);
    ck_assert_str_eq(
        it_after("local t = {}\n"
                 "for i = 1, 4 do t[i] = grantgate.fetch('b') end\n"
                 "it = { t[1].id, t[4].id }"),
        "[[\"b\",\"b\"]]");
    policy_set_free(&set);
    expect_part(
        policy_set_data(&set, "for i = 1, 5 do grantgate.fetch('b') end"),
        "more than 4 fetches for one question");
}
END_TEST

START_TEST(waits_no_longer_than_the_question_may_take)
{
    const char *answers[] = {script_answer("503 Busy", "", "")};
    const struct gg_decision *decision;

    set.options.limits.time_ms = 100;
    allow(answers, 1);
    policy_set_open_default(&set, "return { evaluate = function(grant)\n"
                                  "  grantgate.fetch('b')\n"
                                  "  return accept 'x'\n"
                                  "end }");
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\"}");
    ck_assert_int_eq(decision->action, GG_ERROR);
    ck_assert_int_eq(decision->error, GG_ETIME);
    ck_assert_str_eq(decision->error_message,
                     "default.lua:2: ran longer than 100 ms");
}
END_TEST

START_TEST(forgets_it_with_the_question)
{
    const char *answers[] = {good(GRANT("b", ""))};

    allow(answers, 1);
    policy_set_open_default(&set, "return { evaluate = function(grant)\n"
                                  "  for i = 1, 3 do grantgate.fetch('b') end\n"
                                  "  return accept(grantgate.fetch('b').smtp)\n"
                                  "end }");
    ck_assert_str_eq(
        policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\"}")->reason,
        "unknown");
    ck_assert_str_eq(
        policy_set_decide(&set, "{\"id\":\"c\",\"provider\":\"imap\"}")->reason,
        "unknown");
}
END_TEST

START_TEST(does_not_fetch_while_a_file_loads)
{
    const struct policy_file files[] = {
        {"default.lua", "local b = grantgate.fetch('b')\nreturn {}"},
        {NULL, NULL}};

    ck_assert_int_eq(policy_set_try(&set, files, NULL), GG_EPOLICY);
    expect_part(set.error.message,
                "default.lua:1: grantgate.fetch answers while a question is "
                "asked");
}
END_TEST

Suite *host_fetch_suite(void)
{
    Suite *suite = suite_create("host_fetch");
    TCase *tcase = tcase_create("host_fetch");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, judges_what_was_fetched_like_any_grant);
    tcase_add_loop_test(tcase, hands_it_out_read_only, 0, COUNT(frozen));
    tcase_add_test(tcase, tells_why_it_did_not_come);
    tcase_add_test(tcase, refuses_what_is_no_grant);
    tcase_add_test(tcase, sends_no_id_that_is_none);
    tcase_add_test(tcase, needs_to_be_allowed);
    tcase_add_test(tcase, fetches_four_times_and_no_more);
    tcase_add_test(tcase, waits_no_longer_than_the_question_may_take);
    tcase_add_test(tcase, forgets_it_with_the_question);
    tcase_add_test(tcase, does_not_fetch_while_a_file_loads);
    suite_add_tcase(suite, tcase);
    return suite;
}
