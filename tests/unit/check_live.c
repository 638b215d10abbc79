/* SPDX-License-Identifier: MIT */
/*
 * check_live.c - the policy set in force: each answer is of one set, whatever
 * is put in force meanwhile, and a set that does not load changes nothing.
 */
#include "suites.h"

#include "live_sets.h"
#include "scarcity.h"

#include <stdlib.h>
#include <string.h>

static struct live_sets sets;
static struct gg_error err;

static void setup(void)
{
    memset(&err, 0, sizeof(err));
    live_sets_open(&sets);
}

static void teardown(void)
{
    live_sets_free(&sets);
}

/* --- following --- */

START_TEST(answers_by_the_newest_set)
{
    gg_session *session = live_sets_follow(&sets);
    int i;

    for (i = 0; i < 6; i++) {
        ck_assert_ptr_null(live_sets_ask(&sets, session, i % LIVE_NGRANTS));
        ck_assert_str_eq(gg_session_digest(session), sets.digests[i / 2 % 2]);
        if (i % 2)
            gg_live_replace(sets.live, sets.sets[(i / 2 + 1) % 2]);
    }
    gg_session_free(session);
}
END_TEST

START_TEST(signs_in_by_the_newest_set)
{
    const struct gg_connect_request request = {.tenant = "acme",
                                               .provider = "imap"};
    const struct gg_connect_answer *answer;
    gg_session *session = live_sets_follow(&sets);

    ck_assert_int_eq(gg_session_connect(session, &request, NOW, &answer, &err),
                     GG_OK);
    expect_part(answer->auth_url, "&state=a-signin");
    gg_live_replace(sets.live, sets.sets[1]);
    ck_assert_int_eq(gg_session_connect(session, &request, NOW, &answer, &err),
                     GG_OK);
    expect_part(answer->auth_url, "&state=b-signin");
    ck_assert_str_eq(gg_session_digest(session), sets.digests[1]);
    gg_session_free(session);
}
END_TEST

START_TEST(keeps_an_answer_until_the_next_question)
{
    const struct gg_decision *decision;
    gg_session *session = live_sets_follow(&sets);
    const struct gg_explanation *explanation = gg_session_explanation(session);

    decision = live_sets_decide(session, LIVE_RULE);
    gg_live_replace(sets.live, sets.sets[1]);
    gg_policies_free(sets.sets[0]); /* the session's is the last reference */
    sets.sets[0] = NULL;
    ck_assert_str_eq(decision->reason, "rule_a");
    ck_assert_str_eq(decision->policy, "default.lua");
    ck_assert_str_eq(decision->rule, "rule-a");
    ck_assert_uint_eq(explanation->nsteps, 2);
    ck_assert_str_eq(explanation->steps[1].rule->where, "default.lua:3");
    ck_assert_str_eq(gg_session_digest(session), sets.digests[0]);
    ck_assert_str_eq(live_sets_decide(session, LIVE_RULE)->reason, "rule_b");
    ck_assert_str_eq(gg_session_digest(session), sets.digests[1]);
    gg_session_free(session);
}
END_TEST

START_TEST(explains_nothing_after_a_question_that_does_not_fit)
{
    const struct gg_facts facts = {.tenant = "no tenant"};
    const struct gg_decision *decision;
    gg_session *session = live_sets_follow(&sets);

    (void)live_sets_decide(session, LIVE_RULE);
    ck_assert_uint_gt(gg_session_explanation(session)->nsteps, 0);
    gg_live_replace(sets.live, sets.sets[1]);
    gg_policies_free(sets.sets[0]);
    sets.sets[0] = NULL;
    ck_assert_int_eq(
        gg_session_evaluate(session, "{}", 2, &facts, NOW, &decision, &err),
        GG_EINVAL);
    ck_assert_uint_eq(gg_session_explanation(session)->nsteps, 0);
    ck_assert_str_eq(gg_session_digest(session), sets.digests[1]);
    gg_session_free(session);
}
END_TEST

static void replace_set(const char *where, const char *grant_id,
                        const char *text, void *payload)
{
    (void)where;
    (void)grant_id;
    (void)text;
    (void)payload;
    gg_live_replace(sets.live, sets.sets[1]);
}

START_TEST(finishes_a_question_by_the_set_it_began_with)
{
    struct gg_session_options options = {.log = replace_set};
    const struct gg_decision *decision;
    gg_session *session;

    ck_assert_int_eq(gg_session_open_live(sets.live, &options, &session, &err),
                     GG_OK);
    decision = live_sets_decide(session, LIVE_CODE);
    ck_assert_str_eq(decision->reason, "code_a");
    ck_assert_str_eq(gg_session_digest(session), sets.digests[0]);
    ck_assert_str_eq(live_sets_decide(session, LIVE_CODE)->reason, "code_b");
    gg_session_free(session);
}
END_TEST

START_TEST(stays_with_a_set_of_its_own)
{
    gg_session *session;

    ck_assert_int_eq(gg_session_open(sets.sets[0], NULL, &session, &err),
                     GG_OK);
    gg_live_replace(sets.live, sets.sets[1]);
    ck_assert_str_eq(live_sets_decide(session, LIVE_RULE)->reason, "rule_a");
    ck_assert_str_eq(gg_session_digest(session), sets.digests[0]);
    gg_session_free(session);
}
END_TEST

START_TEST(lives_as_long_as_its_last_session)
{
    gg_session *session = live_sets_follow(&sets);

    gg_live_replace(sets.live, sets.sets[1]);
    gg_live_free(sets.live);
    sets.live = NULL;
    ck_assert_str_eq(live_sets_decide(session, LIVE_CODE)->reason, "code_b");
    gg_session_free(session);
    gg_live_free(NULL);
}
END_TEST

START_TEST(refuses_what_is_missing)
{
    gg_live *live = NULL;
    gg_session *session = NULL;

    ck_assert_int_eq(gg_live_open(NULL, &live, &err), GG_EINVAL);
    ck_assert_int_eq(gg_live_open(sets.sets[0], NULL, &err), GG_EINVAL);
    ck_assert_int_eq(gg_session_open_live(NULL, NULL, &session, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_session_open_live(sets.live, NULL, NULL, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_live_reload(NULL, sets.folders[0], NULL, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_live_reload(sets.live, NULL, NULL, &err), GG_EINVAL);
    ck_assert_ptr_null(live);
    ck_assert_ptr_null(session);
}
END_TEST

/* --- reloading --- */

/* The set in force, whose reference is given back: to be compared only. */
static const gg_policies *in_force(void)
{
    gg_policies *policies = gg_live_policies(sets.live);

    gg_policies_free(policies);
    return policies;
}

START_TEST(puts_a_folder_in_force)
{
    gg_session *session = live_sets_follow(&sets);

    ck_assert_int_eq(gg_live_reload(sets.live, sets.folders[1], NULL, &err),
                     GG_OK);
    ck_assert_str_eq(live_sets_decide(session, LIVE_CODE)->reason, "code_b");
    ck_assert_str_eq(gg_session_digest(session), sets.digests[1]);
    gg_session_free(session);
}
END_TEST

START_TEST(stays_with_the_last_good_set)
{
    gg_session *session = live_sets_follow(&sets);

    ck_assert_int_eq(
        gg_live_reload(sets.live, sets.folders[LIVE_BROKEN], NULL, &err),
        GG_EPOLICY);
    expect_part(err.message, "tenants/acme.lua:3: ");
    ck_assert_int_eq(gg_live_reload(sets.live, "/nonexistent", NULL, &err),
                     GG_EIO);
    ck_assert_int_eq(gg_live_reload(sets.live, "/nonexistent", NULL, NULL),
                     GG_EIO);
    ck_assert_ptr_eq(in_force(), sets.sets[0]);
    ck_assert_str_eq(live_sets_decide(session, LIVE_CODE)->reason, "code_a");
    ck_assert_int_eq(gg_live_reload(sets.live, sets.folders[1], NULL, &err),
                     GG_OK);
    ck_assert_str_eq(live_sets_decide(session, LIVE_CODE)->reason, "code_b");
    gg_session_free(session);
}
END_TEST

START_TEST(keeps_what_is_ready_when_nothing_changed)
{
    gg_session *session = live_sets_follow(&sets);
    const lua_State *state;

    (void)live_sets_decide(session, LIVE_CODE);
    state = session->state.L;
    ck_assert_int_eq(gg_live_reload(sets.live, sets.folders[0], NULL, &err),
                     GG_OK);
    ck_assert_ptr_eq(in_force(), sets.sets[0]);
    (void)live_sets_decide(session, LIVE_CODE);
    ck_assert_ptr_eq(session->state.L, state);
    gg_session_free(session);
}
END_TEST

static gg_status answer_nil(const struct gg_value *args, size_t nargs,
                            struct gg_value *result, void *payload,
                            struct gg_error *why)
{
    (void)args;
    (void)nargs;
    (void)result;
    (void)payload;
    (void)why;
    return GG_OK;
}

/* Functions that differ in one thing each. */
static const struct gg_function functions[] = {
    {.name = "f"},
    {.name = "g"},
    {.name = "f", .call = answer_nil},
    {.name = "f", .payload = &sets},
    {.name = "f", .cost = 2},
    {.name = "f", .result = GG_STRING},
    {.name = "f", .parameters = {GG_STRING}, .nparameters = 1},
    {.name = "f", .parameters = {GG_INTEGER}, .nparameters = 1},
    {.name = "f", .parameters = {GG_INTEGER}, .nparameters = 1, .nrequired = 1},
};

START_TEST(takes_the_same_files_with_other_functions)
{
    struct gg_policies_options options = {.nfunctions = 1};
    const gg_policies *before = in_force();
    const gg_policies *kept;
    int i;

    for (i = 0; i < COUNT(functions); i++) {
        struct gg_function copy = functions[i];

        options.functions = &copy;
        ck_assert_int_eq(
            gg_live_reload(sets.live, sets.folders[0], &options, &err), GG_OK);
        kept = in_force();
        ck_assert_msg(kept != before, "function %d", i);
        copy.name = NULL; /* the set has its own copy */
        options.functions = &functions[i];
        ck_assert_int_eq(
            gg_live_reload(sets.live, sets.folders[0], &options, &err), GG_OK);
        ck_assert_msg(in_force() == kept, "function %d", i);
        before = kept;
    }
}
END_TEST

static const struct gg_policies_options others[] = {
    {.memory_bytes = 1 << 20},
    {.instructions = 100000},
    {.time_ms = 20000},
};

START_TEST(takes_the_same_files_with_other_options)
{
    const gg_policies *fresh;

    ck_assert_int_eq(
        gg_live_reload(sets.live, sets.folders[0], &others[_i], &err), GG_OK);
    fresh = in_force();
    ck_assert_ptr_ne(fresh, sets.sets[0]);
    ck_assert_str_eq(fresh->digest, sets.digests[0]);
    ck_assert_int_eq(
        gg_live_reload(sets.live, sets.folders[0], &others[_i], &err), GG_OK);
    ck_assert_ptr_eq(in_force(), fresh);
}
END_TEST

START_TEST(loads_nothing_of_what_is_in_force)
{
    const struct gg_policies_options options = {.instructions = 1};
    gg_policies *policies = gg_live_policies(sets.live);

    /* so little that nothing would load; but the set in force says the same */
    policies->load_limits.instructions = 1;
    ck_assert_int_eq(gg_live_reload(sets.live, sets.folders[0], &options, &err),
                     GG_OK);
    ck_assert_int_eq(gg_live_reload(sets.live, sets.folders[1], &options, &err),
                     GG_EPOLICY);
    gg_policies_free(policies);
}
END_TEST

/* --- without memory --- */

/* Things to do: each gives back all it took. */

static gg_status open_memory(void)
{
    const struct gg_policy_file files[] = {
        {"tenants/acme.lua", "return { evaluate = function() end }", 36},
        {"default.lua", "return { connect = { state = 'x' } }", 36},
        {"default_test.lua", "", 0}};
    gg_policies *untouched = sets.sets[0];
    gg_policies *policies = untouched;
    gg_status status = gg_policies_open_memory(files, COUNT(files), NULL,
                                               &policies, &err);

    if (status != GG_OK)
        return policies == untouched ? status : GG_EINVAL;
    gg_policies_free(policies);
    return GG_OK;
}

static gg_status open_live(void)
{
    gg_live *live;
    gg_session *session = NULL;
    gg_status status = gg_live_open(sets.sets[0], &live, &err);

    if (status != GG_OK)
        return status;
    status = gg_session_open_live(live, NULL, &session, &err);
    if (status != GG_OK && session)
        status = GG_EINVAL;
    gg_live_free(live);
    gg_session_free(session);
    return status;
}

static gg_status reload(void)
{
    gg_status status = gg_live_reload(sets.live, sets.folders[1], NULL, &err);
    int is_new = strcmp(in_force()->digest, sets.digests[1]) == 0;

    if (is_new != (status == GG_OK))
        return GG_EINVAL;
    gg_live_replace(sets.live, sets.sets[0]);
    return status;
}

/* Ask what only code answers; GG_EINVAL if the first set does. */
static gg_status ask_second(gg_session *session)
{
    const struct gg_decision *decision;
    const char *json = live_grants[LIVE_CODE];
    gg_status status = gg_session_evaluate(session, json, strlen(json), NULL,
                                           NOW, &decision, &err);

    if (status == GG_OK && strcmp(decision->reason, "code_b") != 0)
        return GG_EINVAL;
    return status;
}

/* A session that moves on: without memory it does not, and tries again. */
static gg_status move_on(void)
{
    gg_session *session;
    gg_status status = gg_session_open_live(sets.live, NULL, &session, &err);

    if (status != GG_OK)
        return status;
    gg_live_replace(sets.live, sets.sets[1]);
    status = ask_second(session);
    if (status == GG_ENOMEM) {
        scarcity_end();
        if (ask_second(session) != GG_OK)
            status = GG_EINVAL;
    }
    gg_live_replace(sets.live, sets.sets[0]);
    gg_session_free(session);
    return status;
}

static gg_status (*const actions[])(void) = {open_memory, open_live, reload,
                                             move_on};

/* Do it with request @n refused; returns whether any was. */
static int do_short(gg_status (*action)(void), enum scarcity kind, long n)
{
    long blocks = scarcity_blocks();
    gg_status status;

    memset(&err, 0, sizeof(err));
    scarcity_begin(kind, n);
    status = action();
    scarcity_end();
    ck_assert_msg(scarcity_blocks() == blocks, "request %ld: %ld blocks left",
                  n, scarcity_blocks() - blocks);
    if (status != GG_OK) {
        ck_assert_msg(status == GG_ENOMEM, "request %ld: %s: %s", n,
                      gg_status_token(status), err.message);
        ck_assert_int_eq(err.status, GG_ENOMEM);
        ck_assert_int_gt(scarcity_refused(), 0);
    }
    return scarcity_refused() > 0;
}

START_TEST(says_it_is_out_of_memory_and_leaves_all_as_it_was)
{
    int kind;
    long n;

    for (kind = SCARCITY_ONE; kind <= SCARCITY_LASTS; kind++) {
        for (n = 0; do_short(actions[_i], (enum scarcity)kind, n); n++)
            ck_assert_int_lt(n, 100000);
        ck_assert_int_gt(n, 0);
    }
}
END_TEST

Suite *live_suite(void)
{
    Suite *suite = suite_create("live");
    TCase *test = tcase_create("live");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_set_timeout(test, 120);
    tcase_add_test(test, answers_by_the_newest_set);
    tcase_add_test(test, signs_in_by_the_newest_set);
    tcase_add_test(test, keeps_an_answer_until_the_next_question);
    tcase_add_test(test, explains_nothing_after_a_question_that_does_not_fit);
    tcase_add_test(test, finishes_a_question_by_the_set_it_began_with);
    tcase_add_test(test, stays_with_a_set_of_its_own);
    tcase_add_test(test, lives_as_long_as_its_last_session);
    tcase_add_test(test, refuses_what_is_missing);
    tcase_add_test(test, puts_a_folder_in_force);
    tcase_add_test(test, stays_with_the_last_good_set);
    tcase_add_test(test, keeps_what_is_ready_when_nothing_changed);
    tcase_add_loop_test(test, takes_the_same_files_with_other_options, 0,
                        COUNT(others));
    tcase_add_test(test, takes_the_same_files_with_other_functions);
    tcase_add_test(test, loads_nothing_of_what_is_in_force);
    tcase_add_loop_test(test, says_it_is_out_of_memory_and_leaves_all_as_it_was,
                        0, COUNT(actions));
    suite_add_tcase(suite, test);
    return suite;
}
