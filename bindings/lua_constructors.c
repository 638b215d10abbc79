/* SPDX-License-Identifier: MIT */
/*
 * lua_constructors.c - accept, reauth, repair, defer, reject, and rule.
 *
 * What they return are userdata that cannot be made otherwise: only these
 * values are decisions.  They are checked here, at the line that is wrong.
 * The strings of a decision belong to Lua; its user values keep them.
 */
#include "host.h"
#include "host_keys.h"

#include <string.h>

static const char DECISION[] = "grantgate.decision";
static const char RULE[] = "grantgate.rule";

const char *const ggl_decision_keys[] = {
    "reason",    "notify",    "data",          "after",
    "smtp_host", "smtp_port", "smtp_username", NULL};
const char *const ggl_rule_keys[] = {"when", NULL};

const struct ggp_opinion *ggl_toopinion(lua_State *L, int index)
{
    return ggl_toclass(L, index, DECISION);
}

const struct ggl_rule_value *ggl_torule(lua_State *L, int index)
{
    return ggl_toclass(L, index, RULE);
}

/* --- decisions --- */

/* The fields of decisions, as in ggl_decision_keys; then connect's. */
enum {
    REASON,
    NOTIFY,
    DATA,
    AFTER,
    SMTP_HOST,
    SMTP_PORT,
    SMTP_USERNAME,
    CONNECT
};

/* Where on the stack the value of each field is; 0: it is absent. */
struct fields {
    int at[CONNECT + 1]; /* the last: what keeps the connect fields */
    int has_connect;
};

/* The field that @key, which is on the stack too, names; -1 if none. */
static int find_field(const char *key, size_t len, enum gg_action action)
{
    int field;

    for (field = 0; field < CONNECT; field++) {
        const char *name = ggl_decision_keys[field];

        if (key[0] == name[0] && strcmp(key, name) == 0)
            return strlen(name) == len ? field : -1;
    }
    return action == GG_REAUTH && ggp_connect_find(key, len) >= 0 ? CONNECT
                                                                  : -1;
}

/* Leave the values of the table at @table on the stack, all but connect's: they
 * fit into what Lua gives every function.  A key that is not read raises.
 * [-0, +?, v] */
static void spread(lua_State *L, int table, enum gg_action action,
                   struct fields *fields)
{
    if (ggl_unfrozen(L, table))
        table = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        int field = -1;

        ggl_charge(L, 1);
        if (lua_type(L, -2) == LUA_TSTRING)
            field = find_field(lua_tostring(L, -2), lua_rawlen(L, -2), action);
        if (field < 0)
            ggl_checkkeys(L, table, gg_action_name(action), ggl_decision_keys,
                          action == GG_REAUTH);
        if (field < 0 || field == CONNECT) {
            fields->has_connect = 1;
            lua_pop(L, 1);
        } else {
            lua_insert(L, -2); /* the value stays below its key */
            fields->at[field] = lua_gettop(L) - 1;
        }
    }
}

/* The text of @field, or NULL. */
static const char *text_of(lua_State *L, const struct fields *fields, int field)
{
    int at = fields->at[field];

    return at ? ggl_checktext(L, at, ggl_decision_keys[field]) : NULL;
}

/* `after`: "15m", or seconds. */
static void read_after(lua_State *L, int at, struct ggp_opinion *opinion)
{
    size_t len;
    const char *text;

    if (lua_isinteger(L, at)) {
        opinion->after = lua_tointeger(L, at);
    } else {
        if (lua_type(L, at) != LUA_TSTRING)
            luaL_error(L, "'after' must be like \"15m\", or seconds, got %s",
                       luaL_typename(L, at));
        text = lua_tolstring(L, at, &len);
        if (!ggp_duration_parse(text, len, &opinion->after))
            luaL_error(L, "'after' must be like \"90s\", \"15m\", \"2h\" or "
                          "\"7d\"");
    }
    opinion->has_after = 1;
}

/* `data`, as JSON, which takes the place of the table. */
static void read_data(lua_State *L, int at, struct ggp_opinion *opinion)
{
    struct ggp_buf *scratch = &ggp_state_of(L)->scratch;

    if (!lua_istable(L, at))
        luaL_error(L, "'data' must be a table, got %s", luaL_typename(L, at));
    ggp_buf_clear(scratch);
    scratch->max = GGP_RECORD_MAX;
    ggl_tojson(L, at, scratch, "'data'");
    lua_pushlstring(L, scratch->bytes, scratch->len);
    scratch->max = GGP_BUF_MAX;
    opinion->data = lua_tostring(L, -1);
    lua_replace(L, at);
}

static void read_port(lua_State *L, int at, struct ggp_opinion *opinion)
{
    if (!lua_isinteger(L, at))
        luaL_error(L, "'smtp_port' must be an integer, got %s",
                   luaL_typename(L, at));
    opinion->smtp_port = lua_tointeger(L, at);
    if (opinion->smtp_port == 0)
        luaL_error(L, "'smtp_port' must be 1 to 65535");
}

/* The connect fields of the table at @table, whose texts are kept by a table
 * on top.  [-0, +1, v] */
static void read_connect(lua_State *L, int table, struct fields *fields,
                         struct ggp_opinion *opinion)
{
    lua_newtable(L);
    ggl_readconnect(L, table, lua_gettop(L), &opinion->connect);
    fields->at[CONNECT] = lua_gettop(L);
}

/* Read the table at @table.  In a fixed order: which of several mistakes is
 * told must not depend on a hash. */
static void read_table(lua_State *L, int table, struct fields *fields,
                       struct ggp_opinion *opinion)
{
    spread(L, table, opinion->action, fields);
    opinion->reason = text_of(L, fields, REASON);
    opinion->notify = text_of(L, fields, NOTIFY);
    opinion->smtp_host = text_of(L, fields, SMTP_HOST);
    opinion->smtp_username = text_of(L, fields, SMTP_USERNAME);
    if (fields->at[AFTER])
        read_after(L, fields->at[AFTER], opinion);
    if (fields->at[DATA])
        read_data(L, fields->at[DATA], opinion);
    if (fields->at[SMTP_PORT])
        read_port(L, fields->at[SMTP_PORT], opinion);
    if (fields->has_connect)
        read_connect(L, table, fields, opinion);
}

/* Upvalues of a constructor. */
enum { ACTION = 1, CLASS };

/* Push @opinion as a value whose user values keep its texts.  [-0, +1, m] */
static void push_opinion(lua_State *L, const struct fields *fields,
                         const struct ggp_opinion *opinion)
{
    static const int kept[] = {REASON,        NOTIFY,  DATA, SMTP_HOST,
                               SMTP_USERNAME, CONNECT, -1};
    int n = 0;
    int i;

    for (i = 0; kept[i] >= 0; i++)
        n += fields->at[kept[i]] != 0;
    memcpy(lua_newuserdatauv(L, sizeof(*opinion), n), opinion,
           sizeof(*opinion));
    for (i = 0; kept[i] >= 0; i++) {
        if (fields->at[kept[i]] == 0)
            continue;
        lua_pushvalue(L, fields->at[kept[i]]);
        lua_setiuservalue(L, -2, n--);
    }
    lua_pushvalue(L, lua_upvalueindex(CLASS));
    lua_setmetatable(L, -2);
}

/* decision = accept "reason", or accept { reason = … }.  [.., +1, v] */
static int construct(lua_State *L)
{
    enum { FIELDS = 1 };
    enum gg_action action = (enum gg_action)lua_tointeger(
        L, lua_upvalueindex(ACTION));
    struct ggp_opinion opinion = {.action = action};
    struct fields fields = {.has_connect = 0};
    struct gg_error err;

    lua_settop(L, FIELDS);
    if (lua_type(L, FIELDS) == LUA_TSTRING) {
        opinion.reason = ggl_checktext(L, FIELDS, "reason");
        fields.at[REASON] = FIELDS;
    } else if (lua_istable(L, FIELDS)) {
        read_table(L, FIELDS, &fields, &opinion);
    } else {
        return luaL_error(L, "%s wants a reason or a table, got %s",
                          gg_action_name(action), luaL_typename(L, FIELDS));
    }
    if (ggp_opinion_check(&opinion, &err) != GG_OK)
        return luaL_error(L, "%s", err.message);
    push_opinion(L, &fields, &opinion);
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
    ggl_setclass(L, RULE);
    return 1;
}

void ggl_addconstructors(lua_State *L, int table)
{
    int action;

    for (action = GG_ACCEPT; action < GG_ACTION_COUNT; action++) {
        lua_pushinteger(L, action);
        lua_rawgetp(L, LUA_REGISTRYINDEX, DECISION);
        lua_pushcclosure(L, construct, 2);
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
