/* SPDX-License-Identifier: MIT */
/* check_buf.c - the growable buffer. */
#include "private.h"

#include "suites.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

START_TEST(collects_what_is_added_in_order)
{
    struct ggp_buf buf = {0};

    ggp_buf_string(&buf, "port ");
    ggp_buf_int(&buf, 993);
    ggp_buf_char(&buf, '!');
    ggp_buf_add(&buf, "abc", 2);
    ggp_buf_add(&buf, NULL, 0);
    ck_assert_str_eq(ggp_buf_text(&buf), "port 993!ab");
    ggp_buf_free(&buf);
}
END_TEST

static const struct {
    int64_t value;
    const char *text;
} integers[] = {
    {0, "0"},
    {-1, "-1"},
    {10, "10"},
    {INT64_MAX, "9223372036854775807"},
    {INT64_MIN, "-9223372036854775808"},
};

START_TEST(writes_every_integer_exactly)
{
    struct ggp_buf buf = {0};

    ggp_buf_int(&buf, integers[_i].value);
    ck_assert_str_eq(ggp_buf_text(&buf), integers[_i].text);
    ggp_buf_free(&buf);
}
END_TEST

START_TEST(grows_past_any_first_size)
{
    struct ggp_buf buf = {0};
    size_t i;

    for (i = 0; i < 100000; i++)
        ggp_buf_char(&buf, (char)('a' + i % 26));
    ck_assert_uint_eq(buf.len, 100000);
    for (i = 0; i < buf.len; i++)
        ck_assert_int_eq(buf.bytes[i], (char)('a' + i % 26));
    ggp_buf_free(&buf);
}
END_TEST

START_TEST(holds_as_much_as_its_ceiling_and_not_one_byte_more)
{
    struct ggp_buf buf = {.max = 300};
    char bytes[300];

    memset(bytes, 'x', sizeof(bytes));
    ggp_buf_add(&buf, bytes, sizeof(bytes));
    ck_assert_int_eq(buf.failed, GG_OK);
    ck_assert_uint_eq(strlen(ggp_buf_text(&buf)), 300);
    ggp_buf_char(&buf, 'y');
    ck_assert_int_eq(buf.failed, GG_EOUTPUT);
    ck_assert_uint_eq(buf.len, 300);
    ck_assert_ptr_null(ggp_buf_text(&buf));
    ggp_buf_free(&buf);
}
END_TEST

START_TEST(does_nothing_after_a_failure_until_cleared)
{
    struct ggp_buf buf = {.max = 4};

    ggp_buf_string(&buf, "12345");
    ggp_buf_char(&buf, '1');
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_int_eq(buf.failed, GG_EOUTPUT);
    ggp_buf_clear(&buf);
    ggp_buf_string(&buf, "1234");
    ck_assert_str_eq(ggp_buf_text(&buf), "1234");
    ggp_buf_free(&buf);
}
END_TEST

START_TEST(refuses_lengths_that_would_wrap)
{
    struct ggp_buf buf = {.max = SIZE_MAX};

    ggp_buf_char(&buf, 'x');
    ggp_buf_add(&buf, "x", SIZE_MAX);
    ck_assert_int_eq(buf.failed, GG_EOUTPUT);
    ck_assert_uint_eq(buf.len, 1);
    ggp_buf_free(&buf);
}
END_TEST

START_TEST(gives_its_bytes_away_and_is_empty_again)
{
    struct ggp_buf buf = {.max = 100};
    char *first;
    char *second;

    ggp_buf_string(&buf, "one");
    first = ggp_buf_take(&buf);
    ck_assert_str_eq(first, "one");
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_ptr_null(buf.bytes);
    ck_assert_uint_eq(buf.max, 100);
    ggp_buf_string(&buf, "two");
    second = ggp_buf_take(&buf);
    ck_assert_str_eq(second, "two");
    ck_assert_str_eq(first, "one");
    free(first);
    free(second);
}
END_TEST

START_TEST(gives_an_empty_string_when_nothing_was_added)
{
    struct ggp_buf buf = {0};
    char *text = ggp_buf_take(&buf);

    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

/* Needs no cleanup: the leak checker is the judge. */
START_TEST(gives_nothing_and_frees_itself_after_a_failure)
{
    struct ggp_buf buf = {.max = 4};

    ggp_buf_string(&buf, "123");
    ggp_buf_string(&buf, "45");
    ck_assert_ptr_null(ggp_buf_take(&buf));
    ck_assert_int_eq(buf.failed, GG_EOUTPUT);
    ck_assert_ptr_null(buf.bytes);
}
END_TEST

START_TEST(keeps_its_memory_over_a_clear)
{
    struct ggp_buf buf = {0};
    const char *bytes;

    ggp_buf_string(&buf, "something");
    bytes = buf.bytes;
    ggp_buf_clear(&buf);
    ck_assert_ptr_eq(buf.bytes, bytes);
    ck_assert_str_eq(ggp_buf_text(&buf), "");
    ggp_buf_free(&buf);
    ggp_buf_free(&buf);
    ck_assert_uint_eq(buf.cap, 0);
}
END_TEST

Suite *buf_suite(void)
{
    Suite *suite = suite_create("buf");
    TCase *tcase = tcase_create("buf");

    tcase_add_test(tcase, collects_what_is_added_in_order);
    tcase_add_loop_test(tcase, writes_every_integer_exactly, 0,
                        (int)(sizeof(integers) / sizeof(integers[0])));
    tcase_add_test(tcase, grows_past_any_first_size);
    tcase_add_test(tcase, holds_as_much_as_its_ceiling_and_not_one_byte_more);
    tcase_add_test(tcase, does_nothing_after_a_failure_until_cleared);
    tcase_add_test(tcase, refuses_lengths_that_would_wrap);
    tcase_add_test(tcase, gives_its_bytes_away_and_is_empty_again);
    tcase_add_test(tcase, gives_an_empty_string_when_nothing_was_added);
    tcase_add_test(tcase, gives_nothing_and_frees_itself_after_a_failure);
    tcase_add_test(tcase, keeps_its_memory_over_a_clear);
    suite_add_tcase(suite, tcase);
    return suite;
}
