/* SPDX-License-Identifier: MIT */
/*
 * lua_option.c - members of the tables of options that plain Lua programs
 * pass.  They are read raw: no metamethod of a program runs meanwhile.
 */
#include "lua_module.h"

/* More than any option takes; a time after it is in milliseconds. */
#define NUMBER_MAX 99999999999

/* 9999-12-31T23:59:59Z */
#define TIME_MAX INT64_C(253402300799)

void ggl_opttable(lua_State *L, int arg)
{
    if (lua_isnoneornil(L, arg)) {
        if (lua_gettop(L) < arg)
            lua_settop(L, arg);
        lua_newtable(L);
        lua_replace(L, arg);
    }
    luaL_checktype(L, arg, LUA_TTABLE);
}

/* Push the member @name and return whether there is one.  [-0, +1, m] */
static int get(lua_State *L, int index, const char *name)
{
    index = lua_absindex(L, index);
    lua_pushstring(L, name);
    return lua_rawget(L, index) != LUA_TNIL;
}

/* The whole number on top, from @low to @high.  [-0, +0, v] */
static lua_Integer check_integer(lua_State *L, const char *name,
                                 lua_Integer low, lua_Integer high)
{
    lua_Integer value = 0;
    int is_whole = 0;

    if (lua_type(L, -1) == LUA_TNUMBER) /* a string is none, "9" or not */
        value = lua_tointegerx(L, -1, &is_whole);
    if (!is_whole)
        luaL_error(L, "'%s' must be a whole number, got %s", name,
                   luaL_typename(L, -1));
    if (value < low || value > high)
        luaL_error(L, "'%s' must be from %I to %I", name, (LUAI_UACINT)low,
                   (LUAI_UACINT)high);
    return value;
}

int ggl_readinteger(lua_State *L, int index, const char *name, lua_Integer low,
                    lua_Integer *value)
{
    int is_there = get(L, index, name);

    if (is_there)
        *value = check_integer(L, name, low, NUMBER_MAX);
    lua_pop(L, 1);
    return is_there;
}

int64_t ggl_readtime(lua_State *L, int index, const char *name)
{
    int64_t seconds = 0;

    if (get(L, index, name)) {
        if (lua_type(L, -1) != LUA_TSTRING)
            seconds = check_integer(L, name, 1, TIME_MAX);
        else if (gg_time_parse(ggl_checktext(L, -1, name), &seconds, NULL) !=
                     GG_OK ||
                 seconds < 1) /* 0 says that there is no time */
            luaL_error(L,
                       "'%s' must be a time after 1970, in Unix seconds or "
                       "like \"2026-08-01T10:00:00Z\"",
                       name);
    }
    lua_pop(L, 1);
    return seconds;
}

int ggl_readflag(lua_State *L, int index, const char *name)
{
    int flag = 0;

    if (get(L, index, name)) {
        if (!lua_isboolean(L, -1))
            luaL_error(L, "'%s' must be true or false, got %s", name,
                       luaL_typename(L, -1));
        flag = lua_toboolean(L, -1);
    }
    lua_pop(L, 1);
    return flag;
}

void ggl_readlimits(lua_State *L, int index, struct gg_limits *limits)
{
    static const char *const names[] = {"instructions", "memory_bytes",
                                        "time_ms", NULL};
    lua_Integer value;

    if (get(L, index, "limits")) {
        if (!lua_istable(L, -1))
            luaL_error(L, "'limits' must be a table, got %s",
                       luaL_typename(L, -1));
        ggl_checkkeys(L, -1, "limits", names, 0);
        if (ggl_readinteger(L, -1, "instructions", 1, &value))
            limits->instructions = value;
        if (ggl_readinteger(L, -1, "memory_bytes", 1, &value))
            limits->memory_bytes = (size_t)value;
        if (ggl_readinteger(L, -1, "time_ms", 1, &value))
            limits->time_ms = value;
    }
    lua_pop(L, 1);
}
