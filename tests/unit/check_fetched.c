/* SPDX-License-Identifier: MIT */
/* check_fetched.c - what is handed out: a grant on one line, or why not. */
#include "fetch.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct ggp_document document;
static struct ggp_fetched room;
static struct gg_fetched fetched;

static void fill(const char *json)
{
    struct gg_error err;

    ck_assert_int_eq(
        ggp_document_read_loosely(&document, json, strlen(json), &err), GG_OK);
    ck_assert_int_eq(
        ggp_fetched_fill(&room, ggp_document_root(&document), &fetched, &err),
        GG_OK);
}

static void teardown(void)
{
    ggp_fetched_free(&room);
    ggp_document_free(&document);
}

static const struct {
    const char *json;
    const char *provider;
    enum gg_smtp smtp;
} grants[] = {
    {"{\"id\":\"a\",\"provider\":\"imap\"}", "imap", GG_SMTP_UNKNOWN},
    {"{\"id\":\"a\",\"provider\":\"imap\",\"settings\":{}}", "imap",
     GG_SMTP_UNKNOWN},
    {"{\"id\":\"a\",\"provider\":\"imap\",\"settings\":{\"imap_host\":\"h\"}}",
     "imap", GG_SMTP_INCOMPLETE},
    {"{\"id\":\"a\",\"provider\":\"google\"}", "google",
     GG_SMTP_NOT_APPLICABLE},
    /* what cannot be read is handed out all the same */
    {"{\"id\":\"a\"}", NULL, GG_SMTP_NONE},
    {"{\"id\":\"a\",\"id\":\"a\",\"provider\":\"imap\"}", NULL, GG_SMTP_NONE},
    {"{\"id\":\"a\",\"provider\":7}", NULL, GG_SMTP_NONE},
};

START_TEST(judges_what_it_can_and_hands_out_all)
{
    fill(grants[_i].json);
    ck_assert_str_eq(fetched.id, "a");
    ck_assert_str_eq(fetched.json, grants[_i].json);
    ck_assert_uint_eq(fetched.len, strlen(grants[_i].json));
    ck_assert_int_eq(fetched.smtp, grants[_i].smtp);
    ck_assert_ptr_null(fetched.code);
    if (grants[_i].provider)
        ck_assert_str_eq(fetched.provider, grants[_i].provider);
    else
        ck_assert_ptr_null(fetched.provider);
}
END_TEST

START_TEST(says_why_a_grant_did_not_come)
{
    struct ggp_reply reply = {.http_status = 404};

    ggp_reply_fail(&reply, "not_found", GGP_RETRY_NEVER, "gone");
    ggp_fetched_fail(&fetched, "a", &reply);
    ck_assert_str_eq(fetched.id, "a");
    ck_assert_str_eq(fetched.code, "not_found");
    ck_assert_int_eq(fetched.http_status, 404);
    ck_assert_str_eq(fetched.message, "gone");
    ck_assert_ptr_null(fetched.json);
}
END_TEST

Suite *fetched_suite(void)
{
    Suite *suite = suite_create("fetched");
    TCase *tcase = tcase_create("fetched");

    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, judges_what_it_can_and_hands_out_all, 0,
                        COUNT(grants));
    tcase_add_test(tcase, says_why_a_grant_did_not_come);
    suite_add_tcase(suite, tcase);
    return suite;
}
