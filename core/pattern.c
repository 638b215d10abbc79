/* SPDX-License-Identifier: MIT */
/*
 * pattern.c - one value of a condition: read once, then matched.
 *
 * Numbers match exactly: an integer equals a real only if the real is that
 * integer; nothing is rounded on the way.  (JSON integers beyond 63 bits were
 * read as reals, see value.c.)
 */
#include "private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FRACTION_DIGITS 13 /* times a day's seconds: still exact */
#define INTEGER_DIGITS  18
#define TWO_TO_63       9223372036854775808.0

/* --- comparisons ---------------------------------------------------------- */

/* Take the operator off @text.  Returns 0 if there is none. */
static int take_op(struct ggp_text *text, enum ggp_op *op)
{
    size_t taken = 1;

    if (text->len == 0 || (text->at[0] != '<' && text->at[0] != '>'))
        return 0;
    *op = text->at[0] == '<' ? GGP_LT : GGP_GT;
    if (text->len > 1 && text->at[1] == '=') {
        *op = *op == GGP_LT ? GGP_LE : GGP_GE;
        taken = 2;
    }
    text->at += taken;
    text->len -= taken;
    return 1;
}

/* Take the unit off the end of @text: its seconds. */
static int64_t take_unit(struct ggp_text *text)
{
    char last = text->len > 0 ? text->at[text->len - 1] : '\0';
    int64_t unit = 1;

    if (last == 'm')
        unit = 60;
    else if (last == 'h')
        unit = 60 * 60;
    else if (last == 'd')
        unit = 24 * 60 * 60;
    else if (last != 's')
        return 1;
    text->len--;
    return unit;
}

/*
 * Read digits with at most one point between them: @digits without the point,
 * and by which power of ten they are too large.
 */
static int take_decimal(struct ggp_text text, int64_t *digits, int64_t *scale)
{
    size_t point = text.len;
    size_t i;

    *digits = 0;
    *scale = 1;
    for (i = 0; i < text.len; i++) {
        if (text.at[i] == '.' && point == text.len && i > 0) {
            point = i;
            continue;
        }
        if (text.at[i] < '0' || text.at[i] > '9' || i >= INTEGER_DIGITS)
            return 0;
        *digits = *digits * 10 + (text.at[i] - '0');
        if (point < text.len)
            *scale *= 10;
    }
    if (point == text.len)
        return i > 0;
    return point + 1 < text.len && text.len - 1 <= FRACTION_DIGITS;
}

/* Read "<1h", ">=-2.5": operator, number, unit.  Returns 0 if it is none. */
static int read_comparison(struct ggp_pattern *pattern, struct ggp_text text)
{
    enum ggp_op op;
    int is_negative;
    int64_t unit;
    int64_t digits;
    int64_t scale;

    if (!take_op(&text, &op))
        return 0;
    is_negative = text.len > 0 && text.at[0] == '-';
    text.at += is_negative;
    text.len -= (size_t)is_negative;
    unit = take_unit(&text);
    if (!take_decimal(text, &digits, &scale) || digits > INT64_MAX / unit)
        return 0;
    digits *= is_negative ? -unit : unit;
    pattern->op = op;
    pattern->is_real = digits % scale != 0;
    pattern->integer = digits / scale;
    pattern->real = (double)digits / (double)scale;
    return 1;
}

/* --- patterns ------------------------------------------------------------- */

static int text_holds(const struct ggp_pattern *pattern, struct ggp_text text)
{
    if (pattern->kind == GGP_MATCH_EXACT)
        return pattern->text.len == text.len &&
               memcmp(pattern->text.at, text.at, text.len) == 0;
    return pattern->kind == GGP_MATCH_GLOB &&
           ggp_glob(pattern->text.at, pattern->text.len, text.at, text.len);
}

/* Whether @pattern, a text, is one of the words of @field or matches one. */
static int is_possible(const struct ggp_pattern *pattern,
                       const struct ggp_field *field)
{
    const char *const *word;

    for (word = field->words; word && *word; word++) {
        if (text_holds(pattern, ggp_text_of(*word)))
            return 1;
    }
    return !field->words;
}

static gg_status fail_words(const struct ggp_field *field, struct ggp_text text,
                            struct gg_error *err)
{
    char room[GGP_PLAIN_MAX + 1];
    char words[128];
    size_t len = 0;
    const char *const *word;

    words[0] = '\0';
    for (word = field->words; *word && len < sizeof(words); word++) {
        int n = snprintf(words + len, sizeof(words) - len, " '%s'", *word);

        len += n > 0 ? (size_t)n : sizeof(words);
    }
    return ggp_fail(err, GG_EPOLICY, "field '%s' is never '%s', only one of%s",
                    field->name, ggp_plain_name(text, room), words);
}

static gg_status read_text(struct ggp_pattern *pattern, struct ggp_arena *arena,
                           const struct ggp_field *field, struct ggp_text text,
                           struct gg_error *err)
{
    if (field->kind == GGP_FIELD_NUMBER) {
        pattern->kind = GGP_MATCH_NUMBER;
        if (read_comparison(pattern, text))
            return GG_OK;
        return ggp_fail(err, GG_EPOLICY,
                        "field '%s' is a number: compare it with a number or "
                        "a text such as \"<1h\", \">=7d\", \"<=10\"",
                        field->name);
    }
    if (field->kind == GGP_FIELD_BOOLEAN)
        return ggp_fail(err, GG_EPOLICY, "field '%s' is true or false",
                        field->name);
    pattern->kind = GGP_MATCH_EXACT;
    if (text.len > 0 && memchr(text.at, '*', text.len))
        pattern->kind = GGP_MATCH_GLOB;
    pattern->text.len = text.len;
    pattern->text.at = ggp_arena_copy(arena, text.at, text.len);
    if (!pattern->text.at)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    if (!is_possible(pattern, field))
        return fail_words(field, text, err);
    pattern->compares = field->kind == GGP_FIELD_OBJECT &&
                        read_comparison(pattern, text);
    return GG_OK;
}

static gg_status read_number(struct ggp_pattern *pattern,
                             const struct ggp_field *field,
                             const struct ggp_value *value,
                             struct gg_error *err)
{
    if (field->kind != GGP_FIELD_NUMBER && field->kind != GGP_FIELD_OBJECT)
        return ggp_fail(err, GG_EPOLICY, "field '%s' is never a number",
                        field->name);
    if (value->kind == GGP_REAL && !isfinite(value->real))
        return ggp_fail(err, GG_EPOLICY,
                        "field '%s' is never infinite or not a number",
                        field->name);
    pattern->kind = GGP_MATCH_NUMBER;
    pattern->op = GGP_EQ;
    pattern->is_real = value->kind == GGP_REAL;
    pattern->integer = value->integer;
    pattern->real = value->real;
    return GG_OK;
}

gg_status ggp_pattern_read(struct ggp_pattern *pattern, struct ggp_arena *arena,
                           const struct ggp_test *test,
                           const struct ggp_subject *subject,
                           const struct ggp_value *value, struct gg_error *err)
{
    const struct ggp_field *field = &subject->fields[test->field];

    memset(pattern, 0, sizeof(*pattern));
    switch (value->kind) {
    case GGP_TEXT:
        return read_text(pattern, arena, field, value->text, err);
    case GGP_INTEGER:
    case GGP_REAL:
        return read_number(pattern, field, value, err);
    case GGP_BOOLEAN:
        if (field->kind != GGP_FIELD_BOOLEAN && field->kind != GGP_FIELD_OBJECT)
            return ggp_fail(err, GG_EPOLICY,
                            "field '%s' is never true or false", field->name);
        pattern->kind = GGP_MATCH_BOOLEAN;
        pattern->integer = value->integer != 0;
        return GG_OK;
    default:
        return ggp_fail(err, GG_EPOLICY,
                        "field '%s' must be given a string, a number, a "
                        "boolean, or a list of them",
                        field->name);
    }
}

/* --- matching ------------------------------------------------------------- */

static int order_of_reals(double a, double b)
{
    return (a > b) - (a < b);
}

/* Compare without rounding @a to a double. */
static int order_of_mixed(int64_t a, double b)
{
    int64_t whole;

    if (b >= TWO_TO_63)
        return -1;
    if (b < -TWO_TO_63)
        return 1;
    whole = (int64_t)b;
    if (a != whole)
        return a < whole ? -1 : 1;
    return order_of_reals((double)whole, b);
}

static int order_of(const struct ggp_value *value,
                    const struct ggp_pattern *pattern)
{
    if (value->kind == GGP_REAL && pattern->is_real)
        return order_of_reals(value->real, pattern->real);
    if (value->kind == GGP_REAL)
        return -order_of_mixed(pattern->integer, value->real);
    if (pattern->is_real)
        return order_of_mixed(value->integer, pattern->real);
    return (value->integer > pattern->integer) -
           (value->integer < pattern->integer);
}

static int number_holds(const struct ggp_pattern *pattern,
                        const struct ggp_value *value)
{
    int order;

    if (pattern->kind != GGP_MATCH_NUMBER && !pattern->compares)
        return 0;
    order = order_of(value, pattern);
    switch (pattern->op) {
    case GGP_LT:
        return order < 0;
    case GGP_LE:
        return order <= 0;
    case GGP_GT:
        return order > 0;
    case GGP_GE:
        return order >= 0;
    default:
        return order == 0;
    }
}

int ggp_pattern_holds(const struct ggp_pattern *pattern,
                      const struct ggp_value *value)
{
    switch (value->kind) {
    case GGP_TEXT:
        return text_holds(pattern, value->text);
    case GGP_INTEGER:
    case GGP_REAL:
        return number_holds(pattern, value);
    case GGP_BOOLEAN:
        return pattern->kind == GGP_MATCH_BOOLEAN &&
               pattern->integer == value->integer;
    default:
        return 0;
    }
}
