/* SPDX-License-Identifier: MIT */
/* check_evaluate.c - one grant, one decision: layers, actions, links. */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRANT(members)                                                         \
    "{\"grant\":{\"id\":\"g-1\",\"provider\":\"imap\",\"email\":"              \
    "\"ann@mail.example\"" members "},\"tenant\":\"acme\"}"

static struct policy_set set;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
}

static void teardown(void)
{
    policy_set_free(&set);
}

/* --- how layers combine --- */

#define SAYS(reason)                                                           \
    "return { evaluate = function() return accept '" reason "' end }"
#define DEMANDS(reason)                                                        \
    "return { mandate = { evaluate = function() return accept '" reason        \
    "' end } }"
#define NIL "return { evaluate = function() end }"

/* A set, and the record for an IMAP grant of acme. */
static const struct {
    struct policy_file files[7];
    const char *record;
} layered[] = {
    {{{"default.lua", SAYS("d")}, {"tenants/acme.lua", SAYS("a")}},
     "\"action\":\"accept\",\"reason\":\"a\",\"policy\":\"tenants/acme.lua\","
     "\"smtp\""},
    {{{"default.lua", SAYS("d")},
      {"providers/imap.lua", SAYS("p")},
      {"tenants/acme.lua", SAYS("a")},
      {"tenants/acme/imap.lua", SAYS("ai")}},
     "\"reason\":\"ai\",\"policy\":\"tenants/acme/imap.lua\""},
    {{{"default.lua", SAYS("d")},
      {"providers/imap.lua", SAYS("p")},
      {"tenants/acme.lua", NIL},
      {"tenants/acme/imap.lua", NIL}},
     "\"reason\":\"p\",\"policy\":\"providers/imap.lua\""},
    {{{"default.lua", SAYS("d")},
      {"providers/imap.lua", "return {}"},
      {"tenants/acme.lua", "return { evaluate = {} }"}},
     "\"reason\":\"d\",\"policy\":\"default.lua\""},
    {{{"default.lua", NIL},
      {"tenants/acme.lua", "return { inherits = 'parent' }"},
      {"tenants/parent.lua", SAYS("own")},
      {"tenants/parent/imap.lua", SAYS("inherited")}},
     "\"reason\":\"inherited\",\"policy\":\"tenants/parent/imap.lua\""},

    /* Nobody. */
    {{{"default.lua", NIL}, {"tenants/acme.lua", NIL}},
     "\"action\":\"defer\",\"reason\":\"no_opinion\",\"smtp\":"},
    {{{"tenants/other.lua", SAYS("x")}},
     "\"action\":\"defer\",\"reason\":\"no_opinion\",\"smtp\":"},
    {{{"providers/google.lua", SAYS("x")}},
     "\"action\":\"defer\",\"reason\":\"no_opinion\",\"smtp\":"},
    {{{"default.lua", "return { evaluate = { rule { 'r', when = { provider = "
                      "'google' }, accept 'x' } } }"}},
     "\"action\":\"defer\",\"reason\":\"no_opinion\",\"smtp\":"},

    /* Mandates, the most general first. */
    {{{"default.lua", DEMANDS("d")}, {"tenants/acme.lua", DEMANDS("a")}},
     "\"reason\":\"d\",\"policy\":\"default.lua\",\"mandate\":true"},
    {{{"default.lua", SAYS("d")},
      {"providers/imap.lua", DEMANDS("p")},
      {"tenants/acme/imap.lua", DEMANDS("ai")}},
     "\"reason\":\"p\",\"policy\":\"providers/imap.lua\",\"mandate\":true"},
    {{{"default.lua", "return { mandate = { evaluate = function() end }, "
                      "evaluate = function() return accept 'd' end }"},
      {"tenants/acme.lua", DEMANDS("a")}},
     "\"reason\":\"a\",\"policy\":\"tenants/acme.lua\",\"mandate\":true"},
    {{{"default.lua", "return { mandate = { evaluate = { rule { 'm', when = { "
                      "blocked = true }, reject 'x' } } } }"},
      {"tenants/acme.lua", SAYS("a")}},
     "\"reason\":\"a\",\"policy\":\"tenants/acme.lua\",\"smtp\""},

    /* Inside a file the first matching rule. */
    {{{"default.lua",
       "return { evaluate = { rule { 'one', when = { provider = 'google' }, "
       "accept 'x' }, rule { 'two', when = function(g) return nil end, accept "
       "'x' }, rule { 'three', when = 'always', function() end }, rule { "
       "'four', when = { domain = 'mail.*' }, accept 'y' }, rule { 'five', "
       "when = 'always', accept 'z' } } }"}},
     "\"reason\":\"y\",\"policy\":\"default.lua\",\"rule\":\"four\",\"smtp\""},

    /* An error does not fall through. */
    {{{"default.lua", SAYS("d")},
      {"tenants/acme.lua", "return { evaluate = { rule { 'r', when = "
                           "function(g) return g.x end, accept 'x' } } }"}},
     "\"action\":\"error\",\"policy\":\"tenants/acme.lua\",\"rule\":\"r\","
     "\"smtp\":\"unknown\",\"evidence\":\"none\",\"error\":{\"code\":\"policy_"
     "error\",\"message\":\"tenants/acme.lua:1: a grant has no field 'x'\"}"},
    {{{"default.lua", "return { mandate = { evaluate = function() error 'no' "
                      "end } }"},
      {"tenants/acme.lua", SAYS("a")}},
     "\"action\":\"error\",\"policy\":\"default.lua\",\"mandate\":true,"},
};

START_TEST(combines_layers)
{
    char *record;

    policy_set_open(&set, layered[_i].files);
    record = policy_set_record(&set, GRANT(""));
    expect_part(record,
                "{\"grant_id\":\"g-1\",\"tenant\":\"acme\",\"provider\":"
                "\"imap\",\"action\":");
    expect_part(record, layered[_i].record);
    free(record);
}
END_TEST

/* --- actions --- */

/* What evaluate returns, and what the record shows. */
static const struct {
    const char *code;
    const char *record;
} actions[] = {
    {"accept 'ok_1'", "\"action\":\"accept\",\"reason\":\"ok_1\","},
    {"reject { reason = 'x', notify = 'owner' }",
     "\"action\":\"reject\",\"reason\":\"x\",\"policy\":\"default.lua\",\"smtp"
     "\":\"unknown\",\"evidence\":\"none\",\"notify\":\"owner\"}"},
    {"defer { reason = 'x', after = '2h' }",
     "\"after\":7200,\"due\":1785585600}"},
    {"defer { reason = 'x', after = 0 }", "\"after\":0,\"due\":1785578400}"},
    {"defer 'x'", "\"evidence\":\"none\"}"},
    {"repair { reason = 'x', smtp_host = 'smtp.x', smtp_port = 587, "
     "smtp_username = 'ann' }",
     "\"smtp_host\":\"smtp.x\",\"smtp_port\":587,\"smtp_username\":\"ann\"}"},
    {"accept { reason = 'x', data = { b = 1, a = { 1, 2.5, true } } }",
     "\"data\":{\"a\":[1,2.5,true],\"b\":1}}"},

    /* What an error leaves of a decision: nothing. */
    {"repair { reason = 'x', notify = 'o', smtp_host = 'smtp.x', smtp_port = "
     "587, data = { ('x'):rep(65400) } }",
     "\"action\":\"error\",\"policy\":\"default.lua\",\"smtp\":\"unknown\","
     "\"evidence\":\"none\",\"error\":{\"code\":\"output_limit\",\"message\":"},

    /* Reauth: the address, and SMTP for IMAP. */
    {"reauth 'x'",
     "\"auth_url\":\"https://api.us.nylas.com/v3/connect/auth?client_id=app&"
     "redirect_uri=https%3A%2F%2Fhost.example%2Fcb&response_type=code&provider="
     "imap&options=smtp_required&login_hint=ann%40mail.example\""},
    {"reauth { reason = 'x', smtp_required = false }",
     "provider=imap&login_hint=ann%40mail.example\""},
    {"reauth { reason = 'x', login_hint = 'bob@x.y', state = 's', prompt = "
     "'detect' }",
     "provider=imap&options=smtp_required&prompt=detect&state=s&login_hint="
     "bob%40x.y\""},
    {"reauth { reason = 'x', client_id = 'mine', region = 'eu' }",
     "https://api.eu.nylas.com/v3/connect/auth?client_id=mine&"},
    {"reauth { reason = 'x', region = 'eu' }",
     "\"error\":{\"code\":\"policy_error\",\"message\":\"default.lua: sets "
     "region"},
};

START_TEST(shows_what_was_decided)
{
    char text[512];
    char *record;

    snprintf(text, sizeof(text),
             "return { evaluate = function(grant) return %s end }",
             actions[_i].code);
    policy_set_open_default(&set, text);
    record = policy_set_record(&set, GRANT(""));
    expect_part(record, actions[_i].record);
    free(record);
}
END_TEST

/* --- the link --- */

/* What layers and the caller say, and where the link has it from. */
static const struct {
    const char *text;
    const char *url;
} links[] = {
    {"connect = { smtp_required = false }", "provider=imap&login_hint=ann"},
    {"mandate = { connect = { smtp_required = false } }",
     "provider=imap&login_hint=ann"},
    {"connect = function(r) return { state = r.purpose .. r.grant_id .. "
     "r.tenant .. r.domain } end",
     "&options=smtp_required&state=reauthg-1acmemail.example&login_hint=ann"},
    {"connect = { login_hint = 'x@y.z' }", "&login_hint=x%40y.z"},
    {"mandate = { connect = { state = 'mandated' } }", "&state=mandated&"},
    {"connect = { state = 'layered' }", "&state=decided&"},
    {"connect = function(r) error 'no' end", NULL},
    {"connect = function(r) return { smpt = 1 } end", NULL},
    {"connect = function(r) while true do end end", NULL},
};

START_TEST(answers_connect_for_the_link)
{
    char text[512];
    const struct gg_decision *decision;

    snprintf(text, sizeof(text),
             "return { evaluate = { rule { 'r', when = 'always', reauth { "
             "reason = 'x'%s } } }, %s }",
             _i == 4 || _i == 5 ? ", state = 'decided'" : "", links[_i].text);
    policy_set_open_default(&set, text);
    decision = policy_set_decide(&set, GRANT(""));
    if (links[_i].url) {
        ck_assert_int_eq(decision->action, GG_REAUTH);
        expect_part(decision->auth_url, links[_i].url);
        return;
    }
    ck_assert_int_eq(decision->action, GG_ERROR);
    ck_assert_str_eq(decision->policy, "default.lua");
    ck_assert_ptr_null(decision->auth_url);
}
END_TEST

/* Why there is no link. */
static const struct {
    const char *provider;
    const char *email;
    const char *client_id;
    const char *redirect_uri;
    const char *missing;
} linkless[] = {
    {"imap", "a@b.c", "app", "https://x.y/", NULL},
    {"imap", "a@b.c", NULL, "https://x.y/", "no_client_id"},
    {"imap", "a@b.c", "app", NULL, "no_redirect_uri"},
    {"imap", "a@b.c", NULL, NULL, "no_client_id"},
    {"imap", NULL, "app", "https://x.y/", "no_email"},
    {"imap", "", "app", "https://x.y/", "no_email"},
    {"nylas", "a@b.c", "app", "https://x.y/", "no_hosted_signin"},
    {"inbox", "a@b.c", NULL, NULL, "no_hosted_signin"},
    {"virtual-calendar", NULL, "app", "https://x.y/", "no_hosted_signin"},
    {"google", "a@b.c", "app", "https://x.y/", NULL},
};

START_TEST(says_why_there_is_no_link)
{
    struct gg_session_options *options;
    const struct gg_decision *decision;
    char json[256];

    policy_set_open_default(&set, "return { evaluate = { rule { 'r', when = "
                                  "'always', reauth 'x' } } }");
    options = &set.session->options;
    options->caller.client_id = linkless[_i].client_id;
    options->caller.redirect_uri = linkless[_i].redirect_uri;
    snprintf(json, sizeof(json),
             "{\"id\":\"a\",\"provider\":\"%s\",\"email\":%s%s%s}",
             linkless[_i].provider, linkless[_i].email ? "\"" : "",
             linkless[_i].email ? linkless[_i].email : "null",
             linkless[_i].email ? "\"" : "");
    decision = policy_set_decide(&set, json);
    ck_assert_int_eq(decision->action, GG_REAUTH);
    ck_assert(!decision->auth_url == !!linkless[_i].missing);
    if (linkless[_i].missing)
        ck_assert_str_eq(decision->auth_url_missing, linkless[_i].missing);
    else
        ck_assert_ptr_null(decision->auth_url_missing);
    if (strcmp(linkless[_i].provider, "google") == 0)
        ck_assert_ptr_null(strstr(decision->auth_url, "smtp_required"));
}
END_TEST

/* --- the question --- */

START_TEST(keeps_what_the_caller_passed)
{
    char tenant[] = "acme";
    char send_error[] = "550: grant is missing imap username or password";
    char context[] = "{\"plan\":\"pro\"}";
    const struct gg_facts facts = {.tenant = tenant,
                                   .send_error = send_error,
                                   .send_error_at = NOW - 1,
                                   .context = context};
    const char *json = "{\"id\":\"a\",\"provider\":\"imap\"}";
    const struct gg_decision *decision;

    policy_set_open_default(&set, "return { evaluate = { rule { 'r', when = { "
                                  "['context.plan'] = 'pro', smtp = "
                                  "'incomplete' }, accept 'x' } } }");
    ck_assert_int_eq(gg_session_evaluate(set.session, json, strlen(json),
                                         &facts, NOW, &decision, NULL),
                     GG_OK);
    memset(tenant, 'x', 4); /* a decision belongs to the session */
    ck_assert_str_eq(decision->tenant, "acme");
    ck_assert_str_eq(decision->rule, "r");
    ck_assert_int_eq(decision->evidence, GG_EVIDENCE_SEND_ERROR);
}
END_TEST

START_TEST(names_the_rule_that_failed_over_the_link)
{
    const struct gg_decision *decision;

    policy_set_open_default(
        &set, "return { evaluate = { rule { 'ask', when = 'always', reauth 'x' "
              "} }, mandate = { connect = { rule { 'link', when = 'always', "
              "function() error('boom') end } } } }");
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\"}");
    ck_assert_int_eq(decision->action, GG_ERROR);
    ck_assert_str_eq(decision->policy, "default.lua");
    ck_assert_str_eq(decision->rule, "link");
    ck_assert_int_eq(decision->mandate, 1);
}
END_TEST

/* Input that is no grant is an error decision. */
static const struct {
    const char *json;
    gg_status status;
} unfit[] = {
    {"", GG_EJSON},
    {"{", GG_EJSON},
    {"7", GG_EGRANT},
    {"{\"id\":\"a\"}", GG_EGRANT},
    {"{\"id\":\"a\",\"id\":\"a\",\"provider\":\"imap\"}", GG_EDUPLICATE},
    {"{\"grant\":{\"id\":\"a\"},\"fetch_error\":{\"code\":\"x\"}}", GG_EFETCH},
};

START_TEST(answers_for_what_is_no_grant)
{
    const struct gg_decision *decision;

    policy_set_open_default(&set, SAYS("x"));
    decision = policy_set_decide(&set, unfit[_i].json);
    ck_assert_int_eq(decision->action, GG_ERROR);
    ck_assert_int_eq(decision->error, unfit[_i].status);
    ck_assert_ptr_null(decision->policy);
    ck_assert_ptr_null(decision->reason);
    ck_assert_int_eq(decision->smtp, GG_SMTP_NONE);
}
END_TEST

START_TEST(refuses_what_is_not_one_question)
{
    const struct gg_decision *decision = NULL;
    const struct gg_facts bad[] = {
        {.tenant = "../x"}, {.context = "[]"}, {.context = "{"}};
    const char *two = "{\"data\":[{\"id\":\"a\",\"provider\":\"x\"},{\"id\":"
                      "\"b\",\"provider\":\"x\"}]}";
    const char *one = "{\"id\":\"a\",\"provider\":\"x\"}";
    gg_session *session;
    gg_status status;
    int i;

    policy_set_open_default(&set, SAYS("x"));
    session = set.session;
    status = gg_session_evaluate(session, two, strlen(two), NULL, NOW,
                                 &decision, &set.error);
    ck_assert_int_eq(status, GG_EINVAL);
    ck_assert_str_eq(set.error.message, "the input holds several grants");
    status = gg_session_evaluate(session, "{\"data\":[]}", 11, NULL, NOW,
                                 &decision, &set.error);
    ck_assert_int_eq(status, GG_EINVAL);
    ck_assert_str_eq(set.error.message, "the input holds no grant");
    for (i = 0; i < COUNT(bad); i++) {
        status = gg_session_evaluate(session, one, strlen(one), &bad[i], NOW,
                                     &decision, &set.error);
        ck_assert_int_eq(status, GG_EINVAL);
    }
    status = gg_session_evaluate(NULL, one, strlen(one), NULL, NOW, &decision,
                                 NULL);
    ck_assert_int_eq(status, GG_EINVAL);
    status = gg_session_evaluate(session, NULL, 0, NULL, NOW, &decision, NULL);
    ck_assert_int_eq(status, GG_EINVAL);
    status = gg_session_evaluate(session, one, 1, NULL, NOW, NULL, NULL);
    ck_assert_int_eq(status, GG_EINVAL);
    ck_assert_ptr_null(decision);
    ck_assert_str_eq(policy_set_decide(&set, one)->reason, "x");
}
END_TEST

START_TEST(takes_the_clock_for_no_time)
{
    const char *one = "{\"id\":\"a\",\"provider\":\"x\"}";
    const struct gg_decision *decision;

    policy_set_open_default(&set, "return { evaluate = function() return defer "
                                  "{ reason = 'x', after = 1, data = { now() "
                                  "} } end }");
    ck_assert_int_eq(gg_session_evaluate(set.session, one, strlen(one), NULL, 0,
                                         &decision, NULL),
                     GG_OK);
    ck_assert_int_ge(decision->due, ggp_moment_now() - 60);
    ck_assert_int_le(decision->due, ggp_moment_now() + 1);
}
END_TEST

Suite *evaluate_suite(void)
{
    Suite *suite = suite_create("evaluate");
    TCase *test = tcase_create("evaluate");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, combines_layers, 0, COUNT(layered));
    tcase_add_loop_test(test, shows_what_was_decided, 0, COUNT(actions));
    tcase_add_loop_test(test, answers_connect_for_the_link, 0, COUNT(links));
    tcase_add_loop_test(test, says_why_there_is_no_link, 0, COUNT(linkless));
    tcase_add_test(test, keeps_what_the_caller_passed);
    tcase_add_test(test, names_the_rule_that_failed_over_the_link);
    tcase_add_loop_test(test, answers_for_what_is_no_grant, 0, COUNT(unfit));
    tcase_add_test(test, refuses_what_is_not_one_question);
    tcase_add_test(test, takes_the_clock_for_no_time);
    suite_add_tcase(suite, test);
    return suite;
}
