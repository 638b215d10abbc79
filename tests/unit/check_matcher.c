/* SPDX-License-Identifier: MIT */
/*
 * check_matcher.c - compiled conditions hold just where the reference says.
 *
 * Many conditions are made up from a seed for each of many grants, half of
 * their values from what the grant holds, so that either answer is common.
 */
#include "private.h"

#include "random_grant.h"
#include "reference.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#define SEEDS      20
#define GRANTS     50
#define CONDITIONS 80
#define PAIRS      (GRANTS * CONDITIONS)
#define ENTRIES    3
#define SMALL      INT64_C(1000000000)
#define TWO_TO_53  INT64_C(9007199254740992)

static struct ggp_arena arena;
static struct gg_error error;

static void teardown(void)
{
    ggp_arena_free(&arena);
    random_grant_free();
}

/* --- fields --------------------------------------------------------------- */

enum shape { TEXT, NUMBER, FLAG, SMTP, MISSING, EVIDENCE, ANY };

static const struct {
    const char *key;
    enum shape shape;
} fields[] = {
    {"id", TEXT},           {"provider", TEXT},     {"grant_status", TEXT},
    {"email", TEXT},        {"state", TEXT},        {"name", TEXT},
    {"workspace_id", TEXT}, {"account_id", TEXT},   {"credential_id", TEXT},
    {"domain", TEXT},       {"blocked", FLAG},      {"scope", TEXT},
    {"created_at", NUMBER}, {"updated_at", NUMBER}, {"age", NUMBER},
    {"tenant", TEXT},       {"send_error", TEXT},   {"send_error_at", NUMBER},
    {"sent_at", NUMBER},    {"smtp", SMTP},         {"missing", MISSING},
    {"evidence", EVIDENCE}, {"age", NUMBER},        {"scope", TEXT},
};

static const char *const smtp[] = {"complete", "incomplete", "unknown",
                                   "not_*",    "*complete",  "*"};
static const char *const missing[] = {"imap_username", "imap_password",
                                      "smtp_host",     "smtp_port",
                                      "smtp_*",        "*_p*"};
static const char *const evidence[] = {"none",       "provider", "settings",
                                       "send_error", "sent",     "se*"};
static const char *const odd_keys[] = {
    "smpt", "raw", "settings", "email.x", "context..a", "context.", "", "Smtp"};

static void add_part(struct entry *entry, const char *part)
{
    size_t len = strlen(entry->key);

    (void)snprintf(entry->key + len, sizeof(entry->key) - len, ".%s", part);
}

/* A path into settings or context, mostly along what is there. */
static void make_path(struct entry *entry, const struct plain *grant)
{
    int is_settings = random_one_in(2);
    const struct plain *at;

    (void)snprintf(entry->key, sizeof(entry->key), "%s",
                   is_settings ? "settings" : "context");
    at = reference_field(grant, entry->key);
    do {
        int is_object = at && at->kind == PLAIN_OBJECT && at->nmembers > 0;

        if (is_object && !random_one_in(5))
            add_part(entry, at->keys[random_below((unsigned)at->nmembers)]);
        else
            add_part(entry, is_settings ? RANDOM_OF(random_settings)
                                        : RANDOM_OF(random_context));
        at = reference_field(grant, entry->key);
    } while (strlen(entry->key) < 40 &&
             random_one_in(at && at->kind == PLAIN_OBJECT ? 1 : 10));
}

static enum shape make_key(struct entry *entry, const struct plain *grant)
{
    unsigned field = random_below(RANDOM_COUNT(fields));

    if (random_one_in(30)) {
        (void)snprintf(entry->key, sizeof(entry->key), "%s",
                       RANDOM_OF(odd_keys));
        return ANY;
    }
    if (random_one_in(2)) {
        make_path(entry, grant);
        return ANY;
    }
    (void)snprintf(entry->key, sizeof(entry->key), "%s", fields[field].key);
    return fields[field].shape;
}

/* --- values --------------------------------------------------------------- */

static void set_text(struct plain *value, const char *text)
{
    value->kind = PLAIN_TEXT;
    value->len = strlen(text);
    memcpy(value->text, text, value->len + 1);
}

static int is_small(int64_t whole)
{
    return whole < SMALL && whole > -SMALL;
}

/* "<1h" and the like, near @number or not. */
static void make_comparison(struct plain *value, const struct plain *number)
{
    static const char *const ops[] = {"<", "<=", ">", ">="};
    static const char *const parts[] = {"",    "",     "",    ".5",
                                        ".25", ".001", ".000"};
    static const char *const odd[] = {"<",   "<1x", "< 1",  "<1.",   ">.5",
                                      ">+1", "=1",  "<--1", "<1hh",  "<1e3",
                                      ">=h", "<-",  "1",    "<1.2.3"};
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"", 1},   {"", 1},     {"s", 1},
                 {"m", 60}, {"h", 3600}, {"d", 86400}};
    unsigned unit = random_below(RANDOM_COUNT(units));
    const char *part = RANDOM_OF(parts);
    int64_t whole = (int64_t)random_below(7) - 2;
    char text[PLAIN_BYTES];

    if (random_one_in(20)) {
        set_text(value, RANDOM_OF(odd));
        return;
    }
    if (number && is_small(number->whole)) {
        whole = number->whole / units[unit].seconds + whole / 2;
    } else if (number && is_small(number->whole / SMALL)) {
        whole = number->whole + whole / 2;
        unit = 0;
        part = "";
    }
    (void)snprintf(text, sizeof(text), "%s%lld%s%s", RANDOM_OF(ops),
                   (long long)whole, part, units[unit].name);
    set_text(value, text);
}

/* Stars for some of @text, and another byte now and then. */
static void change_text(struct plain *text)
{
    unsigned n = random_below(3);

    if (text->len > 0 && random_one_in(6))
        text->text[random_below((unsigned)text->len)] = "ab*"[random_below(3)];
    while (n-- > 0) {
        size_t from = random_below((unsigned)text->len + 1);
        size_t to = from + random_below((unsigned)(text->len - from) + 1);

        if (text->len + 3 >= PLAIN_BYTES)
            return;
        if (from > 0 && random_one_in(6))
            to = from - 1; /* one byte too many, on both sides of the star */
        memmove(text->text + from + 1, text->text + to, text->len - to);
        text->text[from] = '*';
        text->len = from + 1 + text->len - to;
        text->text[text->len] = '\0';
    }
}

/* Make of an integer the real that is next to it; of a real, the integer. */
static void write_otherwise(struct plain *number)
{
    if (number->is_real || is_small(number->whole)) {
        number->is_real = random_one_in(2);
    } else if (number->whole / 2 < TWO_TO_53 &&
               number->whole / 2 > -TWO_TO_53) {
        number->is_real = 1;
        number->whole &= ~INT64_C(1); /* reals are even there, and exact */
    }
}

/* What the grant holds, or nearly. */
static void make_near(struct plain *value, const struct plain *actual)
{
    *value = *actual;
    if (actual->kind == PLAIN_TEXT)
        change_text(value);
    else if (actual->kind == PLAIN_BOOLEAN)
        value->truth ^= random_one_in(2);
    else if (random_one_in(2))
        make_comparison(value, actual);
    else if (actual->thousandths == 0)
        write_otherwise(value);
}

static void make_far(struct plain *value, enum shape shape)
{
    unsigned choice = random_below(4);

    if (shape == SMTP) {
        set_text(value, RANDOM_OF(smtp));
    } else if (shape == MISSING) {
        set_text(value, RANDOM_OF(missing));
    } else if (shape == EVIDENCE) {
        set_text(value, RANDOM_OF(evidence));
    } else if (shape == FLAG || (shape == ANY && choice == 0)) {
        value->kind = PLAIN_BOOLEAN;
        value->truth = random_one_in(2);
    } else if (shape == NUMBER || (shape == ANY && choice == 1)) {
        random_number(value);
    } else if (shape == ANY && choice == 2) {
        make_comparison(value, NULL);
    } else {
        random_text(value);
    }
}

static void make_entry(struct entry *entry, const struct plain *grant)
{
    enum shape shape = make_key(entry, grant);
    const struct plain *actual = reference_field(grant, entry->key);
    size_t i;

    if (actual && actual->kind == PLAIN_LIST && actual->nmembers > 0)
        actual = actual->members[random_below((unsigned)actual->nmembers)];
    if (actual && actual->kind != PLAIN_TEXT && actual->kind != PLAIN_NUMBER &&
        actual->kind != PLAIN_BOOLEAN)
        actual = NULL;
    entry->nvalues = 1 + random_below(2) * random_below(ENTRY_VALUES);
    for (i = 0; i < entry->nvalues; i++) {
        if (actual && !random_one_in(3))
            make_near(&entry->values[i], actual);
        else
            make_far(&entry->values[i], random_one_in(30) ? ANY : shape);
    }
}

/* --- compiling ------------------------------------------------------------ */

static struct ggp_value value_of(const struct plain *plain)
{
    struct ggp_value value = {.kind = GGP_TEXT};

    value.text.at = plain->text;
    value.text.len = plain->len;
    if (plain->kind == PLAIN_BOOLEAN) {
        value.kind = GGP_BOOLEAN;
        value.integer = plain->truth;
    } else if (plain->kind == PLAIN_NUMBER && plain->is_real) {
        value.kind = GGP_REAL;
        value.real = (double)plain->whole;
        if (is_small(plain->whole))
            value.real = (double)(plain->whole * 1000 + plain->thousandths) /
                         1000.0;
    } else if (plain->kind == PLAIN_NUMBER) {
        value.kind = GGP_INTEGER;
        value.integer = plain->whole;
    }
    return value;
}

/* Returns 0 if the library refuses @entry. */
static int compile(struct ggp_test *test, const struct entry *entry)
{
    struct ggp_text key = {entry->key, strlen(entry->key)};
    gg_status status = ggp_test_field(test, &arena, &ggp_grant_subject, key,
                                      &error);

    test->npatterns = 0;
    test->patterns = ggp_arena_alloc(&arena,
                                     sizeof(*test->patterns) * ENTRY_VALUES);
    while (status == GG_OK && test->npatterns < entry->nvalues) {
        struct ggp_value value = value_of(&entry->values[test->npatterns]);

        status = ggp_pattern_read(&test->patterns[test->npatterns++], &arena,
                                  test, &ggp_grant_subject, &value, &error);
    }
    ck_assert_msg(status == GG_OK || status == GG_EPOLICY, "%s", error.message);
    return status == GG_OK;
}

/* --- comparing ------------------------------------------------------------ */

static void report(const struct entry *entries, size_t nentries, int expected)
{
    size_t i;
    size_t n;

    for (i = 0; i < nentries; i++) {
        fprintf(stderr, "# [\"%s\"] =", entries[i].key);
        for (n = 0; n < entries[i].nvalues; n++) {
            const struct plain *value = &entries[i].values[n];

            fprintf(stderr, " '%s'/%lld.%03d/%d", value->text,
                    (long long)value->whole, value->thousandths, value->truth);
        }
        fprintf(stderr, "\n");
    }
    fprintf(stderr, "#\n");
    ck_abort_msg("holds where it should: %d, for %s", expected,
                 random_grant_json());
}

/* Returns whether the condition holds, or -1 if it is refused. */
static int compare(const struct plain *plain, const struct ggp_grant *grant)
{
    static struct entry entries[ENTRIES];
    struct ggp_test tests[ENTRIES];
    struct ggp_condition condition = {tests, 0};
    size_t nentries = 1 + random_below(2) * random_below(ENTRIES);
    int64_t steps = INT64_MAX;
    int expected;
    size_t i;

    memset(entries, 0, sizeof(entries));
    for (i = 0; i < nentries; i++)
        make_entry(&entries[i], plain);
    ggp_arena_reset(&arena);
    while (condition.ntests < nentries) {
        if (!compile(&tests[condition.ntests], &entries[condition.ntests]))
            return -1;
        condition.ntests++;
    }
    expected = reference_holds(plain, entries, nentries);
    if (ggp_condition_holds(&condition, &ggp_grant_subject, grant, &steps) !=
        expected)
        report(entries, nentries, expected);
    return expected;
}

START_TEST(holds_just_where_the_reference_does)
{
    const struct ggp_grant *grant;
    int refused = 0;
    int held = 0;
    int i;
    int n;

    random_seed((uint64_t)_i + 1);
    for (i = 0; i < GRANTS; i++) {
        const struct plain *plain = random_grant(&grant);

        for (n = 0; n < CONDITIONS; n++) {
            int holds = compare(plain, grant);

            refused += holds < 0;
            held += holds > 0;
        }
    }
    ck_assert_int_lt(refused, PAIRS / 4);
    ck_assert_int_gt(held, PAIRS / 4);
    ck_assert_int_gt(PAIRS - refused - held, PAIRS / 4);
}
END_TEST

Suite *matcher_suite(void)
{
    Suite *suite = suite_create("matcher");
    TCase *made_up = tcase_create("made up");

    tcase_add_checked_fixture(made_up, NULL, teardown);
    tcase_set_timeout(made_up, 120);
    tcase_add_loop_test(made_up, holds_just_where_the_reference_does, 0, SEEDS);
    suite_add_tcase(suite, made_up);
    return suite;
}
