/* SPDX-License-Identifier: MIT */
/* check_redaction.c - what policies may see, and what they may not. */
#include "private.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* What each way of reading makes of the only member of an object. */
static const struct {
    const char *json;
    const char *settings; /* NULL: as it is */
    const char *raw;
} members[] = {
#define HIDDEN "[redacted]"
    {"{\"imap_host\":\"x\"}", NULL, NULL},
    {"{\"imap_port\":993}", NULL, NULL},
    {"{\"imap_username\":\"x\"}", NULL, NULL},
    {"{\"smtp_host\":\"x\"}", NULL, NULL},
    {"{\"smtp_port\":\"465\"}", NULL, NULL},
    {"{\"smtp_username\":\"x\"}", NULL, NULL},
    {"{\"type\":\"x\"}", NULL, NULL},
    {"{\"ews_host\":\"x\"}", NULL, NULL},
    {"{\"username\":\"x\"}", NULL, NULL},
    {"{\"email\":\"x\"}", NULL, NULL},
    {"{\"email_address\":\"x\"}", NULL, NULL},
    {"{\"policy_id\":\"x\"}", NULL, NULL},
    {"{\"credential_id\":\"x\"}", NULL, NULL},
    {"{\"smtp_host\":\"mx-1.acme.example\"}", NULL, NULL},
    {"{\"smtp_host\":\"mx_1.acme.example.:587\"}", NULL, NULL},
    {"{\"host\":\"192.0.2.1:65535\"}", NULL, NULL},
    {"{\"ews_host\":\"b\\u00fccher.example\"}", NULL, NULL},
    {"{\"imap_host\":\"\"}", NULL, NULL},
    {"{\"imap_host\":\" \\t\"}", NULL, NULL},
    {"{\"imap_host\":7}", NULL, NULL},
    {"{\"imap_host\":\"imap://u:secret@h\"}", HIDDEN, NULL},
    {"{\"smtp_host\":\"u:secret@h\"}", HIDDEN, NULL},
    {"{\"smtp_host\":\"secret@h\"}", HIDDEN, NULL},
    {"{\"ews_host\":\"h/secret\"}", HIDDEN, NULL},
    {"{\"host\":\"h secret\"}", HIDDEN, NULL},
    {"{\"host\":\" h\"}", HIDDEN, NULL},
    {"{\"host\":\"h\\n\"}", HIDDEN, NULL},
    {"{\"host\":\"h\\u0000secret\"}", HIDDEN, NULL},
    {"{\"host\":\"h:\"}", HIDDEN, NULL},
    {"{\"host\":\"h:secret\"}", HIDDEN, NULL},
    {"{\"host\":\"h:25x\"}", HIDDEN, NULL},
    {"{\"host\":\"h:25:26\"}", HIDDEN, NULL},
    {"{\"host\":\"h:0\"}", HIDDEN, NULL},
    {"{\"host\":\"h:65536\"}", HIDDEN, NULL},
    {"{\"host\":\"h:000025\"}", HIDDEN, NULL},
    {"{\"host\":\":25\"}", HIDDEN, NULL},
    {"{\"host\":\"h?secret\"}", HIDDEN, NULL},
    {"{\"host\":\"u%3Asecret%40h\"}", HIDDEN, NULL},
    {"{\"host\":\"h;password=secret\"}", HIDDEN, NULL},
    {"{\"username\":\"u:x@h/y z\"}", NULL, NULL}, /* names no host */
    {"{\"imap_password\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"smtp_password\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"SMTP-Password\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"pass word\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"app_password\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"refresh_token\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"accessToken\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"api-key\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"API_KEY\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"api.key\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"client_secret\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"Authorization\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"credential\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"credentials\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"credential_ids\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"private key\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"Set-Cookie\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"passwd\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"pwd\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"pass\":\"x\"}", HIDDEN, HIDDEN},
    {"{\"token\":12345}", HIDDEN, HIDDEN},
    {"{\"token\":1.5}", HIDDEN, HIDDEN},
    {"{\"has_password\":true}", HIDDEN, HIDDEN},
    {"{\"token\":\"\"}", NULL, NULL},
    {"{\"token\":\" \\t\"}", NULL, NULL},
    {"{\"token\":null}", NULL, NULL},
    {"{\"imap_password\":null}", NULL, NULL},
    {"{\"custom\":\"x\"}", HIDDEN, NULL},
    {"{\"custom\":0}", HIDDEN, NULL},
    {"{\"custom\":false}", HIDDEN, NULL},
    {"{\"custom\":\"\"}", NULL, NULL},
    {"{\"Imap_Host\":\"x\"}", HIDDEN, NULL},
    {"{\"imap_hos\":\"x\"}", HIDDEN, NULL},
    {"{\"\":\"x\"}", HIDDEN, NULL},
    {"{\"imap_host\\u0000\":\"x\"}", HIDDEN, NULL},
    {"{\"passport\":\"x\"}", HIDDEN, NULL},
    {"{\"token\":[\"x\"]}", NULL, NULL}, /* its elements are asked */
    {"{\"token\":{\"a\":\"x\"}}", NULL, NULL},
#undef HIDDEN
};

static void expect(enum ggp_redaction redaction, yyjson_val *key,
                   const char *shown, const char *label)
{
    yyjson_val *value = yyjson_obj_iter_get_val(key);
    struct ggp_value plain = ggp_value_of(value);
    struct ggp_value got = ggp_redacted(redaction, key, value);

    if (shown) {
        ck_assert_msg(got.kind == GGP_TEXT && ggp_text_is(got.text, shown),
                      "%s", label);
        return;
    }
    ck_assert_msg(got.kind == plain.kind && got.text.at == plain.text.at &&
                      got.text.len == plain.text.len &&
                      got.integer == plain.integer && got.json == plain.json,
                  "%s", label);
}

START_TEST(hides_all_but_the_harmless_in_settings_and_secrets_elsewhere)
{
    const char *json = members[_i].json;
    yyjson_doc *doc = yyjson_read(json, strlen(json), 0);
    yyjson_obj_iter iter = yyjson_obj_iter_with(yyjson_doc_get_root(doc));
    yyjson_val *key = yyjson_obj_iter_next(&iter);

    expect(GGP_SETTINGS, key, members[_i].settings, json);
    expect(GGP_RAW, key, members[_i].raw, json);
    expect(GGP_SHOW, key, NULL, json);
    yyjson_doc_free(doc);
}
END_TEST

START_TEST(hides_what_has_an_endless_key)
{
    char json[512];
    yyjson_doc *doc;
    yyjson_obj_iter iter;
    yyjson_val *key;

    memset(json, 'a', sizeof(json));
    memcpy(json, "{\"", 2);
    memcpy(json + sizeof(json) - 6, "\":\"x\"}", 6);
    doc = yyjson_read(json, sizeof(json), 0);
    ck_assert_ptr_nonnull(doc);
    iter = yyjson_obj_iter_with(yyjson_doc_get_root(doc));
    key = yyjson_obj_iter_next(&iter);
    expect(GGP_RAW, key, "[redacted]", "long key");
    expect(GGP_SETTINGS, key, "[redacted]", "long key");
    yyjson_doc_free(doc);
}
END_TEST

/* How the members of a member are read. */
static const struct {
    const char *key;
    enum ggp_redaction under_raw;
} containers[] = {
    {"\"settings\"", GGP_SETTINGS}, {"\"Settings\"", GGP_SETTINGS},
    {"\"tokens\"", GGP_SETTINGS},   {"\"credentials\"", GGP_SETTINGS},
    {"\"provider_data\"", GGP_RAW}, {"\"scope\"", GGP_RAW},
    {"\"credential_id\"", GGP_RAW},
};

START_TEST(reads_settings_and_secretive_containers_strictly)
{
    const char *json = containers[_i].key;
    yyjson_doc *doc = yyjson_read(json, strlen(json), 0);
    yyjson_val *key = yyjson_doc_get_root(doc);

    ck_assert_int_eq(ggp_redaction_below(GGP_RAW, key),
                     containers[_i].under_raw);
    ck_assert_int_eq(ggp_redaction_below(GGP_SETTINGS, key), GGP_SETTINGS);
    ck_assert_int_eq(ggp_redaction_below(GGP_SHOW, key), GGP_SHOW);
    yyjson_doc_free(doc);
}
END_TEST

START_TEST(hides_credentials_in_a_list_of_hosts)
{
    static const char json[] = "{\"imap_host\":[\"h\",\"u:secret@h\"]}";
    yyjson_doc *doc = yyjson_read(json, sizeof(json) - 1, 0);
    yyjson_obj_iter iter = yyjson_obj_iter_with(yyjson_doc_get_root(doc));
    yyjson_val *key = yyjson_obj_iter_next(&iter);
    yyjson_val *list = yyjson_obj_iter_get_val(key);
    struct ggp_value first = ggp_redacted(GGP_SETTINGS, key,
                                          yyjson_arr_get(list, 0));
    struct ggp_value second = ggp_redacted(GGP_SETTINGS, key,
                                           yyjson_arr_get(list, 1));

    ck_assert(ggp_text_is(first.text, "h"));
    ck_assert(ggp_text_is(second.text, "[redacted]"));
    yyjson_doc_free(doc);
}
END_TEST

START_TEST(hides_elements_without_a_key_in_settings)
{
    yyjson_doc *doc = yyjson_read("\"x\"", 3, 0);
    yyjson_val *value = yyjson_doc_get_root(doc);

    ck_assert(ggp_text_is(ggp_redacted(GGP_SETTINGS, NULL, value).text,
                          "[redacted]"));
    ck_assert(ggp_text_is(ggp_redacted(GGP_RAW, NULL, value).text, "x"));
    ck_assert_int_eq(ggp_redaction_below(GGP_RAW, NULL), GGP_RAW);
    yyjson_doc_free(doc);
}
END_TEST

Suite *redaction_suite(void)
{
    Suite *suite = suite_create("redaction");
    TCase *keys = tcase_create("keys");

    tcase_add_loop_test(
        keys, hides_all_but_the_harmless_in_settings_and_secrets_elsewhere, 0,
        COUNT(members));
    tcase_add_test(keys, hides_what_has_an_endless_key);
    tcase_add_loop_test(keys, reads_settings_and_secretive_containers_strictly,
                        0, COUNT(containers));
    tcase_add_test(keys, hides_credentials_in_a_list_of_hosts);
    tcase_add_test(keys, hides_elements_without_a_key_in_settings);
    suite_add_tcase(suite, keys);
    return suite;
}
