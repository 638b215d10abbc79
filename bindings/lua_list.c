/* SPDX-License-Identifier: MIT */
/*
 * lua_list.c - what callbacks of the library hand over, as a Lua list.
 *
 * A callback has the library's frames below it, over which nothing may jump.
 * So an item is made within a protected call; what that raises is raised once
 * the library has returned.
 */
#include "lua_module.h"

#define SLOTS 8 /* of the stack, for adding */

void ggl_liststart(lua_State *L, struct ggl_list *list)
{
    luaL_checkstack(L, SLOTS, NULL);
    lua_newtable(L);
    list->L = L;
    list->table = lua_gettop(L);
    list->is_failed = 0;
}

static int body_add(lua_State *L)
{
    enum { TABLE = 1, PUSH, ITEM };

    lua_settop(L, ITEM);
    lua_call(L, 1, 1);
    lua_rawseti(L, TABLE, (lua_Integer)lua_rawlen(L, TABLE) + 1);
    return 0;
}

void ggp_list_add(struct ggl_list *list, lua_CFunction push, const void *item)
{
    lua_State *L = list->L;

    if (list->is_failed)
        return;
    lua_pushcfunction(L, body_add);
    lua_pushvalue(L, list->table);
    lua_pushcfunction(L, push);
    lua_pushlightuserdata(L, (void *)(uintptr_t)item);
    if (lua_pcall(L, 3, 0, 0) == LUA_OK)
        return;
    lua_replace(L, list->table);
    list->is_failed = 1;
}

void ggl_listend(const struct ggl_list *list)
{
    if (!list->is_failed)
        return;
    lua_pushvalue(list->L, list->table);
    lua_error(list->L);
}
