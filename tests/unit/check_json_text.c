/* SPDX-License-Identifier: MIT */
/* check_json_text.c - writing JSON. */
#include "private.h"

#include "suites.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* --- strings ------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *json;
} strings[] = {
    {"", "\"\""},
    {"plain", "\"plain\""},
    {"longer than one machine word", "\"longer than one machine word\""},
    {"a\"b", "\"a\\\"b\""},
    {"a\\b", "\"a\\\\b\""},
    {"a/b </script>", "\"a/b </script>\""},
    {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
    {"\x01\x1f", "\"\\u0001\\u001f\""},
    {"\x1b[31m", "\"\\u001b[31m\""},
    {"\x7f", "\"\\u007f\""},
    {"\xc2\x80\xc2\x9f\xc2\xa0", "\"\\u0080\\u009f\xc2\xa0\""},
    {"caf\xc3\xa9", "\"caf\xc3\xa9\""},
    {"\xf0\x9f\x93\xac", "\"\xf0\x9f\x93\xac\""},
    {"\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\""},
    {"\xe2\x80\xaa\xe2\x80\xae", "\"\\u202a\\u202e\""},
    {"\xe2\x81\xa6\xe2\x81\xa9", "\"\\u2066\\u2069\""},
    {"\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "\"\\u200e\\u200f\\u061c\""},
    {"\xff", "\"\xef\xbf\xbd\""},
    {"a\xc3", "\"a\xef\xbf\xbd\""},
    {"\xe2\x82x", "\"\xef\xbf\xbd\xef\xbf\xbdx\""},
    {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
};

START_TEST(quotes_text_so_that_it_is_harmless)
{
    struct ggp_buf buf = {0};

    ggp_json_string(&buf, strings[_i].text);
    ck_assert_str_eq(ggp_buf_text(&buf), strings[_i].json);
    ggp_buf_free(&buf);
}
END_TEST

/* Every byte at every place of two machine words, against the slow rule. */
START_TEST(finds_what_to_escape_wherever_it_stands)
{
    struct ggp_buf buf = {0};
    int byte;
    size_t at;

    for (byte = 0; byte < 256; byte++) {
        int is_plain = byte >= 0x20 && byte < 0x7f && byte != '"' &&
                       byte != '\\';

        for (at = 0; at < 17; at++) {
            char text[17];

            memset(text, 'x', sizeof(text));
            text[at] = (char)byte;
            ggp_buf_clear(&buf);
            ggp_json_text(&buf, text, sizeof(text));
            ck_assert_int_eq(buf.len == 19 &&
                                 memcmp(buf.bytes + 1, text, sizeof(text)) == 0,
                             is_plain);
        }
    }
    ggp_buf_free(&buf);
}
END_TEST

START_TEST(writes_nothing_raw_that_reads_back_differently)
{
    struct ggp_buf buf = {0};
    char text[256];
    yyjson_doc *doc;
    int i;

    for (i = 0; i < 128; i++)
        text[i] = (char)i;
    ggp_json_text(&buf, text, 128);
    doc = yyjson_read(buf.bytes, buf.len, 0);
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(yyjson_get_len(yyjson_doc_get_root(doc)), 128);
    ck_assert_mem_eq(yyjson_get_str(yyjson_doc_get_root(doc)), text, 128);
    yyjson_doc_free(doc);
    ggp_buf_free(&buf);
}
END_TEST

START_TEST(separates_members_but_not_the_first)
{
    struct ggp_buf buf = {0};

    ggp_buf_char(&buf, '{');
    ggp_json_member(&buf, "a", "{");
    ggp_json_member(&buf, "absent", NULL);
    ggp_json_key(&buf, "b");
    ggp_buf_char(&buf, '[');
    ggp_json_comma(&buf);
    ggp_buf_int(&buf, 1);
    ggp_json_comma(&buf);
    ggp_buf_int(&buf, 2);
    ggp_buf_string(&buf, "]}");
    ck_assert_str_eq(ggp_buf_text(&buf), "{\"a\":\"{\",\"b\":[1,2]}");
    ggp_buf_free(&buf);
}
END_TEST

/* --- numbers ------------------------------------------------------------- */

static const struct {
    double value;
    const char *json;
} reals[] = {
    {0.0, "0.0"},
    {-0.0, "-0.0"},
    {1.0, "1.0"},
    {-2.5, "-2.5"},
    {0.1, "0.1"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1.0 / 3.0, "0.3333333333333333"},
    {1e15, "1e+15"},
    {123456789012345.0, "123456789012345.0"},
    {9007199254740993.0, "9007199254740992.0"},
    {1e300, "1e+300"},
    {DBL_MAX, "1.7976931348623157e+308"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {5e-324, "4.94065645841247e-324"},
    {HUGE_VAL, "null"},
    {-HUGE_VAL, "null"},
};

START_TEST(writes_reals_with_as_few_digits_as_read_back_the_same)
{
    struct ggp_buf buf = {0};
    yyjson_doc *doc;

    ggp_json_real(&buf, reals[_i].value);
    ck_assert_str_eq(ggp_buf_text(&buf), reals[_i].json);
    if (isfinite(reals[_i].value)) {
        doc = yyjson_read(buf.bytes, buf.len, 0);
        ck_assert(yyjson_is_real(yyjson_doc_get_root(doc)));
        ck_assert(yyjson_get_real(yyjson_doc_get_root(doc)) == reals[_i].value);
        yyjson_doc_free(doc);
    }
    ggp_buf_free(&buf);
}
END_TEST

Suite *json_text_suite(void)
{
    Suite *suite = suite_create("json_text");
    TCase *texts = tcase_create("strings");
    TCase *numbers = tcase_create("numbers");

    tcase_add_loop_test(texts, quotes_text_so_that_it_is_harmless, 0,
                        COUNT(strings));
    tcase_add_test(texts, finds_what_to_escape_wherever_it_stands);
    tcase_add_test(texts, writes_nothing_raw_that_reads_back_differently);
    tcase_add_test(texts, separates_members_but_not_the_first);
    suite_add_tcase(suite, texts);
    tcase_add_loop_test(numbers,
                        writes_reals_with_as_few_digits_as_read_back_the_same,
                        0, COUNT(reals));
    suite_add_tcase(suite, numbers);
    return suite;
}
