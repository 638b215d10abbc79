/* SPDX-License-Identifier: MIT */
/*
 * moment.c - times and durations.
 *
 * The calendar is computed here, in UTC, so that neither the host's time zone
 * nor its locale has a say.  A leap second (23:59:60 UTC) is taken as the
 * first second of the next day, as Unix time does; any other :60 is refused.
 */
#include "private.h"

#include <string.h>
#include <time.h>

#define DAY_SECONDS ((int64_t)86400)

/* Where the parser is: it never reads past `end`. */
struct cursor {
    const char *at;
    const char *end;
};

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly @n digits, as a number that fits; 0 if they are not there. */
static int take_digits(struct cursor *cursor, size_t n, int *value)
{
    size_t i;

    if ((size_t)(cursor->end - cursor->at) < n)
        return 0;
    *value = 0;
    for (i = 0; i < n; i++) {
        if (!is_digit(cursor->at[i]))
            return 0;
        *value = *value * 10 + (cursor->at[i] - '0');
    }
    cursor->at += n;
    return 1;
}

/* One character out of @allowed, or '\0'. */
static char take_char(struct cursor *cursor, const char *allowed)
{
    if (cursor->at == cursor->end || *cursor->at == '\0' ||
        !strchr(allowed, *cursor->at))
        return '\0';
    return *cursor->at++;
}

static int is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to a valid date of the years 0 to 9999. */
static int64_t day_number(int year, int month, int day)
{
    /* 400 years, 146,097 days, are added so that no term is negative. */
    int64_t before = year + 400 - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400;
    int i;

    for (i = 1; i < month; i++)
        days += days_in_month(year, i);
    return days + day - 1 - 146097 - 719162;
}

static int take_date(struct cursor *cursor, int64_t *days)
{
    int year;
    int month;
    int day;

    if (!take_digits(cursor, 4, &year) || !take_char(cursor, "-") ||
        !take_digits(cursor, 2, &month) || !take_char(cursor, "-") ||
        !take_digits(cursor, 2, &day))
        return 0;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return 0;
    *days = day_number(year, month, day);
    return 1;
}

/* "10:00:00", fraction dropped: seconds of the day. */
static int take_clock(struct cursor *cursor, int *seconds, int *is_leap_second)
{
    int hour;
    int minute;
    int second;

    if (!take_digits(cursor, 2, &hour) || !take_char(cursor, ":") ||
        !take_digits(cursor, 2, &minute) || !take_char(cursor, ":") ||
        !take_digits(cursor, 2, &second))
        return 0;
    if (hour > 23 || minute > 59 || second > 60)
        return 0;
    *seconds = (hour * 60 + minute) * 60 + second;
    *is_leap_second = second == 60;
    if (!take_char(cursor, "."))
        return 1;
    if (!take_char(cursor, "0123456789"))
        return 0;
    while (take_char(cursor, "0123456789"))
        continue;
    return 1;
}

/* "Z" or "+02:00": seconds east of UTC. */
static int take_offset(struct cursor *cursor, int *seconds)
{
    char sign;
    int hour;
    int minute;

    *seconds = 0;
    if (take_char(cursor, "Zz"))
        return 1;
    sign = take_char(cursor, "+-");
    if (!sign || !take_digits(cursor, 2, &hour) || !take_char(cursor, ":") ||
        !take_digits(cursor, 2, &minute) || hour > 23 || minute > 59)
        return 0;
    *seconds = (hour * 60 + minute) * 60;
    if (sign == '-')
        *seconds = -*seconds;
    return 1;
}

static int parse_rfc3339(const char *text, size_t len, int64_t *seconds)
{
    struct cursor cursor = {text, text + len};
    int64_t days;
    int64_t sum;
    int clock;
    int is_leap_second;
    int offset;

    if (!take_date(&cursor, &days) || !take_char(&cursor, "Tt") ||
        !take_clock(&cursor, &clock, &is_leap_second) ||
        !take_offset(&cursor, &offset) || cursor.at != cursor.end)
        return 0;
    sum = days * DAY_SECONDS + clock - offset;
    if (is_leap_second && sum % DAY_SECONDS != 0)
        return 0;
    *seconds = sum;
    return 1;
}

/* Digits without overflow. */
static int parse_digits(const char *text, size_t len, int64_t *value)
{
    int64_t sum = 0;
    size_t i;

    if (len == 0)
        return 0;
    for (i = 0; i < len; i++) {
        int digit = text[i] - '0';

        if (!is_digit(text[i]) || sum > (INT64_MAX - digit) / 10)
            return 0;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return 1;
}

int ggp_moment_parse(const char *text, size_t len, int64_t *seconds)
{
    int64_t value;

    if (!text)
        return 0;
    if (parse_digits(text, len, &value)) {
        *seconds = value;
        return 1;
    }
    if (len > 1 && text[0] == '-' && parse_digits(text + 1, len - 1, &value)) {
        *seconds = -value;
        return 1;
    }
    return parse_rfc3339(text, len, seconds);
}

int64_t ggp_clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t ggp_moment_now(void)
{
    return (int64_t)time(NULL);
}

static int64_t unit_seconds(char unit)
{
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 60 * 60;
    case 'd':
        return DAY_SECONDS;
    default:
        return 0;
    }
}

int ggp_duration_parse(const char *text, size_t len, int64_t *seconds)
{
    int64_t unit = 1;
    int64_t value;

    if (!text || len == 0)
        return 0;
    if (!is_digit(text[len - 1]))
        unit = unit_seconds(text[--len]);
    if (unit == 0 || !parse_digits(text, len, &value) ||
        value > GGP_DURATION_MAX / unit)
        return 0;
    *seconds = value * unit;
    return 1;
}

gg_status gg_time_parse(const char *text, int64_t *seconds,
                        struct gg_error *err)
{
    if (!text || !seconds || !ggp_moment_parse(text, strlen(text), seconds))
        return ggp_fail(err, GG_EINVAL,
                        "a time must be Unix seconds or RFC 3339, "
                        "e.g. 2026-08-01T10:00:00Z");
    return GG_OK;
}
