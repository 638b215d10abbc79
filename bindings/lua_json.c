/* SPDX-License-Identifier: MIT */
/*
 * lua_json.c - between JSON and Lua values: integers stay integers, and no
 * order depends on a hash.
 */
#include "host.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DATA_DEPTH 32

static void push_value(lua_State *L, const struct ggp_value *value)
{
    switch (value->kind) {
    case GGP_TEXT:
        lua_pushlstring(L, value->text.at, value->text.len);
        break;
    case GGP_INTEGER:
        lua_pushinteger(L, value->integer);
        break;
    case GGP_REAL:
        lua_pushnumber(L, value->real);
        break;
    case GGP_BOOLEAN:
        lua_pushboolean(L, value->integer != 0);
        break;
    default:
        lua_pushnil(L);
        break;
    }
}

static void push_member(lua_State *L, yyjson_val *key, yyjson_val *json,
                        enum ggp_redaction redaction)
{
    struct ggp_value value = ggp_redacted(redaction, key, json);

    if (value.kind == GGP_JSON_LIST || value.kind == GGP_JSON_OBJECT)
        ggl_pushjson(L, json, ggp_redaction_below(redaction, key));
    else
        push_value(L, &value);
}

static void push_object(lua_State *L, yyjson_val *json,
                        enum ggp_redaction redaction)
{
    yyjson_val *key;
    yyjson_val *value;
    size_t i;
    size_t n;

    lua_createtable(L, 0, (int)yyjson_obj_size(json));
    yyjson_obj_foreach(json, i, n, key, value)
    {
        lua_pushlstring(L, yyjson_get_str(key), yyjson_get_len(key));
        push_member(L, key, value, redaction);
        lua_rawset(L, -3);
    }
}

static void push_list(lua_State *L, yyjson_val *json,
                      enum ggp_redaction redaction)
{
    yyjson_val *value;
    size_t i;
    size_t n;

    lua_createtable(L, (int)yyjson_arr_size(json), 0);
    yyjson_arr_foreach(json, i, n, value)
    {
        push_member(L, NULL, value, redaction);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void ggl_pushjson(lua_State *L, yyjson_val *json, enum ggp_redaction redaction)
{
    luaL_checkstack(L, 4, "JSON is nested too deeply");
    ggl_charge(L, 1 + yyjson_get_len(json));
    if (yyjson_is_obj(json)) {
        push_object(L, json, redaction);
    } else if (yyjson_is_arr(json)) {
        push_list(L, json, redaction);
    } else {
        struct ggp_value value = ggp_value_of(json);

        push_value(L, &value);
    }
}

/* --- Lua to JSON --- */

static void add_value(lua_State *L, int index, struct ggp_buf *buf,
                      const char *what, int depth);

static void add_text(lua_State *L, int index, struct ggp_buf *buf,
                     const char *what)
{
    size_t len;
    const char *text = lua_tolstring(L, index, &len);

    ggl_charge(L, len / 16);
    if (!ggp_is_utf8(text, len))
        luaL_error(L, "%s holds a string that is not UTF-8", what);
    ggp_json_text(buf, text, len);
}

static void add_number(lua_State *L, int index, struct ggp_buf *buf,
                       const char *what)
{
    lua_Number number = lua_tonumber(L, index);

    if (lua_isinteger(L, index))
        ggp_buf_int(buf, lua_tointeger(L, index));
    else if (isfinite(number))
        ggp_json_real(buf, number);
    else
        luaL_error(L, "%s holds a number that JSON cannot write", what);
}

/* Whether the table at @table is a list: keys 1 to its length, no others. */
static int is_list(lua_State *L, int table, lua_Unsigned *len)
{
    lua_Unsigned keys = 0;

    *len = lua_rawlen(L, table);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        ggl_charge(L, 1);
        lua_pop(L, 1);
        keys++;
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1 ||
            (lua_Unsigned)lua_tointeger(L, -1) > *len) {
            lua_pop(L, 1);
            return 0;
        }
    }
    return keys == *len && keys > 0;
}

static void add_list(lua_State *L, int table, lua_Unsigned len,
                     struct ggp_buf *buf, const char *what, int depth)
{
    lua_Unsigned i;

    ggp_buf_char(buf, '[');
    for (i = 1; i <= len; i++) {
        ggp_json_comma(buf);
        lua_rawgeti(L, table, (lua_Integer)i);
        add_value(L, -1, buf, what, depth);
        lua_pop(L, 1);
    }
    ggp_buf_char(buf, ']');
}

static int by_bytes(const void *a, const void *b)
{
    const struct ggp_text *left = a;
    const struct ggp_text *right = b;
    size_t len = left->len < right->len ? left->len : right->len;
    int order = memcmp(left->at, right->at, len);

    if (order != 0)
        return order;
    return (left->len > right->len) - (left->len < right->len);
}

struct ggp_text *ggl_pushkeys(lua_State *L, int table, size_t *n)
{
    struct ggp_text *keys;
    size_t count = 0;
    size_t i = 0;

    lua_pushnil(L);
    while (lua_next(L, table)) {
        ggl_charge(L, 1);
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            lua_pop(L, 1);
            return NULL;
        }
        count++;
    }
    keys = lua_newuserdatauv(L, count * sizeof(*keys), 0);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        keys[i].at = lua_tolstring(L, -1, &keys[i].len);
        i++;
    }
    ggl_charge(L, count * 8);
    qsort(keys, count, sizeof(*keys), by_bytes);
    *n = count;
    return keys;
}

static void add_object(lua_State *L, int table, struct ggp_buf *buf,
                       const char *what, int depth)
{
    size_t n;
    const struct ggp_text *keys = ggl_pushkeys(L, table, &n);
    size_t i;

    if (!keys)
        luaL_error(L,
                   "%s holds a table that is neither a list nor has only "
                   "string keys",
                   what);
    ggp_buf_char(buf, '{');
    for (i = 0; i < n; i++) {
        ggp_json_comma(buf);
        lua_pushlstring(L, keys[i].at, keys[i].len);
        add_text(L, -1, buf, what);
        ggp_buf_char(buf, ':');
        lua_rawget(L, table);
        add_value(L, -1, buf, what, depth);
        lua_pop(L, 1);
    }
    ggp_buf_char(buf, '}');
    lua_pop(L, 1);
}

static void add_table(lua_State *L, int index, struct ggp_buf *buf,
                      const char *what, int depth)
{
    lua_Unsigned len;
    int table;

    if (depth >= MAX_DATA_DEPTH)
        luaL_error(L, "%s is nested more than %d deep", what, MAX_DATA_DEPTH);
    luaL_checkstack(L, 8, NULL);
    ggl_pushreal(L, index);
    table = lua_gettop(L);
    if (is_list(L, table, &len))
        add_list(L, table, len, buf, what, depth + 1);
    else
        add_object(L, table, buf, what, depth + 1);
    lua_pop(L, 1);
}

static void add_value(lua_State *L, int index, struct ggp_buf *buf,
                      const char *what, int depth)
{
    index = lua_absindex(L, index);
    ggl_charge(L, 1);
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        add_text(L, index, buf, what);
        break;
    case LUA_TNUMBER:
        add_number(L, index, buf, what);
        break;
    case LUA_TBOOLEAN:
        ggp_buf_string(buf, lua_toboolean(L, index) ? "true" : "false");
        break;
    case LUA_TTABLE:
        add_table(L, index, buf, what, depth);
        break;
    default:
        luaL_error(L, "%s cannot hold a %s", what, luaL_typename(L, index));
    }
    if (buf->failed == GG_EOUTPUT) {
        ggp_state_of(L)->limit = GG_EOUTPUT;
        luaL_error(L, "%s is over %I bytes as JSON", what,
                   (LUAI_UACINT)buf->max);
    }
    if (buf->failed != GG_OK)
        ggl_nomemory(L);
}

void ggl_tojson(lua_State *L, int index, struct ggp_buf *buf, const char *what)
{
    add_value(L, index, buf, what, 0);
}
