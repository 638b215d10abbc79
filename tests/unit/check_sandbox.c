/* SPDX-License-Identifier: MIT */
/* check_sandbox.c - what policy code can reach, and what it gets instead. */
#include "suites.h"

#include "host_sandbox.h"
#include "policy_set.h"

#include <lualib.h>
#include <stdio.h>
#include <string.h>

/* --- the lists, held against Lua itself --- */

static lua_State *stock;

static void setup(void)
{
    stock = luaL_newstate();
    ck_assert_ptr_nonnull(stock);
    luaL_openlibs(stock);
}

static void teardown(void)
{
    lua_close(stock);
}

/* Push stock Lua's table of @library. */
static void push_stock(const struct ggl_library *library)
{
    lua_pushglobaltable(stock);
    if (library->name[0])
        lua_getfield(stock, -1, library->name);
}

START_TEST(names_every_member_of_the_real_lua)
{
    const struct ggl_library *library = ggp_library((size_t)_i);
    int n = 0;

    ck_assert_ptr_nonnull(library);
    push_stock(library);
    for (lua_pushnil(stock); lua_next(stock, -2); lua_pop(stock, 1)) {
        ck_assert_int_eq(lua_type(stock, -2), LUA_TSTRING);
        ck_assert_msg(ggp_library_find(library, lua_tostring(stock, -2)) !=
                          NULL,
                      "%s.%s", library->name, lua_tostring(stock, -2));
        n++;
    }
    ck_assert_int_gt(n, 5);
    ck_assert_ptr_null(ggp_library_find(library, "nonsense"));
}
END_TEST

START_TEST(names_libraries_that_exist)
{
    int i;

    for (i = 0; i < 5; i++)
        ck_assert_ptr_nonnull(ggp_library((size_t)i));
    ck_assert_ptr_null(ggp_library(5));
    ck_assert_ptr_null(ggp_library((size_t)-1));
    ck_assert_str_eq(ggp_library(GGL_GLOBALS)->name, "");
    ck_assert_str_eq(ggp_library(GGL_MATH)->name, "math");
}
END_TEST

START_TEST(offers_what_it_says_and_says_why_not_the_rest)
{
    const struct ggl_library *library = ggp_library((size_t)_i);
    size_t i;

    for (i = 0; i < library->n; i++) {
        const struct ggl_allowance *allowance = &library->list[i];
        struct policy_set set = {0};
        char code[128];
        char name[64];

        if (strcmp(allowance->name, "host") == 0)
            continue; /* no value: check_host_function.c */
        snprintf(name, sizeof(name), "%s%s%s", library->name,
                 library->name[0] ? "." : "", allowance->name);
        snprintf(code, sizeof(code), "return accept(type(%s))", name);
        if (allowance->omitted) {
            const char *message = policy_set_data(&set, code);

            expect_part(message, name);
            expect_part(message, allowance->omitted);
        } else {
            ck_assert_msg(!strstr(policy_set_data(&set, code), "nil"), "%s",
                          name);
        }
        policy_set_free(&set);
    }
}
END_TEST

START_TEST(offers_nothing_else)
{
    struct policy_set set = {0};
    const struct ggl_library *library;
    char names[1024];
    size_t len = 0;
    size_t i;
    int k;

    /* what pairs finds; sandboxed globals may be walked as a whole */
    for (k = 1; (library = ggp_library((size_t)k)); k++) {
        snprintf(names, sizeof(names),
                 "local s = '' for k in pairs(%s) do s = s .. k .. ' ' end "
                 "return accept { reason = 'x', data = { s } }",
                 library->name);
        snprintf(names, sizeof(names), "%s", policy_set_data(&set, names));
        for (len = 2, i = 0; i < library->n; i++) {
            size_t n = strlen(library->list[i].name);

            if (library->list[i].omitted)
                continue;
            ck_assert_mem_eq(names + len, library->list[i].name, n);
            len += n + 1;
        }
        ck_assert_str_eq(names + len, "\"]");
        policy_set_free(&set);
    }
}
END_TEST

/* --- answers --- */

/* A body of evaluate, and the data, reason or message it leads to. */
static const struct {
    const char *code;
    const char *answer;
} answers[] = {
    {"return accept(undefined_name)",
     "default.lua:1: there is no variable 'undefined_name'"},
    {"return nonsense.field", "there is no variable 'nonsense'"},
    {"nonsense()", "there is no variable 'nonsense'"},
    {"local x = _ENV[1]", "there is no variable '1'"},
    {"local x = _ENV[{}]", "there is no variable 'table'"},
    {"local x = math.flor", "there is no 'math.flor'"},
    {"local x = ('x').uppper", "there is no 'string.uppper'"},
    {"return accept(('x'):rep(3))", "xxx"},
    {"return accept('t' .. #'abc')", "t3"},
    {"return accept('t' .. now())", "t1785578400"},
    {"return accept(math.type(now()))", "integer"},
    {"local x = pcall", "default.lua:1: policies have no 'pcall': an error or "
                        "a limit must not be caught; test first"},
    {"local x = require('lib.x')", "require belongs at the top of a file"},
    {"return accept(type(require))", "function"},
    {"log()", "bad argument #1 to 'log' (value expected)"},
    {"return accept { reason = 'x', data = { tostring(print) } }",
     "policies have no 'print'"},
    {"return accept { reason = 'x', data = { tostring(pairs), tostring({}), "
     "tostring(accept 'x'), tostring(grant), tostring(grant.settings), "
     "tostring(rule { 'a', when = 'always', accept 'x' }) } }",
     "[\"function\",\"table\",\"grantgate.decision\",\"grantgate.subject\","
     "\"grantgate.view\",\"grantgate.rule\"]"},
    {"error(tostring(grant) .. tostring({}) .. tostring(tostring))",
     "default.lua:1: grantgate.subjecttablefunction"},
    {"return accept(string.format('%p', {}))", "default.lua:1: "},

    /* The hosted-auth URL. */
    {"local url, err = grantgate.auth_url { provider = 'imap', smtp_required "
     "= true } return accept { reason = 'x', data = { url = url } }",
     "{\"url\":\"https://api.us.nylas.com/v3/connect/auth?client_id=app&"
     "redirect_uri=https%3A%2F%2Fhost.example%2Fcb&response_type=code&provider="
     "imap&options=smtp_required\"}"},
    {"local url = grantgate.auth_url { client_id = 'mine', region = 'eu', "
     "login_hint = 'a@b.c' } return accept { reason = 'x', data = { url } }",
     "[\"https://api.eu.nylas.com/v3/connect/auth?client_id=mine&redirect_uri="
     "https%3A%2F%2Fhost.example%2Fcb&response_type=code&login_hint="
     "a%40b.c\"]"},
    {"local url, err = grantgate.auth_url { redirect_uri = 'ftp://x' } return "
     "accept { reason = err.code, data = { url == nil, err.message } }",
     "[true,\"redirect_uri "},
    {"grantgate.auth_url { providr = 'imap' }",
     "grantgate.auth_url has an unknown key 'providr'"},
    {"grantgate.auth_url { api_url = 'https://evil.example' }",
     "grantgate.auth_url has an unknown key 'api_url'"},
    {"grantgate.auth_url { code_challenge = 'x' }",
     "grantgate.auth_url has an unknown key 'code_challenge'"},
    {"grantgate.auth_url('x')", "table expected, got string"},
    {"grantgate.auth_url { smtp_required = 'yes' }",
     "'smtp_required' must be true or false, got string"},
    {"grantgate.auth_url { provider = 7 }",
     "'provider' must be a string, got number"},
    {"grantgate.auth_url { state = 'a\\0b' }", "'state' holds a NUL"},
    {"grantgate.fetch('x')", "default.lua:1: "},
};

START_TEST(answers_policy_code)
{
    struct policy_set set = {0};
    const char *answer = policy_set_data(&set, answers[_i].code);

    expect_part(answer, answers[_i].answer);
    if (!strstr(answers[_i].code, "%p"))
        expect_no_address(answer);
    policy_set_free(&set);
}
END_TEST

/* What is an error while a file loads. */
static const char *const early[] = {"now()", "log 'x'",
                                    "grantgate.auth_url {}"};

START_TEST(answers_only_questions)
{
    struct policy_set set = {0};
    char text[128];
    const struct policy_file files[] = {{"default.lua", text}, {NULL, NULL}};

    snprintf(text, sizeof(text), "\n%s\nreturn {}", early[_i]);
    ck_assert_int_eq(policy_set_try(&set, files, NULL), GG_EPOLICY);
    expect_part(set.error.message, "default.lua:2: ");
    expect_part(set.error.message,
                "answers while a question is asked, not while the file loads");
}
END_TEST

/* --- log --- */

/* A body of evaluate, and what comes out. */
static const struct {
    const char *code;
    const char *log;
} logs[] = {
    {"log 'hello' log(7) log(nil) log {} log(true)",
     "default.lua:1 g-1 hello\ndefault.lua:1 g-1 7\ndefault.lua:1 g-1 nil\n"
     "default.lua:1 g-1 table\ndefault.lua:1 g-1 true\n"},
    {"\n\nlog 'a\\nb\\27[2J\\127'",
     "default.lua:3 g-1 a\\nb\\u001b[2J\\u007f\n"},
    {"log ''", "default.lua:1 g-1 \n"},
    {"log '\\xff'", "default.lua:1 g-1 \xEF\xBF\xBD\n"},
    {"error 'no'", ""},
    {"log 'before' error 'no'", "default.lua:1 g-1 before\n"},
};

START_TEST(logs_with_file_line_and_grant)
{
    struct policy_set set = {0};

    policy_set_data(&set, logs[_i].code);
    ck_assert_str_eq(set.log, logs[_i].log);
    policy_set_free(&set);
}
END_TEST

START_TEST(logs_20_lines_of_256_bytes)
{
    struct policy_set set = {0};
    const char *at;
    int n = 0;

    policy_set_data(&set, "for i = 1, 30 do log(i) end");
    for (at = set.log; (at = strchr(at, '\n')); at++)
        n++;
    ck_assert_int_eq(n, 20);
    expect_part(set.log, "g-1 20\n");
    policy_set_free(&set);

    set.log[0] = '\0';
    policy_set_data(&set, "log(('x'):rep(300))");
    ck_assert_uint_eq(strlen(set.log), strlen("default.lua:1 g-1 ") + 256 + 1);
    policy_set_free(&set);

    set.log[0] = '\0'; /* never in the middle of a character */
    policy_set_data(&set, "log(('x'):rep(255) .. '\xC3\xA9')");
    ck_assert_uint_eq(strlen(set.log), strlen("default.lua:1 g-1 ") + 255 + 1);
    policy_set_free(&set);
}
END_TEST

Suite *sandbox_suite(void)
{
    Suite *suite = suite_create("sandbox");
    TCase *lists = tcase_create("lists");
    TCase *code = tcase_create("code");

    tcase_add_checked_fixture(lists, setup, teardown);
    tcase_add_loop_test(lists, names_every_member_of_the_real_lua, 0, 5);
    tcase_add_test(lists, names_libraries_that_exist);
    tcase_add_loop_test(lists, offers_what_it_says_and_says_why_not_the_rest, 0,
                        5);
    tcase_add_test(lists, offers_nothing_else);
    suite_add_tcase(suite, lists);
    tcase_add_loop_test(code, answers_policy_code, 0, COUNT(answers));
    tcase_add_loop_test(code, answers_only_questions, 0, COUNT(early));
    tcase_add_loop_test(code, logs_with_file_line_and_grant, 0, COUNT(logs));
    tcase_add_test(code, logs_20_lines_of_256_bytes);
    suite_add_tcase(suite, code);
    return suite;
}
