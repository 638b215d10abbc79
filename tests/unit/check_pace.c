/* SPDX-License-Identifier: MIT */
/* check_pace.c - so many requests a second; time is a number here. */
#include "fetch.h"

#include "suites.h"

static struct ggp_pace pace;

static void open_pace(unsigned rate)
{
    ck_assert_int_eq(ggp_pace_open(&pace, rate), 0);
}

START_TEST(spreads_turns_evenly)
{
    open_pace(10);
    ck_assert_int_eq(ggp_pace_take(&pace, 1000000), 0);
    ck_assert_int_gt(ggp_pace_take(&pace, 1000000), 0);
    ck_assert_int_eq(ggp_pace_take(&pace, 1000000 + 80000), 0);
    ck_assert_int_eq(ggp_pace_take(&pace, 1000000 + 80000), 100000);
    ck_assert_int_eq(ggp_pace_take(&pace, 1000000 + 180000), 0);
    ggp_pace_close(&pace);
}
END_TEST

START_TEST(lets_no_more_through_than_the_rate)
{
    int64_t now_us;
    int n = 0;

    open_pace(50);
    for (now_us = 5000000; now_us < 6000000; now_us += 1000)
        n += ggp_pace_take(&pace, now_us) == 0;
    ck_assert_int_ge(n, 50);
    ck_assert_int_le(n, 52); /* what a late start may make up for */
    ggp_pace_close(&pace);
}
END_TEST

START_TEST(saves_no_turns_up)
{
    int n = 0;

    open_pace(10);
    ck_assert_int_eq(ggp_pace_take(&pace, 0), 0);
    while (ggp_pace_take(&pace, 60000000) == 0)
        n++;
    ck_assert_int_eq(n, 1);
    ggp_pace_close(&pace);
}
END_TEST

START_TEST(holds_everybody_back)
{
    open_pace(1000);
    ggp_pace_hold(&pace, 3000000);
    ck_assert_int_eq(ggp_pace_take(&pace, 1000000), 2000000);
    ggp_pace_hold(&pace, 2000000); /* earlier than what holds already */
    ck_assert_int_eq(ggp_pace_take(&pace, 2500000), 500000);
    ck_assert_int_eq(ggp_pace_take(&pace, 3000000), 0);
    ggp_pace_close(&pace);
}
END_TEST

Suite *pace_suite(void)
{
    Suite *suite = suite_create("pace");
    TCase *tcase = tcase_create("pace");

    tcase_add_test(tcase, spreads_turns_evenly);
    tcase_add_test(tcase, lets_no_more_through_than_the_rate);
    tcase_add_test(tcase, saves_no_turns_up);
    tcase_add_test(tcase, holds_everybody_back);
    suite_add_tcase(suite, tcase);
    return suite;
}
