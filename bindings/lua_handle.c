/* SPDX-License-Identifier: MIT */
/*
 * lua_handle.c - userdata that can be closed: clients, sets, sessions.
 *
 * Metamethods are kept out of what `handle.name` finds, so that no program
 * runs a finalizer by hand.
 */
#include "lua_module.h"

#include <string.h>

static void make_class(lua_State *L, const struct ggl_class *class)
{
    if (luaL_getmetatable(L, class->name) != LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    lua_pop(L, 1);
    lua_newtable(L);
    luaL_setfuncs(L, class->metamethods, 0);
    lua_newtable(L);
    luaL_setfuncs(L, class->methods, 0);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, class->name);
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setfield(L, LUA_REGISTRYINDEX, class->name); /* never half-built */
}

void *ggl_newhandle(lua_State *L, const struct ggl_class *class, size_t size,
                    int nuservalues)
{
    void *handle;

    make_class(L, class);
    handle = lua_newuserdatauv(L, size, nuservalues);
    memset(handle, 0, size); /* before it can be collected */
    luaL_setmetatable(L, class->name);
    return handle;
}

int ggl_outofmemory(lua_State *L)
{
    lua_pushliteral(L, "not enough memory");
    return lua_error(L);
}

int ggl_failure(lua_State *L, const struct gg_error *err)
{
    if (err->status == GG_ENOMEM)
        return ggl_outofmemory(L);
    return ggl_pusherror(L, err);
}
