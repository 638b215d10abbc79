/* SPDX-License-Identifier: MIT */
/* check_facts.c - facts beside grants: members, joining, and the table. */
#include "private.h"

#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A source that gives `left` bytes a few at a time, then maybe fails. */
struct feed {
    const char *at;
    size_t left;
    size_t step;
    int fails;
};

static long read_feed(void *payload, char *bytes, size_t size,
                      struct gg_error *err)
{
    struct feed *feed = payload;
    size_t n = feed->left < feed->step ? feed->left : feed->step;

    if (feed->left == 0 && feed->fails) {
        (void)ggp_fail(err, GG_EIO, "the disk is gone");
        return -1;
    }
    if (n > size)
        n = size;
    memcpy(bytes, feed->at, n);
    feed->at += n;
    feed->left -= n;
    return (long)n;
}

static gg_facts_table *table;
static struct gg_error error;

static gg_status read_bytes(const char *bytes, size_t len)
{
    struct feed feed = {bytes, len, 7, 0};
    struct gg_source source = {"facts.ndjson", 0, read_feed, &feed};

    gg_facts_table_free(table);
    table = NULL;
    return gg_facts_table_read(&source, &table, &error);
}

static const struct ggp_facts *find(const char *id)
{
    struct ggp_text text = {id, strlen(id)};

    return ggp_facts_table_find(table, text);
}

static void teardown(void)
{
    gg_facts_table_free(table);
    table = NULL;
}

/* --- the table ------------------------------------------------------------ */

START_TEST(finds_facts_by_id)
{
    const char *text =
        "\xef\xbb\xbf{\"id\":\"g-2\",\"tenant\":\"acme\"}\r\n"
        "\r\n  \n"
        "{\"send_error\":\"boom\",\"send_error_at\":5,\"sent_at\":"
        "\"1970-01-01T00:00:06Z\",\"context\":{\"plan\":\"pro\","
        "\"n\":[1,{\"a\":null}]},\"id\":\"g-1\"}\n"
        "{\"id\":\"g-10\",\"tenant\":null,\"sent_at\":null,"
        "\"send_error\":null,\"send_error_at\":null,\"context\":null}";
    const struct ggp_facts *facts;
    char *context;

    ck_assert_msg(read_bytes(text, strlen(text)) == GG_OK, "%s", error.message);
    ck_assert(ggp_text_is(find("g-2")->tenant, "acme"));
    facts = find("g-1");
    ck_assert(ggp_text_is(facts->send_error, "boom"));
    ck_assert(facts->has_send_error_at && facts->send_error_at == 5);
    ck_assert(facts->has_sent_at && facts->sent_at == 6);
    ck_assert_ptr_null(facts->tenant.at);
    context = yyjson_val_write(facts->context, 0, NULL);
    ck_assert_str_eq(context, "{\"plan\":\"pro\",\"n\":[1,{\"a\":null}]}");
    free(context);
    facts = find("g-10");
    ck_assert(!facts->tenant.at && !facts->send_error.at && !facts->context);
    ck_assert(!facts->has_sent_at && !facts->has_send_error_at);
    ck_assert_ptr_null(find("g"));
    ck_assert_ptr_null(find("g-3"));
    ck_assert_ptr_null(find("G-1"));
    ck_assert_ptr_null(find(""));
}
END_TEST

START_TEST(finds_nothing_in_nothing)
{
    struct ggp_text absent = {0};

    ck_assert_int_eq(read_bytes("", 0), GG_OK);
    ck_assert_ptr_null(find("g-1"));
    ck_assert_ptr_null(ggp_facts_table_find(NULL, absent));
    ck_assert_ptr_null(ggp_facts_table_find(table, absent));
}
END_TEST

START_TEST(keeps_what_it_read_after_the_source_is_gone)
{
    size_t cap = 40000 * 48;
    char *text = malloc(cap);
    size_t len = 0;
    char id[32];
    int i;

    for (i = 0; i < 40000; i++)
        len += (size_t)snprintf(text + len, cap - len,
                                "{\"id\":\"%x\",\"sent_at\":%d}\n",
                                (unsigned)i * 2654435761U, i);
    ck_assert_int_eq(read_bytes(text, len), GG_OK);
    memset(text, 'x', len);
    for (i = 0; i < 40000; i++) {
        (void)snprintf(id, sizeof(id), "%x", (unsigned)i * 2654435761U);
        ck_assert_int_eq(find(id)->sent_at, i);
    }
    free(text);
}
END_TEST

static const struct {
    const char *text;
    const char *message; /* the start of it */
} refused[] = {
    {"{\"id\":\"a\"}\n\n{\"id\":\"b\",\"tennant\":\"x\"}",
     "facts.ndjson:3: unknown key 'tennant'"},
    {"{\"id\":\"a\",\"\\u001b\":1}",
     "facts.ndjson:1: unknown key '(not shown)'"},
    {"{\"tenant\":\"x\"}", "facts.ndjson:1: field 'id' is required"},
    {"{\"id\":null}", "facts.ndjson:1: field 'id' must be a grant id"},
    {"{\"id\":7}", "facts.ndjson:1: field 'id' must be a grant id"},
    {"{\"id\":\"../x\"}", "facts.ndjson:1: field 'id' must be a grant id"},
    {"{\"id\":\"a\",\"tenant\":\"a b\"}",
     "facts.ndjson:1: field 'tenant' must be a tenant name"},
    {"{\"id\":\"a\",\"sent_at\":1.5}",
     "facts.ndjson:1: field 'sent_at' must be Unix seconds or RFC 3339"},
    {"{\"id\":\"a\",\"context\":\"x\"}",
     "facts.ndjson:1: field 'context' must be an object"},
    {"{\"id\":\"a\"}\r\n{\"id\":\r\n", "facts.ndjson:2: invalid JSON"},
    {"[]", "facts.ndjson:1: expected an object"},
    {"{\"id\":\"a\",\"id\":\"b\"}", "facts.ndjson:1: an object names"},
    {"{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n{\"id\":\"b\"}\n"
     "{\"id\":\"a\"}\n{\"id\":\"b\"}\n",
     "facts.ndjson:4: id 'b' comes twice (first on line 2)"},
};

START_TEST(refuses_a_line_that_does_not_fit_and_says_which)
{
    const char *message = refused[_i].message;

    ck_assert_msg(read_bytes(refused[_i].text, strlen(refused[_i].text)) ==
                      GG_EINVAL,
                  "%s", refused[_i].text);
    ck_assert_msg(strncmp(error.message, message, strlen(message)) == 0, "%s",
                  error.message);
    ck_assert_int_eq(error.status, GG_EINVAL);
    ck_assert_ptr_null(table);
}
END_TEST

START_TEST(refuses_a_line_over_a_mebibyte)
{
    size_t len = ((size_t)1 << 20) + 100;
    char *text = malloc(len);

    memset(text, ' ', len);
    memcpy(text, "{\"id\":\"a\"}\n", 11);
    ck_assert_int_eq(read_bytes(text, len), GG_EINVAL);
    ck_assert_str_eq(error.message,
                     "facts.ndjson:2: the line is over 1048576 bytes");
    free(text);
}
END_TEST

START_TEST(passes_on_why_the_source_failed)
{
    struct feed feed = {"{\"id\":\"a\"}\n", 11, 100, 1};
    struct gg_source source = {NULL, 1, read_feed, &feed};

    ck_assert_int_eq(gg_facts_table_read(&source, &table, &error), GG_EIO);
    ck_assert_str_eq(error.message, "the disk is gone");
    ck_assert_ptr_null(table);
    ck_assert_int_eq(gg_facts_table_read(NULL, &table, NULL), GG_EINVAL);
}
END_TEST

START_TEST(reads_lines_whatever_the_source_is_called)
{
    struct feed feed = {"{\"id\":\"a\"}\n{\"id\":1}", 19, 100, 0};
    struct gg_source source = {NULL, 1, read_feed, &feed};

    ck_assert_int_eq(gg_facts_table_read(&source, &table, &error), GG_EINVAL);
    ck_assert_str_eq(error.message, "facts:2: field 'id' must be a grant id");
}
END_TEST

/* --- members and joining -------------------------------------------------- */

START_TEST(leaves_members_of_others_alone)
{
    static const char *const others[] = {"", "id", "grant", "Tenant",
                                         "sent_at "};
    struct ggp_facts facts = {0};
    size_t i;

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct ggp_text key = {others[i], strlen(others[i])};

        ck_assert_int_eq(ggp_facts_member(&facts, key, NULL, &error), 0);
    }
    ck_assert(!facts.tenant.at && !facts.has_sent_at);
}
END_TEST

START_TEST(joins_field_by_field_and_what_is_there_wins)
{
    yyjson_doc *doc = yyjson_read("[{},{}]", 7, 0);
    yyjson_val *first = yyjson_arr_get(yyjson_doc_get_root(doc), 0);
    yyjson_val *second = yyjson_arr_get(yyjson_doc_get_root(doc), 1);
    struct ggp_facts facts = {
        .tenant = {"a", 1}, .has_sent_at = 1, .sent_at = 0};
    struct ggp_facts more = {.tenant = {"b", 1},
                             .send_error = {"e", 1},
                             .has_send_error_at = 1,
                             .send_error_at = 7,
                             .has_sent_at = 1,
                             .sent_at = 8,
                             .context = second};

    ggp_facts_join(&facts, &more);
    ck_assert(ggp_text_is(facts.tenant, "a"));
    ck_assert(ggp_text_is(facts.send_error, "e"));
    ck_assert(facts.has_send_error_at && facts.send_error_at == 7);
    ck_assert(facts.has_sent_at && facts.sent_at == 0);
    ck_assert_ptr_eq(facts.context, second);
    facts.context = first;
    ggp_facts_join(&facts, &more);
    ck_assert_ptr_eq(facts.context, first);
    yyjson_doc_free(doc);
}
END_TEST

/* What became of the error that an envelope and the facts file tell of. */
static const struct {
    const char *envelope; /* beside the grant */
    const char *line;
    int is_incomplete;
} send_errors[] = {
#define OLD   "\"send_error_at\":1577836800"
#define NEW   "\"send_error_at\":1800000000"
#define SAID  "\"send_error\":\"grant is missing imap foo\""
#define OTHER "\"send_error\":\"old\""
    {"," SAID, "," OTHER "," OLD, 1}, /* of unknown age: current */
    {"," SAID, "," OLD, 1},
    {"," SAID, "," OTHER, 1},
    {"," SAID "," NEW, "," OTHER "," OLD, 1},
    {"," SAID "," OLD, "," OTHER "," NEW, 0},
    {"," SAID ",\"send_error_at\":null", "," OTHER "," OLD, 1},
    {"," OTHER, "," SAID "," NEW, 0},
    {"", "," SAID "," OLD, 0},
    {"", "," SAID "," NEW, 1},
    {"", "," SAID, 1},
    {",\"send_error\":null", "," SAID "," OLD, 0},
#undef OLD
#undef NEW
#undef SAID
#undef OTHER
};

START_TEST(never_dates_the_error_of_an_envelope_by_the_facts_file)
{
    static struct ggp_item item;
    struct ggp_input input = {0};
    char text[512];
    int n = snprintf(text, sizeof(text), "{\"id\":\"g-1\"%s}",
                     send_errors[_i].line);

    ck_assert_int_eq(read_bytes(text, (size_t)n), GG_OK);
    n = snprintf(text, sizeof(text),
                 "{\"grant\":{\"id\":\"g-1\",\"provider\":\"imap\","
                 "\"updated_at\":1700000000}%s}",
                 send_errors[_i].envelope);
    ggp_input_open(&input, text, (size_t)n);
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    ck_assert_int_eq(item.status, GG_OK);
    ggp_facts_join(&item.grant.facts, find("g-1"));
    ggp_smtp_judge(&item.grant);
    ck_assert_msg((item.grant.smtp == GG_SMTP_INCOMPLETE) ==
                      send_errors[_i].is_incomplete,
                  "row %d", _i);
    ck_assert_int_eq(item.grant.evidence, send_errors[_i].is_incomplete
                                              ? GG_EVIDENCE_SEND_ERROR
                                              : GG_EVIDENCE_NONE);
    ggp_input_free(&input);
}
END_TEST

START_TEST(takes_a_time_without_an_error_as_it_is)
{
    struct ggp_facts facts = {0};
    struct ggp_facts more = {.has_send_error_at = 1, .send_error_at = 7};

    ggp_facts_join(&facts, &more);
    ck_assert(!facts.send_error.at);
    ck_assert(facts.has_send_error_at && facts.send_error_at == 7);
}
END_TEST

Suite *facts_suite(void)
{
    Suite *suite = suite_create("facts");
    TCase *tables = tcase_create("table");
    TCase *refusing = tcase_create("refuse");
    TCase *members = tcase_create("members");

    tcase_add_checked_fixture(tables, NULL, teardown);
    tcase_add_test(tables, finds_facts_by_id);
    tcase_add_test(tables, finds_nothing_in_nothing);
    tcase_add_test(tables, keeps_what_it_read_after_the_source_is_gone);
    suite_add_tcase(suite, tables);
    tcase_add_checked_fixture(refusing, NULL, teardown);
    tcase_add_loop_test(refusing,
                        refuses_a_line_that_does_not_fit_and_says_which, 0,
                        COUNT(refused));
    tcase_add_test(refusing, refuses_a_line_over_a_mebibyte);
    tcase_add_test(refusing, passes_on_why_the_source_failed);
    tcase_add_test(refusing, reads_lines_whatever_the_source_is_called);
    suite_add_tcase(suite, refusing);
    tcase_add_test(members, leaves_members_of_others_alone);
    tcase_add_test(members, joins_field_by_field_and_what_is_there_wins);
    tcase_add_loop_test(members,
                        never_dates_the_error_of_an_envelope_by_the_facts_file,
                        0, COUNT(send_errors));
    tcase_add_test(members, takes_a_time_without_an_error_as_it_is);
    suite_add_tcase(suite, members);
    return suite;
}
