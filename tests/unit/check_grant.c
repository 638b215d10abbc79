/* SPDX-License-Identifier: MIT */
/* check_grant.c - reading a grant, and its fields as policies see them. */
#include "private.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A grant that fits; tests add to it. */
#define MINIMAL "\"id\":\"g-1\",\"provider\":\"imap\""

static struct ggp_document document;
static struct ggp_grant grant;
static struct gg_error error;

static void setup(void)
{
    memset(&grant, 0xaa, sizeof(grant)); /* reading starts over */
    memset(&error, 0, sizeof(error));
}

static void teardown(void)
{
    ggp_document_free(&document);
}

static gg_status read_grant(const char *json)
{
    ck_assert_msg(ggp_document_read(&document, json, strlen(json), &error) ==
                      GG_OK,
                  "%s: %s", json, error.message);
    return ggp_grant_read(&grant, ggp_document_root(&document), &error);
}

static struct ggp_value field(const char *name)
{
    int index = ggp_subject_field(&ggp_grant_subject, name, strlen(name));

    ck_assert_msg(index >= 0, "%s", name);
    return ggp_grant_subject.value(&grant, index);
}

static int reads(const char *name, const char *text)
{
    struct ggp_value value = field(name);

    return value.kind == GGP_TEXT && ggp_text_is(value.text, text);
}

/* --- reading -------------------------------------------------------------- */

START_TEST(reads_every_member_the_api_names)
{
    ck_assert_int_eq(
        read_grant("{\"grant_status\":\"valid\",\"email\":\"Jo@Acme.Example\","
                   "\"state\":\"s\",\"name\":\"Jo\",\"workspace_id\":\"w\","
                   "\"account_id\":\"a\",\"credential_id\":\"c\","
                   "\"blocked\":true,\"scope\":[\"x\",\"y\"],"
                   "\"created_at\":1000,"
                   "\"updated_at\":\"1970-01-01T00:33:20Z\","
                   "\"settings\":{\"imap_host\":\"h\"},\"ip\":\"1.2.3.4\","
                   "\"id\":\"g-1\",\"provider\":\"imap\"}"),
        GG_OK);
    ck_assert(reads("id", "g-1") && reads("provider", "imap"));
    ck_assert(reads("grant_status", "valid"));
    ck_assert(reads("email", "Jo@Acme.Example"));
    ck_assert(reads("domain", "acme.example"));
    ck_assert(reads("state", "s") && reads("name", "Jo"));
    ck_assert(reads("workspace_id", "w") && reads("account_id", "a"));
    ck_assert(reads("credential_id", "c"));
    ck_assert_int_eq(field("blocked").kind, GGP_BOOLEAN);
    ck_assert_int_eq(field("blocked").integer, 1);
    ck_assert_uint_eq(yyjson_arr_size(field("scope").json), 2);
    ck_assert_int_eq(field("created_at").integer, 1000);
    ck_assert_int_eq(field("updated_at").integer, 2000);
    ck_assert_uint_eq(yyjson_obj_size(field("settings").json), 1);
    ck_assert_str_eq(yyjson_get_str(yyjson_obj_get(field("raw").json, "ip")),
                     "1.2.3.4");
    ck_assert_int_eq(error.status, GG_OK);
}
END_TEST

START_TEST(shows_absent_members_as_nil_false_or_empty)
{
    static const char *const nil[] = {
        "grant_status", "email",         "state",   "name",
        "workspace_id", "account_id",    "domain",  "credential_id",
        "created_at",   "updated_at",    "age",     "tenant",
        "send_error",   "send_error_at", "sent_at", "smtp",
        "evidence",
    };
    size_t i;

    memset(&grant, 0, sizeof(grant));
    ck_assert_int_eq(read_grant("{" MINIMAL "}"), GG_OK);
    for (i = 0; i < sizeof(nil) / sizeof(nil[0]); i++)
        ck_assert_msg(field(nil[i]).kind == GGP_NIL, "%s", nil[i]);
    ck_assert_int_eq(field("blocked").kind, GGP_BOOLEAN);
    ck_assert_int_eq(field("blocked").integer, 0);
    ck_assert_int_eq(field("scope").kind, GGP_JSON_LIST);
    ck_assert_ptr_null(field("scope").json);
    ck_assert_int_eq(field("settings").kind, GGP_JSON_OBJECT);
    ck_assert_ptr_null(field("settings").json);
    ck_assert_int_eq(field("context").kind, GGP_JSON_OBJECT);
    ck_assert_ptr_null(field("context").json);
    ck_assert_int_eq(field("missing").kind, GGP_MISSING);
    ck_assert_int_eq(field("missing").integer, 0);
    ck_assert_int_eq(ggp_grant_subject.value(&grant, -1).kind, GGP_NIL);
}
END_TEST

START_TEST(takes_null_for_absent)
{
    ck_assert_int_eq(
        read_grant("{" MINIMAL
                   ",\"email\":null,\"scope\":null,\"blocked\":null,"
                   "\"created_at\":null,\"settings\":null}"),
        GG_OK);
    ck_assert_int_eq(field("email").kind, GGP_NIL);
    ck_assert_int_eq(field("created_at").kind, GGP_NIL);
    ck_assert_int_eq(read_grant("{\"id\":\"a\",\"provider\":null}"), GG_EGRANT);
    ck_assert_str_eq(error.message, "field 'provider' is required");
}
END_TEST

/* What is wrong with each of these, and what is said of it. */
static const struct {
    const char *json;
    const char *message;
} refused[] = {
    {"[]", "expected an object"},
    {"\"x\"", "expected an object"},
    {"null", "expected an object"},
    {"{}", "field 'id' is required"},
    {"{\"id\":\"a\"}", "field 'provider' is required"},
    {"{\"provider\":\"imap\"}", "field 'id' is required"},
    {"{\"id\":1,\"provider\":\"imap\"}", "field 'id' must be a string"},
    {"{\"id\":\"\",\"provider\":\"imap\"}",
     "field 'id' must be a letter or digit, then up to 127 of A-Z a-z 0-9 _ -"},
    {"{\"id\":\"-a\",\"provider\":\"imap\"}",
     "field 'id' must be a letter or digit, then up to 127 of A-Z a-z 0-9 _ -"},
    {"{\"id\":\"a/../b\",\"provider\":\"imap\"}",
     "field 'id' must be a letter or digit, then up to 127 of A-Z a-z 0-9 _ -"},
    {"{\"id\":\"a\\u0000\",\"provider\":\"imap\"}",
     "field 'id' must be a letter or digit, then up to 127 of A-Z a-z 0-9 _ -"},
    {"{\"id\":\"a\",\"provider\":\"IMAP\"}",
     "field 'provider' must be a letter or digit, then up to 31 of a-z 0-9 -"},
    {"{\"id\":\"a\",\"provider\":[]}", "field 'provider' must be a string"},
    {"{" MINIMAL ",\"email\":5}", "field 'email' must be a string"},
    {"{" MINIMAL ",\"email\":[\"a@b\"]}", "field 'email' must be a string"},
    {"{" MINIMAL ",\"email\":\"a\\u0000@b\"}",
     "field 'email' must not hold control characters"},
    {"{" MINIMAL ",\"email\":\"a\\n@b\"}",
     "field 'email' must not hold control characters"},
    {"{" MINIMAL ",\"state\":\"\\u001b[2J\"}",
     "field 'state' must not hold control characters"},
    {"{" MINIMAL ",\"state\":true}", "field 'state' must be a string"},
    {"{" MINIMAL ",\"name\":\"\\u007f\"}",
     "field 'name' must not hold control characters"},
    {"{" MINIMAL ",\"name\":\"\\u009b\"}",
     "field 'name' must not hold control characters"},
    {"{" MINIMAL ",\"name\":{}}", "field 'name' must be a string"},
    {"{" MINIMAL ",\"grant_status\":1}",
     "field 'grant_status' must be a string"},
    {"{" MINIMAL ",\"workspace_id\":1}",
     "field 'workspace_id' must be a string"},
    {"{" MINIMAL ",\"account_id\":1}", "field 'account_id' must be a string"},
    {"{" MINIMAL ",\"credential_id\":1}",
     "field 'credential_id' must be a string"},
    {"{" MINIMAL ",\"blocked\":1}", "field 'blocked' must be true or false"},
    {"{" MINIMAL ",\"blocked\":\"true\"}",
     "field 'blocked' must be true or false"},
    {"{" MINIMAL ",\"scope\":{}}", "field 'scope' must be a list of strings"},
    {"{" MINIMAL ",\"scope\":1}", "field 'scope' must be a list of strings"},
    {"{" MINIMAL ",\"scope\":[\"a\",1]}",
     "field 'scope' must be a list of strings"},
    {"{" MINIMAL ",\"scope\":[null]}",
     "field 'scope' must be a list of strings"},
    {"{" MINIMAL ",\"created_at\":1.5}",
     "field 'created_at' must be Unix seconds or RFC 3339"},
    {"{" MINIMAL ",\"created_at\":\"yesterday\"}",
     "field 'created_at' must be Unix seconds or RFC 3339"},
    {"{" MINIMAL ",\"updated_at\":1617817109000}",
     "field 'updated_at' must be Unix seconds or RFC 3339"},
    {"{" MINIMAL ",\"updated_at\":true}",
     "field 'updated_at' must be Unix seconds or RFC 3339"},
    {"{" MINIMAL ",\"settings\":[]}", "field 'settings' must be an object"},
    {"{" MINIMAL ",\"settings\":\"x\"}", "field 'settings' must be an object"},
    {"{\"email\":1,\"name\":1,\"id\":\"g-1\",\"provider\":\"imap\"}",
     "field 'email' must be a string"}, /* the first counts */
};

START_TEST(refuses_what_does_not_fit_and_names_the_field)
{
    ck_assert_msg(read_grant(refused[_i].json) == GG_EGRANT, "%s",
                  refused[_i].json);
    ck_assert_int_eq(error.status, GG_EGRANT);
    ck_assert_str_eq(error.message, refused[_i].message);
}
END_TEST

START_TEST(fills_id_and_provider_on_failure_wherever_they_stand)
{
    ck_assert_int_eq(
        read_grant("{\"email\":7,\"id\":\"g-1\",\"provider\":\"imap\"}"),
        GG_EGRANT);
    ck_assert(ggp_text_is(grant.id, "g-1"));
    ck_assert(ggp_text_is(grant.provider, "imap"));
    ck_assert_int_eq(read_grant("{\"id\":\"\\u001b\",\"provider\":\"x\"}"),
                     GG_EGRANT);
    ck_assert_ptr_null(grant.id.at);
    ck_assert(ggp_text_is(grant.provider, "x"));
    ck_assert_int_eq(ggp_grant_read(&grant, NULL, NULL), GG_EGRANT);
    ck_assert_ptr_null(grant.provider.at);
}
END_TEST

START_TEST(never_repeats_a_hostile_value)
{
    ck_assert_int_eq(read_grant("{\"id\":\"hunter2 !\",\"provider\":\"imap\"}"),
                     GG_EGRANT);
    ck_assert_ptr_null(strstr(error.message, "hunter2"));
}
END_TEST

START_TEST(is_not_confused_by_keys_like_its_own)
{
    ck_assert_int_eq(
        read_grant("{" MINIMAL ",\"\":1,\"ID\":1,\"Email\":1,\"emai1\":1,"
                   "\"id\\u0000\":1,\"provider_\":1,\"credential_ie\":1,"
                   "\"a_very_long_key_of_nobody\":1}"),
        GG_OK);
    ck_assert(reads("id", "g-1"));
    ck_assert_int_eq(field("email").kind, GGP_NIL);
}
END_TEST

START_TEST(starts_over_but_leaves_facts_and_verdict)
{
    memset(&grant, 0, sizeof(grant));
    ck_assert_int_eq(read_grant("{" MINIMAL ",\"email\":\"a@b\"}"), GG_OK);
    grant.now = 99;
    grant.facts.has_sent_at = 1;
    grant.smtp = GG_SMTP_COMPLETE;
    ck_assert_int_eq(read_grant("{" MINIMAL "}"), GG_OK);
    ck_assert_int_eq(field("email").kind, GGP_NIL);
    ck_assert_int_eq(field("domain").kind, GGP_NIL);
    ck_assert_int_eq(grant.now, 99);
    ck_assert_int_eq(grant.facts.has_sent_at, 1);
    ck_assert_int_eq(grant.smtp, GG_SMTP_COMPLETE);
}
END_TEST

/* --- e-mail and domain ---------------------------------------------------- */

static const struct {
    const char *email;
    const char *domain; /* NULL: nil */
} domains[] = {
    {"a@b.example", "b.example"},
    {"a@B.EXAMPLE", "b.example"},
    {"\\\"a@x\\\"@b.example", "b.example"},
    {"a@", NULL},
    {"@b", "b"},
    {"@", NULL},
    {"a@b@", NULL},
    {"nobody", NULL},
    {"", NULL},
    {"a@B\xc3\x84.example", "b\xc3\x84.example"},
    {"a@xn--AZ09", "xn--az09"},
};

START_TEST(takes_the_domain_after_the_last_at)
{
    char json[256];

    (void)snprintf(json, sizeof(json), "{" MINIMAL ",\"email\":\"%s\"}",
                   domains[_i].email);
    ck_assert_int_eq(read_grant(json), GG_OK);
    ck_assert_int_eq(field("email").kind, GGP_TEXT);
    if (domains[_i].domain)
        ck_assert_msg(reads("domain", domains[_i].domain), "%s", json);
    else
        ck_assert_msg(field("domain").kind == GGP_NIL, "%s", json);
}
END_TEST

START_TEST(holds_an_email_to_320_bytes)
{
    char email[GGP_EMAIL_MAX + 2];
    char json[512];
    size_t len;

    for (len = GGP_EMAIL_MAX; len <= GGP_EMAIL_MAX + 1; len++) {
        memset(email, 'E', len);
        email[0] = '@';
        email[len] = '\0';
        (void)snprintf(json, sizeof(json), "{" MINIMAL ",\"email\":\"%s\"}",
                       email);
        if (len == GGP_EMAIL_MAX) {
            ck_assert_int_eq(read_grant(json), GG_OK);
            ck_assert_uint_eq(field("domain").text.len, len - 1);
            ck_assert_int_eq(field("domain").text.at[len - 2], 'e');
            continue;
        }
        ck_assert_int_eq(read_grant(json), GG_EGRANT);
        ck_assert_str_eq(error.message,
                         "field 'email' must be at most 320 bytes");
    }
}
END_TEST

/* --- other fields --------------------------------------------------------- */

START_TEST(takes_one_string_for_a_scope_of_one)
{
    ck_assert_int_eq(read_grant("{" MINIMAL ",\"scope\":\"Mail.Read\"}"),
                     GG_OK);
    ck_assert_int_eq(field("scope").kind, GGP_JSON_LIST);
    ck_assert_str_eq(yyjson_get_str(field("scope").json), "Mail.Read");
    ck_assert_int_eq(read_grant("{" MINIMAL ",\"scope\":[]}"), GG_OK);
    ck_assert_uint_eq(yyjson_arr_size(field("scope").json), 0);
}
END_TEST

START_TEST(counts_age_from_now)
{
    ck_assert_int_eq(read_grant("{" MINIMAL ",\"created_at\":1000}"), GG_OK);
    grant.now = 1600;
    ck_assert_int_eq(field("age").integer, 600);
    grant.now = 900;
    ck_assert_int_eq(field("age").integer, -100);
}
END_TEST

START_TEST(shows_facts_and_verdict)
{
    memset(&grant, 0, sizeof(grant));
    ck_assert_int_eq(read_grant("{" MINIMAL ",\"settings\":{\"smtp_host\":"
                                "\"h\"}}"),
                     GG_OK);
    grant.facts.tenant = (struct ggp_text){"acme", 4};
    grant.facts.send_error = (struct ggp_text){"boom", 4};
    grant.facts.has_send_error_at = 1;
    grant.facts.send_error_at = 5;
    grant.facts.has_sent_at = 1;
    grant.facts.sent_at = 6;
    grant.facts.context = grant.settings;
    ggp_smtp_judge(&grant);
    ck_assert(reads("tenant", "acme") && reads("send_error", "boom"));
    ck_assert_int_eq(field("send_error_at").integer, 5);
    ck_assert_int_eq(field("sent_at").integer, 6);
    ck_assert_ptr_eq(field("context").json, grant.settings);
    ck_assert(reads("smtp", "incomplete") && reads("evidence", "settings"));
    ck_assert_int_eq(field("missing").integer, GG_MISSING_SMTP_PORT);
    ck_assert_ptr_eq(field("raw").json, grant.root);
}
END_TEST

START_TEST(lists_the_words_of_what_is_computed)
{
    static const struct {
        enum ggp_grant_field field;
        size_t nwords;
    } computed[] = {
        {GGP_GRANT_SMTP, 4}, {GGP_GRANT_MISSING, 4}, {GGP_GRANT_EVIDENCE, 5}};
    size_t i;

    ck_assert_str_eq(ggp_grant_subject.noun, "grant");
    ck_assert_int_eq(ggp_grant_subject.nfields, GGP_GRANT_NFIELDS);
    for (i = 0; i < sizeof(computed) / sizeof(computed[0]); i++) {
        const char *const *words =
            ggp_grant_subject.fields[computed[i].field].words;
        size_t n = 0;

        while (words[n])
            n++;
        ck_assert_uint_eq(n, computed[i].nwords);
    }
}
END_TEST

Suite *grant_suite(void)
{
    Suite *suite = suite_create("grant");
    TCase *reading = tcase_create("read");
    TCase *refusing = tcase_create("refuse");
    TCase *fields = tcase_create("fields");

    tcase_add_checked_fixture(reading, setup, teardown);
    tcase_add_test(reading, reads_every_member_the_api_names);
    tcase_add_test(reading, shows_absent_members_as_nil_false_or_empty);
    tcase_add_test(reading, takes_null_for_absent);
    tcase_add_test(reading, is_not_confused_by_keys_like_its_own);
    tcase_add_test(reading, starts_over_but_leaves_facts_and_verdict);
    suite_add_tcase(suite, reading);
    tcase_add_checked_fixture(refusing, setup, teardown);
    tcase_add_loop_test(refusing, refuses_what_does_not_fit_and_names_the_field,
                        0, COUNT(refused));
    tcase_add_test(refusing,
                   fills_id_and_provider_on_failure_wherever_they_stand);
    tcase_add_test(refusing, never_repeats_a_hostile_value);
    suite_add_tcase(suite, refusing);
    tcase_add_checked_fixture(fields, setup, teardown);
    tcase_add_loop_test(fields, takes_the_domain_after_the_last_at, 0,
                        COUNT(domains));
    tcase_add_test(fields, holds_an_email_to_320_bytes);
    tcase_add_test(fields, takes_one_string_for_a_scope_of_one);
    tcase_add_test(fields, counts_age_from_now);
    tcase_add_test(fields, shows_facts_and_verdict);
    tcase_add_test(fields, lists_the_words_of_what_is_computed);
    suite_add_tcase(suite, fields);
    return suite;
}
