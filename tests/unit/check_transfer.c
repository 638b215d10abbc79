/* SPDX-License-Identifier: MIT */
/* check_transfer.c - one request: what is shown of it, and what is refused. */
#include "fetch.h"

#include "script_server.h"
#include "suites.h"

#include <string.h>

static gg_client *client;

/* What was told of the last try. */
static char target[512];
static char problem[512];
static int http_status;

static void watch(const struct gg_exchange *exchange, void *payload)
{
    (void)payload;
    snprintf(target, sizeof(target), "%s", exchange->target);
    snprintf(problem, sizeof(problem), "%s",
             exchange->problem ? exchange->problem : "");
    http_status = exchange->http_status;
}

static gg_status ignore(const struct gg_fetched *fetched, void *payload,
                        struct gg_error *err)
{
    (void)fetched;
    (void)payload;
    (void)err;
    return GG_OK;
}

static void open_client(const char *url)
{
    struct gg_client_options options = {.api_key = "k",
                                        .api_url = url,
                                        .retries = -1,
                                        .time_ms = 2000,
                                        .exchange = watch};
    struct gg_error err;

    ck_assert_int_eq(gg_client_open(&options, &client, &err), GG_OK);
}

static void get(const char *id)
{
    struct gg_error err;

    ck_assert_int_eq(gg_client_fetch(client, &id, 1, ignore, NULL, &err),
                     GG_OK);
}

static void teardown(void)
{
    gg_client_free(client);
    client = NULL;
}

START_TEST(shows_no_address_of_anybody)
{
    const char *answers[] = {script_answer("200 OK", "", "{\"data\":[]}")};
    struct gg_grants_query query = {.email = "owner@mail.example"};
    struct gg_error err;

    open_client(script_server(answers, 1));
    ck_assert_int_eq(gg_client_list(client, &query, ignore, NULL, &err), GG_OK);
    ck_assert_ptr_nonnull(strstr(target, "&email=***"));
    ck_assert_ptr_null(strstr(target, "owner"));
    ck_assert_ptr_nonnull(
        strstr(script_requests(), "&email=owner%40mail.example"));
}
END_TEST

START_TEST(tells_of_each_try)
{
    const char *answers[] = {script_answer("404 No", "", "")};

    open_client(script_server(answers, 1));
    get("a");
    ck_assert_str_eq(target, "/v3/grants/a");
    ck_assert_int_eq(http_status, 404);
    ck_assert_str_eq(problem, "the API says no more than HTTP 404");
}
END_TEST

START_TEST(refuses_a_flood_of_headers)
{
    static char headers[300000];
    static char answer[sizeof(headers) + 64];
    const char *answers[] = {answer};
    size_t i;

    for (i = 0; i + 100 < sizeof(headers); i += 100)
        snprintf(headers + i, 101, "X-%05zu: %0*d\r\n", i / 100, 89, 0);
    snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\n%s\r\n", headers);
    open_client(script_server(answers, 1));
    get("a");
    ck_assert_ptr_nonnull(strstr(problem, "over"));
}
END_TEST

START_TEST(says_that_nobody_answers)
{
    const char *answers[] = {HANG_UP};

    open_client(script_server(answers, 1));
    get("a");
    ck_assert_int_eq(http_status, 0);
    ck_assert_str_ne(problem, "");
}
END_TEST

START_TEST(speaks_plain_http_to_this_machine_only)
{
    struct ggp_transfer transfer = {.is_plain = 0};
    gg_client far = {.base = "http://192.0.2.1"};

    open_client("http://127.0.0.1:1");
    far.options = client->options;
    far.key = client->key;
    far.headers = client->headers;
    ggp_buf_string(&transfer.target, "/v3/grants/a");
    ck_assert_int_eq(ggp_transfer_start(&transfer, &far, 1000), GG_OK);
    ck_assert_int_eq(curl_easy_perform(transfer.easy), CURLE_COULDNT_CONNECT);
    ggp_transfer_free(&transfer);
}
END_TEST

Suite *transfer_suite(void)
{
    Suite *suite = suite_create("transfer");
    TCase *tcase = tcase_create("transfer");

    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, shows_no_address_of_anybody);
    tcase_add_test(tcase, tells_of_each_try);
    tcase_add_test(tcase, refuses_a_flood_of_headers);
    tcase_add_test(tcase, says_that_nobody_answers);
    tcase_add_test(tcase, speaks_plain_http_to_this_machine_only);
    suite_add_tcase(suite, tcase);
    return suite;
}
