/* SPDX-License-Identifier: MIT */
/* check_retry.c - whether another try may help, and when. */
#include "fetch.h"

#include "suites.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
    long http_status;
    enum ggp_retry retry;
} answers[] = {
    {400, GGP_RETRY_NEVER}, {401, GGP_RETRY_ONCE},  {403, GGP_RETRY_NEVER},
    {404, GGP_RETRY_NEVER}, {408, GGP_RETRY},       {409, GGP_RETRY_NEVER},
    {423, GGP_RETRY_NEVER}, {429, GGP_RETRY},       {500, GGP_RETRY},
    {501, GGP_RETRY_NEVER}, {502, GGP_RETRY},       {503, GGP_RETRY},
    {504, GGP_RETRY},       {302, GGP_RETRY_NEVER}, {0, GGP_RETRY_NEVER},
};

START_TEST(tries_again_what_may_pass)
{
    ck_assert_int_eq(ggp_retry_of_http(answers[_i].http_status),
                     answers[_i].retry);
}
END_TEST

START_TEST(trusts_no_certificate_on_a_second_try)
{
    ck_assert_int_eq(ggp_retry_of_curl(CURLE_PEER_FAILED_VERIFICATION),
                     GGP_RETRY_NEVER);
    ck_assert_int_eq(ggp_retry_of_curl(CURLE_SSL_CACERT_BADFILE),
                     GGP_RETRY_NEVER);
    ck_assert_int_eq(ggp_retry_of_curl(CURLE_COULDNT_CONNECT), GGP_RETRY);
    ck_assert_int_eq(ggp_retry_of_curl(CURLE_PARTIAL_FILE), GGP_RETRY);
    ck_assert_int_eq(ggp_retry_of_curl(CURLE_OPERATION_TIMEDOUT), GGP_RETRY);
}
END_TEST

/* First wait 100 ms: at least half of it, at most all of it, then doubled. */
static const struct {
    unsigned tries;
    int64_t most_ms;
} waits[] = {{1, 100},   {2, 200},    {3, 400},   {6, 3200},
             {9, 25600}, {10, 30000}, {99, 30000}};

START_TEST(doubles_the_wait_up_to_a_limit)
{
    uint32_t random = 0;
    int i;

    for (i = 0; i < 1000; i++) {
        int64_t wait_ms = ggp_retry_wait_ms(100, waits[_i].tries, 0, random);

        ck_assert_int_ge(wait_ms, waits[_i].most_ms / 2);
        ck_assert_int_le(wait_ms, waits[_i].most_ms);
        random = random * 1664525U + 1013904223U;
    }
}
END_TEST

START_TEST(spreads_the_waits)
{
    ck_assert_int_ne(ggp_retry_wait_ms(10000, 1, 0, 1),
                     ggp_retry_wait_ms(10000, 1, 0, 4000));
}
END_TEST

START_TEST(never_waits_less_than_it_is_told)
{
    ck_assert_int_eq(ggp_retry_wait_ms(100, 1, 7000, 5), 7000);
    ck_assert_int_ge(ggp_retry_wait_ms(20000, 1, 7000, 5), 10000);
    ck_assert_int_eq(ggp_retry_wait_ms(100, 1, 120000, 5), 120000);
}
END_TEST

Suite *retry_suite(void)
{
    Suite *suite = suite_create("retry");
    TCase *tcase = tcase_create("retry");

    tcase_add_loop_test(tcase, tries_again_what_may_pass, 0, COUNT(answers));
    tcase_add_test(tcase, trusts_no_certificate_on_a_second_try);
    tcase_add_loop_test(tcase, doubles_the_wait_up_to_a_limit, 0, COUNT(waits));
    tcase_add_test(tcase, spreads_the_waits);
    tcase_add_test(tcase, never_waits_less_than_it_is_told);
    suite_add_tcase(suite, tcase);
    return suite;
}
