/* SPDX-License-Identifier: MIT */
/* check_client.c - a client of the API: options, and grants by id. */
#include "fetch.h"

#include "script_server.h"
#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define KEY          "nyk_hunter2"
#define GRANT(id)    "{\"data\":{\"id\":\"" id "\",\"provider\":\"imap\"}}"

static gg_client *client;

/* What was handed out, one line each: "id code" or "id json". */
static char told[8192];

static gg_status take(const struct gg_fetched *fetched, void *payload,
                      struct gg_error *err)
{
    size_t len = strlen(told);

    (void)payload;
    (void)err;
    snprintf(told + len, sizeof(told) - len, "%s %s\n", fetched->id,
             fetched->code ? fetched->code : fetched->json);
    return GG_OK;
}

static void open_client(const char *url, int retries)
{
    struct gg_client_options options = {.api_key = KEY,
                                        .api_url = url,
                                        .rate = 100000,
                                        .retries = retries,
                                        .backoff_ms = 1,
                                        .time_ms = 5000};
    struct gg_error err = {0};

    ck_assert_msg(gg_client_open(&options, &client, &err) == GG_OK, "%s",
                  err.message);
}

static void setup(void)
{
    told[0] = '\0';
}

static void teardown(void)
{
    gg_client_free(client);
    client = NULL;
}

static void fetch(const char *const *ids, size_t n)
{
    struct gg_error err = {0};

    ck_assert_msg(gg_client_fetch(client, ids, n, take, NULL, &err) == GG_OK,
                  "%s", err.message);
}

/* Fetch grant "a" from a server that gives @answers. */
static void fetch_a(const char *const *answers, size_t n, int retries)
{
    static const char *const ids[] = {"a"};

    open_client(script_server(answers, n), retries);
    fetch(ids, 1);
}

/* How often @word stands in what the server was asked. */
static int asked(const char *word)
{
    const char *at = script_requests();
    int n = 0;

    while ((at = strstr(at, word)) != NULL) {
        at += strlen(word);
        n++;
    }
    return n;
}

/* --- options -------------------------------------------------------------- */

static const struct {
    struct gg_client_options options;
    const char *message;
} bad[] = {
    {{.api_key = NULL}, "api_key is required"},
    {{.api_key = ""}, "api_key must be 1 to 4096 visible ASCII characters"},
    {{.api_key = "a b"}, "api_key must be"},
    {{.api_key = "a\r\nX: y"}, "api_key must be"},
    {{.api_key = "k", .region = "uk"}, "region must be \"us\" or \"eu\""},
    {{.api_key = "k", .api_url = "http://api.example"}, "api_url must be"},
    {{.api_key = "k", .api_url = "https://u@api.example"}, "api_url must be"},
    {{.api_key = "k", .parallel = 1001}, "parallel must be at most 1000"},
    {{.api_key = "k", .rate = 100001}, "rate must be at most 100000"},
    {{.api_key = "k", .retries = 101}, "retries must be at most 100"},
    {{.api_key = "k", .time_ms = -1}, "times must be"},
    {{.api_key = "k", .backoff_ms = 3600001}, "times must be"},
    {{.api_key = "k", .max_body_bytes = (size_t)1 << 40}, "max_body_bytes"},
};

START_TEST(refuses_options_that_do_not_fit)
{
    gg_client *untouched = (gg_client *)told;
    gg_client *made = untouched;
    struct gg_error err = {0};

    ck_assert_int_eq(gg_client_open(&bad[_i].options, &made, &err), GG_EINVAL);
    ck_assert_msg(strstr(err.message, bad[_i].message) == err.message, "%s",
                  err.message);
    ck_assert_ptr_eq(made, untouched);
}
END_TEST

START_TEST(refuses_calls_without_what_they_need)
{
    const char *const ids[] = {"a", NULL};
    struct gg_error err = {0};

    open_client("http://127.0.0.1:1", -1);
    ck_assert_int_eq(gg_client_fetch(NULL, ids, 1, take, NULL, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_client_fetch(client, ids, 1, NULL, NULL, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_client_fetch(client, NULL, 1, take, NULL, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_client_fetch(client, ids, 2, take, NULL, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_client_list(client, NULL, NULL, NULL, &err), GG_EINVAL);
    ck_assert_int_eq(gg_client_fetch(client, NULL, 0, take, NULL, &err), GG_OK);
    ck_assert_str_eq(told, "");
}
END_TEST

/* --- by id ---------------------------------------------------------------- */

START_TEST(sends_what_the_api_wants_to_see)
{
    const char *answers[] = {script_answer("200 OK", "", GRANT("a"))};

    fetch_a(answers, 1, -1);
    ck_assert_str_eq(told, "a {\"id\":\"a\",\"provider\":\"imap\"}\n");
    ck_assert_int_eq(asked("GET /v3/grants/a HTTP/1.1\r\n"), 1);
    ck_assert_int_eq(asked("\r\nAuthorization: Bearer " KEY "\r\n"), 1);
    ck_assert_int_eq(asked("\r\nAccept-Encoding: gzip\r\n"), 1);
    ck_assert_int_eq(asked("\r\nUser-Agent: grantgate/" GG_VERSION "\r\n"), 1);
}
END_TEST

START_TEST(keeps_the_digits_and_the_order_of_a_grant)
{
    const char *answers[] = {script_answer(
        "200 OK", "",
        "{ \"data\" : { \"z\" : 12345678901234567890123 , \"id\" : \"a\",\n"
        "\"b\" : 1.10, \"z\" : [ ], \"t\" : \"x\\u0085\x7f\" } }")};

    fetch_a(answers, 1, -1);
    ck_assert_str_eq(told, "a {\"z\":12345678901234567890123,\"id\":\"a\","
                           "\"b\":1.10,\"z\":[],\"t\":\"x\\u0085\\u007f\"}\n");
}
END_TEST

START_TEST(never_sends_an_id_that_is_none)
{
    const char *const ids[] = {"../../admin", "a/b", "", "a?b", "me@b.example"};
    const char *answers[] = {script_answer("200 OK", "", GRANT("a"))};

    open_client(script_server(answers, 1), -1);
    fetch(ids, 5);
    ck_assert_str_eq(told, "../../admin invalid_id\na/b invalid_id\n"
                           " invalid_id\na?b invalid_id\n"
                           "me@b.example invalid_id\n");
    ck_assert_str_eq(script_requests(), "");
}
END_TEST

START_TEST(refuses_another_grant_than_it_asked_for)
{
    const char *answers[] = {script_answer("200 OK", "", GRANT("b"))};

    fetch_a(answers, 1, 3);
    ck_assert_str_eq(told, "a invalid_answer\n");
    ck_assert_int_eq(asked("GET "), 1);
}
END_TEST

START_TEST(takes_the_case_of_an_id_lightly)
{
    const char *const ids[] = {"AbC-1"};
    const char *answers[] = {script_answer("200 OK", "", GRANT("aBc-1"))};

    open_client(script_server(answers, 1), -1);
    fetch(ids, 1);
    ck_assert_str_eq(told, "aBc-1 {\"id\":\"aBc-1\",\"provider\":\"imap\"}\n");
}
END_TEST

/* --- tries ---------------------------------------------------------------- */

START_TEST(tries_again_until_it_is_answered)
{
    const char *answers[] = {
        HANG_UP, script_answer("503 Busy", "", ""),
        "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"data\"",
        script_answer("200 OK", "", GRANT("a"))};

    fetch_a(answers, 4, 5);
    ck_assert_str_eq(told, "a {\"id\":\"a\",\"provider\":\"imap\"}\n");
    ck_assert_int_eq(asked("GET "), 4);
}
END_TEST

START_TEST(gives_up_after_the_tries_it_has)
{
    const char *answers[] = {script_answer("500 Oops", "", "")};

    fetch_a(answers, 1, 2);
    ck_assert_str_eq(told, "a server_error\n");
    ck_assert_int_eq(asked("GET "), 3);
}
END_TEST

START_TEST(does_not_repeat_what_is_final)
{
    const char *answers[] = {script_answer("404 No", "", "")};

    fetch_a(answers, 1, 5);
    ck_assert_str_eq(told, "a not_found\n");
    ck_assert_int_eq(asked("GET "), 1);
}
END_TEST

START_TEST(forgives_one_401)
{
    const char *answers[] = {script_answer("401 No", "", ""),
                             script_answer("200 OK", "", GRANT("a"))};

    fetch_a(answers, 2, 5);
    ck_assert_str_eq(told, "a {\"id\":\"a\",\"provider\":\"imap\"}\n");
}
END_TEST

START_TEST(believes_the_second_401)
{
    const char *answers[] = {script_answer("401 No", "", "")};

    fetch_a(answers, 1, 5);
    ck_assert_str_eq(told, "a unauthorized\n");
    ck_assert_int_eq(asked("GET "), 2);
}
END_TEST

START_TEST(does_not_wait_longer_than_is_sane)
{
    const char *answers[] = {
        script_answer("429 Slow", "Retry-After: 86400\r\n", "")};

    fetch_a(answers, 1, 5);
    ck_assert_str_eq(told, "a rate_limited\n");
    ck_assert_int_eq(asked("GET "), 1);
}
END_TEST

START_TEST(waits_as_long_as_it_is_told)
{
    const char *answers[] = {
        script_answer("429 Slow", "Retry-After: 1\r\n", ""),
        script_answer("200 OK", "", GRANT("a"))};
    int64_t start_us = ggp_clock_us();

    fetch_a(answers, 2, 1);
    ck_assert_str_eq(told, "a {\"id\":\"a\",\"provider\":\"imap\"}\n");
    ck_assert_int_ge(ggp_clock_us() - start_us, 1000000);
}
END_TEST

/* --- trust ---------------------------------------------------------------- */

START_TEST(follows_no_redirect)
{
    const char *answers[] = {
        script_answer("302 There", "Location: http://127.0.0.1:9/\r\n", "")};

    fetch_a(answers, 1, 5);
    ck_assert_str_eq(told, "a redirected\n");
    ck_assert_int_eq(asked("GET "), 1);
}
END_TEST

START_TEST(ends_at_the_size_it_allows)
{
    static char body[40000];
    const char *answers[1];
    struct gg_client_options options = {.api_key = KEY, .max_body_bytes = 1000};
    const char *const ids[] = {"a"};
    struct gg_error err;

    memset(body, ' ', sizeof(body) - 1);
    answers[0] = script_answer("200 OK", "", body);
    options.api_url = script_server(answers, 1);
    ck_assert_int_eq(gg_client_open(&options, &client, &err), GG_OK);
    fetch(ids, 1);
    ck_assert_str_eq(told, "a too_big\n");
}
END_TEST

/* gg_fetched_fn: keep the message. */
static gg_status take_message(const struct gg_fetched *fetched, void *payload,
                              struct gg_error *err)
{
    (void)payload;
    (void)err;
    snprintf(told, sizeof(told), "%s", fetched->message);
    return GG_OK;
}

START_TEST(repeats_no_key_that_an_answer_holds)
{
    const char *answers[] = {script_answer(
        "400 No", "x-request-id: " KEY "\r\n",
        "{\"error\":{\"type\":\"" KEY "\",\"message\":\"bad key " KEY "\"}}")};
    const char *const ids[] = {"a"};
    struct gg_error err;

    open_client(script_server(answers, 1), -1);
    ck_assert_int_eq(gg_client_fetch(client, ids, 1, take_message, NULL, &err),
                     GG_OK);
    ck_assert_str_eq(told, "***********: bad key ***********");
}
END_TEST

START_TEST(spares_words_that_a_short_key_stands_in)
{
    const char *answers[] = {script_answer("200 OK", "", GRANT("a"))};
    struct gg_client_options options = {.api_key = "a"};
    const char *const ids[] = {"a"};
    struct gg_error err;

    options.api_url = script_server(answers, 1);
    ck_assert_int_eq(gg_client_open(&options, &client, &err), GG_OK);
    fetch(ids, 1);
    ck_assert_str_eq(told, "a {\"id\":\"a\",\"provider\":\"imap\"}\n");
}
END_TEST

/* --- threads -------------------------------------------------------------- */

/* gg_fetched_fn: count what came. */
static gg_status count(const struct gg_fetched *fetched, void *payload,
                       struct gg_error *err)
{
    int *n = payload;

    (void)err;
    *n += fetched->json != NULL;
    return GG_OK;
}

static void *fetch_often(void *n)
{
    static const char *const ids[] = {"a", "a", "a", "a", "a"};
    struct gg_error err;

    if (gg_client_fetch(client, ids, 5, count, n, &err) != GG_OK)
        *(int *)n = -1;
    return NULL;
}

START_TEST(serves_several_threads)
{
    const char *answers[] = {script_answer("200 OK", "", GRANT("a"))};
    pthread_t threads[4];
    int counts[4] = {0};
    int i;

    open_client(script_server(answers, 1), 100);
    for (i = 0; i < 4; i++)
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, fetch_often, &counts[i]), 0);
    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(counts[i], 5);
    }
}
END_TEST

/* --- the end -------------------------------------------------------------- */

static int yes(void *payload)
{
    (void)payload;
    return 1;
}

START_TEST(stops_when_it_is_asked)
{
    const char *answers[] = {HANG_UP};
    struct gg_client_options options = {.api_key = KEY, .stop = {yes, NULL}};
    const char *const ids[] = {"a"};
    struct gg_error err;

    options.api_url = script_server(answers, 1);
    ck_assert_int_eq(gg_client_open(&options, &client, &err), GG_OK);
    ck_assert_int_eq(gg_client_fetch(client, ids, 1, take, NULL, &err),
                     GG_EINTERRUPTED);
    ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(ends_at_a_deadline)
{
    const char *answers[] = {script_answer("503 Busy", "", "")};
    struct ggp_patience patience = {.deadline_us = ggp_clock_us() + 100000};
    struct gg_error err;

    open_client(script_server(answers, 1), 100);
    ck_assert_int_eq(ggp_client_get(client, "a", &patience, take, NULL, &err),
                     GG_ETIME);
    ck_assert_str_eq(told, "");
}
END_TEST

static gg_status refuse(const struct gg_fetched *fetched, void *payload,
                        struct gg_error *err)
{
    (void)fetched;
    (void)payload;
    return ggp_fail(err, GG_EIO, "no room");
}

START_TEST(ends_with_what_the_taker_says)
{
    const char *answers[] = {script_answer("404 No", "", "")};
    const char *const ids[] = {"a", "b"};
    struct gg_error err;

    open_client(script_server(answers, 1), -1);
    ck_assert_int_eq(gg_client_fetch(client, ids, 2, refuse, NULL, &err),
                     GG_EIO);
    ck_assert_str_eq(err.message, "no room");
}
END_TEST

Suite *client_suite(void)
{
    Suite *suite = suite_create("client");
    TCase *options = tcase_create("options");
    TCase *fetching = tcase_create("fetching");

    tcase_add_checked_fixture(options, setup, teardown);
    tcase_add_loop_test(options, refuses_options_that_do_not_fit, 0,
                        COUNT(bad));
    tcase_add_test(options, refuses_calls_without_what_they_need);
    suite_add_tcase(suite, options);
    tcase_add_checked_fixture(fetching, setup, teardown);
    tcase_add_test(fetching, sends_what_the_api_wants_to_see);
    tcase_add_test(fetching, keeps_the_digits_and_the_order_of_a_grant);
    tcase_add_test(fetching, never_sends_an_id_that_is_none);
    tcase_add_test(fetching, refuses_another_grant_than_it_asked_for);
    tcase_add_test(fetching, takes_the_case_of_an_id_lightly);
    tcase_add_test(fetching, tries_again_until_it_is_answered);
    tcase_add_test(fetching, gives_up_after_the_tries_it_has);
    tcase_add_test(fetching, does_not_repeat_what_is_final);
    tcase_add_test(fetching, forgives_one_401);
    tcase_add_test(fetching, believes_the_second_401);
    tcase_add_test(fetching, does_not_wait_longer_than_is_sane);
    tcase_add_test(fetching, waits_as_long_as_it_is_told);
    tcase_add_test(fetching, follows_no_redirect);
    tcase_add_test(fetching, ends_at_the_size_it_allows);
    tcase_add_test(fetching, repeats_no_key_that_an_answer_holds);
    tcase_add_test(fetching, spares_words_that_a_short_key_stands_in);
    tcase_add_test(fetching, serves_several_threads);
    tcase_add_test(fetching, stops_when_it_is_asked);
    tcase_add_test(fetching, ends_at_a_deadline);
    tcase_add_test(fetching, ends_with_what_the_taker_says);
    suite_add_tcase(suite, fetching);
    return suite;
}
