/* SPDX-License-Identifier: MIT */
/* check_lua_host.c - host.name(…): what goes in, what comes out, and what it
 * may take. */
#include "suites.h"

#include "policy_set.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define GRANT "{\"id\":\"g-1\",\"provider\":\"imap\",\"name\":\"acme\"}"

static struct policy_set set;
static struct gg_function function; /* the one that is offered */
static int calls;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
    memset(&function, 0, sizeof(function));
    calls = 0;
}

static void teardown(void)
{
    policy_set_free(&set);
}

/* Evaluate @code, the body of a function of `grant`. */
static const struct gg_decision *decide(const char *code)
{
    const struct gg_policies_options options = {.functions = &function,
                                                .nfunctions = 1};
    char text[1024];
    const struct policy_file files[] = {{"default.lua", text}, {NULL, NULL}};
    gg_status status;

    snprintf(text, sizeof(text),
             "return { evaluate = function(grant)\n%s\nend }", code);
    status = policy_set_try(&set, files, &options);
    ck_assert_msg(status == GG_OK, "%s", set.error.message);
    return policy_set_decide(&set, GRANT);
}

/* The error of the same. */
static const char *failure(const char *code, gg_status status)
{
    const struct gg_decision *decision = decide(code);

    ck_assert_int_eq(decision->action, GG_ERROR);
    ck_assert_int_eq(decision->error, status);
    return decision->error_message;
}

/* --- what goes in --- */

static int print(char *at, size_t size, const struct gg_value *value)
{
    switch (value->type) {
    case GG_BOOLEAN:
        return snprintf(at, size, " %d", value->boolean);
    case GG_INTEGER:
        return snprintf(at, size, " %lld", (long long)value->integer);
    case GG_NUMBER:
        return snprintf(at, size, " %g", value->number);
    case GG_STRING:
        ck_assert_uint_eq(strlen(value->string), value->len);
        return snprintf(at, size, " '%s'", value->string);
    default:
        return snprintf(at, size, " nil");
    }
}

/* Shows its arguments. */
static gg_status show(const struct gg_value *args, size_t nargs,
                      struct gg_value *result, void *payload,
                      struct gg_error *err)
{
    char *at = result->room;
    size_t i;

    (void)err;
    ck_assert_ptr_eq(payload, &calls);
    calls++;
    at += snprintf(at, 32, "%zu:", nargs);
    for (i = 0; i < 5; i++)
        at += print(at, 100, &args[i]);
    result->type = GG_STRING;
    result->string = result->room;
    result->len = (size_t)(at - result->room);
    return GG_OK;
}

static void offer_show(void)
{
    const struct gg_function showing = {
        .name = "show",
        .parameters = {GG_BOOLEAN, GG_INTEGER, GG_NUMBER, GG_STRING, GG_STRING},
        .nparameters = 5,
        .nrequired = 2,
        .result = GG_STRING,
        .call = show,
        .payload = &calls};

    function = showing;
}

static const struct {
    const char *args;
    const char *shown;
} good[] = {
    {"true, 1", "2: 1 1 nil nil nil"},
    {"false, -3, 1.5, 'a', 'b'", "5: 0 -3 1.5 'a' 'b'"},
    {"true, 3.0, 2", "3: 1 3 2 nil nil"},
    {"true, math.mininteger, nil, 'x'",
     "4: 1 -9223372036854775808 nil 'x' nil"},
    {"true, 1, nil, nil, nil, nil, nil", "2: 1 1 nil nil nil"},
    {"true, 1, nil, '', 'gr\\u{FC}n'", "5: 1 1 nil '' 'gr\xC3\xBCn'"},
    {"grant.blocked, 1, nil, grant.name", "4: 0 1 nil 'acme' nil"},
};

START_TEST(passes_arguments_as_they_are)
{
    char code[256];

    offer_show();
    snprintf(code, sizeof(code),
             "return accept { reason = 'x', notify = host.show(%s) }",
             good[_i].args);
    ck_assert_str_eq(decide(code)->notify, good[_i].shown);
    ck_assert_int_eq(calls, 1);
}
END_TEST

static const struct {
    const char *args;
    const char *message;
} bad[] = {
    {"", "host.show: argument 1 must be a boolean, got nil"},
    {"true", "host.show: argument 2 must be an integer, got nil"},
    {"nil, 1", "host.show: argument 1 must be a boolean, got nil"},
    {"1, 1", "host.show: argument 1 must be a boolean, got number"},
    {"true, '1'", "host.show: argument 2 must be an integer, got string"},
    {"true, 1.5", "host.show: argument 2 must be an integer, got number"},
    {"true, 1e300", "host.show: argument 2 must be an integer, got number"},
    {"true, 1, '1'", "host.show: argument 3 must be a number, got string"},
    {"true, 1, 1, 1", "host.show: argument 4 must be a string, got number"},
    {"true, 1, 1, {}", "host.show: argument 4 must be a string, got table"},
    {"true, 1, 1, grant", "host.show: argument 4 must be a string, got "},
    {"true, 1, 1, accept", "host.show: argument 4 must be a string, got "},
    {"true, 1, 1, 'a\\0b'", "host.show: argument 4 is not UTF-8 without NULs"},
    {"true, 1, 1, '\\xff'", "host.show: argument 4 is not UTF-8 without NULs"},
    {"true, 1, 1, '', '', false", "host.show takes at most 5 arguments, got 6"},
};

START_TEST(refuses_arguments_that_do_not_fit)
{
    char code[256];
    const char *message;

    offer_show();
    snprintf(code, sizeof(code), "return accept(host.show(%s))", bad[_i].args);
    message = failure(code, GG_EPOLICY);
    expect_part(message, "default.lua:2: ");
    expect_part(message, bad[_i].message);
    ck_assert_int_eq(calls, 0);
}
END_TEST

/* --- what comes out --- */

/* What a function of no arguments does. */
static gg_status (*act)(struct gg_value *result, struct gg_error *err);

static gg_status call_act(const struct gg_value *args, size_t nargs,
                          struct gg_value *result, void *payload,
                          struct gg_error *err)
{
    (void)args;
    (void)nargs;
    (void)payload;
    calls++;
    return act(result, err);
}

/* Offer @what as host.act(). */
static struct gg_function *offer(gg_status (*what)(struct gg_value *result,
                                                   struct gg_error *err))
{
    act = what;
    function.name = "act";
    function.call = call_act;
    return &function;
}

static struct gg_value given;

static gg_status give(struct gg_value *result, struct gg_error *err)
{
    (void)err;
    *result = given;
    return GG_OK;
}

static char big[GG_RESULT_MAX_BYTES + 2];

static const struct {
    enum gg_type result;
    struct gg_value value;
    const char *data;    /* NULL: it fails */
    const char *message; /* then */
} results[] = {
    {GG_STRING,
     {.type = GG_STRING, .string = "pro", .len = 3},
     "[\"pro\"]",
     NULL},
    {GG_STRING,
     {.type = GG_STRING, .string = "pro", .len = 1},
     "[\"p\"]",
     NULL},
    {GG_STRING, {.type = GG_STRING, .string = "", .len = 0}, "[\"\"]", NULL},
    {GG_STRING, {.type = GG_NIL}, "[\"nil\"]", NULL},
    {GG_BOOLEAN, {.type = GG_BOOLEAN, .boolean = 7}, "[true]", NULL},
    {GG_BOOLEAN, {.type = GG_BOOLEAN}, "[false]", NULL},
    {GG_INTEGER,
     {.type = GG_INTEGER, .integer = INT64_MAX},
     "[9223372036854775807]",
     NULL},
    {GG_NUMBER, {.type = GG_NUMBER, .number = 1.5}, "[1.5]", NULL},
    {GG_NUMBER, {.type = GG_INTEGER, .integer = 2}, "[2]", NULL},
    {GG_NIL, {.type = GG_NIL}, "[\"nil\"]", NULL},

    {GG_NIL,
     {.type = GG_STRING, .string = "x", .len = 1},
     NULL,
     "host.act answered a string where it should answer nil or nil"},
    {GG_STRING,
     {.type = GG_INTEGER},
     NULL,
     "host.act answered an integer where it should answer a string or nil"},
    {GG_INTEGER,
     {.type = GG_NUMBER, .number = 1},
     NULL,
     "host.act answered a number where it should answer an integer or nil"},
    {GG_STRING,
     {.type = (enum gg_type)77},
     NULL,
     "host.act answered no value there is where it should answer a string"},
    {GG_STRING,
     {.type = GG_STRING},
     NULL,
     "host.act answered a string that is NULL"},
    {GG_STRING,
     {.type = GG_STRING, .string = "\xff", .len = 1},
     NULL,
     "host.act answered a string that is not UTF-8"},
    {GG_STRING,
     {.type = GG_STRING, .string = big, .len = GG_RESULT_MAX_BYTES + 1},
     NULL,
     "host.act answered a string of over 64 KiB"},
};

START_TEST(takes_the_result_it_was_promised_and_no_other)
{
    const struct gg_decision *decision;

    offer(give);
    memset(big, 'x', sizeof(big) - 1);
    function.result = results[_i].result;
    given = results[_i].value;
    decision = decide("local x = host.act() if x == nil then x = 'nil' end "
                      "return accept { reason = 'x', data = { x } }");
    if (results[_i].data) {
        ck_assert_msg(decision->action == GG_ACCEPT, "%s",
                      decision->error_message);
        ck_assert_str_eq(decision->data, results[_i].data);
    } else {
        ck_assert_int_eq(decision->error, GG_EPOLICY);
        expect_part(decision->error_message, "default.lua:2: ");
        expect_part(decision->error_message, results[_i].message);
    }
    /* the next question is as if nothing had been */
    given.type = GG_NIL;
    ck_assert_int_eq(policy_set_decide(&set, GRANT)->action, GG_ACCEPT);
}
END_TEST

/* --- failing --- */

static const char *complaint;
static gg_status outcome;

static gg_status break_down(struct gg_value *result, struct gg_error *err)
{
    (void)result;
    if (strlen(complaint) < sizeof(err->message))
        strcpy(err->message, complaint);
    else
        memset(err->message, 'x', sizeof(err->message)); /* no NUL */
    return outcome;
}

static const struct {
    gg_status status;
    const char *complaint;
    const char *message;
} failing[] = {
    {GG_EIO, "the database is away",
     "default.lua:2: host.act failed: the database is away"},
    {GG_EIO, "two\nlines\x1b[0m", "host.act failed: two lines [0m"},
    {GG_EIO, "\xff", "default.lua:2: host.act failed: "},
    {GG_EIO, "", "host.act failed: io_error"},
    {GG_ENOMEM, "", "host.act failed: out_of_memory"},
    {GG_EINTERRUPTED, "x", "host.act failed: x"},
    {(gg_status)-5, "", "host.act failed: unknown"},
    {GG_EPOLICY, "%s%n", "host.act failed: %s%n"},
    {GG_EPOLICY, big, "host.act failed: xxxxxxxxxxxxxxxx"},
};

START_TEST(reports_a_failure_as_the_policys_with_file_and_line)
{
    memset(big, 'x', sizeof(big) - 1);
    complaint = failing[_i].complaint;
    outcome = failing[_i].status;
    offer(break_down);
    expect_part(failure("local x = host.act() return accept 'x'", GG_EPOLICY),
                failing[_i].message);
}
END_TEST

START_TEST(answers_only_questions)
{
    const struct policy_file files[] = {
        {"default.lua", "local plan =\nhost.act()\nreturn {}"}, {NULL, NULL}};
    struct gg_policies_options options = {.functions = &function,
                                          .nfunctions = 1};

    offer(give);
    ck_assert_int_eq(policy_set_try(&set, files, &options), GG_EPOLICY);
    expect_part(set.error.message,
                "default.lua:2: host.act answers while a question is asked, "
                "not while the file loads");
    ck_assert_int_eq(calls, 0);
}
END_TEST

/* --- what it may take --- */

/* How often it is called within 100,000 instructions; 0 as the cost is 1,000.
 */
static const struct {
    int64_t cost;
    int calls;
} costs[] = {{30000, 3}, {99000, 1}, {1000000000, 0}, {0, 98}};

START_TEST(costs_what_it_says_before_it_is_called)
{
    offer(give)->cost = costs[_i].cost;
    set.options.limits.instructions = 100000;
    expect_part(failure("while true do host.act() end", GG_EINSTRUCTIONS),
                "default.lua:2: ran longer than 100000 instructions");
    ck_assert_int_ge(calls, costs[_i].calls);
    ck_assert_int_le(calls, costs[_i].calls + (costs[_i].cost == 0 ? 2 : 0));
}
END_TEST

static gg_status dawdle(struct gg_value *result, struct gg_error *err)
{
    const struct timespec pause = {0, 50000000};

    (void)result;
    (void)err;
    nanosleep(&pause, NULL);
    return outcome;
}

START_TEST(ends_the_question_when_it_took_too_long)
{
    outcome = _i == 0 ? GG_OK : GG_EIO;
    offer(dawdle);
    set.options.limits.time_ms = 10;
    expect_part(failure("host.act() return accept 'x'", GG_ETIME),
                "default.lua:2: ran longer than 10 ms");
}
END_TEST

static gg_status interrupt(struct gg_value *result, struct gg_error *err)
{
    (void)result;
    (void)err;
    gg_session_interrupt(set.session);
    return GG_OK;
}

START_TEST(may_interrupt_the_question)
{
    offer(interrupt);
    (void)failure("host.act() return accept 'x'", GG_EINTERRUPTED);
}
END_TEST

static locale_t host_locale;

static gg_status look_at_locale(struct gg_value *result, struct gg_error *err)
{
    (void)result;
    (void)err;
    ck_assert(uselocale((locale_t)0) == host_locale);
    return GG_OK;
}

START_TEST(runs_in_the_locale_of_the_host)
{
    locale_t before;

    host_locale = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    if (!host_locale)
        return; /* this machine has none but "C" */
    before = uselocale(host_locale);
    offer(look_at_locale);
    ck_assert_int_eq(decide("host.act() return accept 'x'")->action, GG_ACCEPT);
    ck_assert(uselocale(before) == host_locale);
    ck_assert_int_eq(calls, 1);
    freelocale(host_locale);
}
END_TEST

/* --- around it --- */

static gg_status ask_again(struct gg_value *result, struct gg_error *err)
{
    const struct gg_decision *decision;

    (void)result;
    return gg_session_evaluate(set.session, GRANT, strlen(GRANT), NULL, NOW,
                               &decision, err);
}

START_TEST(cannot_ask_the_session_that_asks)
{
    offer(ask_again);
    expect_part(failure("host.act() return accept 'x'", GG_EPOLICY),
                "host.act failed: the session is in the middle of a "
                "question");
}
END_TEST

START_TEST(serves_rules_libraries_and_connect_questions)
{
    const struct policy_file files[] = {
        {"lib/plans.lua", "return { of = function(x) return host.act() end }"},
        {"default.lua",
         "local plans = require 'lib.plans'\n"
         "return { evaluate = { rule { 'pro', when = function(grant) return "
         "plans.of(grant.tenant) == 'pro' end, function() return accept "
         "(host.act()) end } }, connect = function() return { login_hint = "
         "host.act() .. '@x.example' } end }"},
        {NULL, NULL}};
    const struct gg_connect_request request = {.provider = "google"};
    struct gg_policies_options options = {.functions = &function,
                                          .nfunctions = 1};

    offer(give);
    function.result = GG_STRING;
    given = (struct gg_value){.type = GG_STRING, .string = "pro", .len = 3};
    ck_assert_int_eq(policy_set_try(&set, files, &options), GG_OK);
    ck_assert_str_eq(policy_set_decide(&set, GRANT)->reason, "pro");
    ck_assert_str_eq(policy_set_connect(&set, &request)->connect.login_hint,
                     "pro@x.example");
    ck_assert_int_eq(calls, 3);
}
END_TEST

Suite *lua_host_suite(void)
{
    Suite *suite = suite_create("lua_host");
    TCase *test = tcase_create("lua_host");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, passes_arguments_as_they_are, 0, COUNT(good));
    tcase_add_loop_test(test, refuses_arguments_that_do_not_fit, 0, COUNT(bad));
    tcase_add_loop_test(test, takes_the_result_it_was_promised_and_no_other, 0,
                        COUNT(results));
    tcase_add_loop_test(test,
                        reports_a_failure_as_the_policys_with_file_and_line, 0,
                        COUNT(failing));
    tcase_add_test(test, answers_only_questions);
    tcase_add_loop_test(test, costs_what_it_says_before_it_is_called, 0,
                        COUNT(costs));
    tcase_add_loop_test(test, ends_the_question_when_it_took_too_long, 0, 2);
    tcase_add_test(test, may_interrupt_the_question);
    tcase_add_test(test, runs_in_the_locale_of_the_host);
    tcase_add_test(test, cannot_ask_the_session_that_asks);
    tcase_add_test(test, serves_rules_libraries_and_connect_questions);
    suite_add_tcase(suite, test);
    return suite;
}
