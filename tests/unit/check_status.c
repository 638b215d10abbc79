/* SPDX-License-Identifier: MIT */
/* check_status.c - statuses, error messages, the version. */
#include "private.h"

#include "suites.h"

#include <stdlib.h>
#include <string.h>

START_TEST(names_every_status_by_its_stable_token)
{
    ck_assert_str_eq(gg_status_token(GG_OK), "ok");
    ck_assert_str_eq(gg_status_token(GG_EJSON), "invalid_json");
    ck_assert_str_eq(gg_status_token(GG_EDUPLICATE), "duplicate_key");
    ck_assert_str_eq(gg_status_token(GG_EOUTPUT), "output_limit");
    ck_assert_str_eq(gg_status_token(GG_EINTERRUPTED), "interrupted");
}
END_TEST

START_TEST(has_a_token_for_numbers_that_are_no_status)
{
    ck_assert_str_eq(gg_status_token((gg_status)(GG_EINTERRUPTED + 1)),
                     "unknown");
    ck_assert_str_eq(gg_status_token((gg_status)-1), "unknown");
}
END_TEST

START_TEST(fills_the_error_and_returns_the_status)
{
    struct gg_error err = {0};

    ck_assert_int_eq(ggp_fail(&err, GG_EGRANT, "field %s is %d", "id", 7),
                     GG_EGRANT);
    ck_assert_int_eq(err.status, GG_EGRANT);
    ck_assert_str_eq(err.message, "field id is 7");
}
END_TEST

START_TEST(needs_no_error_to_fill)
{
    ck_assert_int_eq(ggp_fail(NULL, GG_EIO, "nobody reads this"), GG_EIO);
}
END_TEST

START_TEST(may_quote_the_message_it_replaces)
{
    struct gg_error err = {GG_EIO, "inner"};

    (void)ggp_fail(&err, GG_EPOLICY, "outer: %s", err.message);
    ck_assert_str_eq(err.message, "outer: inner");
}
END_TEST

/* One row per kind of byte that has no place in one line of text. */
static const struct {
    const char *text;
    const char *message;
} lines[] = {
    {"plain", "plain"},
    {"a\nb\r\tc", "a b  c"},
    {"a\x1b[31mb", "a [31mb"},
    {"a\x7f"
     "b",
     "a?b"},
    {"caf\xc3\xa9", "caf\xc3\xa9"},
    {"a\xc2\x85"
     "b",
     "a?b"},
    {"a\xe2\x80\xae"
     "b",
     "a?b"},
    {"a\xff"
     "b",
     "a?b"},
    {"cut \xe2\x80", "cut ??"},
};

START_TEST(makes_one_printable_line_of_any_text)
{
    struct gg_error err;

    (void)ggp_fail(&err, GG_EPOLICY, "%s", lines[_i].text);
    ck_assert_str_eq(err.message, lines[_i].message);
}
END_TEST

/* Cuts at each place of a character of three bytes. */
START_TEST(cuts_a_long_message_between_characters)
{
    struct gg_error err;
    char text[600];
    size_t lead = (size_t)_i;
    size_t i;

    memset(text, 'x', lead);
    for (i = lead; i + 3 < sizeof(text); i += 3)
        memcpy(text + i, "\xe2\x82\xac", 3);
    text[i] = '\0';
    (void)ggp_fail(&err, GG_EPOLICY, "%s", text);
    ck_assert_uint_eq(strlen(err.message), lead + (511 - lead) / 3 * 3);
    ck_assert(ggp_is_utf8(err.message, strlen(err.message)));
    ck_assert_ptr_null(strchr(err.message, '?'));
}
END_TEST

START_TEST(knows_its_version)
{
    ck_assert_str_eq(gg_version(), GG_VERSION);
}
END_TEST

START_TEST(frees_nothing_without_complaint)
{
    gg_free(NULL);
    gg_free(malloc(1));
}
END_TEST

Suite *status_suite(void)
{
    Suite *suite = suite_create("status");
    TCase *tcase = tcase_create("status");

    tcase_add_test(tcase, names_every_status_by_its_stable_token);
    tcase_add_test(tcase, has_a_token_for_numbers_that_are_no_status);
    tcase_add_test(tcase, fills_the_error_and_returns_the_status);
    tcase_add_test(tcase, needs_no_error_to_fill);
    tcase_add_test(tcase, may_quote_the_message_it_replaces);
    tcase_add_loop_test(tcase, makes_one_printable_line_of_any_text, 0,
                        (int)(sizeof(lines) / sizeof(lines[0])));
    tcase_add_loop_test(tcase, cuts_a_long_message_between_characters, 0, 3);
    tcase_add_test(tcase, knows_its_version);
    tcase_add_test(tcase, frees_nothing_without_complaint);
    suite_add_tcase(suite, tcase);
    return suite;
}
