/* SPDX-License-Identifier: MIT */
/* check_json.c - between JSON and Lua values (lua_json.c). */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A `data` and the JSON it becomes, or the message. */
static const struct {
    const char *data;
    const char *json;
} values[] = {
    {"{}", "{}"},
    {"{ 1, 2, 3 }", "[1,2,3]"},
    {"{ {}, { {} } }", "[{},[{}]]"},
    {"{ b = 1, a = 2, ab = 3, B = 4, [''] = 5 }",
     "{\"\":5,\"B\":4,\"a\":2,\"ab\":3,\"b\":1}"},
    {"{ ['\xC3\xA9'] = 1, z = 2, ['\xF0\x9F\x98\x80'] = 3 }",
     "{\"z\":2,\"\xC3\xA9\":1,\"\xF0\x9F\x98\x80\":3}"},

    /* Numbers. */
    {"{ math.maxinteger, math.mininteger, 0, -1 }",
     "[9223372036854775807,-9223372036854775808,0,-1]"},
    {"{ 9007199254740993 }", "[9007199254740993]"},
    {"{ 0.1, 1.5, 1e100 }", "[0.1,1.5,1e+100]"},
    {"{ 1/3 }", "[0.333333333333333"},
    {"{ 0/0 }", "'data' holds a number that JSON cannot write"},
    {"{ 1/0 }", "'data' holds a number that JSON cannot write"},
    {"{ x = { -1/0 } }", "'data' holds a number that JSON cannot write"},

    /* Texts. */
    {"{ 'a\"b\\\\c\\n' }", "[\"a\\\"b\\\\c\\n\"]"},
    {"{ '\\0\\27\\127' }", "[\"\\u0000\\u001b\\u007f\"]"},
    {"{ '\\xff' }", "'data' holds a string that is not UTF-8"},
    {"{ ['\\xff'] = 1 }", "'data' holds a string that is not UTF-8"},
    {"{ true, false }", "[true,false]"},

    /* What JSON cannot hold. */
    {"{ accept }", "'data' cannot hold a function"},
    {"{ grant }", "'data' cannot hold a userdata"},
    {"{ x = grant.settings }", "'data' cannot hold a userdata"},
    {"{ accept 'x' }", "'data' cannot hold a userdata"},
    {"{ 1, nil, 3 }", "'data' holds a table that is neither a list"},
    {"{ 1, x = 2 }", "'data' holds a table that is neither a list nor has only "
                     "string keys"},
    {"{ [2] = 1 }", "'data' holds a table that is neither a list"},
    {"{ [0] = 1 }", "'data' holds a table that is neither a list"},
    {"{ [1.5] = 1 }", "'data' holds a table that is neither a list"},
    {"{ [true] = 1 }", "'data' holds a table that is neither a list"},
    {"{ [{}] = 1 }", "'data' holds a table that is neither a list"},
    {"'x'", "'data' must be a table, got string"},
    {"7", "'data' must be a table, got number"},
    {"grant", "'data' must be a table, got userdata"},

    /* Views of the engine. */
    {"grant.scope", "[\"a\",\"b\"]"},
    {"grant.context", "{\"deep\":{\"a\":{\"b\":1}},\"plan\":\"pro\",\"seats\":"
                      "[1,2]}"},
    {"grant.raw.extra",
     "{\"big\":9007199254740993,\"half\":0.5,\"list\":[3,2,1],\"token\":"
     "\"[redacted]\",\"yes\":true}"},
    {"{ grant.raw }", "\"imap_password\":\"[redacted]\""},

    /* Depth. */
    {"(function() local t = {} for i = 1, 31 do t = { t } end return t end)()",
     "[[[[[[[["},
    {"(function() local t = {} for i = 1, 32 do t = { t } end return t end)()",
     "'data' is nested more than 32 deep"},
    {"(function() local t = {} t[1] = t return t end)()",
     "'data' is nested more than 32 deep"},
    {"(function() local t, u = {}, {} t.u = u u.t = t return t end)()",
     "'data' is nested more than 32 deep"},
    {"(function() local t = {} for i = 1, 31 do t = { t, t } end return t "
     "end)()",
     "default.lua:1: "},
};

START_TEST(writes_data)
{
    struct policy_set set = {0};
    char code[1024];
    const char *answer;

    snprintf(code, sizeof(code), "return accept { reason = 'none', data = %s }",
             values[_i].data);
    answer = policy_set_data(&set, code);
    if (values[_i].json[0] == '{' ||
        (values[_i].json[0] == '[' && strstr(values[_i].json, "]")))
        ck_assert_str_eq(answer, values[_i].json);
    else
        expect_part(answer, values[_i].json);
    ck_assert_ptr_null(strstr(answer, "hunter2"));
    policy_set_free(&set);
}
END_TEST

START_TEST(writes_the_same_each_time)
{
    char *first = NULL;
    int i;

    for (i = 0; i < 10; i++) {
        struct policy_set set = {0};
        void *shift = malloc((size_t)i * 4096 + 1);
        const char *answer = policy_set_data(
            &set, "local t = {} for i = 1, 300 do t['k' .. i * 7919 % 1000] = "
                  "i end return accept { reason = 'x', data = t }");

        if (!first)
            first = strdup(answer);
        ck_assert(strcmp(answer, first) == 0);
        policy_set_free(&set);
        free(shift);
    }
    free(first);
}
END_TEST

/* What is read is written again, in byte order. */
static const char *const round_trips[] = {
    "{}",
    "{\"a\":[1,[2,[3,{\"b\":{}}]]]}",
    "{\"big\":9223372036854775807,\"neg\":-9223372036854775808}",
    "{\"f\":false,\"n\":1.5,\"s\":\"\\u0000\\\"\\\\\",\"t\":true}",
    "{\"\":1,\"\xC3\xA9\":2}",
};

START_TEST(reads_what_it_writes)
{
    struct policy_set set = {0};
    char json[512];

    policy_set_open_default(&set, "return { evaluate = function(g) return "
                                  "accept { reason = 'x', data = g.context } "
                                  "end }");
    snprintf(json, sizeof(json),
             "{\"grant\":{\"id\":\"a\",\"provider\":\"x\"},\"context\":%s}",
             round_trips[_i]);
    ck_assert_str_eq(policy_set_decide(&set, json)->data, round_trips[_i]);
    policy_set_free(&set);
}
END_TEST

/* Depth 64 of JSON comes in, and does not end the stack. */
START_TEST(reads_what_is_nested_deeply)
{
    struct policy_set set = {0};
    char json[512];
    size_t len;
    int i;

    policy_set_open_default(&set,
                            "return { evaluate = function(g) local n, t = "
                            "0, g.raw.x while t do t = t[1] n = n + 1 "
                            "end return accept('n' .. n) end }");
    len = (size_t)sprintf(json, "{\"id\":\"a\",\"provider\":\"x\",\"x\":");
    for (i = 0; i < 63; i++)
        json[len++] = '[';
    for (i = 0; i < 63; i++)
        json[len++] = ']';
    sprintf(json + len, "}");
    ck_assert_str_eq(policy_set_decide(&set, json)->reason, "n63");
    policy_set_free(&set);
}
END_TEST

/* --- sorted keys --- */

static int body_keys(lua_State *L)
{
    const struct ggp_text *keys;
    size_t n = 99;

    (void)lua_touserdata(L, 1);
    lua_newtable(L);
    keys = ggl_pushkeys(L, lua_gettop(L), &n);
    ck_assert_ptr_nonnull(keys);
    ck_assert_uint_eq(n, 0);
    lua_pop(L, 1);
    lua_pushinteger(L, 1);
    lua_setfield(L, -2, "b");
    lua_pushinteger(L, 1);
    lua_setfield(L, -2, "");
    lua_pushinteger(L, 1);
    lua_setfield(L, -2, "aa");
    keys = ggl_pushkeys(L, lua_gettop(L), &n);
    ck_assert_uint_eq(n, 3);
    ck_assert_uint_eq(keys[0].len, 0);
    ck_assert_str_eq(keys[1].at, "aa");
    ck_assert_str_eq(keys[2].at, "b");
    lua_pop(L, 1);
    lua_pushinteger(L, 1);
    lua_rawseti(L, -2, 1);
    n = 99;
    ck_assert_ptr_null(ggl_pushkeys(L, lua_gettop(L), &n));
    ck_assert_int_eq(lua_gettop(L), 2);
    ck_assert_uint_eq(n, 99);
    return 0;
}

START_TEST(sorts_keys_by_byte)
{
    static const struct ggl_sources no_sources;
    struct ggl_state state;
    struct gg_error err;

    ck_assert_int_eq(ggp_state_open(&state, &no_sources, &err), GG_OK);
    ck_assert_int_eq(ggp_guard(&state, body_keys, NULL, &err), GG_OK);
    ggp_state_close(&state);
}
END_TEST

Suite *json_suite(void)
{
    Suite *suite = suite_create("json");
    TCase *test = tcase_create("json");

    tcase_add_loop_test(test, writes_data, 0, COUNT(values));
    tcase_add_test(test, writes_the_same_each_time);
    tcase_add_loop_test(test, reads_what_it_writes, 0, COUNT(round_trips));
    tcase_add_test(test, reads_what_is_nested_deeply);
    tcase_add_test(test, sorts_keys_by_byte);
    suite_add_tcase(suite, test);
    return suite;
}
