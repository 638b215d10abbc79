/* SPDX-License-Identifier: MIT */
/* check_policies.c - a policy set: opened, shared, isolated. */
#include "suites.h"

#include "policy_set.h"

#include <string.h>

#define IMAP   "{\"grant\":{\"id\":\"a\",\"provider\":\"imap\"},\"tenant\":"
#define GOOGLE "{\"grant\":{\"id\":\"a\",\"provider\":\"google\"},\"tenant\":"

static struct policy_set set;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
}

static void teardown(void)
{
    policy_set_free(&set);
}

/* --- opening --- */

static const struct policy_file small[] = {
    {"lib/a.lua", "return { x = { 1, 2, 'three' } }"},
    {"default.lua",
     "local a = require 'lib.a'\n"
     "return { about = 'x', connect = { smtp_required = true },\n"
     " mandate = { evaluate = { rule { 'm', when = { blocked = true }, reject "
     "'blocked' } } },\n"
     " evaluate = { rule { 'r', when = function(grant) return #grant.scope > 9 "
     "end, function() return accept { reason = 'x', data = a.x } end } } }"},
    {"tenants/acme/imap.lua",
     "return { evaluate = function(grant) local t = {} "
     "for i = 1, 9 do t[i] = 'x' .. i end return "
     "accept { reason = 'many', data = t } end }"},
    {"tenants.lua", "return { ['*'] = 'acme' }"},
    {NULL, NULL}};

START_TEST(opens_whichever_allocation_fails_before)
{
    struct gg_policies_options options = {0};
    gg_status status = GG_EPOLICY;
    int tries = 0;

    for (options.memory_bytes = 1; status != GG_OK;
         options.memory_bytes += 48) {
        set.policies = NULL;
        status = policy_set_try(&set, small, &options);
        if (status == GG_OK)
            break;
        ck_assert_int_eq(status, GG_EPOLICY);
        expect_part(set.error.message, "of memory");
        ck_assert_ptr_null(set.policies);
        ck_assert_int_lt(++tries, 10000);
    }
    ck_assert_int_gt(tries, 20);
}
END_TEST

/* Arguments and folders that cannot be. */
START_TEST(refuses_what_is_no_set)
{
    static const struct policy_file none[] = {{"README", "x"}, {NULL, NULL}};
    static const struct policy_file only[] = {
        {"lib/a.lua", "return {}"}, {"tenants.lua", "return {}"}, {NULL, NULL}};
    gg_policies *policies = NULL;
    struct gg_error err;

    ck_assert_int_eq(gg_policies_open(NULL, NULL, &policies, &err), GG_EINVAL);
    ck_assert_int_eq(gg_policies_open("x", NULL, NULL, &err), GG_EINVAL);
    ck_assert_int_eq(gg_policies_open("/nonexistent", NULL, &policies, &err),
                     GG_EIO);
    ck_assert_int_eq(gg_policies_open("/nonexistent", NULL, &policies, NULL),
                     GG_EIO);
    ck_assert_ptr_null(policies);
    ck_assert_int_eq(policy_set_try(&set, none, NULL), GG_EPOLICY);
    ck_assert_str_eq(set.error.message,
                     "there is no policy in the set; start with a "
                     "default.lua");
    ck_assert_int_eq(policy_set_try(&set, only, NULL), GG_EPOLICY);
    ck_assert_int_eq(gg_session_open(NULL, NULL, &set.session, &err),
                     GG_EINVAL);
    gg_policies_free(NULL);
    gg_session_free(NULL);
}
END_TEST

START_TEST(keeps_within_the_limits_of_loading)
{
    static const struct policy_file slow[] = {
        {"default.lua", "for i = 1, 100000 do end return {}"}, {NULL, NULL}};
    struct gg_policies_options options = {.instructions = 1000};

    ck_assert_int_eq(policy_set_try(&set, slow, &options), GG_EPOLICY);
    ck_assert_str_eq(set.error.message,
                     "default.lua:1: ran longer than 1000 instructions");
    options.instructions = 1000000;
    ck_assert_int_eq(policy_set_try(&set, slow, &options), GG_OK);
}
END_TEST

START_TEST(digests_paths_and_texts)
{
    static const struct policy_file sets[][3] = {
        {{"default.lua", "return {}"}, {NULL, NULL}},
        {{"default.lua", "return {} "}, {NULL, NULL}},
        {{"providers/imap.lua", "return {}"}, {NULL, NULL}},
        {{"default.lua", "return {}"}, {"lib/a.lua", "return {}"}},
        {{"default.lua", "return {}"}, {"lib/b.lua", "return {}"}}};
    char digests[COUNT(sets)][65];
    int i;
    int n;

    for (i = 0; i < COUNT(sets); i++) {
        policy_set_open(&set, sets[i]);
        memcpy(digests[i], gg_policies_digest(set.policies), 65);
        ck_assert_uint_eq(strspn(digests[i], "0123456789abcdef"), 64);
        ck_assert_uint_eq(strlen(digests[i]), 64);
        for (n = 0; n < i; n++)
            ck_assert_str_ne(digests[i], digests[n]);
        policy_set_free(&set);
    }
    policy_set_open(&set, sets[0]);
    ck_assert_str_eq(gg_policies_digest(set.policies), digests[0]);
}
END_TEST

START_TEST(lives_as_long_as_its_last_reference)
{
    gg_policies *policies;

    policy_set_open(&set, small);
    policies = gg_policies_retain(set.policies);
    ck_assert_ptr_eq(policies, set.policies);
    gg_policies_free(policies);
    gg_policies_free(set.policies); /* the session has one still */
    set.policies = NULL;
    ck_assert_str_eq(policy_set_decide(&set, IMAP "\"z\"}")->reason, "many");
}
END_TEST

/* --- tenants on their own --- */

/* Of these tenants only `good`, `half` with Google, and none at all work. */
static const struct policy_file broken[] = {
    {"default.lua",
     "return { evaluate = function() return accept 'default' end "
     "}"},
    {"tenants/bad.lua", "return {\n evalute = {} }"},
    {"tenants/child.lua", "return { inherits = 'bad' }"},
    {"tenants/good.lua", "return { evaluate = function() return accept 'good' "
                         "end }"},
    {"tenants/half.lua", "return { inherits = 'good' }"},
    {"tenants/half/imap.lua", "syntax error"},
    {"tenants/lost.lua", "return {\n\n inherits = 'nobody' }"},
    {"tenants/loop.lua", "return { inherits = 'pool' }"},
    {"tenants/pool.lua", "return { inherits = 'loop' }"},
    {"tenants.lua", "return { ['bad-*'] = 'bad', ['good-*'] = 'good' }"},
    {NULL, NULL}};

static const struct {
    const char *json;
    const char *reason;  /* or NULL */
    const char *message; /* or NULL */
} isolated[] = {
    {IMAP "null}", "default", NULL},
    {IMAP "\"stray\"}", "default", NULL},
    {IMAP "\"good\"}", "good", NULL},
    {IMAP "\"good-1\"}", "good", NULL},
    {GOOGLE "\"half\"}", "good", NULL},
    {IMAP "\"half\"}", NULL, "tenants/half/imap.lua:1: syntax error near"},
    {IMAP "\"bad\"}", NULL,
     "tenants/bad.lua:2: the file has an unknown key 'evalute'"},
    {IMAP "\"bad-1\"}", NULL, "tenants/bad.lua:2: "},
    {IMAP "\"child\"}", NULL, "tenants/bad.lua:2: "},
    {IMAP "\"lost\"}", NULL,
     "tenants/lost.lua:3: inherits 'nobody', but there is no "
     "tenants/nobody.lua"},
    {IMAP "\"loop\"}", NULL, "tenants/loop.lua:1: inherits itself"},
    {IMAP "\"pool\"}", NULL, "tenants/pool.lua:1: inherits itself"},
};

START_TEST(isolates_what_is_broken)
{
    const struct gg_policies_options options = {.isolate_tenants = 1};
    const struct gg_decision *decision;
    struct gg_connect_request request = {.tenant = "bad"};

    ck_assert_int_eq(policy_set_try(&set, broken, &options), GG_OK);
    decision = policy_set_decide(&set, isolated[_i].json);
    if (isolated[_i].reason) {
        ck_assert_int_eq(decision->action, GG_ACCEPT);
        ck_assert_str_eq(decision->reason, isolated[_i].reason);
        return;
    }
    ck_assert_int_eq(decision->action, GG_ERROR);
    ck_assert_int_eq(decision->error, GG_EPOLICY);
    expect_part(decision->error_message, isolated[_i].message);
    ck_assert_mem_eq(decision->policy, isolated[_i].message,
                     strlen(decision->policy));
    ck_assert_ptr_null(decision->reason);
    ck_assert_int_eq(policy_set_connect(&set, &request)->error, GG_EPOLICY);
}
END_TEST

START_TEST(lists_what_is_broken)
{
    static const char *const paths[] = {
        "tenants/bad.lua:", "tenants/half/imap.lua:", "tenants/loop.lua:",
        "tenants/lost.lua:", "tenants/pool.lua:"};
    const struct gg_policies_options options = {.isolate_tenants = 1};
    size_t i;

    ck_assert_int_eq(policy_set_try(&set, broken, &options), GG_OK);
    for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        expect_part(gg_policies_broken(set.policies, i), paths[i]);
    ck_assert_ptr_null(gg_policies_broken(set.policies, i));
}
END_TEST

START_TEST(does_not_load_what_is_broken_unless_told_to)
{
    ck_assert_int_eq(policy_set_try(&set, broken, NULL), GG_EPOLICY);
    ck_assert_str_eq(set.error.message,
                     "tenants/bad.lua:2: the file has an unknown key "
                     "'evalute'");
}
END_TEST

/* What no isolation saves: it belongs to everyone. */
static const struct policy_file shared[][3] = {
    {{"default.lua", "return { evalute = 1 }"}, {"tenants/a.lua", "return {}"}},
    {{"providers/imap.lua", "return 7"}, {"tenants/a.lua", "return {}"}},
    {{"lib/x.lua", "return 7"}, {"tenants/a.lua", "return {}"}},
    {{"tenants.lua", "return { x = 'absent' }"},
     {"tenants/a.lua", "return {}"}},
};

START_TEST(does_not_isolate_what_everyone_shares)
{
    const struct gg_policies_options options = {.isolate_tenants = 1};

    ck_assert_int_eq(policy_set_try(&set, shared[_i], &options), GG_EPOLICY);
}
END_TEST

Suite *policies_suite(void)
{
    Suite *suite = suite_create("policies");
    TCase *test = tcase_create("policies");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, opens_whichever_allocation_fails_before);
    tcase_add_test(test, refuses_what_is_no_set);
    tcase_add_test(test, keeps_within_the_limits_of_loading);
    tcase_add_test(test, digests_paths_and_texts);
    tcase_add_test(test, lives_as_long_as_its_last_reference);
    tcase_add_loop_test(test, isolates_what_is_broken, 0, COUNT(isolated));
    tcase_add_test(test, lists_what_is_broken);
    tcase_add_test(test, does_not_load_what_is_broken_unless_told_to);
    tcase_add_loop_test(test, does_not_isolate_what_everyone_shares, 0,
                        COUNT(shared));
    tcase_set_timeout(test, 120);
    suite_add_tcase(suite, test);
    return suite;
}
