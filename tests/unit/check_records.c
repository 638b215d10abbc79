/* SPDX-License-Identifier: MIT */
/* check_records.c - records, read again. */
#include "private.h"

#include "suites.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A source that gives `left` bytes a few at a time, then maybe fails. */
struct feed {
    const char *at;
    size_t left;
    int fails;
};

static long read_feed(void *payload, char *bytes, size_t size,
                      struct gg_error *err)
{
    struct feed *feed = payload;
    size_t n = feed->left < 5 ? feed->left : 5;

    if (feed->left == 0 && feed->fails) {
        (void)ggp_fail(err, GG_EIO, "the disk is gone");
        return -1;
    }
    if (n > size)
        n = size;
    memcpy(bytes, feed->at, n);
    feed->at += n;
    feed->left -= n;
    return (long)n;
}

/* What was handed out, written as records once more, and the problems. */
struct seen {
    struct ggp_buf text;
    size_t n;
    size_t most; /* after so many the reading ends; 0: never */
};

static gg_status see(const struct gg_record *record, void *payload,
                     struct gg_error *err)
{
    struct seen *seen = payload;
    struct ggp_place place = {record->file, record->line};

    seen->n++;
    if (record->decision) {
        ggp_record_write(&seen->text, &place, record->decision);
    } else {
        ggp_buf_int(&seen->text, (int64_t)record->line);
        ggp_buf_string(&seen->text, ": ");
        ggp_buf_string(&seen->text, record->problem);
        ggp_buf_char(&seen->text, '\n');
    }
    return seen->n == seen->most ? ggp_fail(err, GG_EINTERRUPTED, "enough")
                                 : GG_OK;
}

static gg_status read_records(struct seen *seen, const char *text, int fails)
{
    struct feed feed = {text, strlen(text), fails};
    struct gg_source source = {"r.ndjson", 0, read_feed, &feed};

    return gg_records_read(&source, 1, NULL, see, seen, NULL);
}

static void expect_read(const char *text, const char *wanted)
{
    struct seen seen = {0};

    ck_assert_int_eq(read_records(&seen, text, 0), GG_OK);
    ck_assert_str_eq(ggp_buf_text(&seen.text), wanted);
    ggp_buf_free(&seen.text);
}

START_TEST(reads_what_records_say)
{
    static const char records[] =
        "{\"file\":\"r.ndjson\",\"line\":1,\"grant_id\":\"g1\","
        "\"tenant\":\"acme\",\"provider\":\"imap\",\"action\":\"reauth\","
        "\"reason\":\"smtp_missing\",\"policy\":\"tenants/acme.lua\","
        "\"rule\":\"no-smtp\",\"mandate\":true,\"smtp\":\"incomplete\","
        "\"missing\":[\"imap_password\",\"smtp_port\"],"
        "\"evidence\":\"settings\",\"auth_url\":\"https://a.example/?b=c\","
        "\"auth_url_missing\":\"no_email\",\"notify\":\"owner\",\"after\":0,"
        "\"due\":12,\"smtp_host\":\"h\",\"smtp_port\":587,"
        "\"smtp_username\":\"ann\"}\n"
        "{\"file\":\"r.ndjson\",\"line\":2,\"action\":\"error\",\"error\":"
        "{\"code\":\"time_limit\",\"message\":\"<slow>\"}}\n";

    expect_read(records, records);
}
END_TEST

START_TEST(does_not_read_what_is_for_others)
{
    expect_read("{\"action\":\"accept\",\"data\":{\"a\":1},\"trace\":[]}",
                "{\"file\":\"r.ndjson\",\"line\":1,\"action\":\"accept\"}\n");
}
END_TEST

START_TEST(counts_lines_and_skips_blank_ones)
{
    expect_read("\n{\"action\":\"accept\"}\n \r\n{\"action\":\"defer\"}",
                "{\"file\":\"r.ndjson\",\"line\":2,\"action\":\"accept\"}\n"
                "{\"file\":\"r.ndjson\",\"line\":4,\"action\":\"defer\"}\n");
}
END_TEST

static const struct {
    const char *line;
    const char *problem;
} bad[] = {
    {"[]", "expected a record, an object with an action"},
    {"{\"id\":\"g\",\"provider\":\"imap\"}",
     "expected a record, an object with an action"},
    {"{\"action\":\"delete\"}", "field 'action' cannot be 'delete'"},
    {"{\"action\":1}", "field 'action' cannot be '(not shown)'"},
    {"{\"action\":\"accept\",\"tenant\":1}", "field 'tenant' must be a text"},
    {"{\"action\":\"accept\",\"tenant\":\"a\\u0000b\"}",
     "field 'tenant' must be a text"},
    {"{\"action\":\"accept\",\"smtp\":\"perfect\"}",
     "field 'smtp' cannot be 'perfect'"},
    {"{\"action\":\"accept\",\"missing\":[\"all\"]}",
     "field 'missing' names what no grant has"},
    {"{\"action\":\"accept\",\"missing\":\"smtp_host\"}",
     "field 'missing' must be a list"},
    {"{\"action\":\"accept\",\"smtp_port\":65536}",
     "field 'smtp_port' must be a whole number in its range"},
    {"{\"action\":\"accept\",\"after\":-1}",
     "field 'after' must be a whole number in its range"},
    {"{\"action\":\"error\"}",
     "field 'error' and the action do not go together"},
    {"{\"action\":\"accept\",\"error\":{\"code\":\"time_limit\"}}",
     "field 'error' and the action do not go together"},
    {"{\"action\":\"error\",\"error\":{}}", "field 'error' has no code"},
    {"{\"action\":\"error\",\"error\":{\"code\":\"ok\"}}",
     "field 'code' cannot be 'ok'"},
};

START_TEST(says_why_a_line_is_no_record_and_goes_on)
{
    struct ggp_buf text = {0};
    struct ggp_buf wanted = {0};

    ggp_buf_string(&text, bad[_i].line);
    ggp_buf_string(&text, "\n{\"action\":\"accept\"}\n");
    ggp_buf_string(&wanted, "1: ");
    ggp_buf_string(&wanted, bad[_i].problem);
    ggp_buf_string(&wanted, "\n{\"file\":\"r.ndjson\",\"line\":2,"
                            "\"action\":\"accept\"}\n");
    expect_read(ggp_buf_text(&text), ggp_buf_text(&wanted));
    ggp_buf_free(&text);
    ggp_buf_free(&wanted);
}
END_TEST

START_TEST(hands_out_lines_that_are_no_json)
{
    struct seen seen = {0};

    ck_assert_int_eq(read_records(&seen, "{\"action\":\n{}}\n", 0), GG_OK);
    ck_assert_uint_eq(seen.n, 2);
    ck_assert_ptr_null(strstr(ggp_buf_text(&seen.text), "action\":\""));
    ggp_buf_free(&seen.text);
}
END_TEST

START_TEST(hands_out_a_line_that_is_too_long)
{
    size_t len = GGP_MAX_LINE + 10;
    struct seen seen = {0};
    char *text = calloc(1, len + 32);

    ck_assert_ptr_nonnull(text);
    memset(text, ' ', len);
    memcpy(text, "{\"action\":\"accept\"", 18);
    memcpy(text + len, "}\n{\"action\":\"defer\"}\n", 21);
    ck_assert_int_eq(read_records(&seen, text, 0), GG_OK);
    ck_assert_str_eq(ggp_buf_text(&seen.text),
                     "1: the line is too long for a record\n"
                     "{\"file\":\"r.ndjson\",\"line\":2,"
                     "\"action\":\"defer\"}\n");
    ggp_buf_free(&seen.text);
    free(text);
}
END_TEST

START_TEST(passes_on_what_ends_the_reading)
{
    struct seen seen = {.most = 1};

    ck_assert_int_eq(read_records(&seen, "{\"action\":\"accept\"}\n{}", 0),
                     GG_EINTERRUPTED);
    ck_assert_uint_eq(seen.n, 1);
    ck_assert_int_eq(read_records(&seen, "{\"action\":\"accept\"}\n", 1),
                     GG_EIO);
    ck_assert_int_eq(gg_records_read(NULL, 1, NULL, see, &seen, NULL),
                     GG_EINVAL);
    ck_assert_int_eq(gg_records_read(NULL, 0, NULL, NULL, &seen, NULL),
                     GG_EINVAL);
    ggp_buf_free(&seen.text);
}
END_TEST

Suite *records_suite(void)
{
    Suite *suite = suite_create("records");
    TCase *lines = tcase_create("lines");

    tcase_add_test(lines, reads_what_records_say);
    tcase_add_test(lines, does_not_read_what_is_for_others);
    tcase_add_test(lines, counts_lines_and_skips_blank_ones);
    tcase_add_loop_test(lines, says_why_a_line_is_no_record_and_goes_on, 0,
                        COUNT(bad));
    tcase_add_test(lines, hands_out_lines_that_are_no_json);
    tcase_add_test(lines, hands_out_a_line_that_is_too_long);
    tcase_add_test(lines, passes_on_what_ends_the_reading);
    suite_add_tcase(suite, lines);
    return suite;
}
