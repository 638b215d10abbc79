/* SPDX-License-Identifier: MIT */
/* check_call.c - what surrounds a question that a host asks. */
#include "suites.h"

#include "policy_set.h"
#include "script_server.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#define GRANT "{\"id\":\"g-1\",\"provider\":\"imap\"}"

static struct policy_set set;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
    set.options.limits.instructions = INT64_MAX;
    set.options.limits.time_ms = INT64_MAX;
}

static void teardown(void)
{
    policy_set_free(&set);
}

/* --- interrupting --- */

static atomic_int is_answered;
static const struct timespec pause_between = {0, 1000000};

/* Interrupt again and again: the question may not be under way yet. */
static void *keep_interrupting(void *unused)
{
    (void)unused;
    while (!is_answered) {
        gg_session_interrupt(set.session);
        nanosleep(&pause_between, NULL);
    }
    return NULL;
}

static pthread_t interrupter;

static void interrupter_start(void *(*interrupt)(void *))
{
    is_answered = 0;
    ck_assert_int_eq(pthread_create(&interrupter, NULL, interrupt, NULL), 0);
}

static void interrupter_end(void)
{
    is_answered = 1;
    ck_assert_int_eq(pthread_join(interrupter, NULL), 0);
}

/* Questions that nothing else ends. */
static const char *const endless[] = {
    "return { evaluate = function() while true do end end }",
    "return { evaluate = function() local s = ('a'):rep(30) "
    "return s:find(('a*'):rep(20) .. 'b') and accept 'x' end }",
    "return { evaluate = function() for i = 1, 1e15 do ('x'):rep(1e6) end "
    "end }",
    "return { evaluate = function() local t = {} for i = 1, 1e5 do t[i] = i "
    "end while true do table.sort(t) end end }",
    "return { evaluate = { rule { 'r', when = function() while true do end "
    "end, accept 'x' } } }",
    "return { mandate = { evaluate = function() while true do end end } }",
};

START_TEST(ends_the_question_under_way)
{
    const struct gg_decision *decision;

    policy_set_open_default(&set, endless[_i]);
    interrupter_start(keep_interrupting);
    decision = policy_set_decide(&set, GRANT);
    interrupter_end();
    ck_assert_int_eq(decision->action, GG_ERROR);
    ck_assert_int_eq(decision->error, GG_EINTERRUPTED);
    expect_part(decision->error_message, "interrupted");
    ck_assert_str_eq(decision->grant_id, "g-1");
    ck_assert_str_eq(decision->policy, "default.lua");
}
END_TEST

START_TEST(ends_a_connect_question)
{
    static const struct gg_connect_request request = {.provider = "imap"};
    const struct gg_connect_answer *answer;

    policy_set_open_default(&set, "return { connect = function() while true do "
                                  "end end }");
    interrupter_start(keep_interrupting);
    answer = policy_set_connect(&set, &request);
    interrupter_end();
    ck_assert_int_eq(answer->error, GG_EINTERRUPTED);
    ck_assert_ptr_null(answer->auth_url);
}
END_TEST

/* Interrupt once the API was asked: the question waits for it then. */
static void *interrupt_a_fetch(void *unused)
{
    while (!is_answered && *script_requests() == '\0')
        nanosleep(&pause_between, NULL);
    return keep_interrupting(unused);
}

START_TEST(ends_waiting_for_a_fetch)
{
    const char *answers[] = {
        script_answer("503 Busy", "Retry-After: 300\r\n", "")};
    struct gg_client_options options = {.api_key = "nyk_hunter2"};
    const struct gg_decision *decision;
    gg_client *client;
    struct gg_error err;

    options.api_url = script_server(answers, 1);
    ck_assert_int_eq(gg_client_open(&options, &client, &err), GG_OK);
    set.options.client = client;
    policy_set_open_default(&set, "return { evaluate = function() "
                                  "grantgate.fetch('b') end }");
    interrupter_start(interrupt_a_fetch);
    decision = policy_set_decide(&set, GRANT);
    interrupter_end();
    ck_assert_int_eq(decision->error, GG_EINTERRUPTED);
    policy_set_free(&set);
    gg_client_free(client);
}
END_TEST

START_TEST(leaves_the_next_question_alone)
{
    policy_set_open_default(&set, "return { evaluate = function() for i = 1, "
                                  "10000 do end return accept 'x' end }");
    gg_session_interrupt(set.session);
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->action, GG_ACCEPT);
    gg_session_interrupt(set.session);
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->action, GG_ACCEPT);
}
END_TEST

START_TEST(answers_the_question_after_an_interrupted_one)
{
    policy_set_open_default(&set, "return { evaluate = function(grant) while "
                                  "grant.id == 'g-1' do end return accept 'x' "
                                  "end }");
    interrupter_start(keep_interrupting);
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->error, GG_EINTERRUPTED);
    interrupter_end();
    ck_assert_int_eq(
        policy_set_decide(&set, "{\"id\":\"g-2\",\"provider\":\"imap\"}")
            ->action,
        GG_ACCEPT);
}
END_TEST

static void on_signal(int number)
{
    (void)number;
    gg_session_interrupt(set.session);
}

/* Raised by the policy itself, so that the question is under way. */
static void raise_signal(const char *where, const char *grant_id,
                         const char *text, void *payload)
{
    (void)where;
    (void)grant_id;
    (void)text;
    (void)payload;
    raise(SIGUSR1);
}

START_TEST(may_be_called_by_a_signal_handler)
{
    const struct sigaction action = {.sa_handler = on_signal};
    const struct gg_session_options options = {.log = raise_signal};
    const struct gg_decision *decision;
    struct gg_error err;
    gg_session *first;

    /* lines are handed out once the question is answered, still within it */
    policy_set_open_default(&set, "return { evaluate = function() log 'x' "
                                  "return reauth 'x' end }");
    first = set.session;
    ck_assert_int_eq(
        gg_session_open(set.policies, &options, &set.session, &err), GG_OK);
    ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);
    ck_assert_int_eq(gg_session_evaluate(set.session, GRANT, strlen(GRANT),
                                         NULL, NOW, &decision, &err),
                     GG_OK);
    ck_assert_int_eq(decision->action, GG_REAUTH);
    gg_session_free(first);
}
END_TEST

/* --- one question at a time --- */

struct again {
    gg_session *session;
    gg_status evaluate;
    gg_status connect;
    struct gg_error err;
};

static void ask_again(const char *where, const char *grant_id, const char *text,
                      void *payload)
{
    static const struct gg_connect_request request = {.provider = "imap"};
    struct again *again = payload;
    const struct gg_connect_answer *answer;
    const struct gg_decision *decision;

    (void)where;
    (void)grant_id;
    (void)text;
    again->connect = gg_session_connect(again->session, &request, NOW, &answer,
                                        &again->err);
    again->evaluate = gg_session_evaluate(again->session, GRANT, strlen(GRANT),
                                          NULL, NOW, &decision, &again->err);
}

START_TEST(refuses_a_question_within_a_question)
{
    struct again again = {NULL, GG_OK, GG_OK, {GG_OK, ""}};
    const struct gg_session_options options = {.log = ask_again,
                                               .payload = &again};
    const struct gg_decision *decision;
    struct gg_error err;

    policy_set_open_default(&set, "return { evaluate = function() log 'x' "
                                  "return accept 'first' end }");
    ck_assert_int_eq(
        gg_session_open(set.policies, &options, &again.session, &err), GG_OK);
    ck_assert_int_eq(gg_session_evaluate(again.session, GRANT, strlen(GRANT),
                                         NULL, NOW, &decision, &err),
                     GG_OK);
    ck_assert_str_eq(decision->reason, "first");
    ck_assert_int_eq(again.connect, GG_EINVAL);
    ck_assert_int_eq(again.evaluate, GG_EINVAL);
    expect_part(again.err.message, "in the middle of a question");
    gg_session_free(again.session);
}
END_TEST

/* --- counts --- */

static struct gg_session_stats stats(void)
{
    struct gg_session_stats counts;

    gg_session_stats(set.session, &counts);
    return counts;
}

START_TEST(counts_questions_and_what_came_of_them)
{
    static const struct gg_connect_request request = {.provider = "imap"};
    static const struct gg_connect_request odd = {.provider = "im ap"};
    const struct gg_connect_answer *answer;
    const struct gg_decision *decision;
    struct gg_error err;

    policy_set_open_default(&set, "return { connect = function() error 'no' "
                                  "end, evaluate = { rule { 'r', when = "
                                  "'always', accept 'x' } } }");
    ck_assert_uint_eq(stats().questions, 0);
    (void)policy_set_decide(&set, GRANT);
    (void)policy_set_decide(&set, GRANT);
    (void)policy_set_decide(&set, "[]");
    (void)policy_set_decide(&set, "{");
    (void)policy_set_connect(&set, &request);
    ck_assert_int_eq(gg_session_connect(set.session, &odd, NOW, &answer, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_session_evaluate(set.session, "{\"data\":[]}", 11, NULL,
                                         NOW, &decision, &err),
                     GG_EINVAL);
    ck_assert_uint_eq(stats().questions, 7);
    ck_assert_uint_eq(stats().outcomes[GG_OK], 2);
    ck_assert_uint_eq(stats().outcomes[GG_EGRANT], 1);
    ck_assert_uint_eq(stats().outcomes[GG_EJSON], 1);
    ck_assert_uint_eq(stats().outcomes[GG_EPOLICY], 1);
    ck_assert_uint_eq(stats().outcomes[GG_EINVAL], 2);
    ck_assert_int_ge(stats().time_us, 0);
}
END_TEST

START_TEST(counts_instructions_of_policies_and_none_of_data)
{
    uint64_t first;

    policy_set_open_default(
        &set, "return { evaluate = { rule { 'data', when = { name = 'data' }, "
              "accept 'x' }, rule { 'code', when = 'always', function() for i "
              "= 1, 100000 do end return accept 'x' end } } }");
    (void)policy_set_decide(&set, "{\"id\":\"g\",\"provider\":\"x\","
                                  "\"name\":\"data\"}");
    ck_assert_uint_eq(stats().instructions, 0);
    (void)policy_set_decide(&set, GRANT);
    first = stats().instructions;
    ck_assert_uint_ge(first, 99000);
    ck_assert_uint_le(first, 110000);
    (void)policy_set_decide(&set, GRANT);
    ck_assert_uint_ge(stats().instructions, 2 * first - 1000);
}
END_TEST

START_TEST(counts_time_that_passes_within_questions)
{
    set.options.limits.time_ms = 20;
    policy_set_open_default(&set, endless[0]);
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->error, GG_ETIME);
    ck_assert_int_ge(stats().time_us, 20000);
}
END_TEST

/* --- a log of decisions --- */

struct heard {
    const struct gg_decision *decision;
    unsigned n;
};

static void hear(const struct gg_decision *decision, void *payload)
{
    struct heard *heard = payload;

    heard->decision = decision;
    heard->n++;
}

START_TEST(tells_of_each_decision_before_it_is_returned)
{
    static const struct gg_connect_request request = {.provider = "imap"};
    const struct gg_grant grant = {.id = "g-2", .provider = "imap"};
    const struct gg_connect_answer *answer;
    const struct gg_decision *decision;
    struct heard heard = {NULL, 0};
    struct gg_session_options options = {.decided = hear, .payload = &heard};
    struct gg_error err;
    gg_session *session;

    policy_set_open_default(&set, "return { evaluate = function() return "
                                  "accept 'x' end }");
    ck_assert_int_eq(gg_session_open(set.policies, &options, &session, &err),
                     GG_OK);
    ck_assert_int_eq(gg_session_evaluate(session, GRANT, strlen(GRANT), NULL,
                                         NOW, &decision, &err),
                     GG_OK);
    ck_assert_uint_eq(heard.n, 1);
    ck_assert_ptr_eq(heard.decision, decision);
    ck_assert_int_eq(
        gg_session_evaluate(session, "[]", 2, NULL, NOW, &decision, &err),
        GG_OK);
    ck_assert_uint_eq(heard.n, 2);
    ck_assert_int_eq(heard.decision->action, GG_ERROR);
    ck_assert_int_eq(
        gg_session_evaluate_grant(session, &grant, NULL, NOW, &decision, &err),
        GG_OK);
    ck_assert_uint_eq(heard.n, 3);
    ck_assert_str_eq(heard.decision->grant_id, "g-2");
    ck_assert_int_eq(gg_session_connect(session, &request, NOW, &answer, &err),
                     GG_OK);
    ck_assert_int_eq(gg_session_evaluate(session, "{\"data\":[]}", 11, NULL,
                                         NOW, &decision, &err),
                     GG_EINVAL);
    ck_assert_uint_eq(heard.n, 3); /* neither is a decision */
    gg_session_free(session);
}
END_TEST

Suite *call_suite(void)
{
    Suite *suite = suite_create("call");
    TCase *test = tcase_create("call");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, ends_the_question_under_way, 0, COUNT(endless));
    tcase_add_test(test, ends_a_connect_question);
    tcase_add_test(test, ends_waiting_for_a_fetch);
    tcase_add_test(test, leaves_the_next_question_alone);
    tcase_add_test(test, answers_the_question_after_an_interrupted_one);
    tcase_add_test(test, may_be_called_by_a_signal_handler);
    tcase_add_test(test, refuses_a_question_within_a_question);
    tcase_add_test(test, counts_questions_and_what_came_of_them);
    tcase_add_test(test, counts_instructions_of_policies_and_none_of_data);
    tcase_add_test(test, counts_time_that_passes_within_questions);
    tcase_add_test(test, tells_of_each_decision_before_it_is_returned);
    suite_add_tcase(suite, test);
    return suite;
}
