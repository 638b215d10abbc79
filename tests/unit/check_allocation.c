/* SPDX-License-Identifier: MIT */
/*
 * check_allocation.c - every allocation fails once: what was asked is answered
 * rightly or with "out of memory", nothing leaks, and the next question is
 * answered as ever.
 */
#include "suites.h"

#include "policy_set.h"
#include "scarcity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_REQUESTS 100000

/* clang-format off */
static const struct policy_file files[] = {
    {"default.lua",
     "return { evaluate = {\n"
     "  rule { 'data', when = { id = 'rule' }, accept { reason = 'x', data = "
     "{ a = 1, b = { 2.5 } } } },\n"
     "}, connect = { smtp_required = true } }"},
    {"providers/imap.lua",
     "local names = require 'lib.names'\n"
     "return { evaluate = {\n"
     "  rule { 'port', when = { ['settings.smtp_port'] = { 25, '<=26' }, email"
     " = '*@b.c' }, repair { reason = 'p', smtp_host = 's', smtp_port = 465 } "
     "},\n"
     "  rule { 'code', when = function(grant) return grant.id:find '^code' end"
     ", function(grant)\n"
     "    log('deciding about ' .. grant.id)\n"
     "    return accept { reason = names.of(grant), data = { grant.raw, "
     "grant.settings.smtp_host } }\n"
     "  end },\n"
     "  rule { 'bad', when = { id = 'bad' }, function(grant) return grant.smpt "
     "end },\n"
     "} }"},
    {"lib/names.lua",
     "return { of = function(grant) return (grant.id:gsub('%W', '_')) end }"},
    {"tenants/acme.lua",
     "return { about = 'x', inherits = 'base', mandate = { evaluate = { rule {"
     " 'm', when = { id = 'mandate' }, defer { reason = 'm', after = '1h' } } }"
     " }, connect = function(request) return { state = request.purpose, scope "
     "= { 'a', 'b' } } end }"},
    {"tenants/base.lua",
     "return { evaluate = { rule { 'no', when = { id = 'link' }, reauth { "
     "reason = 'r', notify = 'owner', options = { 'o' } } } } }"},
    {"tenants.lua", "return { trial = 'acme', ['gold-*'] = 'base' }"},
    {NULL, NULL}};

#define ENVELOPE(id, rest)                                                     \
    "{\"grant\":{\"id\":\"" id "\",\"provider\":\"imap\",\"email\":\"a@b.c\"," \
    "\"settings\":{\"smtp_host\":\"h\"}},\"tenant\":\"acme\"" rest "}"

static const char *const grants[] = {
    ENVELOPE("rule", ""),
    ENVELOPE("code-1", ",\"context\":{\"x\":[1,{\"y\":null}]}"),
    ENVELOPE("link", ",\"send_error\":\"no route\""),
    ENVELOPE("mandate", ""),
    ENVELOPE("bad", ""),
    ENVELOPE("nobody", ""),
    ENVELOPE("a b", ""),
    "{\"id\":",
    "{\"grant\":{\"id\":\"gone\"},\"fetch_error\":{\"message\":\"no\"}}",
};
/* clang-format on */

static char folder[64];
static struct policy_set set;

/* What came of a run, kept outside of the memory that runs out. */
static struct outcome {
    char text[16384];
    size_t len;
} outcome;

static void say(const char *text)
{
    size_t len = text ? strlen(text) : 0;

    if (len >= sizeof(outcome.text) - outcome.len)
        abort();
    memcpy(outcome.text + outcome.len, text ? text : "", len);
    outcome.len += len;
    outcome.text[outcome.len] = '\0';
}

static void hear(const char *where, const char *grant_id, const char *text,
                 void *payload)
{
    (void)payload;
    say(where);
    say(grant_id);
    say(text);
}

static void setup(void)
{
    memset(&set, 0, sizeof(set));
    policy_folder_write(files, folder);
    ck_assert_msg(gg_policies_open(folder, NULL, &set.policies, &set.error) ==
                      GG_OK,
                  "%s", set.error.message);
}

static void teardown(void)
{
    policy_folder_remove(files, folder);
    policy_set_free(&set);
}

static struct gg_session_options session_options(void)
{
    struct gg_session_options options = {.log = hear, .trace = 1};

    options.caller.client_id = "app";
    options.caller.redirect_uri = "https://host.example/cb";
    return options;
}

/* --- the walk ------------------------------------------------------------- */

/* Something to run: it says into `outcome` what came of it, leaves nothing
 * behind but the session, and with @row does so for a row of a table. */
struct scene {
    gg_status (*run)(int row, struct gg_error *err);
    int row;
};

static gg_status run(const struct scene *scene, struct gg_error *err)
{
    outcome.len = 0;
    outcome.text[0] = '\0';
    memset(err, 0, sizeof(*err));
    return scene->run(scene->row, err);
}

/* The same, and unless a session keeps something it leaves no block behind. */
static gg_status run_clean(const struct scene *scene, struct gg_error *err)
{
    long blocks = scarcity_blocks();
    gg_status status = run(scene, err);

    blocks = scarcity_blocks() - blocks;
    scarcity_end();
    if (!set.session)
        ck_assert_msg(blocks == 0, "%ld blocks are left", blocks);
    return status;
}

/* Run it with request @n refused.  Returns whether any was. */
static int run_short(const struct scene *scene, enum scarcity kind, long n,
                     const char *expected)
{
    struct gg_error err;
    gg_status status;

    scarcity_begin(kind, n);
    status = run_clean(scene, &err);
    if (status == GG_OK) {
        ck_assert_msg(strcmp(outcome.text, expected) == 0,
                      "request %ld refused\nwanted: %s\ngot: %s", n, expected,
                      outcome.text);
    } else {
        ck_assert_msg(scarcity_refused() > 0 && status == GG_ENOMEM,
                      "request %ld refused: %s: %s", n, gg_status_token(status),
                      err.message);
        ck_assert_int_eq(err.status, status);
        ck_assert_str_ne(err.message, "");
    }
    return scarcity_refused() > 0;
}

/* Refuse requests in turn; in a session that is kept, ask again after each
 * with all granted. */
static void walk(gg_status (*body)(int row, struct gg_error *err), int row)
{
    static char expected[sizeof(outcome.text)];
    const struct scene scene = {body, row};
    struct gg_error err;
    int kind;
    long n;

    ck_assert_msg(run(&scene, &err) == GG_OK, "%s", err.message);
    memcpy(expected, outcome.text, sizeof(expected));
    for (kind = SCARCITY_ONE; kind <= SCARCITY_LASTS; kind++) {
        for (n = 0; run_short(&scene, (enum scarcity)kind, n, expected);
             n += SCARCITY_STRIDE) {
            ck_assert_int_lt(n, MOST_REQUESTS);
            if (!set.session)
                continue;
            ck_assert_msg(run(&scene, &err) == GG_OK, "after %ld: %s", n,
                          err.message);
            ck_assert_str_eq(outcome.text, expected);
        }
        ck_assert_int_gt(n, 0);
    }
}

/* --- loading -------------------------------------------------------------- */

/* A file for which there was no memory is not a broken one. */
static gg_status load(int row, struct gg_error *err)
{
    static const struct gg_policies_options options = {.isolate_tenants = 1};
    gg_policies *untouched = set.policies;
    gg_policies *policies = untouched;
    gg_status status = gg_policies_open(folder, &options, &policies, err);

    (void)row;
    if (status != GG_OK)
        return policies == untouched ? status : GG_EINVAL;
    say(gg_policies_digest(policies));
    say(gg_policies_has_tenant(policies, "trial") ? "trial" : "");
    say(gg_policies_broken(policies, 0));
    gg_policies_free(policies);
    return GG_OK;
}

START_TEST(loads_a_set_or_says_it_is_out_of_memory)
{
    walk(load, 0);
}
END_TEST

static void take_result(const struct gg_test_result *result, void *payload)
{
    (void)payload;
    say(result->name);
    say(result->passed ? "passed" : "failed");
    say(result->expected);
    say(result->actual);
    say(result->message);
}

static gg_status test_policies(int row, struct gg_error *err)
{
    (void)row;
    return gg_policies_test(set.policies, folder, NULL, take_result, NULL, err);
}

START_TEST(tests_a_set_or_says_it_is_out_of_memory)
{
    static const struct policy_file tests[] = {
        {"default_test.lua",
         "return { { 'decides', tenant = 'acme', grant = { id = 'rule', "
         "provider = 'imap' }, expect = { action = 'accept' } },\n"
         "{ 'differs', grant = { id = 'x', provider = 'imap' }, expect = { "
         "reason = 'y' } },\n"
         "{ 'signs in', tenant = 'acme', connect = { provider = 'imap' }, "
         "context = { a = 1 }, expect = { smtp_required = true } } }"},
        {NULL, NULL}};

    policy_folder_remove(files, folder);
    policy_folder_write(tests, folder);
    walk(test_policies, 0);
    policy_folder_remove(tests, folder);
    policy_folder_write(files, folder);
}
END_TEST

/* --- questions ------------------------------------------------------------ */

static gg_status ask(gg_session *session, int row, struct gg_error *err)
{
    static const struct gg_decision untouched;
    const struct gg_decision *decision = &untouched;
    struct gg_facts facts = {.send_error_at = 1,
                             .context = "{\"plan\":[\"pro\"]}"};
    char *record = NULL;
    gg_status status = gg_session_evaluate(
        session, grants[row], strlen(grants[row]), &facts, NOW, &decision, err);

    if (status != GG_OK)
        return decision == &untouched ? status : GG_EINVAL;
    status = gg_decision_record(decision, &record, err);
    if (status != GG_OK)
        return record ? GG_EINVAL : status;
    say(record);
    gg_free(record);
    return GG_OK;
}

/* All of them, in a session of its own, which has loaded nothing yet. */
static gg_status ask_first(int row, struct gg_error *err)
{
    struct gg_session_options options = session_options();
    gg_session *session = NULL;
    gg_status status = gg_session_open(set.policies, &options, &session, err);

    for (row = 0; status == GG_OK && row < COUNT(grants); row++)
        status = ask(session, row, err);
    gg_session_free(session);
    return status;
}

START_TEST(decides_or_says_it_is_out_of_memory)
{
    walk(ask_first, 0);
}
END_TEST

static gg_status ask_on(int row, struct gg_error *err)
{
    return ask(set.session, row, err);
}

static void open_session(void)
{
    struct gg_session_options options = session_options();

    ck_assert_int_eq(
        gg_session_open(set.policies, &options, &set.session, &set.error),
        GG_OK);
}

START_TEST(goes_on_deciding_in_the_same_session)
{
    open_session();
    walk(ask_on, _i);
}
END_TEST

static gg_status sign_in(int row, struct gg_error *err)
{
    static const struct gg_connect_answer untouched;
    const struct gg_connect_request request = {.tenant = "trial",
                                               .provider = "imap",
                                               .email = "a@b.c",
                                               .context = "{\"a\":1}"};
    const struct gg_connect_answer *answer = &untouched;
    gg_status status;

    if (row)
        ggp_session_renew(set.session); /* load again, too */
    status = gg_session_connect(set.session, &request, NOW, &answer, err);
    if (status != GG_OK)
        return answer == &untouched ? status : GG_EINVAL;
    say(answer->auth_url);
    say(answer->fields);
    say(answer->from);
    say(answer->error_message);
    return GG_OK;
}

START_TEST(signs_in_or_says_it_is_out_of_memory)
{
    open_session();
    walk(sign_in, _i);
}
END_TEST

/* A policy's limit is no want of memory: whatever it is, there is a record. */
START_TEST(decides_or_meets_its_limit_however_little_memory_it_has)
{
    static const char refused[] = "\"error\":{\"code\":\"memory_limit\"";
    static const char accepted[] = "\"action\":\"accept\"";
    struct gg_error err;
    size_t bytes;
    int is_met = 1;

    open_session();
    for (bytes = 1; is_met; bytes += 48) {
        outcome.len = 0;
        outcome.text[0] = '\0';
        set.session->limits.memory_bytes = bytes;
        ck_assert_int_eq(ask_on(1, &err), GG_OK);
        is_met = strstr(outcome.text, refused) != NULL;
        ck_assert_int_eq(is_met, strstr(outcome.text, accepted) == NULL);
        ck_assert_uint_lt(bytes, 1 << 20);
    }
    ck_assert_uint_gt(bytes, 1000);
}
END_TEST

/* --- batches -------------------------------------------------------------- */

static long read_text(void *payload, char *bytes, size_t size,
                      struct gg_error *err)
{
    const char **text = payload;
    size_t n = strlen(*text);

    (void)err;
    if (n > size)
        n = size;
    memcpy(bytes, *text, n);
    *text += n;
    return (long)n;
}

static const char *const facts =
    "{\"id\":\"code-1\",\"tenant\":\"base\",\"send_error\":\"e\",\"context\":"
    "{\"a\":[1,{\"b\":\"c\"}]}}\n{\"id\":\"nobody\",\"sent_at\":7}\n";

static gg_status read_facts(int row, struct gg_error *err)
{
    const char *text = facts;
    struct gg_source source = {.read = read_text, .payload = &text};
    struct ggp_text id = ggp_text_of("code-1");
    gg_facts_table *table = NULL;
    gg_status status = gg_facts_table_read(&source, &table, err);
    const struct ggp_facts *found;

    (void)row;
    if (status != GG_OK)
        return table ? GG_EINVAL : status;
    found = ggp_facts_table_find(table, id);
    say(found->tenant.at);
    say(found->send_error.at);
    say(yyjson_is_obj(found->context) ? "context" : "none");
    gg_facts_table_free(table);
    return GG_OK;
}

START_TEST(reads_facts_or_says_it_is_out_of_memory)
{
    walk(read_facts, 0);
}
END_TEST

static gg_status write_text(void *payload, const char *bytes, size_t len,
                            struct gg_error *err)
{
    (void)payload;
    (void)err;
    while (len-- > 0)
        say((char[]){*bytes++, '\0'});
    return GG_OK;
}

static const char *const lines = ENVELOPE("code-1", "") "\n" ENVELOPE(
    "link", "") "\n\n{\n"
                "{\"data\":[]}\n" ENVELOPE("rule", ",\"context\":{}");

static gg_status run_batch(gg_tally *tally, struct gg_error *err)
{
    const char *text = lines;
    struct gg_source source = {"lines", 0, read_text, &text};
    struct gg_pipeline pipeline = {.policies = set.policies,
                                   .session = session_options(),
                                   .sources = &source,
                                   .nsources = 1,
                                   .now = NOW,
                                   .write = write_text};
    char number[32];
    gg_status status = gg_pipeline_run(&pipeline, tally, err);

    if (status != GG_OK)
        return status;
    (void)snprintf(
        number, sizeof(number), "%llu",
        (unsigned long long)gg_tally_provider(tally, 0)->actions[GG_ACCEPT]);
    say(number);
    return GG_OK;
}

static gg_status batch(int row, struct gg_error *err)
{
    gg_tally *tally = NULL;
    gg_status status = gg_tally_new(&tally, err);

    (void)row;
    if (status == GG_OK)
        status = run_batch(tally, err);
    gg_tally_free(tally);
    return status;
}

START_TEST(runs_a_batch_or_says_it_is_out_of_memory)
{
    walk(batch, 0);
}
END_TEST

Suite *allocation_suite(void)
{
    Suite *suite = suite_create("allocation");
    TCase *test = tcase_create("walk");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_set_timeout(test, 120);
    tcase_add_test(test, loads_a_set_or_says_it_is_out_of_memory);
    tcase_add_test(test, tests_a_set_or_says_it_is_out_of_memory);
    tcase_add_test(test, decides_or_says_it_is_out_of_memory);
    tcase_add_loop_test(test, goes_on_deciding_in_the_same_session, 0,
                        COUNT(grants));
    tcase_add_test(test,
                   decides_or_meets_its_limit_however_little_memory_it_has);
    tcase_add_loop_test(test, signs_in_or_says_it_is_out_of_memory, 0, 2);
    tcase_add_test(test, reads_facts_or_says_it_is_out_of_memory);
    tcase_add_test(test, runs_a_batch_or_says_it_is_out_of_memory);
    suite_add_tcase(suite, test);
    return suite;
}
