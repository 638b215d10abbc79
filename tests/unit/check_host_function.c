/* SPDX-License-Identifier: MIT */
/* check_host_function.c - what a host offers: checked when a set opens, and
 * named nowhere in its files unless it is offered. */
#include "suites.h"

#include "policy_set.h"
#include "scarcity.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static struct policy_set set;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
}

static void teardown(void)
{
    policy_set_free(&set);
}

static gg_status open_with(const struct policy_file *files,
                           const struct gg_function *functions, size_t n)
{
    const struct gg_policies_options options = {.functions = functions,
                                                .nfunctions = n};

    return policy_set_try(&set, files, &options);
}

/* --- what is offered --- */

static const struct {
    struct gg_function function;
    const char *message;
} odd[] = {
    {{.name = NULL}, "the name of a host function must be"},
    {{.name = ""}, "the name of a host function must be"},
    {{.name = "Plan"}, "the name of a host function must be"},
    {{.name = "1st"}, "the name of a host function must be"},
    {{.name = "a.b"}, "the name of a host function must be"},
    {{.name = "abcdefghijklmnopqrstuvwxyz_012345"},
     "the name of a host function must be"},
    {{.name = "plan", .cost = -1}, "the cost of the host function 'plan'"},
    {{.name = "plan", .cost = INT64_MAX}, "the cost of the host function"},
    {{.name = "plan", .result = (enum gg_type)9},
     "the result of the host function 'plan' has no type"},
    {{.name = "plan", .nparameters = 9}, "'plan' has more than 8 parameters"},
    {{.name = "plan", .nparameters = 1},
     "parameter 1 of the host function 'plan' has no type"},
    {{.name = "plan", .nrequired = 1}, "'plan' requires more parameters than"},
};

static const struct policy_file plain[] = {{"default.lua", "return {}"},
                                           {NULL, NULL}};

START_TEST(refuses_a_function_that_does_not_fit)
{
    ck_assert_int_eq(open_with(plain, &odd[_i].function, 1), GG_EINVAL);
    expect_part(set.error.message, odd[_i].message);
}
END_TEST

START_TEST(refuses_a_name_twice_and_too_many)
{
    static const struct gg_function twice[] = {
        {.name = "b"}, {.name = "a"}, {.name = "b"}};
    static const struct gg_function many[GG_FUNCTIONS_MAX + 1];

    ck_assert_int_eq(open_with(plain, twice, 3), GG_EINVAL);
    expect_part(set.error.message, "the host function 'b' is offered twice");
    ck_assert_int_eq(open_with(plain, many, GG_FUNCTIONS_MAX + 1), GG_EINVAL);
    ck_assert_int_eq(open_with(plain, NULL, 1), GG_EINVAL);
}
END_TEST

/* --- what files use --- */

static const struct gg_function offered[] = {
    {.name = "plan"}, {.name = "is_paid"}, {.name = "_x1"}};

/* Bodies of the function of a rule that is never asked. */
static const struct {
    const char *code;
    const char *message; /* NULL: it loads */
} uses[] = {
    {"return host.plan('x') and accept 'x'", NULL},
    {"local plan = host.plan return plan('x') and accept 'x'", NULL},
    {"return host['plan']('x') and accept 'x'", NULL},
    {"return (host).plan('x') and accept 'x'", NULL},
    {"return host._x1(host.is_paid()) and accept 'x'", NULL},
    {"return _ENV.host.plan('x') and accept 'x'", NULL},
    {"local a, b = host.plan, host.is_paid return b(a()) and accept 'x'", NULL},
    {"local x x = host.plan('x') return x and accept 'x'", NULL},
    {"local t = { p = host.plan } t.q = host.plan t[host.plan] = 1 return "
     "host.plan == t.p and accept 'x'",
     NULL},
    {"return tostring(host.plan) and not host.plan and #host.plan() > 1", NULL},
    {"local host = { y = 1 } return host.y and accept 'x'", NULL},
    {"local host = grant.settings.host return host and accept 'x'", NULL},
    {"local t = { host = 1 } t.host = 2 return t.host and accept 'x'", NULL},
    {"return function() return function() return host.plan() end end", NULL},

    {"return host.nope('x')",
     "there is no 'host.nope'; the host offers _x1, is_paid, plan"},
    {"return host.plan('x') or host.plans('x')", "there is no 'host.plans'"},
    {"return function() return function() return host.nope() end end",
     "there is no 'host.nope'"},
    {"return host['no pe']", "there is no 'host.no pe'"},
    {"return _ENV.host.nope()", "there is no 'host.nope'"},
    {"return host.a_name_of_more_than_forty_characters_is_none()",
     "there is no 'host.a_name_of_more_than_forty_characters_is_none'"},
    {"if false then host.nope() end", "there is no 'host.nope'"},
    {"local h = host return h.plan()", "'host' stands only before a name"},
    {"local h = host local p = h.plan return h.nope",
     "'host' stands only before a name"},
    {"local p p = host.plan return p", "'host' stands only before a name"},
    {"local n = 'plan' return host[n]()", "'host' stands only before a name"},
    {"return host[1]", "'host' stands only before a name"},
    {"return host[1.5]", "'host' stands only before a name"},
    {"return host:plan()", "'host' stands only before a name"},
    {"return tostring(host)", "'host' stands only before a name"},
    {"for k in pairs(host) do end", "'host' stands only before a name"},
    {"return (grant.name and host or {}).plan()",
     "'host' stands only before a name"},
    {"host.plan = 1", "'host' stands only before a name"},
    {"return #host", "'host' stands only before a name"},
    {"return host == nil", "'host' stands only before a name"},
    {"local h h = host", "'host' stands only before a name"},
    {"return { host }", "'host' stands only before a name"},
    {"return host", "'host' stands only before a name, as in host.name(...), "
                    "and is no value or variable of its own; the host offers"},

    {"local e = _ENV return e.host.nope()", "uses '_ENV' as a value"},
    {"local k = 'host' return _ENV[k].nope()", "uses '_ENV' as a value"},
    {"return (function(e) return e.host.nope end)(_ENV)",
     "uses '_ENV' as a value"},
};

/* The same in a file, in a library, in a mandate. */
static const struct {
    const char *path;
    const char *before;
    const char *after;
} frames[] = {
    {"default.lua",
     "return { evaluate = { rule { 'all', when = 'always', accept 'all' }, "
     "rule { 'never', when = function(grant)\n",
     "\nend, accept 'x' } } }"},
    {"lib/x.lua", "local function never(grant)\n", "\nend return { never }"},
    {"tenants/acme.lua", "return { mandate = { connect = function(grant)\n",
     "\nend } }"},
};

START_TEST(loads_what_uses_only_what_is_offered)
{
    char text[1024];
    int i;

    for (i = 0; i < COUNT(frames); i++) {
        const char *path = frames[i].path;
        const struct policy_file files[] = {
            {path, text},
            {i == 0 ? "providers/imap.lua" : "default.lua", "return {}"},
            {NULL, NULL}};
        char place[64];
        gg_status status;

        snprintf(text, sizeof(text), "%s%s%s", frames[i].before, uses[_i].code,
                 frames[i].after);
        snprintf(place, sizeof(place), "%s:2: ", path);
        status = open_with(files, offered, COUNT(offered));
        if (uses[_i].message) {
            ck_assert_int_eq(status, GG_EPOLICY);
            expect_part(set.error.message, uses[_i].message);
            expect_part(set.error.message, place);
        } else {
            ck_assert_msg(status == GG_OK, "%s", set.error.message);
        }
        policy_set_free(&set);
    }
}
END_TEST

/* A file with so many constants that none of these is named directly. */
START_TEST(sees_uses_in_a_file_of_many_constants)
{
    static const struct {
        const char *use;
        const char *message;
    } rows[] = {
        {"host.plan('x')", NULL},
        {"host.nope('x')", "there is no 'host.nope'"},
        {"tostring(host)", "'host' stands only before a name"},
        {"host:plan()", "'host' stands only before a name"},
        {"(function(t, e) return e[t[1]].nope end)(t, _ENV)",
         "uses '_ENV' as a value"},
    };
    static char text[16384];
    const struct policy_file files[] = {{"default.lua", text}, {NULL, NULL}};
    size_t len;
    gg_status status;
    int i;

    len = (size_t)snprintf(text, sizeof(text),
                           "local function never() "
                           "local t = {");
    for (i = 0; i < 400; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "'c%d',", i);
    snprintf(text + len, sizeof(text) - len, "}\n return %s end return {}",
             rows[_i].use);
    status = open_with(files, offered, COUNT(offered));
    if (rows[_i].message)
        expect_part(set.error.message, rows[_i].message);
    ck_assert_int_eq(status, rows[_i].message ? GG_EPOLICY : GG_OK);
    if (rows[_i].message)
        expect_part(set.error.message, "default.lua:2: ");
}
END_TEST

START_TEST(says_that_nothing_is_offered)
{
    const struct policy_file files[] = {
        {"default.lua", "return { evaluate = function() return host.plan() "
                        "end }"},
        {NULL, NULL}};

    ck_assert_int_eq(policy_set_try(&set, files, NULL), GG_EPOLICY);
    ck_assert_str_eq(set.error.message,
                     "default.lua:1: there is no 'host.plan'; the host offers "
                     "no functions");
}
END_TEST

START_TEST(lets_the_globals_be_a_value_where_nothing_is_offered)
{
    const char *data = policy_set_data(
        &set, "local e = _ENV return accept { reason = 'x', data = { "
              "e.math.abs(-1) } }");

    ck_assert_str_eq(data, "[1]");
}
END_TEST

START_TEST(is_checked_by_looking_at_the_set)
{
    const struct policy_file files[] = {
        {"default.lua", "return { evaluate = function() return host.plan('x') "
                        "and accept 'x' end }"},
        {"default_test.lua",
         "return { { 'a', grant = { provider = 'imap' }, host = { plan = 'pro' "
         "}, expect = { reason = 'x' } } }"},
        {NULL, NULL}};

    ck_assert_int_eq(open_with(files, offered, COUNT(offered)), GG_OK);
    expect_part(policy_set_decide(&set, "{\"id\":\"g\",\"provider\":\"x\"}")
                    ->error_message,
                "default.lua:1: host.plan cannot be called here: its name is "
                "all that is known of it");
}
END_TEST

/* --- memory, threads --- */

static atomic_int calls;

static gg_status count(const struct gg_value *args, size_t nargs,
                       struct gg_value *result, void *payload,
                       struct gg_error *err)
{
    (void)nargs;
    (void)payload;
    (void)err;
    calls++;
    result->type = GG_STRING;
    result->string = result->room;
    result->len = (size_t)snprintf(result->room, GG_RESULT_ROOM_BYTES, "%s_%s",
                                   args[0].string, args[0].string);
    return GG_OK;
}

static const struct gg_function counting = {.name = "count",
                                            .parameters = {GG_STRING},
                                            .nparameters = 1,
                                            .nrequired = 1,
                                            .result = GG_STRING,
                                            .call = count};

static const struct policy_file asking[] = {
    {"default.lua", "return { evaluate = function(grant) return accept(host."
                    "count(grant.id)) end }"},
    {NULL, NULL}};

START_TEST(leaves_nothing_behind_where_memory_runs_out)
{
    const struct gg_policies_options options = {.functions = &counting,
                                                .nfunctions = 1};
    const struct gg_decision *decision;
    static const char json[] = "{\"id\":\"g\",\"provider\":\"x\"}";
    gg_status status = GG_ENOMEM;
    char folder[64];
    long before;
    long after;
    long n;

    policy_folder_write(asking, folder);
    before = scarcity_blocks();
    for (n = 0; status == GG_ENOMEM && n < 100000; n += 1 + n / 50) {
        scarcity_begin(SCARCITY_LASTS, n);
        status = gg_policies_open(folder, &options, &set.policies, &set.error);
        if (status == GG_OK)
            status = gg_session_open(set.policies, NULL, &set.session,
                                     &set.error);
        if (status == GG_OK)
            status = gg_session_evaluate(set.session, json, strlen(json), NULL,
                                         NOW, &decision, &set.error);
        scarcity_end();
        if (status != GG_OK)
            policy_set_free(&set);
    }
    ck_assert_int_eq(status, GG_OK);
    ck_assert_str_eq(decision->reason, "g_g");
    policy_set_free(&set);
    after = scarcity_blocks();
    policy_folder_remove(asking, folder);
    ck_assert_int_gt(n, 100);
    ck_assert_int_le(after, before);
}
END_TEST

/* gg_read_fn: grants from g0 on; @payload is how many are left. */
static long read_grants(void *payload, char *bytes, size_t size,
                        struct gg_error *err)
{
    int *left = payload;

    (void)err;
    if (*left == 0)
        return 0;
    --*left;
    return snprintf(bytes, size, "{\"id\":\"g%d\",\"provider\":\"x\"}\n",
                    *left);
}

static gg_status write_nothing(void *payload, const char *bytes, size_t len,
                               struct gg_error *err)
{
    (void)payload;
    (void)bytes;
    (void)len;
    (void)err;
    return GG_OK;
}

START_TEST(is_called_from_all_threads_of_a_batch)
{
    int left = 5000;
    const struct gg_source source = {"grants", 0, read_grants, &left};
    struct gg_pipeline pipeline = {
        .sources = &source, .nsources = 1, .jobs = 4, .write = write_nothing};
    gg_tally *tally;

    ck_assert_int_eq(open_with(asking, &counting, 1), GG_OK);
    ck_assert_int_eq(gg_tally_new(&tally, &set.error), GG_OK);
    pipeline.policies = set.policies;
    ck_assert_int_eq(gg_pipeline_run(&pipeline, tally, &set.error), GG_OK);
    ck_assert_uint_eq(gg_tally_actions(tally, GG_ACCEPT), 5000);
    ck_assert_int_eq(calls, 5000);
    gg_tally_free(tally);
}
END_TEST

Suite *host_function_suite(void)
{
    Suite *suite = suite_create("host_function");
    TCase *test = tcase_create("host_function");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, refuses_a_function_that_does_not_fit, 0,
                        COUNT(odd));
    tcase_add_test(test, refuses_a_name_twice_and_too_many);
    tcase_add_loop_test(test, loads_what_uses_only_what_is_offered, 0,
                        COUNT(uses));
    tcase_add_loop_test(test, sees_uses_in_a_file_of_many_constants, 0, 5);
    tcase_add_test(test, says_that_nothing_is_offered);
    tcase_add_test(test, lets_the_globals_be_a_value_where_nothing_is_offered);
    tcase_add_test(test, is_checked_by_looking_at_the_set);
    tcase_add_test(test, leaves_nothing_behind_where_memory_runs_out);
    tcase_add_test(test, is_called_from_all_threads_of_a_batch);
    tcase_set_timeout(test, 60);
    suite_add_tcase(suite, test);
    return suite;
}
