/* SPDX-License-Identifier: MIT */
/* check_tally.c - counts over a batch, and that they stay small. */
#include "private.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

static gg_tally *tally;

static void setup(void)
{
    ck_assert_int_eq(gg_tally_new(&tally, NULL), GG_OK);
}

static void teardown(void)
{
    gg_tally_free(tally);
}

static void add(gg_tally *to, const char *provider, const char *stray)
{
    struct gg_decision decision = {.provider = provider,
                                   .tenant = stray,
                                   .action = GG_DEFER,
                                   .smtp = GG_SMTP_UNKNOWN};

    ggp_tally_add(to, &decision, stray != NULL);
}

static uint64_t deferred(const gg_tally *of, const char *provider)
{
    const struct gg_tally_row *row;
    size_t i;

    for (i = 0; (row = gg_tally_provider(of, i)) != NULL; i++) {
        if (strcmp(row->name, provider) == 0)
            return row->actions[GG_DEFER];
    }
    return 0;
}

START_TEST(starts_empty)
{
    ck_assert_ptr_null(gg_tally_provider(tally, 0));
    ck_assert_ptr_null(gg_tally_stray_tenant(tally, 0));
    ck_assert_uint_eq(gg_tally_stray_grants(tally), 0);
    ck_assert_uint_eq(gg_tally_missing_url(tally, "no_email"), 0);
    ck_assert_uint_eq(gg_tally_missing_url(tally, NULL), 0);
}
END_TEST

START_TEST(counts_actions_and_verdicts_by_provider)
{
    struct gg_decision decision = {
        .provider = "imap", .action = GG_REAUTH, .smtp = GG_SMTP_INCOMPLETE};
    const struct gg_tally_row *row;

    ggp_tally_add(tally, &decision, 0);
    ggp_tally_add(tally, &decision, 0);
    decision.action = GG_ERROR;
    decision.smtp = GG_SMTP_NONE;
    ggp_tally_add(tally, &decision, 0);
    row = gg_tally_provider(tally, 0);
    ck_assert_str_eq(row->name, "imap");
    ck_assert_uint_eq(row->actions[GG_REAUTH], 2);
    ck_assert_uint_eq(row->actions[GG_ERROR], 1);
    ck_assert_uint_eq(row->actions[GG_ACCEPT], 0);
    ck_assert_uint_eq(row->smtp[GG_SMTP_INCOMPLETE], 2);
    ck_assert_uint_eq(row->smtp[GG_SMTP_NONE], 1);
    ck_assert_ptr_null(gg_tally_provider(tally, 1));
}
END_TEST

START_TEST(counts_by_tenant_and_errors_by_code)
{
    struct gg_decision decision = {.provider = "imap",
                                   .tenant = "acme",
                                   .action = GG_REAUTH,
                                   .smtp = GG_SMTP_INCOMPLETE};
    const struct gg_tally_row *row;

    ggp_tally_add(tally, &decision, 0);
    decision.action = GG_ERROR;
    decision.error = GG_ETIME;
    ggp_tally_add(tally, &decision, 0);
    decision.tenant = NULL;
    ggp_tally_add(tally, &decision, 0);
    row = gg_tally_tenant(tally, 0);
    ck_assert_str_eq(row->name, "(none)");
    ck_assert_uint_eq(row->actions[GG_ERROR], 1);
    row = gg_tally_tenant(tally, 1);
    ck_assert_str_eq(row->name, "acme");
    ck_assert_uint_eq(row->actions[GG_REAUTH], 1);
    ck_assert_uint_eq(row->actions[GG_ERROR], 1);
    ck_assert_uint_eq(row->smtp[GG_SMTP_INCOMPLETE], 2);
    ck_assert_ptr_null(gg_tally_tenant(tally, 2));
    ck_assert_uint_eq(gg_tally_errors(tally, GG_ETIME), 2);
    ck_assert_uint_eq(gg_tally_errors(tally, GG_EPOLICY), 0);
    ck_assert_uint_eq(gg_tally_errors(tally, (gg_status)1000), 0);
    ck_assert_uint_eq(gg_tally_actions(tally, GG_ERROR), 2);
    ck_assert_uint_eq(gg_tally_actions(tally, (enum gg_action)1000), 0);
}
END_TEST

START_TEST(starts_over_when_cleared)
{
    add(tally, "imap", "b");
    ggp_tally_clear(tally);
    ck_assert_ptr_null(gg_tally_provider(tally, 0));
    ck_assert_ptr_null(gg_tally_tenant(tally, 0));
    ck_assert_ptr_null(gg_tally_stray_tenant(tally, 0));
    ck_assert_uint_eq(gg_tally_stray_grants(tally), 0);
    add(tally, "ews", NULL);
    ck_assert_uint_eq(deferred(tally, "ews"), 1);
    ck_assert_ptr_null(gg_tally_provider(tally, 1));
}
END_TEST

START_TEST(sorts_rows_and_keeps_the_unreadable_apart)
{
    static const char *const sorted[] = {"(none)", "ews", "google", "imap"};
    size_t i;

    add(tally, "imap", NULL);
    add(tally, NULL, NULL);
    add(tally, "google", NULL);
    add(tally, "ews", NULL);
    add(tally, "imap", NULL);
    for (i = 0; i < 4; i++)
        ck_assert_str_eq(gg_tally_provider(tally, i)->name, sorted[i]);
    ck_assert_uint_eq(deferred(tally, "imap"), 2);
}
END_TEST

START_TEST(counts_providers_past_the_first_64_together)
{
    char name[16];
    size_t nrows = 0;
    int i;

    add(tally, NULL, NULL);
    for (i = 0; i < 1000; i++) {
        (void)snprintf(name, sizeof(name), "p%d", i);
        add(tally, name, NULL);
    }
    add(tally, "p63", NULL);
    while (gg_tally_provider(tally, nrows))
        nrows++;
    ck_assert_uint_eq(nrows, 66);
    ck_assert_uint_eq(deferred(tally, "(other)"), 936);
    ck_assert_uint_eq(deferred(tally, "(none)"), 1);
    ck_assert_uint_eq(deferred(tally, "p63"), 2);
    ck_assert_uint_eq(deferred(tally, "p64"), 0);
}
END_TEST

START_TEST(takes_hostile_names_without_harm)
{
    char name[4096];

    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    add(tally, name, name);
    name[0] = '(';
    add(tally, name, name);
    add(tally, "(", "(");
    ck_assert_uint_eq(deferred(tally, "(other)"), 2);
    ck_assert_uint_eq(deferred(tally, "("), 1);
    ck_assert_uint_eq(gg_tally_stray_grants(tally), 3);
    ck_assert_str_eq(gg_tally_stray_tenant(tally, 0), "(");
    ck_assert_ptr_null(gg_tally_stray_tenant(tally, 1));
}
END_TEST

START_TEST(lists_each_stray_tenant_once_and_counts_its_grants)
{
    add(tally, "imap", "zeta");
    add(tally, "imap", "alpha");
    add(tally, "imap", "zeta");
    add(tally, "imap", "midway");
    ck_assert_str_eq(gg_tally_stray_tenant(tally, 0), "alpha");
    ck_assert_str_eq(gg_tally_stray_tenant(tally, 1), "midway");
    ck_assert_str_eq(gg_tally_stray_tenant(tally, 2), "zeta");
    ck_assert_ptr_null(gg_tally_stray_tenant(tally, 3));
    ck_assert_uint_eq(gg_tally_stray_grants(tally), 4);
}
END_TEST

START_TEST(lists_at_most_64_stray_tenants)
{
    char name[16];
    size_t n = 0;
    int i;

    for (i = 0; i < 500; i++) {
        (void)snprintf(name, sizeof(name), "t%d", i);
        add(tally, "imap", name);
    }
    while (gg_tally_stray_tenant(tally, n))
        n++;
    ck_assert_uint_eq(n, 64);
    ck_assert_uint_eq(gg_tally_stray_grants(tally), 500);
}
END_TEST

START_TEST(counts_why_a_url_is_missing)
{
    struct gg_decision decision = {.action = GG_REAUTH};
    char why[64];
    int i;

    decision.auth_url_missing = "no_email";
    ggp_tally_add(tally, &decision, 0);
    ggp_tally_add(tally, &decision, 0);
    decision.auth_url_missing = "no_client_id";
    ggp_tally_add(tally, &decision, 0);
    decision.auth_url_missing = why;
    for (i = 0; i < 100; i++) {
        (void)snprintf(why, sizeof(why), "why_%040d", i);
        ggp_tally_add(tally, &decision, 0);
        (void)snprintf(why, sizeof(why), "why_%d", i);
        ggp_tally_add(tally, &decision, 0);
    }
    ck_assert_uint_eq(gg_tally_missing_url(tally, "no_email"), 2);
    ck_assert_uint_eq(gg_tally_missing_url(tally, "no_client_id"), 1);
    ck_assert_uint_eq(gg_tally_missing_url(tally, "no_hosted_signin"), 0);
}
END_TEST

START_TEST(merges_what_another_counted)
{
    struct gg_decision decision = {.action = GG_REAUTH,
                                   .provider = "imap",
                                   .auth_url_missing = "no_email"};
    gg_tally *more;

    ck_assert_int_eq(gg_tally_new(&more, NULL), GG_OK);
    add(tally, "imap", "b");
    add(more, "imap", "a");
    add(more, "ews", "b");
    add(more, NULL, NULL);
    ggp_tally_add(more, &decision, 0);
    ggp_tally_merge(tally, more);
    ck_assert_uint_eq(deferred(more, "ews"), 1); /* left as it was */
    gg_tally_free(more);

    ck_assert_uint_eq(deferred(tally, "imap"), 2);
    ck_assert_uint_eq(deferred(tally, "ews"), 1);
    ck_assert_uint_eq(deferred(tally, "(none)"), 1);
    ck_assert_uint_eq(gg_tally_stray_grants(tally), 3);
    ck_assert_str_eq(gg_tally_stray_tenant(tally, 0), "a");
    ck_assert_str_eq(gg_tally_stray_tenant(tally, 1), "b");
    ck_assert_ptr_null(gg_tally_stray_tenant(tally, 2));
    ck_assert_uint_eq(gg_tally_missing_url(tally, "no_email"), 1);
}
END_TEST

START_TEST(merges_what_is_full_into_other)
{
    gg_tally *more;
    char name[16];
    int i;

    ck_assert_int_eq(gg_tally_new(&more, NULL), GG_OK);
    for (i = 0; i < 100; i++) {
        (void)snprintf(name, sizeof(name), "a%d", i);
        add(tally, name, NULL);
        (void)snprintf(name, sizeof(name), "b%d", i);
        add(more, name, NULL);
    }
    ggp_tally_merge(tally, more);
    ck_assert_uint_eq(deferred(tally, "(other)"), 36 + 100);
    gg_tally_free(more);
}
END_TEST

Suite *tally_suite(void)
{
    Suite *suite = suite_create("tally");
    TCase *counts = tcase_create("counts");
    TCase *bounds = tcase_create("bounds");

    tcase_add_checked_fixture(counts, setup, teardown);
    tcase_add_test(counts, starts_empty);
    tcase_add_test(counts, counts_actions_and_verdicts_by_provider);
    tcase_add_test(counts, counts_by_tenant_and_errors_by_code);
    tcase_add_test(counts, starts_over_when_cleared);
    tcase_add_test(counts, sorts_rows_and_keeps_the_unreadable_apart);
    tcase_add_test(counts, lists_each_stray_tenant_once_and_counts_its_grants);
    tcase_add_test(counts, counts_why_a_url_is_missing);
    tcase_add_test(counts, merges_what_another_counted);
    suite_add_tcase(suite, counts);
    tcase_add_checked_fixture(bounds, setup, teardown);
    tcase_add_test(bounds, counts_providers_past_the_first_64_together);
    tcase_add_test(bounds, takes_hostile_names_without_harm);
    tcase_add_test(bounds, lists_at_most_64_stray_tenants);
    tcase_add_test(bounds, merges_what_is_full_into_other);
    suite_add_tcase(suite, bounds);
    return suite;
}
