/* SPDX-License-Identifier: MIT */
/* check_pattern.c - one value of a condition: reading it, matching it. */
#include "private.h"

#include "suites.h"

#include <math.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct ggp_arena arena;
static struct gg_error error;

static void teardown(void)
{
    ggp_arena_free(&arena);
}

/* Read @value as a pattern for the grant's field @name. */
static gg_status read_value(struct ggp_pattern *pattern, const char *name,
                            struct ggp_value value)
{
    struct ggp_test test = {0};

    test.field = ggp_subject_field(&ggp_grant_subject, name, strlen(name));
    ck_assert_msg(test.field >= 0, "%s", name);
    return ggp_pattern_read(pattern, &arena, &test, &ggp_grant_subject, &value,
                            &error);
}

static struct ggp_value integer(int64_t number)
{
    struct ggp_value value = {.kind = GGP_INTEGER, .integer = number};

    return value;
}

static struct ggp_value real(double number)
{
    struct ggp_value value = {.kind = GGP_REAL, .real = number};

    return value;
}

static struct ggp_value boolean(int truth)
{
    struct ggp_value value = {.kind = GGP_BOOLEAN, .integer = truth};

    return value;
}

/* --- comparisons ---------------------------------------------------------- */

/* The bound of each comparison, and which of below, at, above it hold. */
static const struct {
    const char *text;
    int64_t bound;     /* the integer at or just below it */
    const char *holds; /* of bound - 1, bound, bound + 1 */
} comparisons[] = {
    {"<1h", 3600, "100"},
    {"<=1h", 3600, "110"},
    {">1h", 3600, "001"},
    {">=1h", 3600, "011"},
    {">0", 0, "001"},
    {"<0", 0, "100"},
    {">=7d", 604800, "011"},
    {"<=10", 10, "110"},
    {"<10s", 10, "100"},
    {"<15m", 900, "100"},
    {"<-1", -1, "100"},
    {">=-5m", -300, "011"},
    {"<-0", 0, "100"},
    {"<1.5h", 5400, "100"},
    {"<=0.1d", 8640, "110"},
    {"<=1.5", 1, "110"},
    {">=1.5", 1, "001"},
    {"<1.0", 1, "100"},
    {"<=2.50", 2, "110"},
    {"<007", 7, "100"},
    {"<=-1.5", -2, "110"},
    {"<999999999999999999", 999999999999999999, "100"},
    {"<99999999999999d", INT64_C(8639999999999913600), "100"},
};

START_TEST(compares_as_written)
{
    struct ggp_pattern pattern;
    struct ggp_value age = ggp_value_text(comparisons[_i].text);
    int64_t i;

    ck_assert_int_eq(read_value(&pattern, "age", age), GG_OK);
    for (i = 0; i < 3; i++) {
        struct ggp_value value = integer(comparisons[_i].bound - 1 + i);

        ck_assert_msg(ggp_pattern_holds(&pattern, &value) ==
                          (comparisons[_i].holds[i] == '1'),
                      "%s: %d", comparisons[_i].text, (int)i);
    }
}
END_TEST

static const char *const no_comparisons[] = {
    "",
    "1h",
    "<",
    "<h",
    "< 1",
    "<1 h",
    "<1w",
    "<1H",
    "=1",
    "==1",
    "<>1",
    "<1hh",
    "<.5",
    "<1.",
    "<1..5",
    "<1.5.",
    "<--1",
    "<+1",
    "<0x10",
    "<1e3",
    "<=-",
    "1",
    "~1",
    "<1h ",
    " <1h",
    "<=<1",
    "=<1",
    "!1",
    "<1,5",
    "<12345678901234567890",
    "<9223372036854775808",
    "<999999999999999999d",
    "<0.12345678901234",
};

START_TEST(takes_nothing_else_for_a_comparison)
{
    struct ggp_pattern pattern;
    struct ggp_value value = ggp_value_text(no_comparisons[_i]);

    ck_assert_msg(read_value(&pattern, "age", value) == GG_EPOLICY, "%s",
                  no_comparisons[_i]);
    ck_assert_str_eq(error.message,
                     "field 'age' is a number: compare it with a number or a "
                     "text such as \"<1h\", \">=7d\", \"<=10\"");
}
END_TEST

/* --- numbers, exactly ----------------------------------------------------- */

START_TEST(matches_numbers_without_rounding)
{
    const int64_t big = (INT64_C(1) << 53) + 1; /* no double is this */
    const struct {
        struct ggp_value pattern;
        struct ggp_value value;
        int holds;
    } rows[] = {
        {integer(25), integer(25), 1},
        {integer(25), integer(26), 0},
        {integer(25), real(25.0), 1},
        {integer(25), real(25.5), 0},
        {real(25.0), integer(25), 1},
        {real(25.5), real(25.5), 1},
        {real(25.5), integer(25), 0},
        {integer(0), real(-0.0), 1},
        {integer(big), integer(big), 1},
        {integer(big), integer(big - 1), 0},
        {integer(big), real((double)big), 0},
        {real(9007199254740992.0), integer(big), 0},
        {real(9007199254740992.0), integer(big - 1), 1},
        {integer(INT64_MAX), real(9223372036854775808.0), 0},
        {integer(INT64_MIN), real(-9223372036854775808.0), 1},
        {integer(INT64_MAX), real(1e300), 0},
        {integer(INT64_MIN), real(-1e300), 0},
        {real(1e300), integer(INT64_MAX), 0},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ggp_pattern pattern;

        ck_assert_int_eq(read_value(&pattern, "created_at", rows[i].pattern),
                         GG_OK);
        ck_assert_msg(ggp_pattern_holds(&pattern, &rows[i].value) ==
                          rows[i].holds,
                      "row %zu", i);
    }
}
END_TEST

START_TEST(compares_reals_with_integer_bounds)
{
    struct ggp_pattern pattern;
    struct ggp_value value = real(9.5);

    ck_assert_int_eq(read_value(&pattern, "context", ggp_value_text("<10")),
                     GG_OK);
    ck_assert(ggp_pattern_holds(&pattern, &value));
    value.real = 10.0;
    ck_assert(!ggp_pattern_holds(&pattern, &value));
    value.real = 1e300;
    ck_assert(!ggp_pattern_holds(&pattern, &value));
    value.real = -1e300;
    ck_assert(ggp_pattern_holds(&pattern, &value));
}
END_TEST

/* --- kinds ---------------------------------------------------------------- */

START_TEST(takes_a_comparison_for_text_too_behind_a_dot)
{
    struct ggp_pattern pattern;
    struct ggp_value text = ggp_value_text("<10");
    struct ggp_value number = integer(9);
    struct ggp_value truth = boolean(1);
    struct ggp_value list = {.kind = GGP_JSON_LIST};

    ck_assert_int_eq(read_value(&pattern, "settings", text), GG_OK);
    ck_assert(ggp_pattern_holds(&pattern, &text));
    ck_assert(ggp_pattern_holds(&pattern, &number));
    ck_assert(!ggp_pattern_holds(&pattern, &truth));
    ck_assert(!ggp_pattern_holds(&pattern, &list));
    ck_assert_int_eq(read_value(&pattern, "settings", ggp_value_text("10")),
                     GG_OK);
    number.integer = 10;
    ck_assert(!ggp_pattern_holds(&pattern, &number));
    ck_assert_int_eq(read_value(&pattern, "email", text), GG_OK);
    ck_assert(ggp_pattern_holds(&pattern, &text));
    ck_assert(!ggp_pattern_holds(&pattern, &number));
}
END_TEST

START_TEST(matches_booleans_with_booleans_only)
{
    struct ggp_pattern pattern;
    struct ggp_value value = boolean(1);

    ck_assert_int_eq(read_value(&pattern, "blocked", value), GG_OK);
    ck_assert(ggp_pattern_holds(&pattern, &value));
    value.integer = 0;
    ck_assert(!ggp_pattern_holds(&pattern, &value));
    value = integer(1);
    ck_assert(!ggp_pattern_holds(&pattern, &value));
    value = ggp_value_text("true");
    ck_assert(!ggp_pattern_holds(&pattern, &value));
    value = ggp_value_text(NULL);
    ck_assert(!ggp_pattern_holds(&pattern, &value));
}
END_TEST

START_TEST(copies_text_and_counts_its_bytes)
{
    char source[] = "ab\0c";
    struct ggp_value value = {.kind = GGP_TEXT, .text = {source, 4}};
    struct ggp_pattern pattern;

    ck_assert_int_eq(read_value(&pattern, "name", value), GG_OK);
    memset(source, 'x', 4);
    value.text.at = "ab\0c";
    ck_assert(ggp_pattern_holds(&pattern, &value));
    value.text.len = 2;
    ck_assert(!ggp_pattern_holds(&pattern, &value));
    ck_assert_int_eq(read_value(&pattern, "name", ggp_value_text("")), GG_OK);
    value.text.len = 0;
    ck_assert(ggp_pattern_holds(&pattern, &value));
}
END_TEST

START_TEST(matches_stars_with_any_run)
{
    struct ggp_pattern pattern;
    struct ggp_value host = ggp_value_text("mx.acme.example");
    struct ggp_value bare = ggp_value_text("acme.example");

    ck_assert_int_eq(
        read_value(&pattern, "domain", ggp_value_text("*.acme.example")),
        GG_OK);
    ck_assert(ggp_pattern_holds(&pattern, &host));
    ck_assert(!ggp_pattern_holds(&pattern, &bare));
}
END_TEST

/* --- what can never match ------------------------------------------------- */

static const struct {
    const char *field;
    struct ggp_value value;
    const char *message;
} refused[] = {
#define TEXT(literal)                                                          \
    {                                                                          \
        .kind = GGP_TEXT, .text = { literal, sizeof(literal) - 1 }             \
    }
    {"smtp", TEXT("incompleet"),
     "field 'smtp' is never 'incompleet', only one of 'complete' 'incomplete' "
     "'unknown' 'not_applicable'"},
    {"smtp", TEXT("Complete"),
     "field 'smtp' is never 'Complete', only one of 'complete' 'incomplete' "
     "'unknown' 'not_applicable'"},
    {"smtp", TEXT("x*"),
     "field 'smtp' is never '(not shown)', only one of 'complete' 'incomplete' "
     "'unknown' 'not_applicable'"},
    {"missing", TEXT("smtp_user"),
     "field 'missing' is never 'smtp_user', only one of 'imap_username' "
     "'imap_password' 'smtp_host' 'smtp_port'"},
    {"evidence", TEXT(""),
     "field 'evidence' is never '(not shown)', only one of 'provider' "
     "'send_error' 'settings' 'sent' 'none'"},
    {"email", {.kind = GGP_INTEGER}, "field 'email' is never a number"},
    {"smtp", {.kind = GGP_REAL}, "field 'smtp' is never a number"},
    {"scope", {.kind = GGP_INTEGER}, "field 'scope' is never a number"},
    {"blocked", {.kind = GGP_INTEGER}, "field 'blocked' is never a number"},
    {"blocked", TEXT("true"), "field 'blocked' is true or false"},
    {"email",
     {.kind = GGP_BOOLEAN, .integer = 1},
     "field 'email' is never true or false"},
    {"age",
     {.kind = GGP_BOOLEAN, .integer = 1},
     "field 'age' is never true or false"},
    {"missing",
     {.kind = GGP_BOOLEAN},
     "field 'missing' is never true or false"},
    {"age",
     {.kind = GGP_REAL, .real = HUGE_VAL},
     "field 'age' is never infinite or not a number"},
    {"context",
     {.kind = GGP_REAL, .real = -HUGE_VAL},
     "field 'context' is never infinite or not a number"},
    {"age",
     {.kind = GGP_NIL},
     "field 'age' must be given a string, a number, a boolean, or a list of "
     "them"},
    {"name",
     {.kind = GGP_JSON_LIST},
     "field 'name' must be given a string, a number, a boolean, or a list of "
     "them"},
};

START_TEST(refuses_what_can_never_match)
{
    struct ggp_pattern pattern;

    ck_assert_msg(read_value(&pattern, refused[_i].field, refused[_i].value) ==
                      GG_EPOLICY,
                  "%s", refused[_i].message);
    ck_assert_str_eq(error.message, refused[_i].message);
}
END_TEST

START_TEST(takes_words_and_stars_that_match_one)
{
    static const struct {
        const char *field;
        const char *text;
    } rows[] = {{"smtp", "incomplete"}, {"smtp", "*complete"},
                {"smtp", "*"},          {"missing", "smtp_*"},
                {"evidence", "none"},   {"provider", "nobody-has-heard-of"}};
    struct ggp_pattern pattern;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(read_value(&pattern, rows[i].field,
                                 ggp_value_text(rows[i].text)) == GG_OK,
                      "%s", rows[i].text);
}
END_TEST

Suite *pattern_suite(void)
{
    Suite *suite = suite_create("pattern");
    TCase *matching = tcase_create("match");
    TCase *refusing = tcase_create("refuse");

    tcase_add_checked_fixture(matching, NULL, teardown);
    tcase_add_loop_test(matching, compares_as_written, 0, COUNT(comparisons));
    tcase_add_test(matching, matches_numbers_without_rounding);
    tcase_add_test(matching, compares_reals_with_integer_bounds);
    tcase_add_test(matching, takes_a_comparison_for_text_too_behind_a_dot);
    tcase_add_test(matching, matches_booleans_with_booleans_only);
    tcase_add_test(matching, copies_text_and_counts_its_bytes);
    tcase_add_test(matching, matches_stars_with_any_run);
    suite_add_tcase(suite, matching);
    tcase_add_checked_fixture(refusing, NULL, teardown);
    tcase_add_loop_test(refusing, takes_nothing_else_for_a_comparison, 0,
                        COUNT(no_comparisons));
    tcase_add_loop_test(refusing, refuses_what_can_never_match, 0,
                        COUNT(refused));
    tcase_add_test(refusing, takes_words_and_stars_that_match_one);
    suite_add_tcase(suite, refusing);
    return suite;
}
