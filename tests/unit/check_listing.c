/* SPDX-License-Identifier: MIT */
/* check_listing.c - every grant of the list, once, though it changes. */
#include "fetch.h"

#include "script_server.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static gg_client *client;
static char told[16384];

static gg_status take(const struct gg_fetched *fetched, void *payload,
                      struct gg_error *err)
{
    size_t len = strlen(told);

    (void)payload;
    (void)err;
    snprintf(told + len, sizeof(told) - len, "%s ", fetched->id);
    return GG_OK;
}

/* A page of @limit with the grants @first to @last. */
static const char *page(int limit, int first, int last)
{
    static char body[16384];
    size_t len = (size_t)snprintf(body, sizeof(body), "{\"data\":[");
    int i;

    for (i = first; i <= last; i++) {
        len += (size_t)snprintf(body + len, sizeof(body) - len,
                                "%s{\"id\":\"g%d\"}", i == first ? "" : ",", i);
    }
    snprintf(body + len, sizeof(body) - len, "],\"limit\":%d}", limit);
    return script_answer("200 OK", "", body);
}

static gg_status list(const char *const *answers, size_t n,
                      const struct gg_grants_query *query)
{
    struct gg_client_options options = {
        .api_key = "k", .rate = 100000, .retries = -1};
    struct gg_error err = {0};
    gg_status status;

    options.api_url = script_server(answers, n);
    ck_assert_int_eq(gg_client_open(&options, &client, &err), GG_OK);
    status = gg_client_list(client, query, take, NULL, &err);
    if (status != GG_OK)
        snprintf(told, sizeof(told), "%s", err.message);
    return status;
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

static void expect_told(int first, int last)
{
    char wanted[16384] = "";
    size_t len = 0;
    int i;

    for (i = first; i <= last; i++)
        len += (size_t)snprintf(wanted + len, sizeof(wanted) - len, "g%d ", i);
    ck_assert_str_eq(told, wanted);
}

START_TEST(asks_for_pages_oldest_first)
{
    const char *answers[] = {page(200, 1, 3)};

    ck_assert_int_eq(list(answers, 1, NULL), GG_OK);
    expect_told(1, 3);
    ck_assert_ptr_eq(
        strstr(script_requests(),
               "GET /v3/grants?limit=200&offset=0&sort_by=created_at"
               "&order_by=asc HTTP/1.1\r\n"),
        script_requests());
}
END_TEST

START_TEST(asks_for_no_more_than_was_wished)
{
    static const struct gg_grants_query query = {.provider = "imap",
                                                 .grant_status = "valid",
                                                 .email = "a+b@c.example",
                                                 .workspace_id = "w-1",
                                                 .since = 5,
                                                 .before = 7};
    const char *answers[] = {page(200, 1, 0)};

    ck_assert_int_eq(list(answers, 1, &query), GG_OK);
    ck_assert_str_eq(told, "");
    ck_assert_ptr_nonnull(
        strstr(script_requests(),
               "order_by=asc&provider=imap&grant_status=valid"
               "&email=a%2Bb%40c.example&workspace_id=w-1&since=5&before=7 "));
}
END_TEST

static const struct gg_grants_query bad_queries[] = {
    {.provider = "IMAP"}, {.provider = "a&b"},   {.grant_status = "new"},
    {.email = "nobody"},  {.email = "a@b\r\nc"}, {.workspace_id = "../x"},
};

START_TEST(refuses_a_query_that_does_not_fit)
{
    const char *answers[] = {HANG_UP};

    ck_assert_int_eq(list(answers, 1, &bad_queries[_i]), GG_EINVAL);
    ck_assert_str_eq(script_requests(), "");
}
END_TEST

/* The API may allow smaller pages than it was asked for. */
START_TEST(joins_pages_by_their_last_grant)
{
    const char *answers[] = {page(3, 1, 3), page(3, 3, 5), page(3, 5, 6)};

    ck_assert_int_eq(list(answers, 3, NULL), GG_OK);
    expect_told(1, 6);
    ck_assert_ptr_nonnull(strstr(script_requests(), "offset=2&"));
    ck_assert_ptr_nonnull(strstr(script_requests(), "offset=4&"));
}
END_TEST

/* g1 is deleted behind our back: the next page begins one too far. */
START_TEST(goes_back_when_grants_were_deleted)
{
    const char *answers[] = {page(3, 1, 3), page(3, 4, 6), page(3, 2, 4),
                             page(3, 4, 6), page(3, 6, 6)};

    ck_assert_int_eq(list(answers, 5, NULL), GG_OK);
    expect_told(1, 6);
}
END_TEST

/* So many that the page is empty. */
START_TEST(goes_back_from_an_empty_page)
{
    const char *answers[] = {page(3, 1, 3), page(3, 1, 0), page(3, 3, 4)};

    ck_assert_int_eq(list(answers, 3, NULL), GG_OK);
    expect_told(1, 4);
}
END_TEST

/* Two came to light late, before those that were read. */
START_TEST(hands_out_a_grant_once)
{
    const char *answers[] = {page(4, 1, 4), page(4, 2, 5), page(4, 4, 6)};

    ck_assert_int_eq(list(answers, 3, NULL), GG_OK);
    expect_told(1, 6);
}
END_TEST

START_TEST(does_not_turn_pages_for_ever)
{
    const char *answers[] = {page(3, 1, 3)};

    ck_assert_int_eq(list(answers, 1, NULL), GG_EFETCH);
    ck_assert_ptr_nonnull(strstr(told, "the API repeats its pages"));
}
END_TEST

START_TEST(does_not_walk_a_list_by_single_grants)
{
    const char *answers[] = {page(1, 1, 1)};

    ck_assert_int_eq(list(answers, 1, NULL), GG_EFETCH);
    ck_assert_ptr_nonnull(strstr(told, "pages of one grant"));
}
END_TEST

START_TEST(says_when_the_list_breaks_off)
{
    const char *answers[] = {page(3, 1, 3), script_answer("403 No", "", "")};

    ck_assert_int_eq(list(answers, 2, NULL), GG_EFETCH);
    ck_assert_str_eq(told,
                     "the list of grants breaks off: the API says no more "
                     "than HTTP 403");
}
END_TEST

START_TEST(hands_out_what_has_no_id)
{
    const char *answers[] = {script_answer(
        "200 OK", "", "{\"data\":[{\"a\":1},7,{\"a\":1},{\"id\":\"x\"}]}")};

    ck_assert_int_eq(list(answers, 1, NULL), GG_OK);
    ck_assert_str_eq(told, "(null) (null) x ");
}
END_TEST

Suite *listing_suite(void)
{
    Suite *suite = suite_create("listing");
    TCase *tcase = tcase_create("listing");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, asks_for_pages_oldest_first);
    tcase_add_test(tcase, asks_for_no_more_than_was_wished);
    tcase_add_loop_test(tcase, refuses_a_query_that_does_not_fit, 0,
                        COUNT(bad_queries));
    tcase_add_test(tcase, joins_pages_by_their_last_grant);
    tcase_add_test(tcase, goes_back_when_grants_were_deleted);
    tcase_add_test(tcase, goes_back_from_an_empty_page);
    tcase_add_test(tcase, hands_out_a_grant_once);
    tcase_add_test(tcase, does_not_turn_pages_for_ever);
    tcase_add_test(tcase, does_not_walk_a_list_by_single_grants);
    tcase_add_test(tcase, says_when_the_list_breaks_off);
    tcase_add_test(tcase, hands_out_what_has_no_id);
    suite_add_tcase(suite, tcase);
    return suite;
}
