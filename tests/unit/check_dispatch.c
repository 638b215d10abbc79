/* SPDX-License-Identifier: MIT */
/* check_dispatch.c - many requests: all of them, in order, within a window. */
#include "fetch.h"

#include "script_server.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

static gg_client *client;
static size_t nwritten;
static size_t ntaken;
static size_t widest; /* most requests written and not yet taken */

static void open_client(const char *url, unsigned parallel)
{
    struct gg_client_options options = {.api_key = "k",
                                        .api_url = url,
                                        .rate = 100000,
                                        .parallel = parallel,
                                        .backoff_ms = 1,
                                        .retries = 100};
    struct gg_error err;

    ck_assert_int_eq(gg_client_open(&options, &client, &err), GG_OK);
}

static void teardown(void)
{
    gg_client_free(client);
    client = NULL;
}

static void write_number(void *self, size_t index,
                         struct ggp_transfer *transfer)
{
    (void)self;
    ck_assert_uint_eq(index, nwritten);
    nwritten++;
    if (nwritten - ntaken > widest)
        widest = nwritten - ntaken;
    ggp_buf_string(&transfer->target, "/n/");
    ggp_buf_int(&transfer->target, (int64_t)index);
}

static gg_status take_in_order(void *self, size_t index,
                               struct ggp_transfer *transfer,
                               struct gg_error *err)
{
    (void)self;
    (void)err;
    ck_assert_uint_eq(index, ntaken);
    ck_assert_int_eq(transfer->reply.status, GG_OK);
    ntaken++;
    return GG_OK;
}

static gg_status run(size_t n, struct gg_error *err)
{
    struct ggp_errand errand = {
        .n = n, .write = write_number, .take = take_in_order};
    struct ggp_dispatch *dispatch;
    gg_status status;

    ck_assert_int_eq(ggp_dispatch_borrow(client, &dispatch, err), GG_OK);
    status = ggp_dispatch_run(dispatch, &errand, err);
    ggp_dispatch_return(client, dispatch);
    return status;
}

/* Every other answer fails for now, so requests overtake each other. */
START_TEST(takes_every_reply_once_and_in_order)
{
    static const char *answers[400];
    struct gg_error err;
    size_t i;

    for (i = 0; i < 400; i++)
        answers[i] = i % 2 ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n"
                             "Connection: close\r\n\r\n"
                           : "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n"
                             "Connection: close\r\n\r\n{\"data\":{}}";
    answers[399] = answers[0];
    open_client(script_server(answers, 400), 4);
    ck_assert_int_eq(run(100, &err), GG_OK);
    ck_assert_uint_eq(ntaken, 100);
    ck_assert_uint_eq(nwritten, 100);
    ck_assert_uint_le(widest, 16);
}
END_TEST

START_TEST(reuses_what_was_given_back)
{
    const char *answers[] = {script_answer("200 OK", "", "{\"data\":{}}")};
    struct ggp_dispatch *one;
    struct ggp_dispatch *other;
    struct ggp_dispatch *again;
    struct gg_error err;

    open_client(script_server(answers, 1), 1);
    ck_assert_int_eq(ggp_dispatch_borrow(client, &one, &err), GG_OK);
    ck_assert_int_eq(ggp_dispatch_borrow(client, &other, &err), GG_OK);
    ck_assert_ptr_ne(one, other);
    ggp_dispatch_return(client, one);
    ck_assert_int_eq(ggp_dispatch_borrow(client, &again, &err), GG_OK);
    ck_assert_ptr_eq(again, one);
    ggp_dispatch_return(client, again);
    ggp_dispatch_return(client, other);
}
END_TEST

/* Stopped after the third look. */
static int is_asked(void *payload)
{
    int *looks = payload;

    return ++*looks > 3;
}

START_TEST(stops_in_the_middle)
{
    const char *answers[] = {script_answer("503 Busy", "", "")};
    struct ggp_errand errand = {
        .n = 50, .write = write_number, .take = take_in_order};
    struct ggp_dispatch *dispatch;
    struct gg_error err;
    int looks = 0;

    errand.patience.stop.is_asked = is_asked;
    errand.patience.stop.payload = &looks;
    open_client(script_server(answers, 1), 2);
    ck_assert_int_eq(ggp_dispatch_borrow(client, &dispatch, &err), GG_OK);
    ck_assert_int_eq(ggp_dispatch_run(dispatch, &errand, &err),
                     GG_EINTERRUPTED);
    ggp_dispatch_return(client, dispatch);
    ck_assert_uint_lt(ntaken, 50);
}
END_TEST

START_TEST(has_nothing_to_do_for_nothing)
{
    struct gg_error err;

    open_client("http://127.0.0.1:1", 1);
    ck_assert_int_eq(run(0, &err), GG_OK);
    ck_assert_uint_eq(nwritten, 0);
}
END_TEST

Suite *dispatch_suite(void)
{
    Suite *suite = suite_create("dispatch");
    TCase *tcase = tcase_create("dispatch");

    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, takes_every_reply_once_and_in_order);
    tcase_add_test(tcase, reuses_what_was_given_back);
    tcase_add_test(tcase, stops_in_the_middle);
    tcase_add_test(tcase, has_nothing_to_do_for_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
