/* SPDX-License-Identifier: MIT */
/* check_case.c - one case of a test file, from Lua to JSON. */
#include "suites.h"

#include "host_test.h"
#include "policy_set.h"

#include <string.h>

static struct ggl_state state;
static struct ggl_test_file file;
static struct gg_error err;

static void setup(void)
{
    static const struct ggl_sources no_sources;

    ck_assert_int_eq(ggp_state_open(&state, &no_sources, &err), GG_OK);
    memset(&file, 0, sizeof(file));
}

static void teardown(void)
{
    ggp_case_free(&file.test);
    ggp_state_close(&state);
}

/* Open @text, and read its cases up to @number. */
static gg_status read_text(const char *text, lua_Integer number)
{
    static struct ggl_source source;
    gg_status status;

    source.path = "default_test.lua";
    source.text = text;
    source.len = strlen(text);
    file.source = &source;
    status = ggp_guard(&state, ggl_openfile, &file, &err);
    for (file.number = 1; status == GG_OK && file.number <= number;
         file.number++)
        status = ggp_guard(&state, ggl_readcase, &file, &err);
    return status;
}

/* A file that is refused, and why. */
static const struct {
    const char *text;
    const char *message;
} refused[] = {
    /* The file. */
    {"return 7", "default_test.lua:1: the file must return one table"},
    {"return {\n", "default_test.lua:2: "},
    {"return { { 'x' },\n nwo = 1 }",
     "default_test.lua:2: the test file has an unknown key 'nwo'"},
    {"return {\n now = 'soon' }", "default_test.lua:2: 'now': "},
    {"return {\n now = {} }",
     "default_test.lua:2: 'now' must be a string, got table"},
    {"return { 7 }", "default_test.lua:1: case 1 is not a table"},

    /* Keys at every level. */
    {"return { { 'x', grant = {}, expect = { action = 'x' },\n tennant = 'x' } "
     "}",
     "default_test.lua:2: a case has an unknown key 'tennant'"},
    {"return { { 'x', 'y', grant = {}, expect = { action = 'x' } } }",
     "a case has an unknown key '2'"},
    {"return { { 'x', grant = {},\n expect = { acton = 'x' } } }",
     "default_test.lua:2: 'expect' has an unknown key 'acton'"},
    {"return { { 'x', grant = {}, expect = { smtp_required = true } } }",
     "'expect' has an unknown key 'smtp_required'"},
    {"return { { 'x', connect = {}, expect = { action = 'x' } } }",
     "'expect' has an unknown key 'action'"},
    {"return { { 'x', grant = {\n emial = 'x' }, expect = { action = 'x' } } }",
     "default_test.lua:2: 'grant' has an unknown key 'emial'"},
    {"return { { 'x', connect = {\n tenant = 'x' }, expect = { region = 'us' } "
     "} }",
     "default_test.lua:2: 'connect' has an unknown key 'tenant'"},

    /* Parts. */
    {"return { {} }", "case 1 needs a name: a sentence that says what holds"},
    {"return { { 7 } }", "case 1 needs a name"},
    {"return { { 'a\\0b' } }", "'name' holds a NUL"},
    {"return {\n { 'x', expect = { action = 'x' } } }",
     "default_test.lua:2: a case has either 'grant' or 'connect'"},
    {"return { { 'x', grant = {}, connect = {}, expect = { action = 'x' } } }",
     "a case has either 'grant' or 'connect'"},
    {"return { { 'x', grant = 7, expect = { action = 'x' } } }",
     "'grant' must be a table"},
    {"return { { 'x', connect = 7, expect = { region = 'x' } } }",
     "'connect' must be a table"},
    {"return {\n { 'x', grant = {} } }",
     "default_test.lua:2: a case needs 'expect', a table"},
    {"return { { 'x', grant = {}, expect = {} } }",
     "'expect' is empty: such a case could not fail"},
    {"return { { 'x', grant = {}, expect = 'accept' } }",
     "a case needs 'expect', a table"},
    {"return { { 'x', grant = { id = accept }, expect = { action = 'x' } } }",
     "'grant' cannot hold a function"},
    {"return { { 'x', grant = {}, context = { 0/0 }, expect = { action = 'x' } "
     "} }",
     "holds a number that JSON cannot write"},
    {"return { { 'x', connect = {}, tenant = 7, expect = { region = 'x' } } }",
     "'tenant' must be a string, got number"},
    {"return { { 'x', grant = {}, now = 'x', expect = { action = 'x' } } }",
     "'now': "},
};

START_TEST(refuses_with_file_and_line)
{
    gg_status status = read_text(refused[_i].text, 1);

    ck_assert_msg(status == GG_EPOLICY, "%s", refused[_i].text);
    expect_part(err.message, refused[_i].message);
    expect_part(err.message, "default_test.lua:");
    expect_no_address(err.message);
}
END_TEST

START_TEST(becomes_the_json_of_a_batch)
{
    const struct ggl_case *test = &file.test;
    gg_status status = read_text(
        "return { now = '2026-08-01T10:00:00Z', { 'first', grant = { provider "
        "= 'imap', settings = { imap_port = 993 }, scope = {} }, tenant = "
        "'acme', send_error = 'x', send_error_at = 5, sent_at = '2026-08-01', "
        "context = { b = 9007199254740993, a = 2 }, expect = { action = "
        "'accept', missing = "
        "{} } } }",
        1);

    ck_assert_msg(status == GG_OK, "%s", err.message);
    ck_assert_int_eq(file.ncases, 1);
    ck_assert_int_eq(test->now, NOW);
    ck_assert_int_eq(test->is_connect, 0);
    ck_assert_str_eq(test->name.bytes, "first");
    ck_assert_str_eq(ggp_buf_text(&file.test.json),
                     "{\"grant\":{\"email\":\"owner@example.com\",\"id\":"
                     "\"test-grant-1\",\"provider\":\"imap\",\"settings\":{"
                     "\"imap_port\":993}},\"tenant\":\"acme\","
                     "\"send_error\":\"x\",\"send_error_at\":5,\"sent_at\":"
                     "\"2026-08-01\",\"context\":{\"a\":2,\"b\":"
                     "9007199254740993}}");
    ck_assert_str_eq(ggp_buf_text(&file.test.expect),
                     "{\"action\":\"accept\",\"missing\":{}}");
}
END_TEST

START_TEST(becomes_a_request)
{
    const struct ggl_case *test = &file.test;
    gg_status status = read_text(
        "return { { 'a', grant = {}, tenant = 'old', expect = { action = 'x' } "
        "}, { 'b', connect = { provider = 'imap' }, email = 'e@f', context = { "
        "n = 1 }, now = 7, expect = { smtp_required = false } }, { 'c', "
        "connect = { email = 'g@h' }, expect = { region = 'us' } } }",
        2);

    ck_assert_msg(status == GG_OK, "%s", err.message);
    ck_assert_int_eq(test->is_connect, 1);
    ck_assert_int_eq(test->has_tenant, 0);
    ck_assert_str_eq(test->provider.bytes, "imap");
    ck_assert_str_eq(test->email.bytes, "e@f");
    ck_assert_str_eq(test->json.bytes, "{\"n\":1}");
    ck_assert_int_eq(test->now, 7);
    ck_assert_int_eq(ggp_guard(&state, ggl_readcase, &file, &err), GG_OK);
    ck_assert_int_eq(test->has_provider, 0);
    ck_assert_int_eq(test->has_context, 0);
    ck_assert_str_eq(test->email.bytes, "g@h");
    ck_assert_int_eq(test->now, 0);
}
END_TEST

Suite *case_suite(void)
{
    Suite *suite = suite_create("case");
    TCase *test = tcase_create("case");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, refuses_with_file_and_line, 0, COUNT(refused));
    tcase_add_test(test, becomes_the_json_of_a_batch);
    tcase_add_test(test, becomes_a_request);
    suite_add_tcase(suite, test);
    return suite;
}
