/* SPDX-License-Identifier: MIT */
/* check_trace.c - a note for every layer that was asked. */
#include "suites.h"

#include "policy_set.h"

#include <stdlib.h>

/* A set, and the trace for an IMAP grant of acme. */
static const struct {
    struct policy_file files[5];
    const char *trace;
} traces[] = {
    {{{"default.lua", "return {}"}}, "[]"},
    {{{"default.lua", "return { evaluate = function() end }"}},
     "[{\"policy\":\"default.lua\",\"question\":\"evaluate\",\"answer\":"
     "null}]"},
    {{{"default.lua",
       "return { mandate = { evaluate = { rule { 'm', when = { blocked = true "
       "}, reject 'x' } } } }"},
      {"providers/imap.lua", "return { evaluate = { rule { 'p', when = "
                             "'always', accept 'x' } } }"},
      {"tenants/acme.lua", "return { evaluate = {} }"},
      {"tenants/acme/imap.lua", "return { evaluate = function() end }"}},
     "[{\"policy\":\"default.lua\",\"question\":\"mandate.evaluate\",\"answer\""
     ":null},{\"policy\":\"tenants/acme/imap.lua\",\"question\":\"evaluate\","
     "\"answer\":null},{\"policy\":\"providers/imap.lua\",\"question\":"
     "\"evaluate\",\"rule\":\"p\",\"answer\":\"accept\"}]"},
    {{{"default.lua", "return { evaluate = { rule { 'r', when = function() "
                      "error 'no' end, accept 'x' } } }"}},
     "[{\"policy\":\"default.lua\",\"question\":\"evaluate\",\"rule\":\"r\","
     "\"answer\":\"error\"}]"},
    {{{"default.lua", "return { evaluate = { rule { 'r', when = 'always', "
                      "reauth 'x' } }, connect = { rule { 'c', when = "
                      "'always', { smtp_required = false, state = 's' } } }, "
                      "mandate = { connect = function() end } }"}},
     "[{\"policy\":\"default.lua\",\"question\":\"evaluate\",\"rule\":\"r\","
     "\"answer\":\"reauth\"},{\"policy\":\"default.lua\",\"question\":"
     "\"mandate.connect\",\"answer\":null},{\"policy\":\"default.lua\","
     "\"question\":\"connect\",\"rule\":\"c\",\"answer\":{\"smtp_required\":"
     "false,\"state\":\"s\"}}]"},
    {{{"default.lua", "return { evaluate = function() local s = 'x' while true "
                      "do s = s .. s end end }"}},
     "[{\"policy\":\"default.lua\",\"question\":\"evaluate\",\"answer\":"
     "\"error\"}]"},
};

START_TEST(notes_each_layer_once)
{
    struct policy_set set = {.options.trace = 1};
    const char *json = "{\"grant\":{\"id\":\"a\",\"provider\":\"imap\",\"email"
                       "\":\"a@b.c\"},\"tenant\":\"acme\"}";
    char *record;

    policy_set_open(&set, traces[_i].files);
    ck_assert_str_eq(policy_set_decide(&set, json)->trace, traces[_i].trace);
    ck_assert_str_eq(policy_set_decide(&set, json)->trace, traces[_i].trace);
    record = policy_set_record(&set, json);
    expect_part(record, traces[_i].trace);
    free(record);
    policy_set_free(&set);
}
END_TEST

START_TEST(notes_nothing_unless_told_to)
{
    struct policy_set set = {0};

    policy_set_open(&set, traces[1].files);
    ck_assert_ptr_null(
        policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"x\"}")->trace);
    policy_set_free(&set);
}
END_TEST

START_TEST(leaves_out_a_trace_that_is_too_big)
{
    struct policy_set set = {.options.trace = 1};
    const struct gg_decision *decision;

    policy_set_open_default(
        &set,
        "return { evaluate = function() return reauth 'x' end, connect = "
        "function() local t = {} for i = 1, 250 do t[i] = ('x'):rep(300) .. i "
        "end return { scope = t, client_id = 'x' } end }");
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"nylas\"}");
    ck_assert_int_eq(decision->action, GG_ERROR);
    ck_assert_int_eq(decision->error, GG_EOUTPUT);
    ck_assert_ptr_null(decision->trace);
    policy_set_free(&set);
}
END_TEST

Suite *trace_suite(void)
{
    Suite *suite = suite_create("trace");
    TCase *test = tcase_create("trace");

    tcase_add_loop_test(test, notes_each_layer_once, 0, COUNT(traces));
    tcase_add_test(test, notes_nothing_unless_told_to);
    tcase_add_test(test, leaves_out_a_trace_that_is_too_big);
    suite_add_tcase(suite, test);
    return suite;
}
