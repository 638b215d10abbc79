/* SPDX-License-Identifier: MIT */
/*
 * host_freeze.c - make what a file set up at load read-only.
 *
 * A frozen table is emptied into a shadow and given a metatable whose
 * __index is that shadow: the table keeps its identity, reading it works
 * everywhere (ipairs, #, concat, unpack go through metamethods), writing
 * raises.  Policies have no raw access and no metatables, so nothing sees
 * behind it.
 *
 * Everything reachable is visited: values and keys of tables, the variables
 * functions hold on to, and what rules and decisions carry.
 */
#include "host_sandbox.h"

#include <stdlib.h>
#include <string.h>

/* In a frozen table's metatable, under this key: true. */
static const char FROZEN = 0;

/* The slots of ggl_freeze(): what is still to be visited, what has been, and
 * what is wrong with it. */
enum { WORK = 1, SEEN, COMPLAINT, NSLOTS = COMPLAINT };

static int refuse_write(lua_State *L)
{
    enum { TABLE = 1, KEY };

    lua_settop(L, KEY);
    ggl_pushtext(L, KEY);
    return luaL_error(L,
                      "cannot set '%s' in a table that is read-only; build a "
                      "new table instead",
                      lua_tostring(L, -1));
}

static int frozen_len(lua_State *L)
{
    ggl_pushreal(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
    return 1;
}

int ggl_unfrozen(lua_State *L, int index)
{
    if (!lua_istable(L, index) || !lua_getmetatable(L, index))
        return 0;
    if (lua_rawgetp(L, -1, &FROZEN) == LUA_TNIL) {
        lua_pop(L, 2);
        return 0;
    }
    lua_pop(L, 1);
    lua_pushliteral(L, "__index");
    lua_rawget(L, -2);
    lua_remove(L, -2);
    return 1;
}

void ggl_pushreal(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    luaL_checktype(L, index, LUA_TTABLE);
    luaL_checkstack(L, 3, NULL);
    if (!ggl_unfrozen(L, index))
        lua_pushvalue(L, index);
}

/* A long string costs every question that compares it, uncounted: what stays
 * loaded is as long as a file could write it, and no longer. */
static void check_string(lua_State *L)
{
    if (ggp_state_of(L)->phase == GGL_LOADING &&
        lua_rawlen(L, -1) > GGL_SOURCE_MAX)
        luaL_error(L,
                   "keeps a string of %I bytes; at most %d may outlive "
                   "loading",
                   (LUAI_UACINT)lua_rawlen(L, -1), GGL_SOURCE_MAX);
}

/* Put the value on top, which is popped, on the list of work. */
static void add_work(lua_State *L)
{
    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
        check_string(L);
        lua_pop(L, 1);
        return;
    case LUA_TTABLE:
    case LUA_TFUNCTION:
    case LUA_TUSERDATA:
        break;
    default:
        lua_pop(L, 1);
        return;
    }
    lua_pushvalue(L, -1);
    if (lua_rawget(L, SEEN) != LUA_TNIL) {
        lua_pop(L, 2);
        return;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, SEEN);
    lua_rawseti(L, WORK, (lua_Integer)lua_rawlen(L, WORK) + 1);
}

/* Give the table on top, now empty, the metatable that shows @shadow. */
static void seal(lua_State *L, int table, int shadow)
{
    lua_createtable(L, 0, 5);
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &FROZEN);
    lua_pushvalue(L, shadow);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, frozen_len);
    lua_setfield(L, -2, "__len");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, table);
}

/* Move the contents of the table at @table behind a seal. */
static void freeze_table(lua_State *L, int table)
{
    int shadow = table + 1;

    if (ggl_unfrozen(L, table)) {
        lua_pop(L, 1);
        return;
    }
    lua_newtable(L); /* shadow */
    lua_pushnil(L);
    while (lua_next(L, table)) {
        /* table, shadow, key, value */
        ggl_charge(L, 1);
        lua_pushvalue(L, -2);
        add_work(L);
        lua_pushvalue(L, -1);
        add_work(L);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, shadow);
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, table);
    }
    seal(L, table, shadow);
    lua_pop(L, 1);
}

/* [function] */
static int body_check(lua_State *L)
{
    if (!lua_iscfunction(L, 1))
        ggl_checkfunction(L, 1);
    else if (!ggl_isoffered(L, 1))
        luaL_error(L, "an iterator made when the file loads keeps state "
                      "between questions; make it where it is used");
    return 0;
}

static long line_of(const char *message)
{
    const char *colon = strchr(message, ':');

    return colon ? strtol(colon + 1, NULL, 10) : 0;
}

static int is_before(const char *a, const char *b)
{
    if (line_of(a) != line_of(b))
        return line_of(a) < line_of(b);
    return strcmp(a, b) < 0;
}

/* Keep the first complaint by line: tables are walked in no order, and no
 * message may depend on a hash. */
static void check_function(lua_State *L, int function)
{
    int rc;

    lua_pushcfunction(L, body_check);
    lua_pushvalue(L, function);
    rc = lua_pcall(L, 1, 0, 0);
    if (rc == LUA_OK)
        return;
    if (rc != LUA_ERRRUN || ggp_state_of(L)->limit != GG_OK ||
        lua_type(L, -1) != LUA_TSTRING)
        lua_error(L);
    if (lua_isnil(L, COMPLAINT) ||
        is_before(lua_tostring(L, -1), lua_tostring(L, COMPLAINT)))
        lua_replace(L, COMPLAINT);
    else
        lua_pop(L, 1);
}

static void freeze_function(lua_State *L, int function)
{
    int i;

    check_function(L, function);
    if (lua_iscfunction(L, function))
        return;
    for (i = 1; lua_getupvalue(L, function, i); i++)
        add_work(L);
}

static void freeze_userdata(lua_State *L, int userdata)
{
    int i;

    for (i = 1; lua_getiuservalue(L, userdata, i) != LUA_TNONE; i++)
        add_work(L);
    lua_pop(L, 1); /* the nil past the last */
}

/* [value] */
static int body_freeze(lua_State *L)
{
    enum { VALUE = NSLOTS + 1 };

    lua_newtable(L);
    lua_newtable(L);
    lua_pushnil(L);
    lua_rotate(L, WORK, NSLOTS);
    lua_pushvalue(L, VALUE);
    add_work(L);
    lua_settop(L, NSLOTS);
    while (lua_rawlen(L, WORK) > 0) {
        lua_Integer last = (lua_Integer)lua_rawlen(L, WORK);

        lua_rawgeti(L, WORK, last);
        lua_pushnil(L);
        lua_rawseti(L, WORK, last);
        if (lua_istable(L, VALUE))
            freeze_table(L, VALUE);
        else if (lua_isfunction(L, VALUE))
            freeze_function(L, VALUE);
        else
            freeze_userdata(L, VALUE);
        lua_settop(L, NSLOTS);
    }
    if (!lua_isnil(L, COMPLAINT))
        lua_error(L);
    return 0;
}

void ggl_freeze(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    lua_pushcfunction(L, body_freeze);
    lua_pushvalue(L, index);
    lua_call(L, 1, 0);
}
