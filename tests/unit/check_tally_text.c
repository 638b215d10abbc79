/* SPDX-License-Identifier: MIT */
/* check_tally_text.c - counts survive as text; what is not theirs does not. */
#include "private.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static gg_tally *full_tally(void)
{
    gg_tally *tally;
    char name[16];
    int i;

    ck_assert_int_eq(gg_tally_new(&tally, NULL), GG_OK);
    for (i = 0; i < 1000; i++) {
        struct gg_decision decision = {
            .provider = i % 7 ? name : NULL,
            .tenant = i % 5 ? name : NULL,
            .action = (enum gg_action)(i % GG_ACTION_COUNT),
            .smtp = (enum gg_smtp)(i % GG_SMTP_COUNT),
            .error = (gg_status)(i % GGP_STATUS_COUNT),
            .auth_url_missing = i % 3 ? "no_email" : "no_client_id"};

        (void)snprintf(name, sizeof(name), "n-%d", i % 90);
        ggp_tally_add(tally, &decision, i % 5 == 1);
    }
    return tally;
}

START_TEST(gives_back_what_was_saved)
{
    gg_tally *tally = full_tally();
    gg_tally *loaded = NULL;
    char *text = NULL;
    char *again = NULL;

    ck_assert_int_eq(gg_tally_save(tally, &text, NULL), GG_OK);
    ck_assert_int_eq(gg_tally_load(text, &loaded, NULL), GG_OK);
    ck_assert_int_eq(gg_tally_save(loaded, &again, NULL), GG_OK);
    ck_assert_str_eq(text, again);
    ck_assert_uint_eq(gg_tally_stray_grants(loaded),
                      gg_tally_stray_grants(tally));
    ck_assert_uint_eq(gg_tally_actions(loaded, GG_DEFER),
                      gg_tally_actions(tally, GG_DEFER));
    ck_assert_uint_eq(gg_tally_missing_url(loaded, "no_email"),
                      gg_tally_missing_url(tally, "no_email"));
    gg_free(text);
    gg_free(again);
    gg_tally_free(tally);
    gg_tally_free(loaded);
}
END_TEST

START_TEST(gives_back_nothing_as_nothing)
{
    gg_tally *loaded = NULL;

    ck_assert_int_eq(gg_tally_load("", &loaded, NULL), GG_OK);
    ck_assert_ptr_null(gg_tally_provider(loaded, 0));
    gg_tally_free(loaded);
}
END_TEST

#define ELEVEN " 1 2 3 4 5 6 7 8 9 10 11"

static const char *const foreign[] = {
    "x\n",
    "\n",
    "strays\n",
    "strays 1",
    "strays 1 \n",
    "strays  1\n",
    "strays 1 2\n",
    "strays -1\n",
    "strays 1x\n",
    "strays 9007199254740992\n",
    "strays 99999999999999999999999\n",
    "stray\n",
    "stray ../x\n",
    "stray a b\n",
    "missing no_email\n",
    "missing a_reason_that_is_far_too_long_to_be_one 1\n",
    "error nonsense 1\n",
    "error time_limit\n",
    "provider\n",
    "provider imap 1 2 3\n",
    "provider imap" ELEVEN " 12\n",
    "provider i/map" ELEVEN "\n",
    "provider imap" ELEVEN "\nprovider imap" ELEVEN "\n",
    "tenant (else)" ELEVEN "\n",
    "strays 1\nstrays 1\r\n",
};

START_TEST(refuses_what_is_not_its_own)
{
    gg_tally *untouched = NULL;
    struct gg_error err = {0};

    ck_assert_msg(gg_tally_load(foreign[_i], &untouched, &err) == GG_EINVAL,
                  "%s", foreign[_i]);
    ck_assert_ptr_null(untouched);
    ck_assert_ptr_nonnull(strstr(err.message, "is none of saved counts"));
}
END_TEST

START_TEST(refuses_more_names_than_it_would_write)
{
    struct ggp_buf text = {0};
    gg_tally *untouched = NULL;
    int i;

    for (i = 0; i <= GGP_TALLY_NAMES; i++) {
        ggp_buf_string(&text, "tenant t");
        ggp_buf_int(&text, i);
        ggp_buf_string(&text, ELEVEN "\n");
    }
    ck_assert_int_eq(gg_tally_load(ggp_buf_text(&text), &untouched, NULL),
                     GG_EINVAL);
    ck_assert_ptr_null(untouched);
    ggp_buf_free(&text);
}
END_TEST

Suite *tally_text_suite(void)
{
    Suite *suite = suite_create("tally_text");
    TCase *test = tcase_create("text");

    tcase_add_test(test, gives_back_what_was_saved);
    tcase_add_test(test, gives_back_nothing_as_nothing);
    tcase_add_loop_test(test, refuses_what_is_not_its_own, 0, COUNT(foreign));
    tcase_add_test(test, refuses_more_names_than_it_would_write);
    suite_add_tcase(suite, test);
    return suite;
}
