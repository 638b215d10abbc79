/* SPDX-License-Identifier: MIT */
/* check_hostile_input.c - grants from people who wish us ill. */
#include "policy_set.h"

#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line of input, and the code of its error or its action; "none" where
 * there is no record to be had. */
struct line {
    const char *bytes;
    size_t len;
    const char *outcome;
};

#define LINE(bytes, outcome)                                                   \
    {                                                                          \
        bytes, sizeof(bytes) - 1, outcome                                      \
    }
#define GRANT(members, outcome)                                                \
    LINE("{\"id\":\"a\",\"provider\":\"imap\"," members "}", outcome)
#define ENVELOPE(members, outcome)                                             \
    LINE("{\"grant\":{\"id\":\"a\",\"provider\":\"imap\"}," members "}",       \
         outcome)

static const struct line texts[] = {
    LINE("", "invalid_json"),
    LINE(" \t\r\n", "invalid_json"),
    LINE("\0", "invalid_json"),
    LINE("\xef\xbb\xbf", "invalid_json"),
    LINE("\xef\xbb\xbf{\"id\":\"a\",\"provider\":\"imap\"}", "invalid_json"),
    LINE("\xef\xbb\xbf\xef\xbb\xbf{\"id\":\"a\",\"provider\":\"imap\"}",
         "invalid_json"),
    LINE("\xff\xfe{\0}\0", "invalid_json"),
    LINE("{\"id\":\"a\",\"provider\":\"imap\"}\r\n", "accept"),
    LINE("{\"id\":\"a\",\"provider\":\"imap\"}\0", "invalid_json"),
    LINE("{\"id\":\"a\",\"provider\":\"imap\"}x", "invalid_json"),
    LINE("{\"id\":\"a\",\"provider\":\"imap\"", "invalid_json"),
    LINE("{\"id\":\"a\",\"provider\":\"im", "invalid_json"),
    LINE("{\"id\":\"a\",\"provider\":\"imap\",}", "invalid_json"),
    LINE("{id:\"a\"}", "invalid_json"),
    LINE("{'id':'a'}", "invalid_json"),
    LINE("{} // x", "invalid_json"),
    LINE("/* x */ {}", "invalid_json"),
    LINE("[", "invalid_json"),
    LINE("]", "invalid_json"),
    LINE("nul", "invalid_json"),
    LINE("null", "invalid_grant"),
    LINE("true", "invalid_grant"),
    LINE("1e999", "invalid_json"),
    LINE("\"grant\"", "invalid_grant"),
    LINE("{}", "invalid_grant"),
    LINE("\x1b[2J", "invalid_json"),
};

static const struct line values[] = {
    GRANT("\"x\":01", "invalid_json"),
    GRANT("\"x\":+1", "invalid_json"),
    GRANT("\"x\":.5", "invalid_json"),
    GRANT("\"x\":1.", "invalid_json"),
    GRANT("\"x\":0x10", "invalid_json"),
    GRANT("\"x\":NaN", "invalid_json"),
    GRANT("\"x\":-Infinity", "invalid_json"),
    GRANT("\"x\":1e999", "invalid_json"),
    GRANT("\"x\":-1E400", "invalid_json"),
    GRANT("\"x\":-0", "accept"),
    GRANT("\"x\":1e-999", "accept"),
    GRANT("\"x\":9223372036854775808", "accept"),
    GRANT("\"x\":123456789012345678901234567890123456789", "accept"),
    GRANT("\"x\":\"\\ud800\"", "invalid_json"),
    GRANT("\"x\":\"\\udc00\\ud800\"", "invalid_json"),
    GRANT("\"x\":\"\\ud83d\\ude00\"", "accept"),
    GRANT("\"x\":\"\\x41\"", "invalid_json"),
    GRANT("\"x\":\"\\u00\"", "invalid_json"),
    GRANT("\"x\":\"\xff\"", "invalid_json"),
    GRANT("\"x\":\"\xc0\xaf\"", "invalid_json"),
    GRANT("\"x\":\"\xed\xa0\x80\"", "invalid_json"),
    GRANT("\"x\":\"\xf4\x90\x80\x80\"", "invalid_json"),
    GRANT("\"x\":\"\xe2\x82\"", "invalid_json"),
    GRANT("\"x\":\"a\nb\"", "invalid_json"),
    GRANT("\"x\":\"a\tb\"", "invalid_json"),
    GRANT("\"x\":\"a\0b\"", "invalid_json"),
    GRANT("\"x\":\"\\u0000\"", "accept"),
    GRANT("\"\\u0000\":1", "accept"),
    GRANT("\"x\":1,\"x\":2", "duplicate_key"),
    GRANT("\"x\":{\"y\":1,\"y\":2}", "duplicate_key"),
    GRANT("\"settings\":{\"smtp_host\":\"a\",\"smtp_host\":\"b\"}",
          "duplicate_key"),
    GRANT("\"settings\":{\"smtp_host\":\"a\",\"smtp\\u005fhost\":\"b\"}",
          "duplicate_key"),
    GRANT("\"id\":\"b\"", "duplicate_key"),
    GRANT("\"\\u0069d\":\"b\"", "duplicate_key"),
};

static const struct line fields[] = {
    LINE("{\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":\"a\"}", "invalid_grant"),
    LINE("{\"id\":7,\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":null,\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":\"\",\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":\"../a\",\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":\"a/b\",\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":\"a\\u0000\",\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":\"a\\n\",\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":\"-a\",\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":\"\xc3\xa9\",\"provider\":\"imap\"}", "invalid_grant"),
    LINE("{\"id\":\"a\",\"provider\":\"IMAP\"}", "invalid_grant"),
    LINE("{\"id\":\"a\",\"provider\":\"../x\"}", "invalid_grant"),
    LINE("{\"id\":\"a\",\"provider\":[\"imap\"]}", "invalid_grant"),
    GRANT("\"email\":7", "invalid_grant"),
    GRANT("\"email\":\"a\\u001b[2J@b\"", "invalid_grant"),
    GRANT("\"email\":\"a\\u009b@b\"", "invalid_grant"),
    GRANT("\"email\":\"a\\u007f@b\"", "invalid_grant"),
    GRANT("\"name\":\"a\\r\\nb\"", "invalid_grant"),
    GRANT("\"state\":\"\\u0000\"", "invalid_grant"),
    GRANT("\"email\":\"@@@\"", "accept"),
    GRANT("\"blocked\":\"no\"", "invalid_grant"),
    GRANT("\"scope\":7", "invalid_grant"),
    GRANT("\"scope\":[7]", "invalid_grant"),
    GRANT("\"scope\":{}", "invalid_grant"),
    GRANT("\"created_at\":\"yesterday\"", "invalid_grant"),
    GRANT("\"created_at\":-1e300", "invalid_grant"),
    GRANT("\"updated_at\":{}", "invalid_grant"),
    GRANT("\"settings\":7", "invalid_grant"),
    GRANT("\"settings\":[]", "invalid_grant"),
    GRANT("\"settings\":{\"smtp_port\":[[[]]]}", "accept"),
    GRANT("\"settings\":{\"smtp_port\":1e308,\"smtp_host\":{}}", "accept"),
    GRANT("\"grant_status\":1", "invalid_grant"),
    GRANT("\"workspace_id\":false", "invalid_grant"),
    GRANT("\"__index\":{},\"__gc\":1", "accept"),
    ENVELOPE("\"tenant\":\"../../etc\"", "invalid_grant"),
    ENVELOPE("\"tenant\":\".\"", "invalid_grant"),
    ENVELOPE("\"tenant\":\"\"", "invalid_grant"),
    ENVELOPE("\"tenant\":7", "invalid_grant"),
    ENVELOPE("\"tenant\":\"a\\u0000b\"", "invalid_grant"),
    ENVELOPE("\"tennant\":\"a\"", "invalid_grant"),
    ENVELOPE("\"context\":7", "invalid_grant"),
    ENVELOPE("\"context\":{\"a\":1,\"a\":2}", "duplicate_key"),
    ENVELOPE("\"send_error\":7", "invalid_grant"),
    ENVELOPE("\"send_error_at\":\"x\"", "invalid_grant"),
    ENVELOPE("\"sent_at\":[]", "invalid_grant"),
    ENVELOPE("\"fetch_error\":7", "invalid_grant"),
    LINE("{\"grant\":null}", "invalid_grant"),
    LINE("{\"grant\":[]}", "invalid_grant"),
    LINE("{\"grant\":{\"grant\":{\"id\":\"a\",\"provider\":\"imap\"}}}",
         "invalid_grant"),
    LINE("{\"data\":7}", "invalid_grant"),
    LINE("{\"data\":[]}", "none"),
    LINE("{\"data\":[7]}", "invalid_grant"),
    LINE("{\"data\":{\"data\":{}}}", "invalid_grant"),
    LINE("{\"error\":{\"type\":\"x\"}}", "fetch_failed"),
    LINE("{\"error\":7}", "fetch_failed"),
};

static struct policy_set set;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
    policy_set_open_default(&set, "return { evaluate = function(grant) for k "
                                  "in pairs(grant.raw) do end return accept "
                                  "'x' end }");
}

static void teardown(void)
{
    policy_set_free(&set);
}

/* Evaluate a copy of the line that ends where its memory does. */
static void expect(const struct line *line)
{
    const struct gg_decision *decision = NULL;
    char *copy = malloc(line->len ? line->len : 1);
    const char *outcome = "none";
    char *record = NULL;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, line->bytes, line->len);
    if (gg_session_evaluate(set.session, copy, line->len, NULL, NOW, &decision,
                            &set.error) == GG_OK) {
        outcome = decision->action == GG_ERROR
                      ? gg_status_token(decision->error)
                      : gg_action_name(decision->action);
        ck_assert_int_eq(gg_decision_record(decision, &record, &set.error),
                         GG_OK);
        ck_assert_ptr_null(strpbrk(record, "\x1b\x7f\n\r"));
        ck_assert(ggp_is_utf8(record, strlen(record)));
    }
    ck_assert_msg(strcmp(outcome, line->outcome) == 0, "%.*s\nis %s: %s",
                  line->len < 200 ? (int)line->len : 200, line->bytes, outcome,
                  record ? record : set.error.message);
    free(record);
    free(copy);
}

START_TEST(answers_any_text)
{
    expect(&texts[_i]);
}
END_TEST

START_TEST(answers_any_value)
{
    expect(&values[_i]);
}
END_TEST

START_TEST(answers_any_field)
{
    expect(&fields[_i]);
}
END_TEST

/* What is too much of something: @n times @again, between @before and
 * @after. */
static const struct {
    const char *before;
    const char *again;
    const char *after;
    int n;
    const char *outcome;
} floods[] = {
#define START "{\"id\":\"a\",\"provider\":\"imap\""
    {START ",\"x\":", "[", "", 100000, "invalid_json"},
    {START ",\"x\":", "{\"a\":", "1", 100000, "invalid_json"},
    {START ",\"name\":\"", "x", "\"}", 900000, "accept"},
    {START ",\"email\":\"", "x", "@b.example\"}", 309, "accept"},
    {START ",\"email\":\"", "x", "@b.example\"}", 311, "invalid_grant"},
    {START ",\"state\":\"", "\\u0041", "\"}", 100000, "accept"},
    {START ",\"x\":[1", ",1", "]}", 100000, "accept"},
    {START ",\"scope\":[\"a\"", ",\"a\"", "]}", 100000, "accept"},
    {START ",\"x\":", "9", "}", 100000, "invalid_json"},
    {START ",\"x\":0.", "9", "}", 100000, "accept"},
    {"{\"provider\":\"imap\",\"id\":\"", "a", "\"}", 129, "invalid_grant"},
    {"{\"id\":\"a\",\"provider\":\"", "a", "\"}", 33, "invalid_grant"},
    {"", " ", "", 500000, "invalid_json"},
    {"", "{", "", 500000, "invalid_json"},
    {"", "\"", "", 500000, "invalid_json"},
    {"\"", "\\", "", 500001, "invalid_json"},
#undef START
};

START_TEST(answers_any_amount)
{
    size_t unit = strlen(floods[_i].again);
    size_t before = strlen(floods[_i].before);
    size_t after = strlen(floods[_i].after);
    size_t len = before + unit * (size_t)floods[_i].n + after;
    char *bytes = malloc(len);
    char *at = bytes;
    struct line line = {bytes, len, floods[_i].outcome};
    int i;

    ck_assert_ptr_nonnull(bytes);
    memcpy(at, floods[_i].before, before);
    at += before;
    for (i = 0; i < floods[_i].n; i++, at += unit)
        memcpy(at, floods[_i].again, unit);
    memcpy(at, floods[_i].after, after);
    expect(&line);
    free(bytes);
}
END_TEST

Suite *hostile_input_suite(void)
{
    Suite *suite = suite_create("hostile_input");
    TCase *test = tcase_create("input");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, answers_any_text, 0, COUNT(texts));
    tcase_add_loop_test(test, answers_any_value, 0, COUNT(values));
    tcase_add_loop_test(test, answers_any_field, 0, COUNT(fields));
    tcase_add_loop_test(test, answers_any_amount, 0, COUNT(floods));
    suite_add_tcase(suite, test);
    return suite;
}
