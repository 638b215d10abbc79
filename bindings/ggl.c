/* SPDX-License-Identifier: MIT */
/* ggl.c - helpers of the Lua side: classes, boxes, errors. */
#include "ggl.h"

#include <string.h>

void ggl_newclass(lua_State *L, const char *name, const luaL_Reg *methods)
{
    if (luaL_getmetatable(L, name) == LUA_TNIL) {
        lua_newtable(L);
        lua_pushvalue(L, -1);
        luaL_setfuncs(L, methods, 1);
        lua_pushstring(L, name);
        lua_setfield(L, -2, "__name");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, name);
        lua_setfield(L, LUA_REGISTRYINDEX, name); /* last: never half-built */
    }
    lua_pop(L, 1);
}

void ggl_setclass(lua_State *L, const char *name)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, name);
    lua_setmetatable(L, -2);
}

void *ggl_toclass(lua_State *L, int index, const char *name)
{
    void *object = lua_touserdata(L, index);

    if (!object || !lua_getmetatable(L, index))
        return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, name);
    if (!lua_rawequal(L, -1, -2))
        object = NULL;
    lua_pop(L, 2);
    return object;
}

void *ggl_checkself(lua_State *L, const char *name)
{
    void *object = lua_touserdata(L, 1);

    if (!object || !lua_getmetatable(L, 1) ||
        !lua_rawequal(L, -1, lua_upvalueindex(1)))
        luaL_typeerror(L, 1, name);
    lua_pop(L, 1);
    return object;
}

static int box_gc(lua_State *L)
{
    char **slot = luaL_checkudata(L, 1, GGL_BOX);

    gg_free(*slot);
    *slot = NULL; /* may run twice: by hand, and by the collector */
    return 0;
}

char **ggl_newbox(lua_State *L)
{
    static const luaL_Reg methods[] = {{"__gc", box_gc}, {NULL, NULL}};
    char **slot;

    ggl_newclass(L, GGL_BOX, methods);
    slot = lua_newuserdatauv(L, sizeof(*slot), 0);
    *slot = NULL; /* before it can be collected */
    luaL_setmetatable(L, GGL_BOX);
    return slot;
}

int ggl_pusherror(lua_State *L, const struct gg_error *err)
{
    luaL_pushfail(L);
    lua_createtable(L, 0, 2);
    lua_pushstring(L, gg_status_token(err->status));
    lua_setfield(L, -2, "code");
    lua_pushstring(L, err->message);
    lua_setfield(L, -2, "message");
    return 2;
}

const char *ggl_checktext(lua_State *L, int index, const char *what)
{
    const char *text;

    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, "'%s' must be a string, got %s", what,
                   luaL_typename(L, index));
    text = lua_tostring(L, index);
    if (strlen(text) != lua_rawlen(L, index))
        luaL_error(L, "'%s' holds a NUL character", what);
    if (!ggp_is_utf8(text, strlen(text)))
        luaL_error(L, "'%s' is not UTF-8", what);
    return text;
}
