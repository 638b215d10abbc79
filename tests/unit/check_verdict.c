/* SPDX-License-Identifier: MIT */
/* check_verdict.c - the verdict alone, without policies. */
#include "suites.h"

#include "grantgate.h"
#include "scarcity.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct gg_error err;

static gg_status judge(const char *json, const struct gg_facts *facts,
                       struct gg_verdict *verdict)
{
    return gg_grant_judge(json, strlen(json), facts, verdict, &err);
}

START_TEST(judges_a_grant)
{
    struct gg_verdict verdict;

    ck_assert_int_eq(judge("{\"id\":\"g\",\"provider\":\"imap\",\"settings\":{"
                           "\"smtp_host\":\"\",\"smtp_port\":465}}",
                           NULL, &verdict),
                     GG_OK);
    ck_assert_int_eq(verdict.smtp, GG_SMTP_INCOMPLETE);
    ck_assert_uint_eq(verdict.missing, GG_MISSING_SMTP_HOST);
    ck_assert_int_eq(verdict.evidence, GG_EVIDENCE_SETTINGS);
}
END_TEST

START_TEST(looks_at_the_facts_where_the_envelope_is_silent)
{
    const struct gg_facts facts = {.sent_at = 1785578400};
    struct gg_verdict verdict;

    ck_assert_int_eq(
        judge("{\"id\":\"g\",\"provider\":\"imap\"}", &facts, &verdict), GG_OK);
    ck_assert_int_eq(verdict.smtp, GG_SMTP_COMPLETE);
    ck_assert_int_eq(verdict.evidence, GG_EVIDENCE_SENT);
    ck_assert_int_eq(judge("{\"grant\":{\"id\":\"g\",\"provider\":\"imap\"},"
                           "\"tenant\":\"acme\"}",
                           NULL, &verdict),
                     GG_OK);
    ck_assert_int_eq(verdict.smtp, GG_SMTP_UNKNOWN);
}
END_TEST

static const struct {
    const char *json;
    gg_status status;
    const char *message;
} refused[] = {
    {"", GG_EJSON, "invalid JSON at byte 0"},
    {"{", GG_EJSON, "invalid JSON"},
    {"[]", GG_EGRANT, "expected an object"},
    {"{\"id\":\"g\"}", GG_EGRANT, "field 'provider' is required"},
    {"{\"id\":\"g\",\"id\":\"h\"}", GG_EDUPLICATE, "\"id\""},
    {"{\"error\":{\"type\":\"x\"}}", GG_EFETCH, "the API answered an error"},
    {"{\"data\":[]}", GG_EINVAL, "holds no grant"},
    {"{\"data\":[{\"id\":\"g\",\"provider\":\"x\"},{\"id\":\"h\"}]}", GG_EINVAL,
     "holds several grants"},
};

START_TEST(refuses_what_is_not_one_grant)
{
    struct gg_verdict verdict = {.missing = 99};

    ck_assert_int_eq(judge(refused[_i].json, NULL, &verdict),
                     refused[_i].status);
    ck_assert_msg(strstr(err.message, refused[_i].message) != NULL, "%s",
                  err.message);
    ck_assert_uint_eq(verdict.missing, 99);
}
END_TEST

START_TEST(refuses_arguments_that_break_the_contract)
{
    const struct gg_facts facts = {.tenant = "a/b"};
    struct gg_verdict verdict;

    ck_assert_int_eq(gg_grant_judge(NULL, 0, NULL, &verdict, &err), GG_EINVAL);
    ck_assert_int_eq(gg_grant_judge("{}", 2, NULL, NULL, NULL), GG_EINVAL);
    ck_assert_int_eq(
        judge("{\"id\":\"g\",\"provider\":\"imap\"}", &facts, &verdict),
        GG_EINVAL);
}
END_TEST

START_TEST(leaves_nothing_behind_with_or_without_memory)
{
    struct gg_verdict verdict;
    long blocks = scarcity_blocks();
    gg_status status = GG_ENOMEM;
    long n;

    for (n = 0; status == GG_ENOMEM && n < 100; n++) {
        scarcity_begin(SCARCITY_LASTS, n);
        status = judge("{\"id\":\"g\",\"provider\":\"imap\"}", NULL, &verdict);
        scarcity_end();
    }
    blocks = scarcity_blocks() - blocks;
    ck_assert_int_eq(status, GG_OK);
    ck_assert_int_gt(n, 1);
    ck_assert_int_eq(blocks, 0);
}
END_TEST

Suite *verdict_suite(void)
{
    Suite *suite = suite_create("verdict");
    TCase *test = tcase_create("verdict");

    tcase_add_test(test, judges_a_grant);
    tcase_add_test(test, looks_at_the_facts_where_the_envelope_is_silent);
    tcase_add_loop_test(test, refuses_what_is_not_one_grant, 0, COUNT(refused));
    tcase_add_test(test, refuses_arguments_that_break_the_contract);
    tcase_add_test(test, leaves_nothing_behind_with_or_without_memory);
    suite_add_tcase(suite, test);
    return suite;
}
