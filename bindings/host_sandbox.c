/* SPDX-License-Identifier: MIT */
/*
 * host_sandbox.c - the globals of policy code, built from nothing.
 *
 * What a policy finds is what host_allowance.c offers, frozen.  A name that
 * is not there raises, with the reason if there is one: a typo never reads
 * as nil.
 */
#include "host_sandbox.h"

#include <lualib.h>
#include <stdio.h>
#include <string.h>

#define MAX_LOG_LINES 20
#define MAX_LOG_BYTES 256

/* Registry keys: the globals, and the set of C functions they lead to. */
static const char GLOBALS = 0;
static const char OFFERED = 0;

/* --- functions of the engine --- */

static struct ggl_state *check_asking(lua_State *L, const char *name)
{
    struct ggl_state *state = ggp_state_of(L);

    if (state->phase != GGL_ASKING)
        luaL_error(L,
                   "%s answers while a question is asked, not while the "
                   "file loads",
                   name);
    return state;
}

/* seconds = now() */
static int now(lua_State *L)
{
    lua_pushinteger(L, check_asking(L, "now()")->context.now);
    return 1;
}

/* Put @text on one harmless line: as in a record, without its quotes. */
static const char *one_line(struct ggp_buf *scratch, const char *text,
                            size_t len)
{
    if (len > MAX_LOG_BYTES) {
        len = MAX_LOG_BYTES;
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
            len--; /* not in the middle of a character */
    }
    ggp_buf_clear(scratch);
    ggp_json_text(scratch, text, len);
    if (scratch->failed != GG_OK)
        return NULL;
    scratch->bytes[--scratch->len] = '\0';
    return scratch->bytes + 1;
}

/* log(text) */
static int log_text(lua_State *L)
{
    enum { TEXT = 1, AS_TEXT, WHERE };
    struct ggl_state *state = check_asking(L, "log()");
    struct ggl_context *context = &state->context;
    const char *text;
    size_t len;
    char where[256];

    luaL_checkany(L, TEXT);
    lua_settop(L, TEXT);
    ggl_charge(L, 100);
    if (context->logged++ >= MAX_LOG_LINES || !context->log)
        return 0;
    ggl_pushtext(L, TEXT);
    ggl_pushwhere(L);
    snprintf(where, sizeof(where), "%s", lua_tostring(L, WHERE));
    where[strcspn(where, " ")] = '\0';
    if (where[0] != '\0')
        where[strlen(where) - 1] = '\0'; /* the colon */
    text = lua_tolstring(L, AS_TEXT, &len);
    text = one_line(&state->scratch, text, len);
    if (!text)
        ggl_nomemory(L);
    ggp_log_keep(context->log, where, context->grant_id, text);
    return 0;
}

/* url, or nil and an error, = grantgate.auth_url { … } */
static int auth_url(lua_State *L)
{
    check_asking(L, "grantgate.auth_url");
    return ggl_auth_url(L);
}

/* grant, or nil and an error, = grantgate.fetch(id) */
static int fetch(lua_State *L)
{
    check_asking(L, "grantgate.fetch");
    return ggl_fetch(L);
}

/* What a name that is not in a library gets; the library is the upvalue.
 * [-0, +0, v] */
static int undefined(lua_State *L)
{
    enum { NAME = 2 };
    const struct ggl_library *library = lua_touserdata(L, lua_upvalueindex(1));
    const struct ggl_allowance *allowance;
    const char *dot = library->name[0] ? "." : "";
    const char *name;

    lua_settop(L, NAME);
    ggl_pushtext(L, NAME);
    name = lua_tostring(L, -1);
    allowance = ggp_library_find(library, name);
    if (allowance && allowance->omitted)
        return luaL_error(L, "policies have no '%s%s%s': %s", library->name,
                          dot, name, allowance->omitted);
    if (library->name[0])
        return luaL_error(L, "there is no '%s.%s'", library->name, name);
    return luaL_error(L, "there is no variable '%s'", name);
}

static int refuse_global(lua_State *L)
{
    enum { NAME = 2 };

    lua_settop(L, NAME);
    ggl_pushtext(L, NAME);
    return luaL_error(L, "cannot set the global '%s'; use a local variable",
                      lua_tostring(L, -1));
}

/* --- building --- */

/* Push a table of the members of Lua's own math that are offered. */
static void push_math(lua_State *L)
{
    const struct ggl_library *library = ggp_library(GGL_MATH);
    size_t i;

    lua_newtable(L);
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    for (i = 0; i < library->n; i++) {
        if (!library->list[i].omitted) {
            lua_getfield(L, -1, library->list[i].name);
            if (lua_isfunction(L, -1))
                ggl_wrapcharged(L); /* they take long texts as numbers */
            lua_setfield(L, -3, library->list[i].name);
        }
    }
    lua_pop(L, 1);
}

/* Note the C functions in the table on top, and in tables within, as
 * offered; freezing takes any other C function for an iterator. */
static void note_functions(lua_State *L)
{
    luaL_checkstack(L, 8, NULL);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &OFFERED);
    lua_pushnil(L);
    while (lua_next(L, -3)) {
        /* table, offered, key, value */
        if (lua_istable(L, -1)) {
            note_functions(L);
        } else if (lua_isfunction(L, -1)) {
            lua_pushvalue(L, -1);
            lua_pushboolean(L, 1);
            lua_rawset(L, -5);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

int ggl_isoffered(lua_State *L, int index)
{
    int result;

    index = lua_absindex(L, index);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &OFFERED);
    lua_pushvalue(L, index);
    lua_rawget(L, -2);
    result = lua_toboolean(L, -1);
    lua_pop(L, 2);
    return result;
}

/* Fill the table at @table with everything offered. */
static void add_globals(lua_State *L, int table)
{
    static const luaL_Reg functions[] = {{"log", log_text},
                                         {"now", now},
                                         {"require", ggl_require},
                                         {NULL, NULL}};
    static const luaL_Reg engine[] = {
        {"auth_url", auth_url}, {"fetch", fetch}, {NULL, NULL}};

    ggl_addbase(L, table);
    ggl_addconstructors(L, table);
    luaL_setfuncs(L, functions, 0);
    ggl_pushstringlib(L);
    lua_setfield(L, table, "string");
    ggl_pushtablelib(L);
    lua_setfield(L, table, "table");
    ggl_pushutf8lib(L);
    lua_setfield(L, table, "utf8");
    push_math(L);
    lua_setfield(L, table, "math");
    luaL_newlib(L, engine);
    lua_setfield(L, table, "grantgate");
    ggl_pushhostlib(L);
    lua_setfield(L, table, "host");
}

/* Let the frozen table on top answer a name it does not have. */
static void guard(lua_State *L, const struct ggl_library *library)
{
    ggl_pushreal(L, -1);
    lua_createtable(L, 0, 1);
    lua_pushlightuserdata(L, (void *)library);
    lua_pushcclosure(L, undefined, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

/* The same for the frozen globals on top and each library in them. */
static void guard_all(lua_State *L)
{
    const struct ggl_library *library;
    size_t i;

    for (i = GGL_GLOBALS + 1; (library = ggp_library(i)); i++) {
        lua_getfield(L, -1, library->name);
        guard(L, library);
        lua_pop(L, 1);
    }
    lua_getfield(L, -1, "host");
    ggl_guardhostlib(L);
    lua_pop(L, 1);
    guard(L, ggp_library(GGL_GLOBALS));
    lua_getmetatable(L, -1);
    lua_pushcfunction(L, refuse_global);
    lua_setfield(L, -2, "__newindex");
    lua_pop(L, 1);
}

void ggl_opensandbox(lua_State *L)
{
    int table;

    ggl_opensubjects(L);
    ggl_openconstructors(L);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &OFFERED);
    lua_newtable(L);
    table = lua_gettop(L);
    add_globals(L, table);
    note_functions(L);
    ggl_freeze(L, table);
    guard_all(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &GLOBALS);

    /* nothing of ours looks here; nor shall anything else find something */
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}

void ggl_pushglobals(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &GLOBALS);
}
