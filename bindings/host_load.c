/* SPDX-License-Identifier: MIT */
/*
 * host_load.c - run the body of a policy file.
 *
 * A file is a text chunk whose only upvalue is the sandbox's globals.  It is
 * never wrapped in other text, and its name is its path in the set, so that
 * messages say "tenants/acme.lua:12".
 */
#include "host_sandbox.h"

#include <string.h>

/* Registry key of the table of libraries: path to what the file returned, or
 * false while it loads. */
static const char LIBRARIES = 0;

/* The same of those that a file of the set asked for: path to true. */
static const char REQUIRED = 0;

void ggl_loadsource(lua_State *L, const struct ggl_source *source)
{
    int top = lua_gettop(L);

    ggp_state_place(ggp_state_of(L), source->path, 1);
    lua_pushfstring(L, "=%s", source->path);
    if (luaL_loadbufferx(L, source->text, source->len, lua_tostring(L, -1),
                         "t") != LUA_OK)
        lua_error(L);
    lua_remove(L, -2);
    ggl_pushglobals(L);
    lua_setupvalue(L, -2, 1);
    ggl_checkbody(L, -1);
    lua_call(L, 0, LUA_MULTRET);
    if (lua_gettop(L) != top + 1 || !lua_istable(L, -1))
        luaL_error(L, "%s:1: the file must return one table", source->path);
}

/* Push the table under @key, made when first needed. */
static void push_table(lua_State *L, const void *key)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

/* Note that a file asks for @path, if it is one that does. */
static void note_required(lua_State *L, const char *path)
{
    if (ggl_pushrunning(L) > 0) {
        push_table(L, &REQUIRED);
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, path);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

int ggl_isrequired(lua_State *L, const char *path)
{
    int result;

    push_table(L, &REQUIRED);
    result = lua_getfield(L, -1, path) != LUA_TNIL;
    lua_pop(L, 2);
    return result;
}

void ggl_forgetunfinished(lua_State *L)
{
    push_table(L, &LIBRARIES);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        if (!lua_toboolean(L, -1)) {
            lua_pushvalue(L, -2);
            lua_pushnil(L);
            lua_rawset(L, -5);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Run @source, which has a budget of its own as every file does, and push
 * what it returns, frozen. */
static void load_library(lua_State *L, const struct ggl_source *source)
{
    struct ggl_state *state = ggp_state_of(L);
    int64_t steps = state->steps;
    struct ggl_spot place = state->place;

    state->steps = state->step_limit;
    ggl_loadsource(L, source);
    ggl_freeze(L, -1);
    state->steps = steps;
    state->place = place;
}

/* module = require "lib.name" */
int ggl_require(lua_State *L)
{
    enum { NAME = 1, PATH, LOADED };
    const struct ggl_state *state = ggp_state_of(L);
    const struct ggl_source *source = NULL;
    const char *name = luaL_checkstring(L, NAME);

    lua_settop(L, NAME);
    if (state->phase != GGL_LOADING)
        return luaL_error(L, "require belongs at the top of a file, outside "
                             "functions that answer questions");
    if (strncmp(name, "lib.", 4) == 0 && strlen(name) == lua_rawlen(L, NAME)) {
        lua_pushfstring(L, "lib/%s.lua", name + 4);
        source = ggp_sources_find(state->sources, lua_tostring(L, PATH));
    }
    if (!source) {
        ggl_pushtext(L, NAME);
        return luaL_error(L,
                          "there is no module '%s': require \"lib.name\" "
                          "loads lib/name.lua of the policy set",
                          lua_tostring(L, -1));
    }
    note_required(L, source->path);
    push_table(L, &LIBRARIES);
    if (lua_getfield(L, LOADED, source->path) == LUA_TBOOLEAN)
        return luaL_error(L, "%s requires itself", source->path);
    if (!lua_isnil(L, -1))
        return 1;
    lua_pop(L, 1);
    lua_pushboolean(L, 0);
    lua_setfield(L, LOADED, source->path);
    load_library(L, source);
    lua_pushvalue(L, -1);
    lua_setfield(L, LOADED, source->path);
    return 1;
}

void ggl_loadpolicy(lua_State *L, struct ggl_policy *policy,
                    struct ggp_arena *arena)
{
    ggl_loadsource(L, policy->source);
    lua_pushvalue(L, -1);
    ggl_compile(L, policy, arena);
    lua_insert(L, -2); /* functions, file */
    ggl_freeze(L, -1);
    lua_pop(L, 1);
}
