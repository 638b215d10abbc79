/* SPDX-License-Identifier: MIT */
/* check_log.c - log lines that wait for their turn. */
#include "suites.h"

#include "policy_set.h"

#include <string.h>

static void take_line(const char *where, const char *grant_id, const char *text,
                      void *payload)
{
    struct ggp_buf *out = payload;

    ggp_buf_string(out, where);
    ggp_buf_char(out, '|');
    ggp_buf_string(out, grant_id ? grant_id : "(none)");
    ggp_buf_char(out, '|');
    ggp_buf_string(out, text);
    ggp_buf_char(out, '\n');
}

START_TEST(gives_back_lines_in_order_and_once)
{
    struct ggp_buf log = {0};
    struct ggp_buf out = {0};

    ggp_log_keep(&log, "default.lua:1", "g-1", "hello");
    ggp_log_keep(&log, "", NULL, "");
    ggp_log_keep(&log, "a.lua:2", "g-2", "last");
    ggp_log_replay(&log, take_line, &out);
    ck_assert_str_eq(ggp_buf_text(&out), "default.lua:1|g-1|hello\n|(none)|\n"
                                         "a.lua:2|g-2|last\n");
    ck_assert_uint_eq(log.len, 0);
    ggp_log_replay(&log, take_line, &out);
    ck_assert_uint_eq(out.len, strlen("default.lua:1|g-1|hello\n|(none)|\n"
                                      "a.lua:2|g-2|last\n"));
    ggp_buf_free(&log);
    ggp_buf_free(&out);
}
END_TEST

START_TEST(forgets_lines_nobody_wants)
{
    struct ggp_buf log = {0};

    ggp_log_keep(&log, "a", "b", "c");
    ggp_log_replay(&log, NULL, NULL);
    ck_assert_uint_eq(log.len, 0);
    ggp_buf_free(&log);
}
END_TEST

/* A question that runs out of memory is asked twice and logs once. */
START_TEST(logs_once_what_is_asked_twice)
{
    struct policy_set set = {0};

    policy_set_data(&set, "log 'once' local s = 'x' while true do s = s .. s "
                          "end");
    ck_assert_int_eq(set.session->decision.error, GG_EMEMORY);
    ck_assert_str_eq(set.log, "default.lua:1 g-1 once\n");
    policy_set_free(&set);
}
END_TEST

Suite *log_suite(void)
{
    Suite *suite = suite_create("log");
    TCase *test = tcase_create("log");

    tcase_add_test(test, gives_back_lines_in_order_and_once);
    tcase_add_test(test, forgets_lines_nobody_wants);
    tcase_add_test(test, logs_once_what_is_asked_twice);
    suite_add_tcase(suite, test);
    return suite;
}
