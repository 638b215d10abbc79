/* SPDX-License-Identifier: MIT */
/* check_url.c - the parts that URLs of the API are put together from. */
#include "private.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
    const char *text;
    const char *escaped;
} texts[] = {
    {"", ""},
    {"AZaz09-._~", "AZaz09-._~"},
    {"a b", "a%20b"},
    {"a+b@c.example", "a%2Bb%40c.example"},
    {"../x?y=z&w#v", "..%2Fx%3Fy%3Dz%26w%23v"},
    {"100%", "100%25"},
    {"\xC3\xA9\x7F\n", "%C3%A9%7F%0A"},
};

START_TEST(escapes_all_but_unreserved_bytes)
{
    struct ggp_buf buf = {0};

    ggp_url_escaped(&buf, texts[_i].text);
    ck_assert_str_eq(ggp_buf_text(&buf), texts[_i].escaped);
    ggp_buf_free(&buf);
}
END_TEST

START_TEST(writes_a_parameter_only_where_there_is_a_value)
{
    struct ggp_buf buf = {0};

    ggp_url_param(&buf, "email", "a@b.example");
    ggp_url_param(&buf, "provider", NULL);
    ggp_url_param(&buf, "state", "");
    ck_assert_str_eq(ggp_buf_text(&buf), "&email=a%40b.example&state=");
    ggp_buf_free(&buf);
}
END_TEST

static const struct {
    const char *api_url;
    const char *region;
    const char *base;
} bases[] = {
    {NULL, NULL, "https://api.us.nylas.com"},
    {NULL, "us", "https://api.us.nylas.com"},
    {NULL, "eu", "https://api.eu.nylas.com"},
    {"https://gate.example", "eu", "https://gate.example"},
    {"https://gate.example/nylas/", NULL, "https://gate.example/nylas"},
    {"http://127.0.0.1:8025", NULL, "http://127.0.0.1:8025"},
};

START_TEST(starts_at_the_region_unless_told_otherwise)
{
    struct ggp_buf buf = {0};

    ggp_url_base(&buf, bases[_i].api_url, bases[_i].region);
    ck_assert_str_eq(ggp_buf_text(&buf), bases[_i].base);
    ggp_buf_free(&buf);
}
END_TEST

static const char *const bad_bases[] = {
    "",
    "api.us.nylas.com",
    "ftp://api.example",
    "http://api.example",
    "http://127.0.0.2",
    "https://user@api.example",
    "https://api.example?x",
    "https://api.example#x",
    "http://localhost.example",
    "https://",
};

START_TEST(refuses_where_the_key_must_not_go)
{
    struct gg_error err = {0};

    ck_assert_int_eq(ggp_url_check_api(bad_bases[_i], &err), GG_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.message, "api_url must be https://"));
}
END_TEST

Suite *url_suite(void)
{
    Suite *suite = suite_create("url");
    TCase *tcase = tcase_create("url");

    tcase_add_loop_test(tcase, escapes_all_but_unreserved_bytes, 0,
                        COUNT(texts));
    tcase_add_test(tcase, writes_a_parameter_only_where_there_is_a_value);
    tcase_add_loop_test(tcase, starts_at_the_region_unless_told_otherwise, 0,
                        COUNT(bases));
    tcase_add_loop_test(tcase, refuses_where_the_key_must_not_go, 0,
                        COUNT(bad_bases));
    suite_add_tcase(suite, tcase);
    return suite;
}
