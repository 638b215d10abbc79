/* SPDX-License-Identifier: MIT */
/* check_pkce.c - verifiers and their challenges. */
#include "private.h"

#include "suites.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz"
                              "0123456789";

START_TEST(computes_the_challenge_that_nylas_expects)
{
    char challenge[87] = "";

    ck_assert_int_eq(gg_pkce_challenge("nylas", challenge, NULL), GG_OK);
    ck_assert_str_eq(challenge, "ZTk2YmY2Njg2YTNjMzUxMGU5ZTkyN2RiNzA2OWNiMWNi"
                                "YTliOTliMDIyZjQ5NDgzYTZjZTMyNzA4MDllNjhhMg");
}
END_TEST

START_TEST(does_not_compute_the_challenge_of_rfc_7636)
{
    char challenge[87] = "";

    ck_assert_int_eq(gg_pkce_challenge("nylas", challenge, NULL), GG_OK);
    ck_assert_uint_eq(strlen(challenge), 86);
    ck_assert_str_ne(challenge, "6Wv2aGo8NRDp6SfbcGnLHLqbmbAi9JSDps4ycICeaKI");
}
END_TEST

START_TEST(needs_a_verifier_and_leaves_the_challenge_alone)
{
    struct gg_error err = {0};
    char challenge[87] = "untouched";

    ck_assert_int_eq(gg_pkce_challenge("", challenge, &err), GG_EINVAL);
    ck_assert_str_eq(err.message, "verifier is required");
    ck_assert_int_eq(gg_pkce_challenge(NULL, challenge, NULL), GG_EINVAL);
    ck_assert_int_eq(gg_pkce_new(NULL, NULL), GG_EINVAL);
    ck_assert_str_eq(challenge, "untouched");
}
END_TEST

START_TEST(makes_a_pair_that_belongs_together)
{
    struct gg_pkce pkce;
    char challenge[87] = "";

    ck_assert_int_eq(gg_pkce_new(&pkce, NULL), GG_OK);
    ck_assert_uint_eq(strlen(pkce.verifier), 64);
    ck_assert_uint_eq(strspn(pkce.verifier, letters), 64);
    ck_assert_int_eq(gg_pkce_challenge(pkce.verifier, challenge, NULL), GG_OK);
    ck_assert_str_eq(pkce.challenge, challenge);
}
END_TEST

START_TEST(makes_another_pair_each_time)
{
    struct gg_pkce one;
    struct gg_pkce other;

    ck_assert_int_eq(gg_pkce_new(&one, NULL), GG_OK);
    ck_assert_int_eq(gg_pkce_new(&other, NULL), GG_OK);
    ck_assert_str_ne(one.verifier, other.verifier);
}
END_TEST

/*
 * 256 is no multiple of 62: plain remainders would make the first 8 letters a
 * quarter likelier than the rest.  Of 640,000 letters they are 82,581, give or
 * take 270; biased they would be 100,000.
 */
START_TEST(prefers_no_letter)
{
    struct gg_pkce pkce;
    long first = 0;
    int i;
    size_t k;

    for (i = 0; i < 10000; i++) {
        ck_assert_int_eq(gg_pkce_new(&pkce, NULL), GG_OK);
        for (k = 0; k < 64; k++)
            first += strchr("ABCDEFGH", pkce.verifier[k]) != NULL;
    }
    ck_assert_int_gt(first, 80000);
    ck_assert_int_lt(first, 85200);
}
END_TEST

Suite *pkce_suite(void)
{
    Suite *suite = suite_create("pkce");
    TCase *tcase = tcase_create("pkce");

    tcase_add_test(tcase, computes_the_challenge_that_nylas_expects);
    tcase_add_test(tcase, does_not_compute_the_challenge_of_rfc_7636);
    tcase_add_test(tcase, needs_a_verifier_and_leaves_the_challenge_alone);
    tcase_add_test(tcase, makes_a_pair_that_belongs_together);
    tcase_add_test(tcase, makes_another_pair_each_time);
    tcase_add_test(tcase, prefers_no_letter);
    suite_add_tcase(suite, tcase);
    return suite;
}
