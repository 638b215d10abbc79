/* SPDX-License-Identifier: MIT */
/*
 * lua_constructors.c - accept, reauth, repair, defer, reject, and rule.
 *
 * What they return are userdata that cannot be made otherwise: only these
 * values are decisions.  They are checked here, at the line that is wrong.
 * The strings of a decision belong to Lua; its user value keeps them.
 */
#include "host.h"
#include "host_keys.h"

#include <string.h>

#define DECISION "grantgate.decision"
#define RULE     "grantgate.rule"

const char *const ggl_decision_keys[] = {
    "reason",    "notify",    "data",          "after",
    "smtp_host", "smtp_port", "smtp_username", NULL};
const char *const ggl_rule_keys[] = {"when", NULL};

const struct ggp_opinion *ggl_toopinion(lua_State *L, int index)
{
    return luaL_testudata(L, index, DECISION);
}

const struct ggl_rule_value *ggl_torule(lua_State *L, int index)
{
    return luaL_testudata(L, index, RULE);
}

/* `after`: "15m", or seconds.  The value is on top.  [-0, +0, v] */
static void read_after(lua_State *L, struct ggp_opinion *opinion)
{
    size_t len;
    const char *text;

    if (lua_isinteger(L, -1)) {
        opinion->after = lua_tointeger(L, -1);
    } else {
        if (lua_type(L, -1) != LUA_TSTRING)
            luaL_error(L, "'after' must be like \"15m\", or seconds, got %s",
                       luaL_typename(L, -1));
        text = lua_tolstring(L, -1, &len);
        if (!ggp_duration_parse(text, len, &opinion->after))
            luaL_error(L, "'after' must be like \"90s\", \"15m\", \"2h\" or "
                          "\"7d\"");
    }
    opinion->has_after = 1;
}

/* `data`, as JSON.  The value is on top.  [-0, +0, v] */
static void read_data(lua_State *L, int anchor, struct ggp_opinion *opinion)
{
    struct ggp_buf *scratch = &ggp_state_of(L)->scratch;

    if (!lua_istable(L, -1))
        luaL_error(L, "'data' must be a table, got %s", luaL_typename(L, -1));
    ggp_buf_clear(scratch);
    scratch->max = GGP_RECORD_MAX;
    ggl_tojson(L, -1, scratch, "'data'");
    lua_pushlstring(L, scratch->bytes, scratch->len);
    scratch->max = GGP_BUF_MAX;
    opinion->data = lua_tostring(L, -1);
    lua_setfield(L, anchor, "data");
}

static void read_port(lua_State *L, struct ggp_opinion *opinion)
{
    if (!lua_isinteger(L, -1))
        luaL_error(L, "'smtp_port' must be an integer, got %s",
                   luaL_typename(L, -1));
    opinion->smtp_port = lua_tointeger(L, -1);
    if (opinion->smtp_port == 0)
        luaL_error(L, "'smtp_port' must be 1 to 65535");
}

static void read_table(lua_State *L, int table, int anchor, const char *what,
                       struct ggp_opinion *opinion)
{
    ggl_checkkeys(L, table, what, ggl_decision_keys,
                  opinion->action == GG_REAUTH);
    opinion->reason = ggl_readtext(L, table, anchor, "reason");
    opinion->notify = ggl_readtext(L, table, anchor, "notify");
    opinion->smtp_host = ggl_readtext(L, table, anchor, "smtp_host");
    opinion->smtp_username = ggl_readtext(L, table, anchor, "smtp_username");
    ggl_pushreal(L, table);
    if (lua_getfield(L, -1, "after") != LUA_TNIL)
        read_after(L, opinion);
    if (lua_getfield(L, -2, "data") != LUA_TNIL)
        read_data(L, anchor, opinion);
    if (lua_getfield(L, -3, "smtp_port") != LUA_TNIL)
        read_port(L, opinion);
    lua_pop(L, 4);
    if (opinion->action == GG_REAUTH)
        ggl_readconnect(L, table, anchor, &opinion->connect);
}

/* decision = accept "reason", or accept { reason = … }: the action is the
 * upvalue.  [.., +1, v] */
static int construct(lua_State *L)
{
    enum { FIELDS = 1, ANCHOR, RESULT };
    enum gg_action action = (enum gg_action)lua_tointeger(L,
                                                          lua_upvalueindex(1));
    const char *name = gg_action_name(action);
    struct ggp_opinion *opinion;
    struct gg_error err;

    lua_settop(L, FIELDS);
    lua_newtable(L);
    opinion = lua_newuserdatauv(L, sizeof(*opinion), 1);
    memset(opinion, 0, sizeof(*opinion));
    opinion->action = action;
    lua_pushvalue(L, ANCHOR);
    lua_setiuservalue(L, RESULT, 1);
    if (lua_type(L, FIELDS) == LUA_TSTRING) {
        opinion->reason = ggl_checktext(L, FIELDS, "reason");
        lua_pushvalue(L, FIELDS);
        lua_rawseti(L, ANCHOR, 1);
    } else if (lua_istable(L, FIELDS)) {
        read_table(L, FIELDS, ANCHOR, name, opinion);
    } else {
        return luaL_error(L, "%s wants a reason or a table, got %s", name,
                          luaL_typename(L, FIELDS));
    }
    if (ggp_opinion_check(opinion, &err) != GG_OK)
        return luaL_error(L, "%s", err.message);
    luaL_setmetatable(L, DECISION);
    return 1;
}

/* --- rules --- */

static int is_condition(lua_State *L, int index)
{
    return lua_istable(L, index) || lua_isfunction(L, index) ||
           (lua_type(L, index) == LUA_TSTRING &&
            strcmp(lua_tostring(L, index), "always") == 0);
}

/* rule { "name", when = W, ANSWER } */
static int make_rule(lua_State *L)
{
    enum { FIELDS = 1, NAME, WHEN, ANSWER, RESULT };
    struct ggl_rule_value *rule;
    const char *odd;

    luaL_checktype(L, FIELDS, LUA_TTABLE);
    lua_settop(L, FIELDS);
    ggl_pushreal(L, FIELDS);
    lua_replace(L, FIELDS);
    odd = ggl_pushoddkey(L, FIELDS, 2, ggl_rule_keys, 0);
    if (odd)
        return luaL_error(L,
                          "a rule has an unknown key '%s'; it is written "
                          "rule { \"name\", when = …, answer }",
                          odd);
    lua_rawgeti(L, FIELDS, 1);
    lua_getfield(L, FIELDS, "when");
    lua_rawgeti(L, FIELDS, 2);
    if (lua_type(L, NAME) != LUA_TSTRING ||
        !ggp_is_rule_name(lua_tostring(L, NAME), lua_rawlen(L, NAME)))
        return luaL_error(L, "a rule starts with its name: lower-case "
                             "letters, digits and '-'");
    if (!is_condition(L, WHEN))
        return luaL_error(L,
                          "rule \"%s\": 'when' must be a table, a function or "
                          "\"always\", got %s",
                          lua_tostring(L, NAME), luaL_typename(L, WHEN));
    if (!lua_istable(L, ANSWER) && !lua_isfunction(L, ANSWER) &&
        !ggl_toopinion(L, ANSWER))
        return luaL_error(L,
                          "rule \"%s\": the answer, after 'when', must be a "
                          "decision, connect fields or a function, got %s",
                          lua_tostring(L, NAME), luaL_typename(L, ANSWER));
    rule = lua_newuserdatauv(L, sizeof(*rule), 3);
    memcpy(rule->name, lua_tostring(L, NAME), lua_rawlen(L, NAME) + 1);
    lua_pushvalue(L, WHEN);
    lua_setiuservalue(L, RESULT, 1);
    lua_pushvalue(L, ANSWER);
    lua_setiuservalue(L, RESULT, 2);
    rule->line = ggl_pushrunning(L);
    lua_setiuservalue(L, RESULT, 3);
    luaL_setmetatable(L, RULE);
    return 1;
}

void ggl_addconstructors(lua_State *L, int table)
{
    int action;

    for (action = GG_ACCEPT; action < GG_ACTION_COUNT; action++) {
        lua_pushinteger(L, action);
        lua_pushcclosure(L, construct, 1);
        lua_setfield(L, table, gg_action_name((enum gg_action)action));
    }
    lua_pushcfunction(L, make_rule);
    lua_setfield(L, table, "rule");
}

void ggl_openconstructors(lua_State *L)
{
    static const luaL_Reg none[] = {{NULL, NULL}};

    ggl_newclass(L, DECISION, none);
    ggl_newclass(L, RULE, none);
}
