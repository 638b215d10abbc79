/* SPDX-License-Identifier: MIT */
/* check_response.c - what an answer of the API says. */
#include "fetch.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct ggp_document document;
static struct ggp_reply reply;

static void read_answer(int http_status, const char *body, int is_list)
{
    memset(&reply, 0, sizeof(reply));
    reply.http_status = http_status;
    ggp_response_read(&reply, &document, body, strlen(body), is_list);
}

static void teardown(void)
{
    ggp_document_free(&document);
}

static const struct {
    int http_status;
    const char *body;
    const char *code;
    const char *message; /* closed */
} failures[] = {
    {404,
     "{\"request_id\":\"5967ca40-a2d8\",\"error\":{\"type\":\"not_found_"
     "error\","
     "\"message\":\"Resource not found\"}}",
     "not_found",
     "not_found_error: Resource not found (request 5967ca40-a2d8)"},
    {400,
     "{\"error\":\"invalid_request\",\"error_description\":\"Missing "
     "code\",\"error_code\":400}",
     "bad_request", "invalid_request: Missing code"},
    {400, "{\"type\":\"invalid_request_error\",\"message\":\"extra fields\"}",
     "bad_request", "invalid_request_error: extra fields"},
    {400, "{\"error\":{\"message\":\"Invalid IMAP credentials\"}}",
     "bad_request", "Invalid IMAP credentials"},
    {401, "{\"error\":\"unauthorized\"}", "unauthorized", "unauthorized"},
    {400, "{\"error\":\"\"}", "bad_request",
     "the API says no more than HTTP 400"},
    {400, "{\"type\":\"x\",\"message\":\" \\n\\u0000y\"}", "bad_request", "x"},
    {403, "{}", "forbidden", "the API says no more than HTTP 403"},
    {423, "", "blocked", "the API says no more than HTTP 423"},
    {429, "[1]", "rate_limited", "the API says no more than HTTP 429"},
    {408, "null", "request_timeout", "the API says no more than HTTP 408"},
    {502, "<html>Bad gateway</html>", "server_error",
     "the API says no more than HTTP 502"},
    {504, "{\"error\":{\"type\":\"a\\nb\",\"message\":\"\\u001b[31mred\"}}",
     "server_error", "a b:  [31mred"},
    {418, "{\"error\":7,\"message\":\"odd\"}", "http_error", "odd"},
    {302, "", "redirected",
     "the API sent us elsewhere, where the key does not go"},
};

START_TEST(gives_one_message_whatever_the_shape)
{
    read_answer(failures[_i].http_status, failures[_i].body, 0);
    ggp_reply_close(&reply, 1);
    ck_assert_int_eq(reply.status, GG_EFETCH);
    ck_assert_str_eq(reply.code, failures[_i].code);
    ck_assert_str_eq(reply.error.message, failures[_i].message);
    ck_assert_ptr_null(reply.data);
    ck_assert_int_eq(reply.retry, ggp_retry_of_http(failures[_i].http_status));
}
END_TEST

/* A good status with a body that is none: perhaps cut off on the way. */
static const struct {
    const char *body;
    int is_list;
} cut[] = {
    {"", 0},
    {"{\"data\":{\"id\":\"a\"", 0},
    {"<html></html>", 1},
    {"{}", 0},
    {"{\"data\":[]}", 0},
    {"{\"data\":{}}", 1},
    {"{\"data\":null}", 1},
    {"{\"data\":5}", 0},
    {"[{\"id\":\"a\"}]", 1},
    {"{\"error\":{\"message\":\"no\"}}", 0},
};

START_TEST(takes_a_wrong_body_for_one_cut_off)
{
    read_answer(200, cut[_i].body, cut[_i].is_list);
    ck_assert_int_eq(reply.status, GG_EFETCH);
    ck_assert_str_eq(reply.code, "invalid_answer");
    ck_assert_int_eq(reply.retry, GGP_RETRY);
    ck_assert_ptr_null(reply.data);
}
END_TEST

START_TEST(finds_the_grant_and_the_list)
{
    read_answer(200, "{\"request_id\":\"r\",\"data\":{\"id\":\"a\"}}", 0);
    ck_assert_int_eq(reply.status, GG_OK);
    ck_assert_str_eq(yyjson_get_str(yyjson_obj_get(reply.data, "id")), "a");
    read_answer(200, "{\"data\":[{},{}],\"limit\":2}", 1);
    ck_assert_int_eq(reply.status, GG_OK);
    ck_assert_uint_eq(yyjson_arr_size(reply.data), 2);
}
END_TEST

START_TEST(refuses_a_body_nested_too_deep)
{
    char body[256] = "{\"data\":";
    size_t len = strlen(body);

    memset(body + len, '[', 70);
    memset(body + len + 70, ']', 70);
    body[len + 140] = '}';
    read_answer(200, body, 1);
    ck_assert_str_eq(reply.code, "invalid_answer");
    ck_assert_ptr_nonnull(strstr(reply.error.message, "nested deeper"));
}
END_TEST

START_TEST(says_how_often_it_was_tried)
{
    read_answer(503, "", 0);
    ggp_reply_close(&reply, 6);
    ck_assert_str_eq(reply.error.message,
                     "the API says no more than HTTP 503, tried 6 times");
}
END_TEST

START_TEST(masks_the_key_wherever_it_stands)
{
    char text[] = "nyk_1 and nynyk_1nyk_1 and nyk_";

    ggp_response_mask(text, strlen(text), "nyk_1");
    ck_assert_str_eq(text, "***** and ny********** and nyk_");
}
END_TEST

Suite *response_suite(void)
{
    Suite *suite = suite_create("response");
    TCase *tcase = tcase_create("response");

    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, gives_one_message_whatever_the_shape, 0,
                        COUNT(failures));
    tcase_add_loop_test(tcase, takes_a_wrong_body_for_one_cut_off, 0,
                        COUNT(cut));
    tcase_add_test(tcase, finds_the_grant_and_the_list);
    tcase_add_test(tcase, refuses_a_body_nested_too_deep);
    tcase_add_test(tcase, says_how_often_it_was_tried);
    tcase_add_test(tcase, masks_the_key_wherever_it_stands);
    suite_add_tcase(suite, tcase);
    return suite;
}
