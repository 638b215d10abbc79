/* SPDX-License-Identifier: MIT */
/* check_subject.c - grants and requests as policy functions see them. */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <string.h>

/* What holds of the grant of policy_set_data(). */
static const char *const truths[] = {
    /* Fields. */
    "grant.id == 'g-1' and grant.provider == 'imap'",
    "grant.email == 'ann@Mail.Example' and grant.domain == 'mail.example'",
    "grant.grant_status == nil and grant.state == nil and grant.name == nil",
    "grant.workspace_id == nil and grant.account_id == nil",
    "grant.credential_id == nil and grant.updated_at == nil",
    "grant.blocked == false",
    "grant.created_at == 1785578340 and math.type(grant.created_at) == "
    "'integer'",
    "grant.age == 60 and math.type(grant.age) == 'integer'",
    "grant.tenant == 'acme' and grant.send_error == 'no route'",
    "grant.send_error_at == 1785578390 and grant.sent_at == nil",
    "grant.smtp == 'incomplete' and grant.evidence == 'settings'",

    /* Lists: fresh tables of the policy's own. */
    "#grant.scope == 2 and grant.scope[1] == 'a' and grant.scope[2] == 'b'",
    "#grant.missing == 2 and grant.missing[1] == 'smtp_host' and "
    "grant.missing[2] == 'smtp_port'",
    "(function() local t = grant.scope t[1] = 'mine' return grant.scope[1] == "
    "'a' end)()",

    /* Settings: known keys, at any depth. */
    "grant.settings.imap_host == 'h' and grant.settings.imap_port == 993",
    "grant.settings.imap_password == '[redacted]'",
    "grant.settings.absent == nil and grant.settings[1] == nil and "
    "grant.settings[grant] == nil",
    "#grant.settings.list == 3 and grant.settings.list[1] == '[redacted]' and "
    "grant.settings.list[2] == '[redacted]'",
    "grant.settings.list[3].smtp_host == 's' and grant.settings.list[3].key == "
    "'[redacted]'",
    "grant.settings.list[0] == nil and grant.settings.list[4] == nil and "
    "grant.settings.list[-1] == nil and grant.settings.list.x == nil",
    "grant.settings.list[math.maxinteger] == nil and "
    "grant.settings.list[math.mininteger] == nil",
    "#grant.settings == 0",
    "(function() local s = '' for k, v in pairs(grant.settings) do s = s .. k "
    ".. ' ' end return s == 'imap_host imap_password imap_port list ' end)()",
    "(function() for k, v in pairs(grant.settings) do if v == 'hunter2' then "
    "return false end end return true end)()",
    "(function() local s = '' for i, v in ipairs(grant.settings.list) do s = s "
    ".. i end return s == '123' end)()",
    "table.concat(grant.settings.list, ',', 1, 2) == '[redacted],[redacted]'",
    "not pairs(grant.settings) == false and type(grant.settings) == 'userdata'",

    /* Context and raw: tables, built once. */
    "grant.context.plan == 'pro' and grant.context.absent == nil",
    "#grant.context.seats == 2 and grant.context.deep.a.b == 1",
    "grant.context == grant.context and type(grant.context) == 'table'",
    "grant.raw == grant.raw and type(grant.raw) == 'table'",
    "grant.raw.id == 'g-1' and grant.raw.absent == nil",
    "grant.raw.extra.big == 9007199254740993 and "
    "math.type(grant.raw.extra.big) "
    "== 'integer'",
    "grant.raw.extra.half == 0.5 and grant.raw.extra.yes == true and "
    "grant.raw.extra.none == nil",
    "grant.raw.extra.token == '[redacted]'",
    "grant.raw.settings.imap_password == '[redacted]' and "
    "grant.raw.settings.imap_host == 'h'",
    "grant.raw.settings.list[3].key == '[redacted]'",
    "grant.raw.tenant == nil and grant.raw.context == nil",
    "(function() local s = '' for k in pairs(grant.raw) do s = s .. k .. ' ' "
    "end return s == 'blocked created_at email extra id provider scope "
    "settings ' end)()",
};

START_TEST(shows_what_is_there)
{
    struct policy_set set = {0};
    char code[1024];
    const char *answer;

    snprintf(code, sizeof(code),
             "return (%s) and accept 'so' or reject 'not_so'", truths[_i]);
    answer = policy_set_data(&set, code);
    ck_assert_msg(strcmp(answer, "so") == 0, "%s: %s", truths[_i], answer);
    policy_set_free(&set);
}
END_TEST

/* What raises. */
static const struct {
    const char *code;
    const char *message;
} raising[] = {
    {"local x = grant.raw.settings.x.y", "attempt to index a nil value"},
    {"for k in ipairs(grant) do end", "a grant has no field '1'"},
    {"local x = grant.settings.list + 1", "attempt to perform arithmetic"},
    {"grant.settings.list[1] = 1", "cannot set '1': a grant is read-only"},
    {"local x = grant < grant", "attempt to compare"},
    {"table.insert(grant.settings.list, 1)", "cannot set '"},
    {"table.insert(grant.raw.scope, 1)", "cannot set '3'"},
    {"local s = grant.context; s.deep.a.b = 2", "cannot set 'b'"},
};

START_TEST(refuses_the_rest)
{
    struct policy_set set = {0};
    const char *answer = policy_set_data(&set, raising[_i].code);

    expect_part(answer, "default.lua:1: ");
    expect_part(answer, raising[_i].message);
    policy_set_free(&set);
}
END_TEST

/* Absent everything: empty views and tables, never nil. */
START_TEST(shows_empty_views_of_nothing)
{
    struct policy_set set = {0};
    const struct gg_decision *decision;

    policy_set_open_default(
        &set, "return { evaluate = function(g) assert(#g.scope == 0 and "
              "#g.missing == 0 and g.settings.x == nil and g.context.x == nil "
              "and g.settings.x == nil and g.blocked == false and g.age == nil "
              "and g.domain == nil and g.tenant == nil) for k in "
              "pairs(g.settings) do error(k) end for k in pairs(g.context) do "
              "error(k) end return accept(g.smtp .. g.evidence) end }");
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\","
                                       "\"settings\":null,\"scope\":null}");
    ck_assert_msg(decision->action == GG_ACCEPT, "%s", decision->error_message);
    ck_assert_str_eq(decision->reason, "unknownnone");
    decision = policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\"}");
    ck_assert_str_eq(decision->reason, "unknownnone");
    policy_set_free(&set);
}
END_TEST

START_TEST(shows_one_scope_as_a_list)
{
    struct policy_set set = {0};

    policy_set_open_default(&set, "return { evaluate = function(g) return "
                                  "accept('n' .. #g.scope .. g.scope[1]) end "
                                  "}");
    ck_assert_str_eq(policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"x\","
                                             "\"scope\":\"mail\"}")
                         ->reason,
                     "n1mail");
    policy_set_free(&set);
}
END_TEST

START_TEST(charges_for_reading_far_into_a_list)
{
    enum { NUMBERS = 100000 };
    struct policy_set set = {0};
    static char json[NUMBERS * 4 + 200];
    size_t len;
    int i;

    policy_set_open_default(&set,
                            "return { evaluate = function(g) local list = "
                            "g.settings.list for i = 1, 20000 do local x "
                            "= list[99999] end return accept 'x' end }");
    len = (size_t)sprintf(json, "{\"id\":\"a\",\"provider\":\"x\",\"settings\":"
                                "{\"list\":[[]");
    for (i = 0; i < NUMBERS; i++)
        len += (size_t)sprintf(json + len, ",%d", i % 100);
    sprintf(json + len, "]}}");
    ck_assert_int_eq(policy_set_decide(&set, json)->error, GG_EINSTRUCTIONS);
    policy_set_free(&set);
}
END_TEST

/* --- the question it belongs to --- */

struct stale {
    struct ggl_state *state;
    const struct ggp_grant *grant;
    int of_settings; /* read the view of these, not the grant's own */
};

/* Read a grant and a view of it, then again in the next question. */
static int body_stale(lua_State *L)
{
    struct stale *stale = lua_touserdata(L, 1);
    int view;

    ggl_pushsubject(L, &ggp_grant_subject, stale->grant);
    ck_assert_int_eq(lua_getfield(L, -1, "id"), LUA_TSTRING);
    ck_assert_int_eq(lua_getfield(L, -2, "settings"), LUA_TUSERDATA);
    view = lua_gettop(L);
    lua_getfield(L, view, "x");
    stale->state->serial++;
    stale->grant = NULL;
    lua_getfield(L, stale->of_settings ? view : 2, "x"); /* raises */
    return 0;
}

START_TEST(refuses_to_be_read_in_another_question)
{
    static const struct ggl_sources no_sources;
    static const struct ggp_grant grant = {.id = {"g-1", 3}};
    struct ggl_state state;
    struct stale stale = {&state, &grant, 0};
    struct gg_error err;

    ck_assert_int_eq(ggp_state_open(&state, &no_sources, &err), GG_OK);
    ck_assert_int_eq(ggp_guard(&state, body_stale, &stale, &err), GG_EPOLICY);
    expect_part(err.message, "this grant belongs to a question that is over");
    stale.grant = &grant;
    stale.of_settings = 1;
    ck_assert_int_eq(ggp_guard(&state, body_stale, &stale, &err), GG_EPOLICY);
    expect_part(err.message, "belongs to a question that is over");
    ggp_state_close(&state);
}
END_TEST

Suite *subject_suite(void)
{
    Suite *suite = suite_create("subject");
    TCase *test = tcase_create("subject");

    tcase_add_loop_test(test, shows_what_is_there, 0, COUNT(truths));
    tcase_add_loop_test(test, refuses_the_rest, 0, COUNT(raising));
    tcase_add_test(test, shows_empty_views_of_nothing);
    tcase_add_test(test, shows_one_scope_as_a_list);
    tcase_add_test(test, charges_for_reading_far_into_a_list);
    tcase_add_test(test, refuses_to_be_read_in_another_question);
    suite_add_tcase(suite, test);
    return suite;
}
