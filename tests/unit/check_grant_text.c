/* SPDX-License-Identifier: MIT */
/* check_grant_text.c - a grant that a program filled in is decided as the JSON
 * it stands for. */
#include "suites.h"

#include "policy_set.h"
#include "scarcity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct policy_set set;
static struct gg_error err;

/* Shows all that a policy sees, and answers by it. */
static const char showing[] =
    "return { evaluate = { rule { 'blocked', when = { blocked = true }, "
    "reject 'blocked' }, rule { 'all', when = 'always', function(g) "
    "local data = { raw = g.raw, domain = g.domain, age = g.age, "
    "scope = g.scope and table.concat({ table.unpack(g.raw.scope) }, ' ') } "
    "if g.smtp == 'incomplete' then return reauth { reason = 'smtp', data = "
    "data } end return accept { reason = 'x', data = data } end } } }";

static void setup(void)
{
    memset(&set, 0, sizeof(set));
    policy_set_open_default(&set, showing);
}

static void teardown(void)
{
    policy_set_free(&set);
}

/* --- the same as JSON --- */

static char json[8192];
static size_t len;

static void add(const char *text)
{
    size_t n = strlen(text);

    ck_assert_uint_lt(len + n, sizeof(json));
    memcpy(json + len, text, n + 1);
    len += n;
}

/* A string with every ASCII byte escaped by number: another way to write it
 * than the library's. */
static void add_string(const char *text)
{
    char escape[8];

    add("\"");
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        snprintf(escape, sizeof(escape), byte < 0x80 ? "\\u%04x" : "%c", byte);
        add(escape);
    }
    add("\"");
}

static void add_key(const char *name)
{
    add(len > 1 ? ",\"" : "\"");
    add(name);
    add("\":");
}

static void add_member(const char *name, const char *text)
{
    if (!text)
        return;
    add_key(name);
    add_string(text);
}

static void add_number(const char *name, int64_t number)
{
    char digits[32];

    if (number == 0)
        return;
    snprintf(digits, sizeof(digits), "%lld", (long long)number);
    add_key(name);
    add(digits);
}

/* What @grant stands for, settings first. */
static const char *json_of(const struct gg_grant *grant)
{
    size_t i;

    len = 0;
    add("{");
    if (grant->settings) {
        add_key("settings");
        add(grant->settings);
    }
    add_member("provider", grant->provider);
    add_member("id", grant->id);
    add_member("grant_status", grant->grant_status);
    add_member("email", grant->email);
    add_member("state", grant->state);
    add_member("name", grant->name);
    add_member("workspace_id", grant->workspace_id);
    add_member("account_id", grant->account_id);
    add_member("credential_id", grant->credential_id);
    if (grant->blocked != GG_UNSET) {
        add_key("blocked");
        add(grant->blocked == GG_YES ? "true" : "false");
    }
    if (grant->scope) {
        add_key("scope");
        add("[");
        for (i = 0; grant->scope[i]; i++) {
            add(i > 0 ? "," : "");
            add_string(grant->scope[i]);
        }
        add("]");
    }
    add_number("created_at", grant->created_at);
    add_number("updated_at", grant->updated_at);
    add("}");
    return json;
}

static char *record_of(const struct gg_decision *decision)
{
    char *record;

    ck_assert_int_eq(gg_decision_record(decision, &record, &err), GG_OK);
    return record;
}

/* What is decided about @grant, as a record; the caller frees it. */
static char *decide(const struct gg_grant *grant, const struct gg_facts *facts)
{
    const struct gg_decision *decision;

    ck_assert_int_eq(gg_session_evaluate_grant(set.session, grant, facts, NOW,
                                               &decision, &err),
                     GG_OK);
    return record_of(decision);
}

static char *decide_json(const struct gg_grant *grant,
                         const struct gg_facts *facts)
{
    const struct gg_decision *decision;
    const char *text = json_of(grant);

    ck_assert_int_eq(gg_session_evaluate(set.session, text, strlen(text), facts,
                                         NOW, &decision, &err),
                     GG_OK);
    return record_of(decision);
}

/* Of each field, what it may hold; most texts may stand in any. */
static const char *const ids[] = {NULL, "",          "g-1", "a b",
                                  "-a", "g\xC3\xA9", "g_2", "../../etc"};
static const char *const providers[] = {NULL,   "imap", "imap",   "imap",
                                        "IMAP", "",     "google", "im ap"};
static const char *const texts[] = {
    NULL,
    "",
    "plain",
    " ",
    "\"",
    "\\",
    "\"},\"id\":\"other\",{\"",
    "tab\tnew\nline",
    "\x01\x1f\x7f",
    "\xC2\x80\xC2\x9F",
    "Gr\xC3\xBC\xC3\x9F"
    "e \xF0\x9F\x92\x8C \xE2\x80\xAE",
    "\xEF\xBB\xBF\xEF\xBF\xBF\xF4\x8F\xBF\xBF",
    "null",
    "valid",
};
static const char *const emails[] = {
    NULL,    "",  "a@b.example", "A@B@C.Example",
    "no at", "@", "a@",          "a\x7f@b.example"};
static const char *const settings[] = {
    NULL,
    "{}",
    " {\t\"imap_host\" : \"h\" }\r\n",
    "{\"smtp_host\":\"h\",\"smtp_port\":\"587\",\"imap_password\":null}",
    "{\"smtp_host\":\"}\",\"x\":[{\"{\":\"\\\"}\\\\\"}],\"smtp_port\":70000}",
    "{\"imap_username\":\"\",\"a\":{\"b\":[[],{}]}}",
    "{\"a\":1,\"a\":2}",
    "[]",
    "0",
};
static const int64_t times[] = {0, 1, -1, NOW, INT64_MAX, INT64_MIN};
static const char *const scopes[][3] = {{NULL}, {"a", NULL}, {"", "b\"", NULL}};

static uint64_t seed = 1;

static unsigned below(unsigned n)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(seed >> 33) % n;
}

#define ANY_OF(array) ((array)[below((unsigned)COUNT(array))])

static void make(struct gg_grant *grant)
{
    const struct gg_grant any = {
        .id = below(4) ? "g-1" : ANY_OF(ids),
        .provider = below(4) ? "imap" : ANY_OF(providers),
        .grant_status = ANY_OF(texts),
        .email = ANY_OF(emails),
        .state = below(2) ? NULL : ANY_OF(texts),
        .name = below(2) ? NULL : ANY_OF(texts),
        .workspace_id = ANY_OF(texts),
        .account_id = ANY_OF(texts),
        .credential_id = ANY_OF(texts),
        .blocked = below(8)   ? GG_UNSET
                   : below(2) ? GG_YES
                              : GG_NO,
        .scope = below(2) ? NULL : ANY_OF(scopes),
        .created_at = ANY_OF(times),
        .updated_at = ANY_OF(times),
        .settings = ANY_OF(settings),
    };

    *grant = any;
}

START_TEST(decides_as_about_the_same_json)
{
    const struct gg_facts facts = {.tenant = "acme",
                                   .send_error = "no smtphost",
                                   .send_error_at = NOW,
                                   .context = "{\"plan\":\"pro\"}"};
    int decided = 0;
    int i;

    for (i = 0; i < 5000; i++) {
        struct gg_grant grant;
        char *record;
        char *expected;

        make(&grant);
        record = decide(&grant, i % 2 ? &facts : NULL);
        expected = decide_json(&grant, i % 2 ? &facts : NULL);
        decided += !strstr(record, "\"action\":\"error\"");
        if (!strstr(expected, "\"error\":{\"code\":\"invalid_grant\""))
            ck_assert_str_eq(record, expected);
        else /* several fields may be wrong, and either may be named */
            expect_part(record, "\"error\":{\"code\":\"invalid_grant\"");
        gg_free(record);
        gg_free(expected);
    }
    ck_assert_int_gt(decided, 300); /* it is not all errors */
}
END_TEST

/* --- what does not fit --- */

static const char *const bad_scope[] = {"good", "\xff", NULL};

static const struct {
    struct gg_grant grant;
    const char *error;
} odd[] = {
    {{.provider = "imap"},
     "invalid_grant\",\"message\":\"field 'id' is "
     "required"},
    {{.id = "g-1"}, "invalid_grant\",\"message\":\"field 'provider' is "},
    {{.id = "g 1", .provider = "imap"},
     "invalid_grant\",\"message\":\"field "
     "'id' must be"},
    {{.id = "\xff", .provider = "imap"},
     "invalid_grant\",\"message\":\"field "
     "'id' is not UTF-8"},
    {{.id = "g", .provider = "imap", .name = "a\xC3"},
     "invalid_grant\",\"message\":\"field 'name' is not UTF-8"},
    {{.id = "g", .provider = "imap", .state = "\xED\xA0\x80"},
     "invalid_grant\",\"message\":\"field 'state' is not UTF-8"},
    {{.id = "g", .provider = "imap", .scope = bad_scope},
     "invalid_grant\",\"message\":\"field 'scope' is not UTF-8"},
    {{.id = "g", .provider = "imap", .settings = ""},
     "invalid_grant\",\"message\":\"field 'settings' must be a JSON object"},
    {{.id = "g", .provider = "imap", .settings = "null"},
     "invalid_grant\",\"message\":\"field 'settings' must be a JSON object"},
    {{.id = "g", .provider = "imap", .settings = "{\"a\":1"},
     "invalid_json\",\"message\":\"field 'settings' is not one JSON object"},
    {{.id = "g", .provider = "imap", .settings = "{\"a\":\"\\"},
     "invalid_json\",\"message\":\"field 'settings' is not one JSON object"},
    {{.id = "g", .provider = "imap", .settings = "{},\"name\":\"x\""},
     "invalid_json\",\"message\":\"field 'settings' is not one JSON object"},
    {{.id = "g", .provider = "imap", .settings = "{}}{"},
     "invalid_json\",\"message\":\"field 'settings' is not one JSON object"},
    {{.id = "g", .provider = "imap", .settings = "{]"},
     "invalid_json\",\"message\":\"field 'settings' is not JSON"},
    {{.id = "g", .provider = "imap", .settings = "{\"a\":\"\xff\"}"},
     "invalid_json\",\"message\":\"field 'settings' is not JSON"},
    {{.id = "g", .provider = "imap", .settings = "{a:1}"},
     "invalid_json\",\"message\":\"field 'settings' is not JSON"},
    {{.id = "g", .provider = "imap", .settings = "{\"a\":1,\"a\":2}"},
     "duplicate_key"},
};

START_TEST(tells_what_does_not_fit)
{
    char *record = decide(&odd[_i].grant, NULL);

    expect_part(record, "\"action\":\"error\"");
    expect_part(record, odd[_i].error);
    gg_free(record);
}
END_TEST

START_TEST(refuses_no_grant_and_facts_that_do_not_fit)
{
    const struct gg_grant grant = {.id = "g", .provider = "imap"};
    const struct gg_facts facts = {.tenant = "../x"};
    const struct gg_decision *decision = NULL;

    ck_assert_int_eq(gg_session_evaluate_grant(set.session, NULL, NULL, NOW,
                                               &decision, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_session_evaluate_grant(set.session, &grant, &facts, NOW,
                                               &decision, &err),
                     GG_EINVAL);
    ck_assert_ptr_null(decision);
}
END_TEST

/* --- memory --- */

/* How many requests for memory a question makes of which the parser's own
 * pool serves some: the fewest with which it is answered. */
static long requests_of(const struct gg_grant *grant, const char *text)
{
    const struct gg_decision *decision;
    gg_status status = GG_ENOMEM;
    long n;

    for (n = -1; status == GG_ENOMEM && n < 100;) {
        scarcity_begin(SCARCITY_LASTS, ++n);
        status = grant ? gg_session_evaluate_grant(set.session, grant, NULL,
                                                   NOW, &decision, &err)
                       : gg_session_evaluate(set.session, text, strlen(text),
                                             NULL, NOW, &decision, &err);
        scarcity_end();
    }
    ck_assert_int_eq(status, GG_OK);
    ck_assert_int_eq(decision->action, GG_REAUTH);
    return n;
}

START_TEST(needs_no_memory_beyond_that_of_reading_json)
{
    const struct gg_grant grant = {.id = "g",
                                   .provider = "imap",
                                   .email = "a@b.example",
                                   .settings = "{\"smtp_host\":\"\"}"};
    long needed;

    policy_set_free(&set);
    policy_set_open_default(&set, "return { evaluate = { rule { 'r', when = { "
                                  "smtp = 'incomplete' }, reauth 'x' } } }");
    gg_free(decide(&grant, NULL));
    gg_free(decide_json(&grant, NULL));
    needed = requests_of(&grant, NULL);
    ck_assert_int_eq(needed, requests_of(NULL, json_of(&grant)));
}
END_TEST

START_TEST(is_told_where_there_is_no_memory)
{
    const struct gg_grant grant = {.id = "g", .provider = "imap"};
    const struct gg_decision *decision;
    gg_status status = GG_ENOMEM;
    long n;

    for (n = 0; status == GG_ENOMEM && n < 1000; n++) {
        policy_set_free(&set);
        policy_set_open_default(&set, showing);
        scarcity_begin(SCARCITY_LASTS, n);
        status = gg_session_evaluate_grant(set.session, &grant, NULL, NOW,
                                           &decision, &err);
        scarcity_end();
    }
    ck_assert_int_eq(status, GG_OK);
    ck_assert_int_gt(n, 2);
}
END_TEST

Suite *grant_text_suite(void)
{
    Suite *suite = suite_create("grant_text");
    TCase *test = tcase_create("grant_text");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_set_timeout(test, 60);
    tcase_add_test(test, decides_as_about_the_same_json);
    tcase_add_loop_test(test, tells_what_does_not_fit, 0, COUNT(odd));
    tcase_add_test(test, refuses_no_grant_and_facts_that_do_not_fit);
    tcase_add_test(test, needs_no_memory_beyond_that_of_reading_json);
    tcase_add_test(test, is_told_where_there_is_no_memory);
    suite_add_tcase(suite, test);
    return suite;
}
