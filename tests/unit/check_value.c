/* SPDX-License-Identifier: MIT */
/* check_value.c - what a field holds, times, and names in messages. */
#include "private.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static yyjson_doc *doc;

/* @json as a value; it lives until the test ends. */
static yyjson_val *parse(const char *json)
{
    yyjson_doc_free(doc);
    doc = yyjson_read(json, strlen(json), 0);
    ck_assert_msg(doc != NULL, "%s", json);
    return yyjson_doc_get_root(doc);
}

static void forget(void)
{
    yyjson_doc_free(doc);
    doc = NULL;
}

/* --- values --------------------------------------------------------------- */

static const struct {
    const char *json;
    enum ggp_value_kind kind;
    int64_t integer;
    double real;
} kinds[] = {
    {"null", GGP_NIL, 0, 0},
    {"true", GGP_BOOLEAN, 1, 0},
    {"false", GGP_BOOLEAN, 0, 0},
    {"0", GGP_INTEGER, 0, 0},
    {"-1", GGP_INTEGER, -1, 0},
    {"9223372036854775807", GGP_INTEGER, INT64_MAX, 0},
    {"-9223372036854775808", GGP_INTEGER, INT64_MIN, 0},
    {"9223372036854775808", GGP_REAL, 0, 9223372036854775808.0},
    {"18446744073709551615", GGP_REAL, 0, 18446744073709551615.0},
    {"1.0", GGP_REAL, 0, 1.0},
    {"-2.5", GGP_REAL, 0, -2.5},
    {"\"\"", GGP_TEXT, 0, 0},
    {"[]", GGP_JSON_LIST, 0, 0},
    {"{}", GGP_JSON_OBJECT, 0, 0},
};

START_TEST(keeps_kind_and_number_of_json)
{
    struct ggp_value value = ggp_value_of(parse(kinds[_i].json));

    ck_assert_msg(value.kind == kinds[_i].kind, "%s", kinds[_i].json);
    ck_assert_msg(value.integer == kinds[_i].integer, "%s", kinds[_i].json);
    ck_assert_msg(!(value.real < kinds[_i].real) &&
                      !(value.real > kinds[_i].real),
                  "%s", kinds[_i].json);
    ck_assert_int_eq(value.json != NULL, value.kind == GGP_JSON_LIST ||
                                             value.kind == GGP_JSON_OBJECT);
}
END_TEST

START_TEST(keeps_a_nul_inside_a_text)
{
    struct ggp_value value = ggp_value_of(parse("\"a\\u0000b\""));

    ck_assert_uint_eq(value.text.len, 3);
    ck_assert_mem_eq(value.text.at, "a\0b", 3);
}
END_TEST

START_TEST(takes_null_pointers_for_absent)
{
    ck_assert_int_eq(ggp_value_of(NULL).kind, GGP_NIL);
    ck_assert_int_eq(ggp_value_text(NULL).kind, GGP_NIL);
    ck_assert_int_eq(ggp_value_text("").kind, GGP_TEXT);
    ck_assert_uint_eq(ggp_value_text("ab").text.len, 2);
    ck_assert_int_eq(ggp_value_of_text(ggp_text_of(NULL)).kind, GGP_NIL);
    ck_assert_int_eq(ggp_value_of_text(ggp_text_of("")).kind, GGP_TEXT);
}
END_TEST

/* --- times ---------------------------------------------------------------- */

static const struct {
    const char *json;
    int64_t seconds;
    int fits;
} times[] = {
    {"0", 0, 1},
    {"1617817109", 1617817109, 1},
    {"-1", -1, 1},
    {"253402300799", INT64_C(253402300799), 1},
    {"253402300800", 0, 0},
    {"-62167219200", INT64_C(-62167219200), 1},
    {"-62167219201", 0, 0},
    {"1617817109000", 0, 0}, /* milliseconds */
    {"18446744073709551615", 0, 0},
    {"1617817109.0", 0, 0},
    {"\"2026-08-01T10:00:00Z\"", 1785578400, 1},
    {"\"2026-08-01T12:00:00+02:00\"", 1785578400, 1},
    {"\"1785578400\"", 1785578400, 1},
    {"\"9999999999999\"", 0, 0},
    {"\"yesterday\"", 0, 0},
    {"\"\"", 0, 0},
    {"true", 0, 0},
    {"null", 0, 0},
    {"[1]", 0, 0},
    {"{}", 0, 0},
};

START_TEST(reads_times_of_four_digit_years_only)
{
    int64_t seconds = 77;

    ck_assert_msg(ggp_value_time(parse(times[_i].json), &seconds) ==
                      times[_i].fits,
                  "%s", times[_i].json);
    ck_assert_msg(seconds == (times[_i].fits ? times[_i].seconds : 77), "%s",
                  times[_i].json);
}
END_TEST

/* --- names ---------------------------------------------------------------- */

static const struct {
    const char *text;
    size_t len;
    const char *shown;
} names[] = {
    {"smtp_host", 9, "smtp_host"},
    {"A-z.0_9", 7, "A-z.0_9"},
    {"", 0, "(not shown)"},
    {"a b", 3, "(not shown)"},
    {"a\0b", 3, "(not shown)"},
    {"a\n", 2, "(not shown)"},
    {"\x1b[2J", 4, "(not shown)"},
    {"\xc3\xa9", 2, "(not shown)"},
    {"0123456789012345678901234567890123456789012345678901234567890123", 64,
     "0123456789012345678901234567890123456789012345678901234567890123"},
    {"01234567890123456789012345678901234567890123456789012345678901234", 65,
     "(not shown)"},
};

START_TEST(shows_plain_names_only)
{
    struct ggp_text text = {names[_i].text, names[_i].len};
    char room[GGP_PLAIN_MAX + 1];

    ck_assert_str_eq(ggp_plain_name(text, room), names[_i].shown);
}
END_TEST

START_TEST(finds_each_field_of_both_subjects_and_no_other)
{
    const struct ggp_subject *subjects[] = {&ggp_grant_subject,
                                            &ggp_request_subject};
    int s;
    int i;

    for (s = 0; s < 2; s++) {
        for (i = 0; i < subjects[s]->nfields; i++) {
            const char *name = subjects[s]->fields[i].name;
            size_t len = strlen(name);

            ck_assert_int_eq(ggp_subject_field(subjects[s], name, len), i);
            ck_assert_int_ne(ggp_subject_field(subjects[s], name, len - 1), i);
        }
        ck_assert_int_eq(ggp_subject_field(subjects[s], "id\0", 3), -1);
        ck_assert_int_eq(ggp_subject_field(subjects[s], "Provider", 8), -1);
        ck_assert_int_eq(ggp_subject_field(subjects[s], "", 0), -1);
    }
}
END_TEST

Suite *value_suite(void)
{
    Suite *suite = suite_create("value");
    TCase *values = tcase_create("values");
    TCase *moments = tcase_create("times");
    TCase *words = tcase_create("names");

    tcase_add_checked_fixture(values, NULL, forget);
    tcase_add_loop_test(values, keeps_kind_and_number_of_json, 0, COUNT(kinds));
    tcase_add_test(values, keeps_a_nul_inside_a_text);
    tcase_add_test(values, takes_null_pointers_for_absent);
    suite_add_tcase(suite, values);
    tcase_add_checked_fixture(moments, NULL, forget);
    tcase_add_loop_test(moments, reads_times_of_four_digit_years_only, 0,
                        COUNT(times));
    suite_add_tcase(suite, moments);
    tcase_add_loop_test(words, shows_plain_names_only, 0, COUNT(names));
    tcase_add_test(words, finds_each_field_of_both_subjects_and_no_other);
    suite_add_tcase(suite, words);
    return suite;
}
