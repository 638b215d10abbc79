/* SPDX-License-Identifier: MIT */
/*
 * check_session.c - hostile and broken questions: whatever a policy does, it
 * is an error and never an accept, and the next question is as if it had
 * not been.
 */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRANT                                                                  \
    "{\"grant\":{\"id\":\"g-1\",\"provider\":\"imap\",\"email\":\"a@b.c\","    \
    "\"settings\":{\"smtp_host\":\"h\"}},\"tenant\":\"acme\",\"context\":"     \
    "{\"x\":1}}"

static struct policy_set set;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
}

static void teardown(void)
{
    policy_set_free(&set);
}

/* Bodies of evaluate for `g-1`; any other grant is accepted. */
static const struct {
    const char *code;
    gg_status status;
    const char *message; /* NULL: any */
} hostile[] = {
    /* Mistakes. */
    {"return accept(grant.emial)", GG_EPOLICY,
     "tenants/acme.lua:3: a grant has no field 'emial'"},
    {"return grant.settings.smtp_hots.x", GG_EPOLICY,
     "attempt to index a nil value (field 'smtp_hots')"},
    {"return grant[1]", GG_EPOLICY, "a grant has no field '1'"},
    {"return grant[nil]", GG_EPOLICY, "a grant has no field 'nil'"},
    {"return grant[grant]", GG_EPOLICY,
     "a grant has no field 'grantgate.subject'"},
    {"return grant.id.x.y", GG_EPOLICY, NULL},
    {"for k in pairs(grant) do end", GG_EPOLICY,
     "a grant cannot be walked: read its fields by name, or walk grant.raw"},
    {"return #grant", GG_EPOLICY, "a grant cannot be walked"},
    {"return grant()", GG_EPOLICY, "attempt to call"},
    {"return grant .. 'x'", GG_EPOLICY, "attempt to concatenate"},
    {"return accept(undefined)", GG_EPOLICY,
     "there is no variable 'undefined'"},

    /* What is raised. */
    {"error 'no'", GG_EPOLICY, "tenants/acme.lua:3: no"},
    {"error(7)", GG_EPOLICY, "tenants/acme.lua:3: 7"},
    {"error(nil)", GG_EPOLICY, "tenants/acme.lua:3: raised a nil"},
    {"error {}", GG_EPOLICY, "tenants/acme.lua:3: raised a table"},
    {"error(accept 'ok')", GG_EPOLICY, "raised a userdata"},
    {"error(grant)", GG_EPOLICY, "raised a userdata"},
    {"error('not enough memory', 0)", GG_EPOLICY, "not enough memory"},
    {"assert(false)", GG_EPOLICY, "assertion failed!"},
    {"assert(nil, accept 'x')", GG_EPOLICY, "raised a userdata"},

    /* What is returned. */
    {"return true", GG_EPOLICY,
     "tenants/acme.lua:2: evaluate must return accept, reauth, repair, defer, "
     "reject or nil, got boolean"},
    {"return false", GG_EPOLICY, "got boolean"},
    {"return 'accept'", GG_EPOLICY, "got string"},
    {"return 1", GG_EPOLICY, "got number"},
    {"return {}", GG_EPOLICY, "got table"},
    {"return { action = 'accept', reason = 'x' }", GG_EPOLICY, "got table"},
    {"return { accept 'x' }", GG_EPOLICY, "got table"},
    {"return accept", GG_EPOLICY, "got function"},
    {"return grant", GG_EPOLICY, "got userdata"},
    {"return grant.settings", GG_EPOLICY, "got userdata"},
    {"return rule { 'a', when = 'always', accept 'x' }", GG_EPOLICY,
     "got userdata"},
    {"return function() return accept 'x' end", GG_EPOLICY, "got function"},
    {"return accept()", GG_EPOLICY,
     "accept wants a reason or a table, got nil"},
    {"return accept ''", GG_EPOLICY, "reason must be"},
    {"return accept 'a\\0b'", GG_EPOLICY, "'reason' holds a NUL"},
    {"return accept(grant)", GG_EPOLICY, "accept wants a reason or a table"},

    /* Limits. */
    {"while true do end", GG_EINSTRUCTIONS,
     "tenants/acme.lua:3: ran longer than 1000000 instructions"},
    {"repeat local f = function() end until f == 1", GG_EINSTRUCTIONS, NULL},
    {"local s = ('a'):rep(30) return s:find(('a?'):rep(30) .. s)",
     GG_EINSTRUCTIONS, NULL},
    {"return ('x'):rep(1e6):find(('.-'):rep(20) .. 'y')", GG_EINSTRUCTIONS,
     NULL},
    {"return ('x'):rep(1e7)", GG_EMEMORY,
     "tenants/acme.lua:2: used more than 8192 KiB of memory"},
    {"return ('x'):rep(1e8)", GG_EINSTRUCTIONS, NULL},
    {"local t = {} while true do t = { t, {}, {} } end", GG_EMEMORY, NULL},
    {"local s = 'x' while true do s = s .. s end", GG_EMEMORY, NULL},
    {"local function f() return 1 + f() end return f()", GG_EMEMORY, NULL},
    {"return accept { reason = 'x', data = { ('x'):rep(70000) } }", GG_EOUTPUT,
     "tenants/acme.lua:3: 'data' is over 65536 bytes as JSON"},
    {"return accept { reason = 'x', data = { ('x'):rep(65450) } }", GG_EOUTPUT,
     "the record would be over 64 KiB"},
    {"local t = {} for i = 1, 40 do t = { t } end return accept { reason = "
     "'x', data = t }",
     GG_EPOLICY, "'data' is nested more than 32 deep"},
    {"local t = {} t.t = t return accept { reason = 'x', data = t }",
     GG_EPOLICY, "'data' is nested more than 32 deep"},
    {"string.format(('%s'):rep(300), 1)", GG_EPOLICY, NULL},
    {"return accept { reason = 'x', data = { table.unpack({}, 1, 1e7) } }",
     GG_EINSTRUCTIONS, NULL},
    {"return reauth { reason = 'x', state = ('x'):rep(300) }", GG_EPOLICY,
     "state"},
    {"local t = {} for i = 1, 100 do t[i] = ('%d'):rep(50):format() .. i end",
     GG_EPOLICY, NULL},
    {"local t = {} for i = 1, 50 do t[i] = ('x'):rep(200) .. i end return "
     "reauth { reason = 'x', scope = t }",
     GG_EOUTPUT, NULL},

    /* Writing. */
    {"count = 1", GG_EPOLICY, "cannot set the global 'count'"},
    {"string.format = nil", GG_EPOLICY, "cannot set 'format'"},
    {"grant.email = 'x'", GG_EPOLICY, "cannot set 'email'"},
    {"kept.grant = grant", GG_EPOLICY, "cannot set 'grant'"},
};

static void open_hostile(const char *code)
{
    static char text[2048];
    static const struct policy_file files[] = {
        {"default.lua", "return { evaluate = { rule { 'd', when = 'always', "
                        "accept 'default' } } }"},
        {"tenants/acme.lua", text},
        {NULL, NULL}};

    snprintf(text, sizeof(text),
             "local kept = {} return {\n"
             "evaluate = function(grant) if grant.id == 'g-1' then\n"
             "%s\nend local _ = kept return accept 'other' end }",
             code);
    policy_set_open(&set, files);
}

/* Ask about @id, and compare the record with @expected if there is one. */
static char *ask(const char *id, const char *expected)
{
    char json[256];
    char *record;

    snprintf(json, sizeof(json),
             "{\"grant\":{\"id\":\"%s\",\"provider\":\"imap\",\"email\":\"a@b"
             ".c\",\"settings\":{\"smtp_host\":\"h\"}},\"tenant\":\"acme\"}",
             id);
    record = policy_set_record(&set, json);
    expect_no_address(record);
    if (expected)
        ck_assert_str_eq(record, expected);
    return record;
}

START_TEST(never_accepts_and_forgets_what_failed)
{
    const struct gg_decision *decision;
    char *other;
    char *record;

    open_hostile(hostile[_i].code);
    other = ask("g-2", NULL);
    expect_part(other, "\"reason\":\"other\"");
    record = ask("g-1", NULL);
    decision = &set.session->decision;
    ck_assert_msg(decision->error == hostile[_i].status, "%s: %s",
                  hostile[_i].code, decision->error_message);
    if (hostile[_i].status != GG_OK) {
        ck_assert_int_eq(decision->action, GG_ERROR);
        ck_assert_ptr_null(decision->reason);
        ck_assert_ptr_null(decision->data);
        ck_assert_ptr_null(decision->auth_url);
        ck_assert_str_eq(decision->policy, "tenants/acme.lua");
        expect_part(decision->error_message, hostile[_i].message);
    }
    free(ask("g-2", other));
    free(ask("g-1", record));
    free(ask("g-2", other));
    free(other);
    free(record);
}
END_TEST

START_TEST(ends_at_the_wall_time)
{
    set.options.limits.time_ms = 30;
    set.options.limits.instructions = INT64_MAX;
    open_hostile("while true do end");
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->error, GG_ETIME);
    ck_assert_str_eq(set.session->decision.error_message,
                     "tenants/acme.lua:3: ran longer than 30 ms");
}
END_TEST

START_TEST(keeps_to_the_limits_it_was_given)
{
    set.options.limits.instructions = 5000;
    set.options.limits.memory_bytes = 65536;
    open_hostile("local s = ('x'):rep(60000) s = s .. 'y' return accept 'x'");
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->error, GG_EMEMORY);
    ck_assert_str_eq(set.session->decision.error_message,
                     "tenants/acme.lua:2: used more than 64 KiB of memory");
    policy_set_free(&set);
    open_hostile("for i = 1, 10000 do end return accept 'x'");
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->error, GG_EINSTRUCTIONS);
}
END_TEST

/* What one question leaves behind is no room for the next. */
START_TEST(gives_the_same_memory_whatever_ran_before)
{
    char *fresh;
    int i;

    open_hostile("local s = ('x'):rep(8100 * 1024) return accept 'fits'");
    fresh = ask("g-1", NULL);
    for (i = 0; i < 10; i++) {
        free(ask("g-2", NULL));
        free(ask("g-1", fresh));
    }
    free(fresh);
    policy_set_free(&set);
    open_hostile("local s = ('x'):rep(8300 * 1024) return accept 'fits'");
    fresh = ask("g-1", NULL);
    expect_part(fresh, "memory_limit");
    for (i = 0; i < 10; i++) {
        free(ask("g-2", NULL));
        free(ask("g-1", fresh));
    }
    free(fresh);
}
END_TEST

/* A big context is garbage, too, once its question is over. */
START_TEST(gives_the_same_memory_to_files_loaded_later)
{
    static const struct policy_file files[] = {
        {"tenants/a.lua", "return { evaluate = function(grant) return accept("
                          "'n' .. #grant.context.list) end }"},
        {"tenants/b.lua", "return { evaluate = function(grant) local s = "
                          "('x'):rep(8300 * 1024) return accept 'fits' end }"},
        {NULL, NULL}};
    const struct gg_decision *decision;
    char *json = malloc(1 << 20);
    size_t len;
    int i;

    ck_assert_ptr_nonnull(json);
    policy_set_open(&set, files);
    len = (size_t)sprintf(json, "{\"grant\":{\"id\":\"a\",\"provider\":\"x\"},"
                                "\"tenant\":\"a\",\"context\":{\"list\":[0");
    for (i = 0; i < 100000; i++)
        len += (size_t)sprintf(json + len, ",%d", i % 10);
    sprintf(json + len, "]}}");
    ck_assert_str_eq(policy_set_decide(&set, json)->reason, "n100001");
    free(json);
    decision = policy_set_decide(&set, "{\"grant\":{\"id\":\"a\",\"provider\":"
                                       "\"x\"},\"tenant\":\"b\"}");
    ck_assert_int_eq(decision->error, GG_EMEMORY);
}
END_TEST

/* Loading in a session can fail where opening the set did not: the next
 * question must not find half a library. */
START_TEST(loads_anew_what_failed_to_load)
{
    static const struct policy_file files[] = {
        {"lib/a.lua", "local t = {} for i = 1, 1000 do t[i] = i end return t"},
        {"default.lua", "local a = require 'lib.a' return { evaluate = "
                        "function() return accept('n' .. #a) end }"},
        {NULL, NULL}};
    int64_t *steps;
    int64_t ample;

    policy_set_open(&set, files);
    steps = &set.policies->load_limits.instructions;
    ample = *steps;
    *steps = 2000;
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->error, GG_EINSTRUCTIONS);
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->error, GG_EINSTRUCTIONS);
    *steps = ample;
    ck_assert_str_eq(policy_set_decide(&set, GRANT)->reason, "n1000");
}
END_TEST

/* A set of default.lua and, for the tenant `big`, a file of 9,000 strings. */
static void open_big(const char *default_text)
{
    static char text[70000];
    const struct policy_file files[] = {
        {"default.lua", default_text}, {"tenants/big.lua", text}, {NULL, NULL}};
    size_t len = (size_t)sprintf(text, "return { evaluate = function() local "
                                       "t = {");
    int i;

    for (i = 0; i < 9000; i++)
        len += (size_t)sprintf(text + len, "'%d',", i);
    sprintf(text + len, "} return accept('n' .. #t) end }");
    policy_set_open(&set, files);
}

static const char big[] = "{\"grant\":{\"id\":\"a\",\"provider\":\"x\"},"
                          "\"tenant\":\"big\"}";

START_TEST(loads_big_files_after_data_that_was_too_big)
{
    open_big("return { evaluate = function() return accept { reason = 'x', "
             "data = { ('x'):rep(70000) } } end }");
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->error, GG_EOUTPUT);
    ck_assert_str_eq(policy_set_decide(&set, big)->reason, "n9000");
}
END_TEST

/* The n-th allocation of a question fails, n = 1, 2 … until none does. */
START_TEST(answers_whichever_allocation_fails_before)
{
    const struct gg_decision *decision;
    int tries = 0;

    open_hostile("local t = {} for i = 1, 20 do t[i] = { ('x'):rep(i) .. i } "
                 "end log(#t) local raw = grant.raw for k, v in "
                 "pairs(grant.settings) do t[#t + 1] = { [k] = v } end return "
                 "accept { reason = 'done', data = { t, raw, grant.context } "
                 "}");
    for (set.session->limits.memory_bytes = 1;;
         set.session->limits.memory_bytes += 16) {
        decision = policy_set_decide(&set, GRANT);
        if (decision->action == GG_ACCEPT)
            break;
        ck_assert_int_eq(decision->action, GG_ERROR);
        ck_assert_msg(decision->error == GG_EMEMORY, "%s",
                      decision->error_message);
        ck_assert_int_lt(++tries, 10000);
    }
    ck_assert_str_eq(decision->reason, "done");
    ck_assert_int_gt(tries, 20);
}
END_TEST

/* The same of loading a file into the session. */
START_TEST(loads_whichever_allocation_fails_before)
{
    const struct gg_decision *decision;
    int tries = 0;

    open_big("return {}");
    for (set.policies->load_limits.memory_bytes = 1;;
         set.policies->load_limits.memory_bytes += 4000) {
        decision = policy_set_decide(&set, big);
        if (decision->action == GG_ACCEPT)
            break;
        ck_assert_int_eq(decision->error, GG_EMEMORY);
        ck_assert_int_lt(++tries, 10000);
    }
    ck_assert_str_eq(decision->reason, "n9000");
    ck_assert_int_gt(tries, 20);
}
END_TEST

/* --- questions one after the other --- */

static const struct policy_file mixed[] = {
    {"default.lua",
     "local words = { imap = 'mail', google = 'g' }\n"
     "return { connect = function(request) return { state = request.purpose } "
     "end,\n"
     "evaluate = { rule { 'raw', when = function(g) return g.raw.n == 7 end, "
     "function(g) log(g.id) return defer { reason = 'seven', after = g.raw.n, "
     "data = { b = g.raw, a = words } } end },\n"
     "rule { 'bomb', when = function(g) return g.raw.n == 3 end, function() "
     "local s = 'x' while true do s = s .. s end end },\n"
     "rule { 'loop', when = function(g) return g.raw.n == 5 end, function() "
     "while true do end end },\n"
     "rule { 'smtp', when = { smtp = 'incomplete' }, reauth 'smtp_missing' } "
     "} }"},
    {"tenants/a.lua", "local t = {} for i = 1, 50 do t['k' .. i] = i end\n"
                      "return { evaluate = function(g) local s = 0 for k, v in "
                      "pairs(t) do s = s * 31 % 65521 + v end return g.raw.n "
                      "== 2 and accept('s' .. s) or nil end }"},
    {"tenants/b.lua", "return { evaluate = function(g) error { g } end }"},
    {NULL, NULL}};

START_TEST(answers_the_same_in_any_order)
{
    enum { NGRANTS = 27 };
    static const char *const tenants[] = {"a", "b", "stray"};
    char *records[NGRANTS] = {NULL};
    int order[NGRANTS];
    unsigned seed = 1;
    int round;
    int i;

    policy_set_open(&set, mixed);
    for (i = 0; i < NGRANTS; i++)
        order[i] = i;
    for (round = 0; round < 20; round++) {
        for (i = 0; i < NGRANTS; i++) {
            int k = order[i];
            char json[256];
            char *record;

            snprintf(json, sizeof(json),
                     "{\"grant\":{\"id\":\"g%d\",\"provider\":\"imap\",\"email"
                     "\":\"a@b.c\",\"n\":%d,\"settings\":{\"imap_host\":\"h\"}}"
                     ",\"tenant\":\"%s\"}",
                     k, k / 3, tenants[k % 3]);
            record = policy_set_record(&set, json);
            expect_no_address(record);
            if (records[k])
                ck_assert_str_eq(record, records[k]);
            free(records[k]);
            records[k] = record;
        }
        for (i = NGRANTS - 1; i > 0; i--) { /* shuffle */
            int other = (int)((seed = seed * 1103515245 + 12345) >> 16) %
                        (i + 1);
            int swap = order[i];

            order[i] = order[other];
            order[other] = swap;
        }
        if (round % 5 == 4) { /* also in a fresh session */
            gg_session_free(set.session);
            ck_assert_int_eq(gg_session_open(set.policies, &set.options,
                                             &set.session, &set.error),
                             GG_OK);
        }
    }
    for (i = 0; i < NGRANTS; i++)
        free(records[i]);
}
END_TEST

Suite *session_suite(void)
{
    Suite *suite = suite_create("session");
    TCase *test = tcase_create("session");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, never_accepts_and_forgets_what_failed, 0,
                        COUNT(hostile));
    tcase_add_test(test, ends_at_the_wall_time);
    tcase_add_test(test, keeps_to_the_limits_it_was_given);
    tcase_add_test(test, gives_the_same_memory_whatever_ran_before);
    tcase_add_test(test, gives_the_same_memory_to_files_loaded_later);
    tcase_add_test(test, loads_anew_what_failed_to_load);
    tcase_add_test(test, loads_big_files_after_data_that_was_too_big);
    tcase_add_test(test, answers_whichever_allocation_fails_before);
    tcase_add_test(test, loads_whichever_allocation_fails_before);
    tcase_add_test(test, answers_the_same_in_any_order);
    tcase_set_timeout(test, 120);
    suite_add_tcase(suite, test);
    return suite;
}
