/* SPDX-License-Identifier: MIT */
/* check_condition.c - the fields of a condition, and when it holds. */
#include "private.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct ggp_arena arena;
static struct ggp_document document;
static struct gg_error error;

static void teardown(void)
{
    ggp_arena_free(&arena);
    ggp_document_free(&document);
}

/* Everything conditions can look at, judged. */
static void read_grant(struct ggp_grant *grant)
{
    static const char json[] =
        "{\"grant\":{\"id\":\"g-1\",\"provider\":\"imap\","
        "\"email\":\"jo@acme.example\",\"created_at\":1000,"
        "\"scope\":[\"mail.read\",\"calendar\"],\"settings\":{"
        "\"imap_host\":\"mx.acme.example\",\"smtp_port\":25,\"type\":\"\","
        "\"imap_password\":\"hunter2\",\"hosts\":[\"a\",\"b\"],"
        "\"email\":[\"x@a\",\"y@b\"],"
        "\"more\":{\"smtp_host\":\"deep\",\"secret\":\"hunter2\","
        "\"deeper\":{\"type\":\"t\"}}}},"
        "\"context\":{\"plan\":\"pro\",\"seats\":25,\"ratio\":0.5,"
        "\"trial\":false,\"none\":null,\"tags\":[\"vip\",7,[\"inner\"],null],"
        "\"a\":{\"b\":{\"c\":\"deep\"}},\"password\":\"shown\"}}";
    yyjson_val *root;

    ck_assert_int_eq(
        ggp_document_read(&document, json, sizeof(json) - 1, &error), GG_OK);
    root = ggp_document_root(&document);
    memset(grant, 0, sizeof(*grant));
    ck_assert_int_eq(
        ggp_grant_read(grant, yyjson_obj_get(root, "grant"), &error), GG_OK);
    grant->facts.context = yyjson_obj_get(root, "context");
    grant->now = 1600;
    ggp_smtp_judge(grant);
}

/* --- fields --------------------------------------------------------------- */

static const struct {
    const char *key;
    const char *message; /* NULL: it is fine */
    size_t npath;
} keys[] = {
    {"smtp", NULL, 0},
    {"age", NULL, 0},
    {"missing", NULL, 0},
    {"settings.smtp_port", NULL, 1},
    {"context.a.b.c", NULL, 3},
    {"context. ", NULL, 1},
    {"smtpx", "unknown field 'smtpx' (did you mean 'smtp'?)", 0},
    {"stmp", "unknown field 'stmp' (did you mean 'smtp'?)", 0},
    {"mising", "unknown field 'mising' (did you mean 'missing'?)", 0},
    {"provder", "unknown field 'provder' (did you mean 'provider'?)", 0},
    {"setting.x", "unknown field 'setting' (did you mean 'settings'?)", 0},
    {"contxt.plan", "unknown field 'contxt' (did you mean 'context'?)", 0},
    {"Smtp", "unknown field 'Smtp' (did you mean 'smtp'?)", 0},
    {"rawx", "unknown field 'rawx': a grant has no such field", 0},
    {"plan", "unknown field 'plan': a grant has no such field", 0},
    {"xx", "unknown field 'xx': a grant has no such field", 0},
    {"", "unknown field '(not shown)': a grant has no such field", 0},
    {".", "unknown field '(not shown)': a grant has no such field", 0},
    {"\x1b[2J", "unknown field '(not shown)': a grant has no such field", 0},
    {"settings", "field 'settings' needs a key, as in [\"settings.key\"]", 0},
    {"context", "field 'context' needs a key, as in [\"context.key\"]", 0},
    {"email.x", "field 'email' has no keys to reach with a dot", 0},
    {"smtp.", "field 'smtp' has no keys to reach with a dot", 0},
    {"raw", "field 'raw' is for functions, no condition reads it", 0},
    {"raw.id", "field 'raw' is for functions, no condition reads it", 0},
    {"settings.", "field 'settings' has an empty key after a dot", 0},
    {"context..a", "field 'context' has an empty key after a dot", 0},
    {"context.a.", "field 'context' has an empty key after a dot", 0},
    {"context.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6", NULL, 16},
    {"context.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7",
     "field 'context' has over 16 dots", 0},
};

START_TEST(finds_the_field_or_says_what_would_be_right)
{
    struct ggp_text key = {keys[_i].key, strlen(keys[_i].key)};
    struct ggp_test test = {0};
    gg_status status = ggp_test_field(&test, &arena, &ggp_grant_subject, key,
                                      &error);

    if (keys[_i].message) {
        ck_assert_msg(status == GG_EPOLICY, "%s", keys[_i].key);
        ck_assert_str_eq(error.message, keys[_i].message);
        return;
    }
    ck_assert_msg(status == GG_OK, "%s: %s", keys[_i].key, error.message);
    ck_assert_uint_eq(test.npath, keys[_i].npath);
}
END_TEST

START_TEST(knows_the_fields_of_a_request)
{
    struct ggp_text key = {"age", 3};
    struct ggp_test test = {0};

    ck_assert_int_eq(
        ggp_test_field(&test, &arena, &ggp_request_subject, key, &error),
        GG_EPOLICY);
    ck_assert_str_eq(error.message,
                     "unknown field 'age': a request has no such field");
    key = (struct ggp_text){"purpose", 7};
    ck_assert_int_eq(
        ggp_test_field(&test, &arena, &ggp_request_subject, key, &error),
        GG_OK);
}
END_TEST

/* --- matching ------------------------------------------------------------- */

static void add_test(struct ggp_test *test, struct ggp_pattern *pattern,
                     const char *key, struct ggp_value value)
{
    struct ggp_text name = {key, strlen(key)};

    ck_assert_msg(
        ggp_test_field(test, &arena, &ggp_grant_subject, name, &error) == GG_OK,
        "%s", error.message);
    ck_assert_msg(ggp_pattern_read(pattern, &arena, test, &ggp_grant_subject,
                                   &value, &error) == GG_OK,
                  "%s: %s", key, error.message);
    test->patterns = pattern;
    test->npatterns = 1;
}

#define TEXT(literal)                                                          \
    {                                                                          \
        .kind = GGP_TEXT, .text = { literal, sizeof(literal) - 1 }             \
    }
#define INT(number)                                                            \
    {                                                                          \
        .kind = GGP_INTEGER, .integer = number                                 \
    }
#define BOOL(truth)                                                            \
    {                                                                          \
        .kind = GGP_BOOLEAN, .integer = truth                                  \
    }

static const struct {
    const char *key;
    struct ggp_value value;
    int holds;
} tests[] = {
    {"provider", TEXT("imap"), 1},
    {"provider", TEXT("im"), 0},
    {"provider", TEXT("i*p"), 1},
    {"email", TEXT("jo@acme.example"), 1},
    {"email", TEXT("JO@acme.example"), 0},
    {"domain", TEXT("*.acme.example"), 0},
    {"domain", TEXT("acme.*"), 1},
    {"smtp", TEXT("incomplete"), 1},
    {"smtp", TEXT("complete"), 0},
    {"smtp", TEXT("*complete"), 1},
    {"missing", TEXT("smtp_host"), 1},
    {"missing", TEXT("smtp_port"), 0},
    {"missing", TEXT("imap_*"), 0},
    {"evidence", TEXT("settings"), 1},
    {"blocked", BOOL(0), 1}, /* absent is false */
    {"blocked", BOOL(1), 0},
    {"scope", TEXT("calendar"), 1},
    {"scope", TEXT("mail.*"), 1},
    {"scope", TEXT("mail"), 0},
    {"age", TEXT("<1h"), 1},
    {"age", TEXT(">=10m"), 1},
    {"age", TEXT(">10m"), 0},
    {"age", INT(600), 1},
    {"created_at", TEXT("<=1000"), 1},

    /* Absent fields match nothing. */
    {"tenant", TEXT("*"), 0},
    {"name", TEXT(""), 0},
    {"sent_at", TEXT(">-1"), 0},
    {"sent_at", INT(0), 0},
    {"settings.nothing", TEXT("*"), 0},
    {"settings.nothing.more", TEXT("*"), 0},
    {"context.none", TEXT("*"), 0},
    {"context.none", BOOL(0), 0},
    {"context.plan.x", TEXT("*"), 0},
    {"context.tags.0", TEXT("*"), 0},
    {"context.a", TEXT("*"), 0},

    /* Settings are seen as policies see them. */
    {"settings.imap_host", TEXT("*.acme.example"), 1},
    {"settings.smtp_port", INT(25), 1},
    {"settings.smtp_port", TEXT("<=25"), 1},
    {"settings.smtp_port", TEXT("25"), 0},
    {"settings.type", TEXT(""), 1},
    {"settings.imap_password", TEXT("hunter2"), 0},
    {"settings.imap_password", TEXT("h*"), 0},
    {"settings.imap_password", TEXT("[redacted]"), 1},
    {"settings.hosts", TEXT("a"), 0},
    {"settings.hosts", TEXT("[redacted]"), 1},
    {"settings.email", TEXT("y@b"), 1},
    {"settings.more.smtp_host", TEXT("deep"), 1},
    {"settings.more.secret", TEXT("hunter2"), 0},
    {"settings.more.deeper.type", TEXT("t"), 1},
    {"settings.more", TEXT("*"), 0},

    /* Context is shown whole. */
    {"context.plan", TEXT("pro"), 1},
    {"context.plan", TEXT("p*"), 1},
    {"context.seats", INT(25), 1},
    {"context.seats", TEXT(">10"), 1},
    {"context.seats", TEXT(">25"), 0},
    {"context.ratio", TEXT("<1"), 1},
    {"context.ratio", TEXT("<=0.5"), 1},
    {"context.ratio", TEXT("<0.5"), 0},
    {"context.trial", BOOL(0), 1},
    {"context.trial", BOOL(1), 0},
    {"context.trial", TEXT("false"), 0},
    {"context.tags", TEXT("vip"), 1},
    {"context.tags", INT(7), 1},
    {"context.tags", TEXT(">6"), 1},
    {"context.tags", TEXT("inner"), 0},
    {"context.a.b.c", TEXT("deep"), 1},
    {"context.a.b", TEXT("*"), 0},
    {"context.password", TEXT("shown"), 1},
};

static int holds(const struct ggp_condition *condition,
                 const struct ggp_subject *subject, const void *self)
{
    int64_t steps = 1000;

    return ggp_condition_holds(condition, subject, self, &steps);
}

START_TEST(holds_where_the_field_matches)
{
    struct ggp_test test = {0};
    struct ggp_pattern pattern;
    struct ggp_condition condition = {&test, 1};
    struct ggp_grant grant;

    read_grant(&grant);
    add_test(&test, &pattern, tests[_i].key, tests[_i].value);
    ck_assert_msg(holds(&condition, &ggp_grant_subject, &grant) ==
                      tests[_i].holds,
                  "row %d: %s", _i, tests[_i].key);
}
END_TEST

START_TEST(needs_every_entry_and_any_value_of_each)
{
    struct ggp_test entries[2] = {0};
    struct ggp_pattern smtp[2];
    struct ggp_pattern age;
    struct ggp_condition condition = {entries, 2};
    struct ggp_grant grant;

    read_grant(&grant);
    add_test(&entries[0], &smtp[1], "smtp", ggp_value_text("incomplete"));
    add_test(&entries[0], &smtp[0], "smtp", ggp_value_text("unknown"));
    entries[0].npatterns = 2;
    add_test(&entries[1], &age, "age", ggp_value_text("<1h"));
    ck_assert(holds(&condition, &ggp_grant_subject, &grant));
    entries[0].npatterns = 1;
    ck_assert(!holds(&condition, &ggp_grant_subject, &grant));
    entries[0].npatterns = 2;
    grant.now = 1000 + 3600;
    ck_assert(!holds(&condition, &ggp_grant_subject, &grant));
}
END_TEST

START_TEST(takes_one_string_for_a_list_of_one)
{
    static const char json[] = "{\"id\":\"a\",\"provider\":\"ews\","
                               "\"scope\":\"ews.messages\"}";
    struct ggp_test test = {0};
    struct ggp_pattern pattern;
    struct ggp_condition condition = {&test, 1};
    struct ggp_grant grant = {0};

    ck_assert_int_eq(
        ggp_document_read(&document, json, sizeof(json) - 1, &error), GG_OK);
    ck_assert_int_eq(
        ggp_grant_read(&grant, ggp_document_root(&document), &error), GG_OK);
    add_test(&test, &pattern, "scope", ggp_value_text("ews.*"));
    ck_assert(holds(&condition, &ggp_grant_subject, &grant));
    grant.scope = NULL;
    ck_assert(!holds(&condition, &ggp_grant_subject, &grant));
    add_test(&test, &pattern, "settings.type", ggp_value_text("*"));
    ck_assert(!holds(&condition, &ggp_grant_subject, &grant));
}
END_TEST

/* What it takes to see that none of two patterns matches any element. */
static const struct {
    const char *key;
    int64_t steps;
} efforts[] = {
    {"email", 2},        /* a pattern, twice; the text is short */
    {"name", 2 + 2 * 2}, /* 32 bytes */
    {"missing", 2 * 2},  /* two elements */
    {"scope", 2 * 3},    /* three elements */
    {"context.tags", 1 + 2 * 3},
    {"context.a.b.c", 3 + 2},
    {"context.nothing", 1 + 2},
};

START_TEST(takes_steps_for_what_it_tries)
{
    static const char json[] =
        "{\"id\":\"a\",\"provider\":\"imap\",\"email\":\"a@b.example\","
        "\"name\":\"0123456789abcdef0123456789abcdef\",\"scope\":[\"x\","
        "\"y\",\"z\"],\"settings\":{\"imap_host\":\"h\"}}";
    static const char context[] =
        "{\"tags\":[1,2,3],\"a\":{\"b\":{\"c\":\"d\"}}}";
    struct ggp_document more = {0};
    struct ggp_pattern patterns[2];
    struct ggp_test test = {.patterns = patterns, .npatterns = 2};
    struct ggp_condition condition = {&test, 1};
    struct ggp_grant grant = {0};
    int64_t steps = efforts[_i].steps;

    ck_assert_int_eq(
        ggp_document_read(&document, json, sizeof(json) - 1, &error), GG_OK);
    ck_assert_int_eq(
        ggp_grant_read(&grant, ggp_document_root(&document), &error), GG_OK);
    ck_assert_int_eq(
        ggp_document_read(&more, context, sizeof(context) - 1, &error), GG_OK);
    grant.facts.context = ggp_document_root(&more);
    ggp_smtp_judge(&grant);
    add_test(&test, &patterns[1], efforts[_i].key,
             ggp_value_text("imap_username"));
    patterns[0] = patterns[1];
    test.patterns = patterns;
    test.npatterns = 2;
    ck_assert_int_eq(
        ggp_condition_holds(&condition, &ggp_grant_subject, &grant, &steps), 0);
    ck_assert_int_eq(steps, 0);
    steps = efforts[_i].steps - 1;
    ck_assert_int_eq(
        ggp_condition_holds(&condition, &ggp_grant_subject, &grant, &steps),
        -1);
    ggp_document_free(&more);
}
END_TEST

START_TEST(holds_for_requests_too)
{
    struct ggp_text key = {"purpose", 7};
    struct ggp_value value = ggp_value_text("reauth");
    struct ggp_request request = {.is_reauth = 1};
    struct ggp_pattern pattern;
    struct ggp_test test = {.patterns = &pattern, .npatterns = 1};
    struct ggp_condition condition = {&test, 1};

    ck_assert_int_eq(
        ggp_test_field(&test, &arena, &ggp_request_subject, key, &error),
        GG_OK);
    ck_assert_int_eq(ggp_pattern_read(&pattern, &arena, &test,
                                      &ggp_request_subject, &value, &error),
                     GG_OK);
    ck_assert(holds(&condition, &ggp_request_subject, &request));
    request.is_reauth = 0;
    ck_assert(!holds(&condition, &ggp_request_subject, &request));
}
END_TEST

Suite *condition_suite(void)
{
    Suite *suite = suite_create("condition");
    TCase *fields = tcase_create("fields");
    TCase *matching = tcase_create("match");

    tcase_add_checked_fixture(fields, NULL, teardown);
    tcase_add_loop_test(fields, finds_the_field_or_says_what_would_be_right, 0,
                        COUNT(keys));
    tcase_add_test(fields, knows_the_fields_of_a_request);
    suite_add_tcase(suite, fields);
    tcase_add_checked_fixture(matching, NULL, teardown);
    tcase_add_loop_test(matching, holds_where_the_field_matches, 0,
                        COUNT(tests));
    tcase_add_test(matching, needs_every_entry_and_any_value_of_each);
    tcase_add_test(matching, takes_one_string_for_a_list_of_one);
    tcase_add_loop_test(matching, takes_steps_for_what_it_tries, 0,
                        COUNT(efforts));
    tcase_add_test(matching, holds_for_requests_too);
    suite_add_tcase(suite, matching);
    return suite;
}
