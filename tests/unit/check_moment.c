/* SPDX-License-Identifier: MIT */
/* check_moment.c - times and durations. */
#include "private.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define COUNT(array)       ((int)(sizeof(array) / sizeof((array)[0])))
#define UNTOUCHED          ((int64_t)-424242)
#define SECONDS_IN_A_DAY   ((int64_t)86400)
#define FIRST_DAY_OF_RANGE ((int64_t)-719528) /* 0000-01-01 */
#define DAYS_OF_RANGE      3652425            /* the years 0 to 9999 */

static const struct {
    const char *text;
    int64_t seconds;
} good[] = {
    {"0", 0},
    {"1785578400", 1785578400},
    {"-1", -1},
    {"9223372036854775807", INT64_MAX},
    {"-9223372036854775807", -INT64_MAX},
    {"1970-01-01T00:00:00Z", 0},
    {"2026-08-01T10:00:00Z", 1785578400},
    {"2026-08-01t10:00:00z", 1785578400},
    {"2026-08-01T12:00:00+02:00", 1785578400},
    {"2026-08-01T04:30:00-05:30", 1785578400},
    {"2026-08-01T10:00:00-00:00", 1785578400},
    {"2026-08-01T10:00:00.999999999Z", 1785578400},
    {"1969-12-31T23:59:59Z", -1},
    {"2000-02-29T00:00:00Z", 951782400},
    {"2024-02-29T23:59:59Z", 1709251199},
    {"2100-03-01T00:00:00Z", 4107542400},
    {"2016-12-31T23:59:60Z", 1483228800},
    {"2017-01-01T00:59:60+01:00", 1483228800},
    {"0000-01-01T00:00:00Z", -62167219200},
    {"0001-01-01T00:00:00Z", -62135596800},
    {"9999-12-31T23:59:59Z", 253402300799},
    {"9999-12-31T23:59:59-23:59", 253402300799 + 86340},
};

START_TEST(reads_unix_seconds_and_rfc_3339)
{
    int64_t seconds = UNTOUCHED;

    ck_assert_msg(
        ggp_moment_parse(good[_i].text, strlen(good[_i].text), &seconds), "%s",
        good[_i].text);
    ck_assert_int_eq(seconds, good[_i].seconds);
}
END_TEST

static const char *const bad[] = {
    "",
    "-",
    "+1",
    " 1",
    "1 ",
    "1.5",
    "0x10",
    "1e9",
    "--1",
    "9223372036854775808",
    "-9223372036854775808",
    "99999999999999999999999999",
    "2026-08-01",
    "2026-08-01T10:00Z",
    "2026-08-01T10:00:00",
    "2026-08-01 10:00:00Z",
    "2026-08-01T10:00:00Z ",
    " 2026-08-01T10:00:00Z",
    "2026-8-01T10:00:00Z",
    "26-08-01T10:00:00Z",
    "2026-00-01T10:00:00Z",
    "2026-13-01T10:00:00Z",
    "2026-08-00T10:00:00Z",
    "2026-08-32T10:00:00Z",
    "2026-04-31T10:00:00Z",
    "2026-02-29T10:00:00Z",
    "1900-02-29T10:00:00Z",
    "2026-08-01T24:00:00Z",
    "2026-08-01T10:60:00Z",
    "2026-08-01T10:00:61Z",
    "2026-08-01T10:00:60Z",
    "2026-08-01T23:59:60+01:00",
    "2026-08-01T10:00:00.Z",
    "2026-08-01T10:00:00,5Z",
    "2026-08-01T10:00:00.5",
    "2026-08-01T10:00:00+0200",
    "2026-08-01T10:00:00+02",
    "2026-08-01T10:00:00+24:00",
    "2026-08-01T10:00:00+02:60",
    "2026-08-01T10:00:00Zulu",
    "2026-08-01T10:00:00\342\210\22202:00",
};

START_TEST(refuses_every_other_time_and_leaves_the_result_alone)
{
    int64_t seconds = UNTOUCHED;

    ck_assert_msg(!ggp_moment_parse(bad[_i], strlen(bad[_i]), &seconds), "%s",
                  bad[_i]);
    ck_assert_int_eq(seconds, UNTOUCHED);
}
END_TEST

START_TEST(refuses_every_prefix_of_a_time)
{
    static const char whole[] = "2026-08-01T10:00:00.25+02:00";
    int64_t seconds = UNTOUCHED;
    size_t len;

    for (len = 5; len < sizeof(whole) - 1; len++)
        ck_assert_msg(!ggp_moment_parse(whole, len, &seconds), "%zu", len);
    ck_assert(ggp_moment_parse(whole, len, &seconds));
}
END_TEST

START_TEST(does_not_stop_at_a_nul)
{
    int64_t seconds = UNTOUCHED;

    ck_assert(!ggp_moment_parse("1\0", 2, &seconds));
    ck_assert(!ggp_moment_parse("2026-08-01T10:00:00Z\0", 21, &seconds));
    ck_assert(!ggp_moment_parse("2026-08-01\0"
                                "10:00:00Z",
                                20, &seconds));
    ck_assert(!ggp_moment_parse(NULL, 0, &seconds));
    ck_assert_int_eq(seconds, UNTOUCHED);
}
END_TEST

/* Walks the calendar by the plain rule and looks at every eleventh day. */
START_TEST(counts_the_days_of_ten_thousand_years)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
    int year = 0;
    int month = 0;
    int day = 1;
    int64_t n;

    for (n = 0; n < DAYS_OF_RANGE; n++) {
        int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        char text[64];
        int64_t seconds;

        if (n % 11 == 0) {
            (void)snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", year,
                           month + 1, day);
            if (!ggp_moment_parse(text, strlen(text), &seconds) ||
                seconds != (FIRST_DAY_OF_RANGE + n) * SECONDS_IN_A_DAY)
                ck_abort_msg("%s", text);
        }
        if (day++ == lengths[month] + (month == 1 && is_leap)) {
            day = 1;
            month++;
        }
        if (month == 12) {
            month = 0;
            year++;
        }
    }
    ck_assert_int_eq(year, 10000);
}
END_TEST

START_TEST(tells_the_time)
{
    int64_t before = (int64_t)time(NULL);
    int64_t now = ggp_moment_now();

    ck_assert_int_ge(now, before);
    ck_assert_int_le(now, before + 10);
}
END_TEST

static const struct {
    const char *text;
    int64_t seconds; /* -1: refused */
} durations[] = {
    {"0", 0},
    {"90", 90},
    {"90s", 90},
    {"15m", 900},
    {"2h", 7200},
    {"7d", 604800},
    {"0d", 0},
    {"3650d", 315360000},
    {"315360000", 315360000},
    {"3651d", -1},
    {"315360001", -1},
    {"99999999999999999999d", -1},
    {"9223372036854775807h", -1},
    {"", -1},
    {"s", -1},
    {"-1", -1},
    {"-1s", -1},
    {"+1s", -1},
    {"1.5h", -1},
    {"1w", -1},
    {"1H", -1},
    {"1 h", -1},
    {" 1h", -1},
    {"1h ", -1},
    {"1h30m", -1},
    {"<1h", -1},
};

START_TEST(reads_durations_up_to_ten_years)
{
    const char *text = durations[_i].text;
    int64_t seconds = UNTOUCHED;
    int is_good = ggp_duration_parse(text, strlen(text), &seconds);

    ck_assert_msg(is_good == (durations[_i].seconds >= 0), "\"%s\"", text);
    ck_assert_int_eq(seconds, is_good ? durations[_i].seconds : UNTOUCHED);
}
END_TEST

START_TEST(offers_hosts_the_same_reading)
{
    struct gg_error err = {GG_OK, "untouched"};
    int64_t seconds = UNTOUCHED;

    ck_assert_int_eq(gg_time_parse("2026-08-01T10:00:00Z", &seconds, &err),
                     GG_OK);
    ck_assert_int_eq(seconds, 1785578400);
    ck_assert_str_eq(err.message, "untouched");
}
END_TEST

START_TEST(tells_hosts_what_a_time_is)
{
    struct gg_error err = {0};
    int64_t seconds = UNTOUCHED;

    ck_assert_int_eq(gg_time_parse("yesterday", &seconds, &err), GG_EINVAL);
    ck_assert_int_eq(err.status, GG_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.message, "RFC 3339"));
    ck_assert_int_eq(gg_time_parse(NULL, &seconds, NULL), GG_EINVAL);
    ck_assert_int_eq(seconds, UNTOUCHED);
}
END_TEST

Suite *moment_suite(void)
{
    Suite *suite = suite_create("moment");
    TCase *times = tcase_create("times");
    TCase *spans = tcase_create("durations");

    tcase_add_loop_test(times, reads_unix_seconds_and_rfc_3339, 0, COUNT(good));
    tcase_add_loop_test(times,
                        refuses_every_other_time_and_leaves_the_result_alone, 0,
                        COUNT(bad));
    tcase_add_test(times, refuses_every_prefix_of_a_time);
    tcase_add_test(times, does_not_stop_at_a_nul);
    tcase_add_test(times, counts_the_days_of_ten_thousand_years);
    tcase_add_test(times, tells_the_time);
    tcase_add_test(times, offers_hosts_the_same_reading);
    tcase_add_test(times, tells_hosts_what_a_time_is);
    suite_add_tcase(suite, times);
    tcase_add_loop_test(spans, reads_durations_up_to_ten_years, 0,
                        COUNT(durations));
    suite_add_tcase(suite, spans);
    return suite;
}
