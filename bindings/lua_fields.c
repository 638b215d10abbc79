/* SPDX-License-Identifier: MIT */
/*
 * lua_fields.c - read named fields from the tables of policy code.
 *
 * Tables are read raw.  Strings are not copied: what is read points at Lua's
 * own bytes, and a table, the anchor, keeps those strings alive for as long
 * as what was read is in use.
 */
#include "host.h"

#include <string.h>

/* Keep the value on top alive through @anchor.  [-0, +0, m] */
static void anchor_top(lua_State *L, int anchor)
{
    lua_pushvalue(L, -1);
    lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
}

static int is_listed(const char *key, const char *const *names)
{
    for (; names && *names; names++) {
        if (strcmp(key, *names) == 0)
            return 1;
    }
    return 0;
}

static int is_known(const char *key, const char *const *names, int connect_too)
{
    return is_listed(key, names) ||
           (connect_too && ggp_connect_find(key, strlen(key)) >= 0);
}

/* Whether the key on top is one that is read. */
static int is_read(lua_State *L, lua_Unsigned npositions,
                   const char *const *names, int connect_too)
{
    if (lua_isinteger(L, -1))
        return lua_tointeger(L, -1) >= 1 &&
               (lua_Unsigned)lua_tointeger(L, -1) <= npositions;
    return lua_type(L, -1) == LUA_TSTRING &&
           is_known(lua_tostring(L, -1), names, connect_too);
}

const char *ggl_pushoddkey(lua_State *L, int index, lua_Unsigned npositions,
                           const char *const *names, int connect_too)
{
    int odd;

    ggl_pushreal(L, index);
    lua_pushnil(L);
    odd = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, odd - 1)) {
        ggl_charge(L, 1);
        lua_pop(L, 1);
        if (is_read(L, npositions, names, connect_too))
            continue;
        ggl_pushtext(L, -1);
        /* of several, the first: no message may depend on a hash */
        if (lua_isnil(L, odd) ||
            strcmp(lua_tostring(L, -1), lua_tostring(L, odd)) < 0)
            lua_replace(L, odd);
        else
            lua_pop(L, 1);
    }
    lua_remove(L, odd - 1);
    if (!lua_isnil(L, -1))
        return lua_tostring(L, -1);
    lua_pop(L, 1);
    return NULL;
}

void ggl_checkkeys(lua_State *L, int index, const char *what,
                   const char *const *names, int connect_too)
{
    const char *odd = ggl_pushoddkey(L, index, 0, names, connect_too);

    if (odd)
        luaL_error(L, "%s has an unknown key '%s'", what, odd);
}

const char *ggl_readtext(lua_State *L, int index, int anchor, const char *key)
{
    const char *text = NULL;

    ggl_pushreal(L, index);
    lua_pushstring(L, key);
    if (lua_rawget(L, -2) != LUA_TNIL) {
        text = ggl_checktext(L, -1, key);
        anchor_top(L, anchor);
    }
    lua_pop(L, 2);
    return text;
}

/* A list of strings at the top of the stack.  [-0, +0, v] */
static const char *const *read_list(lua_State *L, int anchor, const char *key)
{
    const char **list;
    const char *odd;
    lua_Unsigned n;
    lua_Unsigned i;
    int table;

    if (!lua_istable(L, -1))
        luaL_error(L, "'%s' must be a list of strings, got %s", key,
                   luaL_typename(L, -1));
    ggl_pushreal(L, -1);
    table = lua_gettop(L);
    n = lua_rawlen(L, table);
    odd = ggl_pushoddkey(L, table, n, NULL, 0);
    if (odd)
        luaL_error(L, "'%s' must be a list of strings, and has the key '%s'",
                   key, odd);
    ggl_charge(L, n);
    list = lua_newuserdatauv(L, (n + 1) * sizeof(*list), 0);
    anchor_top(L, anchor);
    for (i = 0; i < n; i++) {
        lua_rawgeti(L, table, (lua_Integer)i + 1);
        list[i] = ggl_checktext(L, -1, key);
        anchor_top(L, anchor);
        lua_pop(L, 1);
    }
    list[n] = NULL;
    lua_pop(L, 2);
    return list;
}

/* Read the value on top as field @field.  [-0, +0, v] */
static void read_field(lua_State *L, int anchor, int field,
                       struct gg_connect *connect)
{
    const struct ggp_connect_info *info = &ggp_connect_info[field];
    void *member = ggp_connect_member(connect, field);

    switch (info->kind) {
    case GGP_CHOICE:
        if (!lua_isboolean(L, -1))
            luaL_error(L, "'%s' must be true or false, got %s", info->name,
                       luaL_typename(L, -1));
        *(enum gg_choice *)member = lua_toboolean(L, -1) ? GG_YES : GG_NO;
        break;
    case GGP_STRING:
        *(const char **)member = ggl_checktext(L, -1, info->name);
        anchor_top(L, anchor);
        break;
    case GGP_STRINGS:
        *(const char *const **)member = read_list(L, anchor, info->name);
        break;
    }
}

void ggl_readconnect(lua_State *L, int index, int anchor,
                     struct gg_connect *connect)
{
    int field;

    ggl_pushreal(L, index);
    for (field = 0; field < GGP_CONNECT_NFIELDS; field++) {
        lua_pushstring(L, ggp_connect_info[field].name);
        if (lua_rawget(L, -2) != LUA_TNIL)
            read_field(L, anchor, field, connect);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void ggl_checkconnect(lua_State *L, const struct gg_connect *connect)
{
    struct gg_error err;
    int field;

    for (field = 0; field < GGP_CONNECT_NFIELDS; field++) {
        if (ggp_connect_is_set(connect, field) &&
            ggp_connect_check(connect, field, &err) != GG_OK)
            luaL_error(L, "%s", err.message);
    }
}
