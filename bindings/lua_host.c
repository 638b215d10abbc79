/* SPDX-License-Identifier: MIT */
/*
 * lua_host.c - host.name(…): what the program offers to its policies.
 *
 * The program's function sees plain values and no Lua state, so nothing it does
 * can raise through its frames.  It runs in the locale it had when it asked
 * the question; what it takes is charged before, and the clock is looked at
 * after, whatever it answered.
 */
#include "host.h"

#include <string.h>

static const char *const kinds[] = {
    [GG_NIL] = "nil",
    [GG_BOOLEAN] = "a boolean",
    [GG_INTEGER] = "an integer",
    [GG_NUMBER] = "a number",
    [GG_STRING] = "a string",
};

void ggl_pushoffered(lua_State *L, const struct ggl_functions *functions)
{
    size_t i;

    if (!functions || functions->n == 0) {
        lua_pushliteral(L, "the host offers no functions");
        return;
    }
    lua_pushliteral(L, "the host offers ");
    for (i = 0; i < functions->n; i++) {
        lua_pushfstring(L, "%s%s", i > 0 ? ", " : "", functions->names[i]);
        lua_concat(L, 2);
    }
}

/* --- what goes in --- */

static void refuse_argument(lua_State *L, const struct gg_function *function,
                            int i)
{
    luaL_error(L, "host.%s: argument %d must be %s, got %s", function->name,
               i + 1, kinds[function->parameters[i]], luaL_typename(L, i + 1));
}

/* A string as hosts have them: UTF-8 that ends with its NUL. */
static void take_string(lua_State *L, const struct gg_function *function, int i,
                        struct gg_value *value)
{
    const char *text = lua_tolstring(L, i + 1, &value->len);

    ggl_charge(L, value->len / GGL_BYTES_PER_STEP);
    if (strlen(text) != value->len || !ggp_is_utf8(text, value->len))
        luaL_error(L, "host.%s: argument %d is not UTF-8 without NULs",
                   function->name, i + 1);
    value->string = text;
}

/* Read argument @i, counted from 0. */
static void take_argument(lua_State *L, const struct gg_function *function,
                          int i, struct gg_value *value)
{
    int type = lua_type(L, i + 1);
    int is_integer = 0;

    if (type == LUA_TNIL && (size_t)i >= function->nrequired)
        return;
    value->type = function->parameters[i];
    if (value->type == GG_BOOLEAN && type == LUA_TBOOLEAN) {
        value->boolean = lua_toboolean(L, i + 1);
    } else if (value->type == GG_INTEGER && type == LUA_TNUMBER) {
        value->integer = lua_tointegerx(L, i + 1, &is_integer);
        if (!is_integer)
            refuse_argument(L, function, i);
    } else if (value->type == GG_NUMBER && type == LUA_TNUMBER) {
        value->number = lua_tonumber(L, i + 1);
    } else if (value->type == GG_STRING && type == LUA_TSTRING) {
        take_string(L, function, i, value);
    } else {
        refuse_argument(L, function, i);
    }
}

/* Read all arguments; returns how many there are. */
static size_t take_arguments(lua_State *L, const struct gg_function *function,
                             struct gg_value *args)
{
    int most = (int)function->nparameters;
    int n = lua_gettop(L);
    int i;

    while (n > 0 && lua_isnil(L, n))
        n--;
    if (n > most)
        luaL_error(L, "host.%s takes at most %d argument%s, got %d",
                   function->name, most, most == 1 ? "" : "s", n);
    lua_settop(L, most);
    for (i = 0; i < most; i++)
        take_argument(L, function, i, &args[i]);
    return (size_t)n;
}

/* --- what comes out --- */

static void push_string(lua_State *L, const struct gg_function *function,
                        const struct gg_value *result)
{
    if (!result->string || result->len > GG_RESULT_MAX_BYTES)
        luaL_error(L, "host.%s answered %s", function->name,
                   result->string ? "a string of over 64 KiB"
                                  : "a string that is NULL");
    ggl_charge(L, result->len / GGL_BYTES_PER_STEP);
    if (!ggp_is_utf8(result->string, result->len))
        luaL_error(L, "host.%s answered a string that is not UTF-8",
                   function->name);
    lua_pushlstring(L, result->string, result->len);
}

/* [-0, +1, v] */
static void push_value(lua_State *L, const struct gg_function *function,
                       const struct gg_value *value)
{
    switch (value->type) {
    case GG_BOOLEAN:
        lua_pushboolean(L, value->boolean);
        break;
    case GG_INTEGER:
        lua_pushinteger(L, value->integer);
        break;
    case GG_NUMBER:
        lua_pushnumber(L, value->number);
        break;
    case GG_STRING:
        push_string(L, function, value);
        break;
    default:
        lua_pushnil(L);
    }
}

/* The same of a result, which must be what the function says it answers. */
static void push_result(lua_State *L, const struct gg_function *function,
                        const struct gg_value *result)
{
    int is_known = (int)result->type >= GG_NIL && result->type <= GG_STRING;

    if (!is_known ||
        (result->type != GG_NIL && result->type != function->result &&
         !(result->type == GG_INTEGER && function->result == GG_NUMBER)))
        luaL_error(L, "host.%s answered %s where it should answer %s or nil",
                   function->name,
                   is_known ? kinds[result->type] : "no value there is",
                   kinds[function->result]);
    push_value(L, function, result);
}

/* The answer of @function that a test gives, or nil. */
static void read_given(yyjson_val *answers, const struct gg_function *function,
                       struct gg_value *value)
{
    yyjson_val *json = yyjson_obj_get(answers, function->name);

    if (yyjson_is_bool(json)) {
        value->type = GG_BOOLEAN;
        value->boolean = yyjson_get_bool(json);
    } else if (yyjson_is_int(json)) {
        value->type = GG_INTEGER;
        value->integer = yyjson_get_sint(json);
    } else if (yyjson_is_real(json)) {
        value->type = GG_NUMBER;
        value->number = yyjson_get_real(json);
    } else if (yyjson_is_str(json)) {
        value->type = GG_STRING;
        value->string = yyjson_get_str(json);
        value->len = yyjson_get_len(json);
    }
}

/* --- the call --- */

/* Let the program answer.  Raises unless it did, and in time. */
static void call(lua_State *L, const struct gg_function *function,
                 const struct gg_value *args, size_t nargs,
                 struct gg_value *result)
{
    const struct ggl_state *state = ggp_state_of(L);
    struct gg_error why = {GG_OK, ""};
    locale_t ours = uselocale(state->outside);
    gg_status status = function->call(args, nargs, result, function->payload,
                                      &why);

    uselocale(ours);
    ggl_checkclock(L);
    if (status == GG_OK)
        return;
    why.message[sizeof(why.message) - 1] = '\0';
    luaL_error(L, "host.%s failed: %s", function->name,
               why.message[0] ? why.message : gg_status_token(status));
}

/* host.name(…), the function being the upvalue: [.., .., v] */
static int call_host(lua_State *L)
{
    const struct gg_function *function = lua_touserdata(L, lua_upvalueindex(1));
    const struct ggl_state *state = ggp_state_of(L);
    struct gg_value args[GG_FUNCTION_PARAMETERS] = {{.type = GG_NIL}};
    char room[GG_RESULT_ROOM_BYTES];
    struct gg_value result = {.room = room};
    size_t nargs = 0;

    if (state->phase != GGL_ASKING)
        return luaL_error(L,
                          "host.%s answers while a question is asked, not "
                          "while the file loads",
                          function->name);
    ggl_charge(L, (size_t)function->cost);
    if (function->call)
        nargs = take_arguments(L, function, args);
    else if (!state->context.host_answers)
        return luaL_error(L,
                          "host.%s cannot be called here: its name is all "
                          "that is known of it (a test gives its answer: "
                          "host = { %s = ... })",
                          function->name, function->name);
    if (!state->context.host_answers)
        call(L, function, args, nargs, &result);
    else
        read_given(state->context.host_answers, function, &result);
    if (function->call)
        push_result(L, function, &result);
    else
        push_value(L, function, &result);
    return 1;
}

/* --- the table --- */

void ggl_pushhostlib(lua_State *L)
{
    const struct ggl_functions *functions = ggp_state_of(L)->sources->functions;
    size_t i;

    lua_newtable(L);
    for (i = 0; functions && i < functions->n; i++) {
        lua_pushlightuserdata(L, (void *)&functions->list[i]);
        lua_pushcclosure(L, call_host, 1);
        lua_setfield(L, -2, functions->names[i]);
    }
}

/* Where no file was read, or it hid the name.  [host, name] */
static int absent(lua_State *L)
{
    enum { NAME = 2, TEXT };

    lua_settop(L, NAME);
    ggl_pushtext(L, NAME);
    ggl_pushoffered(L, ggp_state_of(L)->sources->functions);
    return luaL_error(L, "there is no 'host.%s'; %s", lua_tostring(L, TEXT),
                      lua_tostring(L, -1));
}

void ggl_guardhostlib(lua_State *L)
{
    ggl_pushreal(L, -1);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, absent);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}
