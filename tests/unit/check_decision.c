/* SPDX-License-Identifier: MIT */
/* check_decision.c - decisions kept, and held against one another. */
#include "suites.h"

#include "private.h"

#include <string.h>

/* Everything that a decision can hold. */
static const struct gg_decision full = {.grant_id = "g",
                                        .tenant = "acme",
                                        .provider = "imap",
                                        .action = GG_REPAIR,
                                        .reason = "r",
                                        .policy = "default.lua",
                                        .rule = "a",
                                        .mandate = 1,
                                        .smtp = GG_SMTP_INCOMPLETE,
                                        .missing = GG_MISSING_SMTP_HOST,
                                        .evidence = GG_EVIDENCE_SETTINGS,
                                        .auth_url = "https://x",
                                        .auth_url_missing = "no_email",
                                        .notify = "owner",
                                        .has_after = 1,
                                        .after = 60,
                                        .due = 160,
                                        .smtp_host = "h",
                                        .smtp_port = 587,
                                        .smtp_username = "u",
                                        .data = "{}",
                                        .error = GG_EPOLICY,
                                        .error_message = "m",
                                        .trace = "[]"};

static void record(struct ggp_buf *buf, const struct gg_decision *decision)
{
    ggp_buf_clear(buf);
    ggp_record_write(buf, NULL, decision);
    ck_assert_ptr_nonnull(ggp_buf_text(buf));
}

START_TEST(keeps_all_of_each)
{
    static const struct gg_decision nothing;
    struct ggp_buf kept = {0};
    struct ggp_buf before = {0};
    struct ggp_buf after = {0};
    struct gg_decision one;
    struct gg_decision other;
    const char *at;

    ggp_buf_char(&kept, 'x'); /* so that nothing after it is aligned */
    ggp_decision_keep(&kept, &full);
    ggp_decision_keep(&kept, &nothing);
    at = ggp_decision_recall(kept.bytes + 1, &one);
    at = ggp_decision_recall(at, &other);
    ck_assert_ptr_eq(at, kept.bytes + kept.len);

    record(&before, &full);
    record(&after, &one);
    ck_assert_str_eq(ggp_buf_text(&after), ggp_buf_text(&before));
    ck_assert_str_eq(one.error_message, full.error_message);
    ck_assert_ptr_ne(one.reason, full.reason);
    ck_assert_int_eq(memcmp(&other, &nothing, sizeof(other)), 0);
    ggp_buf_free(&kept);
    ggp_buf_free(&before);
    ggp_buf_free(&after);
}
END_TEST

/* Whether the names in @fields are @expected, separated by spaces. */
static void expect_fields(const struct gg_decision *other, const char *expected)
{
    const char *fields[GGP_DECISION_NFIELDS + 1];
    struct ggp_buf names = {0};
    size_t i;

    ggp_decision_compare(&full, other, fields);
    for (i = 0; fields[i]; i++) {
        ggp_buf_string(&names, i > 0 ? " " : "");
        ggp_buf_string(&names, fields[i]);
    }
    ck_assert_str_eq(names.len > 0 ? ggp_buf_text(&names) : "", expected);
    ggp_buf_free(&names);
}

START_TEST(names_the_field_that_differs)
{
    struct gg_decision other = full;

#define ONE(field, value, name)                                                \
    other = full;                                                              \
    other.field = value;                                                       \
    expect_fields(&other, name)

    ONE(action, GG_ACCEPT, "action");
    ONE(reason, "s", "reason");
    ONE(reason, NULL, "reason");
    ONE(auth_url, "https://y", "auth_url");
    ONE(auth_url_missing, NULL, "auth_url_missing");
    ONE(notify, "admin", "notify");
    ONE(has_after, 0, "after");
    ONE(after, 61, "after");
    ONE(smtp_host, "i", "smtp_host");
    ONE(smtp_port, 25, "smtp_port");
    ONE(smtp_username, "v", "smtp_username");
    ONE(data, "{\"a\":1}", "data");
    ONE(error, GG_EMEMORY, "error");
    ONE(error_message, "n", "error");
#undef ONE
}
END_TEST

START_TEST(does_not_mind_who_decided)
{
    struct gg_decision other = full;

    other.policy = "providers/imap.lua";
    other.rule = NULL;
    other.mandate = 0;
    other.trace = NULL;
    expect_fields(&other, "");
}
END_TEST

START_TEST(names_all_that_differ)
{
    static const struct gg_decision nothing;

    expect_fields(&nothing,
                  "action reason auth_url auth_url_missing notify after "
                  "smtp_host smtp_port smtp_username data error");
}
END_TEST

Suite *decision_suite(void)
{
    Suite *suite = suite_create("decision");
    TCase *test = tcase_create("decision");

    tcase_add_test(test, keeps_all_of_each);
    tcase_add_test(test, names_the_field_that_differs);
    tcase_add_test(test, does_not_mind_who_decided);
    tcase_add_test(test, names_all_that_differ);
    suite_add_tcase(suite, test);
    return suite;
}
