/* SPDX-License-Identifier: MIT */
/* check_input.c - what a line or document holds, item by item. */
#include "private.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define GRANT "{\"id\":\"g-1\",\"provider\":\"imap\"}"

static struct ggp_input input;
static struct ggp_item item;

static void teardown(void)
{
    ggp_input_free(&input);
}

static void open_text(const char *json)
{
    ggp_input_open(&input, json, strlen(json));
}

/* Inputs of one item: its status, message and id. */
static const struct {
    const char *json;
    gg_status status;
    const char *message; /* NULL: not looked at */
    const char *id;      /* NULL: none */
} single[] = {
    {GRANT, GG_OK, "", "g-1"},
    {"  " GRANT " \r", GG_OK, "", "g-1"},
    {"{\"grant\":" GRANT "}", GG_OK, "", "g-1"},
    {"{\"request_id\":\"r\",\"data\":" GRANT "}", GG_OK, "", "g-1"},
    {"{\"data\":[" GRANT "],\"next_cursor\":\"c\"}", GG_OK, "", "g-1"},
    {"{\"error\":null,\"data\":" GRANT "}", GG_OK, "", "g-1"},
    {"{\"id\":\"g-1\",\"provider\":\"imap\",\"data\":[],\"error\":1}", GG_OK,
     "", "g-1"},

    /* No grant at all. */
    {"", GG_EJSON, NULL, NULL},
    {"{", GG_EJSON, NULL, NULL},
    {"{\"id\":\"a\",\"id\":\"a\"}", GG_EDUPLICATE, NULL, NULL},
    {"[]", GG_EGRANT, "expected an object", NULL},
    {"[" GRANT "]", GG_EGRANT, "expected an object", NULL},
    {"\"g-1\"", GG_EGRANT, "expected an object", NULL},
    {"null", GG_EGRANT, "expected an object", NULL},
    {"{}", GG_EGRANT, "field 'id' is required", NULL},
    {"{\"id\":\"g-1\"}", GG_EGRANT, "field 'provider' is required", "g-1"},

    /* Envelopes. */
    {"{\"grant\":null}", GG_EGRANT, "field 'grant' must be an object", NULL},
    {"{\"grant\":[]}", GG_EGRANT, "field 'grant' must be an object", NULL},
    {"{\"grant\":\"g-1\"}", GG_EGRANT, "field 'grant' must be an object", NULL},
    {"{\"grant\":" GRANT ",\"tennant\":\"acme\"}", GG_EGRANT,
     "unknown key 'tennant' beside 'grant'", "g-1"},
    {"{\"tennant\":\"acme\",\"grant\":" GRANT "}", GG_EGRANT,
     "unknown key 'tennant' beside 'grant'", "g-1"},
    {"{\"grant\":" GRANT ",\"\\u001b[2J\":1}", GG_EGRANT,
     "unknown key '(not shown)' beside 'grant'", "g-1"},
    {"{\"grant\":" GRANT ",\"provider\":\"imap\"}", GG_EGRANT,
     "unknown key 'provider' beside 'grant'", "g-1"},
    {"{\"grant\":" GRANT ",\"tenant\":\"../x\"}", GG_EGRANT,
     "field 'tenant' must be a tenant name", "g-1"},
    {"{\"grant\":" GRANT ",\"tenant\":\"\"}", GG_EGRANT,
     "field 'tenant' must be a tenant name", "g-1"},
    {"{\"grant\":" GRANT ",\"tenant\":7}", GG_EGRANT,
     "field 'tenant' must be a tenant name", "g-1"},
    {"{\"grant\":" GRANT ",\"tenant\":null}", GG_OK, "", "g-1"},
    {"{\"grant\":" GRANT ",\"sent_at\":\"soon\"}", GG_EGRANT,
     "field 'sent_at' must be Unix seconds or RFC 3339", "g-1"},
    {"{\"grant\":" GRANT ",\"context\":[]}", GG_EGRANT,
     "field 'context' must be an object", "g-1"},
    {"{\"grant\":" GRANT ",\"send_error\":{}}", GG_EGRANT,
     "field 'send_error' must be a string", "g-1"},

    /* Fetches that failed. */
    {"{\"grant\":{\"id\":\"g-1\"},\"fetch_error\":{\"code\":\"not_found\","
     "\"status\":404,\"message\":\"Grant not found.\"}}",
     GG_EFETCH, "not_found: Grant not found. (HTTP 404)", "g-1"},
    {"{\"fetch_error\":{\"code\":\"network_error\",\"message\":\"refused\"},"
     "\"grant\":{\"id\":\"g-1\"}}",
     GG_EFETCH, "network_error: refused", "g-1"},
    {"{\"grant\":{\"id\":\"g-1\"},\"fetch_error\":{\"status\":500}}", GG_EFETCH,
     "error: the grant could not be fetched (HTTP 500)", "g-1"},
    {"{\"grant\":{\"id\":\"g-1\"},\"fetch_error\":{}}", GG_EFETCH,
     "error: the grant could not be fetched", "g-1"},
    {"{\"grant\":{\"id\":\"g-1\"},\"fetch_error\":{\"message\":"
     "\"a\\u001b[2J\\nb\"}}",
     GG_EFETCH, "error: a [2J b", "g-1"},
    {"{\"grant\":" GRANT ",\"fetch_error\":{\"code\":\"x\"}}", GG_EFETCH, NULL,
     "g-1"},
    {"{\"grant\":" GRANT ",\"fetch_error\":null}", GG_OK, "", "g-1"},
    {"{\"grant\":{\"id\":\"g-1\"},\"fetch_error\":\"x\"}", GG_EGRANT,
     "field 'fetch_error' must be an object", "g-1"},
    {"{\"grant\":{\"id\":\" \"},\"fetch_error\":{}}", GG_EGRANT, NULL, NULL},
    {"{\"grant\":{},\"fetch_error\":{}}", GG_EGRANT, "field 'id' is required",
     NULL},
    {"{\"fetch_error\":{}}", GG_EGRANT, "field 'id' is required", NULL},

    /* Answers of the API. */
    {"{\"data\":null}", GG_EGRANT,
     "field 'data' must be a grant or a list of grants", NULL},
    {"{\"data\":\"x\"}", GG_EGRANT,
     "field 'data' must be a grant or a list of grants", NULL},
    {"{\"data\":[7]}", GG_EGRANT, "expected an object", NULL},
    {"{\"data\":[null]}", GG_EGRANT, "expected an object", NULL},
    {"{\"error\":null}", GG_EGRANT,
     "field 'data' must be a grant or a list of grants", NULL},
    {"{\"request_id\":\"r\",\"error\":{\"type\":\"not_found_error\","
     "\"message\":\"Grant not found.\"}}",
     GG_EFETCH, "the API answered an error: not_found_error: Grant not found.",
     NULL},
    {"{\"error\":{\"type\":\"not_found_error\"},\"data\":" GRANT "}", GG_EFETCH,
     "the API answered an error: not_found_error", NULL},
    {"{\"error\":\"invalid_grant\",\"error_description\":\"old code\"}",
     GG_EFETCH, "the API answered an error: invalid_grant: old code", NULL},
    {"{\"error\":\"unauthorized\"}", GG_EFETCH,
     "the API answered an error: unauthorized", NULL},
    {"{\"error\":{\"message\":\"a\\nb\"}}", GG_EFETCH,
     "the API answered an error: a b", NULL},
    {"{\"error\":{}}", GG_EFETCH, "the API answered an error", NULL},
    {"{\"error\":401}", GG_EFETCH, "the API answered an error", NULL},
};

START_TEST(gives_one_item_with_its_error)
{
    open_text(single[_i].json);
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    ck_assert_msg(item.status == single[_i].status, "%s: %s", single[_i].json,
                  item.error.message);
    ck_assert_int_eq(item.error.status, item.status);
    if (single[_i].message)
        ck_assert_str_eq(item.error.message, single[_i].message);
    if (single[_i].id)
        ck_assert_msg(ggp_text_is(item.grant.id, single[_i].id), "%s",
                      single[_i].json);
    else
        ck_assert_ptr_null(item.grant.id.at);
    ck_assert_int_eq(ggp_input_next(&input, &item), 0);
    ck_assert_int_eq(ggp_input_next(&input, &item), 0);
}
END_TEST

START_TEST(gives_every_grant_of_a_list_and_errors_between)
{
    open_text("{\"data\":[" GRANT ",{\"id\":\"g-2\",\"provider\":7},[],"
              "{\"id\":\"g-3\",\"provider\":\"ews\",\"email\":\"a@b\"}]}");
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    ck_assert_int_eq(item.status, GG_OK);
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    ck_assert_int_eq(item.status, GG_EGRANT);
    ck_assert(ggp_text_is(item.grant.id, "g-2"));
    ck_assert_str_eq(item.error.message, "field 'provider' must be a string");
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    ck_assert_int_eq(item.status, GG_EGRANT);
    ck_assert_ptr_null(item.grant.id.at);
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    ck_assert_int_eq(item.status, GG_OK);
    ck_assert_str_eq(item.error.message, "");
    ck_assert(ggp_text_is(item.grant.id, "g-3"));
    ck_assert(ggp_text_is(item.grant.domain, "b"));
    ck_assert_int_eq(ggp_input_next(&input, &item), 0);
}
END_TEST

START_TEST(gives_nothing_for_an_empty_list)
{
    open_text("{\"request_id\":\"r\",\"data\":[]}");
    ck_assert_int_eq(ggp_input_next(&input, &item), 0);
}
END_TEST

START_TEST(joins_the_facts_of_the_envelope)
{
    open_text("{\"tenant\":\"acme\",\"send_error\":\"boom\","
              "\"send_error_at\":5,\"sent_at\":\"1970-01-01T00:00:06Z\","
              "\"context\":{\"plan\":\"pro\"},\"grant\":" GRANT "}");
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    ck_assert_int_eq(item.status, GG_OK);
    ck_assert(ggp_text_is(item.grant.facts.tenant, "acme"));
    ck_assert(ggp_text_is(item.grant.facts.send_error, "boom"));
    ck_assert_int_eq(item.grant.facts.has_send_error_at, 1);
    ck_assert_int_eq(item.grant.facts.send_error_at, 5);
    ck_assert_int_eq(item.grant.facts.sent_at, 6);
    ck_assert_str_eq(
        yyjson_get_str(yyjson_obj_get(item.grant.facts.context, "plan")),
        "pro");
    ck_assert_ptr_nonnull(input.facts);
    ck_assert_int_eq(item.grant.smtp, GG_SMTP_NONE);
}
END_TEST

START_TEST(keeps_nothing_from_the_input_before)
{
    open_text("{\"tenant\":\"acme\",\"context\":{},\"sent_at\":1,"
              "\"grant\":{\"id\":\"g-0\",\"provider\":\"imap\","
              "\"email\":\"a@b\"}}");
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    item.grant.now = 9;
    ggp_smtp_judge(&item.grant);
    open_text("{\"data\":[" GRANT "]}");
    open_text(GRANT);
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    ck_assert_int_eq(item.status, GG_OK);
    ck_assert_ptr_null(item.grant.facts.tenant.at);
    ck_assert_ptr_null(item.grant.facts.context);
    ck_assert_int_eq(item.grant.facts.has_sent_at, 0);
    ck_assert_ptr_null(item.grant.email.at);
    ck_assert_ptr_null(item.grant.domain.at);
    ck_assert_int_eq(item.grant.smtp, GG_SMTP_NONE);
    ck_assert_int_eq(item.grant.evidence, GG_EVIDENCE_NONE);
    ck_assert_int_eq(item.grant.now, 0);
    ck_assert_ptr_null(input.facts);
    ck_assert_int_eq(ggp_input_next(&input, &item), 0);
}
END_TEST

START_TEST(repeats_little_of_what_the_api_says)
{
    char json[2048];
    size_t len;

    memset(json, 'x', sizeof(json));
    memcpy(json, "{\"error\":{\"message\":\"", 21);
    memcpy(json + sizeof(json) - 3, "\"}}", 3);
    ggp_input_open(&input, json, sizeof(json));
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    len = strlen(item.error.message);
    ck_assert_uint_eq(len, strlen("the API answered an error: ") + 200);
}
END_TEST

Suite *input_suite(void)
{
    Suite *suite = suite_create("input");
    TCase *items = tcase_create("items");

    tcase_add_checked_fixture(items, NULL, teardown);
    tcase_add_loop_test(items, gives_one_item_with_its_error, 0, COUNT(single));
    tcase_add_test(items, gives_every_grant_of_a_list_and_errors_between);
    tcase_add_test(items, gives_nothing_for_an_empty_list);
    tcase_add_test(items, joins_the_facts_of_the_envelope);
    tcase_add_test(items, keeps_nothing_from_the_input_before);
    tcase_add_test(items, repeats_little_of_what_the_api_says);
    suite_add_tcase(suite, items);
    return suite;
}
