/* SPDX-License-Identifier: MIT */
/*
 * lua_value.c - the values of a plain Lua program as JSON.
 *
 * Grants and contexts come as the tables that a JSON library made of them:
 * null is a light userdata without an address (cjson.null), numbers may all
 * be floats, and an empty table does not tell what it was.  What is written
 * is read again by the strict reader, as all grants are, so what is the
 * grant's fault ends in a decision there and is no error here.
 */
#include "lua_module.h"

#include <math.h>
#include <string.h>

struct writer {
    lua_State *L;
    struct ggp_buf *buf;
    const char *what;
};

static void write_value(const struct writer *writer, int depth);

/* A string, byte for byte: one that is no UTF-8 is to be refused, as it is
 * in JSON text, and not mended. */
static void write_text(const struct writer *writer)
{
    static const char digits[] = "0123456789abcdef";
    size_t len;
    const char *text = lua_tolstring(writer->L, -1, &len);
    size_t i;

    ggp_buf_char(writer->buf, '"');
    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\') {
            ggp_buf_char(writer->buf, '\\');
            ggp_buf_char(writer->buf, (char)c);
        } else if (c < 0x20) {
            ggp_buf_string(writer->buf, "\\u00");
            ggp_buf_char(writer->buf, digits[c >> 4]);
            ggp_buf_char(writer->buf, digits[c & 15]);
        } else {
            ggp_buf_char(writer->buf, (char)c);
        }
    }
    ggp_buf_char(writer->buf, '"');
}

/* A number; a float that is whole is an integer, as the API wants them. */
static void write_number(const struct writer *writer)
{
    lua_Number number = lua_tonumber(writer->L, -1);
    int is_whole;
    lua_Integer integer = lua_tointegerx(writer->L, -1, &is_whole);

    if (is_whole)
        ggp_buf_int(writer->buf, integer);
    else if (isfinite(number))
        ggp_json_real(writer->buf, number);
    else
        luaL_error(writer->L, "%s holds a number that JSON cannot write",
                   writer->what);
}

static void write_list(const struct writer *writer, lua_Unsigned len, int depth)
{
    lua_Unsigned i;

    ggp_buf_char(writer->buf, '[');
    for (i = 1; i <= len; i++) {
        ggp_json_comma(writer->buf);
        lua_rawgeti(writer->L, -1, (lua_Integer)i);
        write_value(writer, depth);
        lua_pop(writer->L, 1);
    }
    ggp_buf_char(writer->buf, ']');
}

/* Whether the value of the key below the top is an empty table that the API
 * has as a list. */
static int is_empty_list(lua_State *L)
{
    const char *key = lua_tostring(L, -2);

    if (strcmp(key, "scope") != 0 && strcmp(key, "data") != 0)
        return 0;
    if (!lua_istable(L, -1))
        return 0;
    lua_pushnil(L);
    if (!lua_next(L, -2))
        return 1;
    lua_pop(L, 2);
    return 0;
}

static void write_object(const struct writer *writer, int depth)
{
    lua_State *L = writer->L;

    ggp_buf_char(writer->buf, '{');
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        ggp_json_comma(writer->buf);
        lua_pushvalue(L, -2);
        write_text(writer);
        lua_pop(L, 1);
        ggp_buf_char(writer->buf, ':');
        if (is_empty_list(L))
            ggp_buf_string(writer->buf, "[]");
        else
            write_value(writer, depth);
        lua_pop(L, 1);
    }
    ggp_buf_char(writer->buf, '}');
}

/* Whether the table on top is a list, from 1 to @len without a gap, or else
 * has only string keys; raises if neither. */
static int is_list(const struct writer *writer, lua_Unsigned *len)
{
    lua_State *L = writer->L;
    lua_Unsigned nindexes = 0;
    int has_names = 0;
    int has_others = 0;

    *len = lua_rawlen(L, -1);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING)
            has_names = 1;
        else if (lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1 &&
                 (lua_Unsigned)lua_tointeger(L, -1) <= *len)
            nindexes++;
        else
            has_others = 1;
    }
    if (nindexes == 0 && !has_others)
        return 0;
    if (has_names || has_others || nindexes != *len)
        luaL_error(L,
                   "%s holds a table that is neither a list without gaps nor "
                   "has only string keys",
                   writer->what);
    return 1;
}

static void write_table(const struct writer *writer, int depth)
{
    lua_Unsigned len;

    luaL_checkstack(writer->L, 8, NULL);
    if (depth >= GGP_MAX_DEPTH) /* one too many: the reader will say so */
        ggp_buf_string(writer->buf, "{}");
    else if (is_list(writer, &len))
        write_list(writer, len, depth + 1);
    else
        write_object(writer, depth + 1);
}

/* The value on top. */
static void write_value(const struct writer *writer, int depth)
{
    lua_State *L = writer->L;

    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
        write_text(writer);
        break;
    case LUA_TNUMBER:
        write_number(writer);
        break;
    case LUA_TBOOLEAN:
        ggp_buf_string(writer->buf, lua_toboolean(L, -1) ? "true" : "false");
        break;
    case LUA_TTABLE:
        write_table(writer, depth);
        break;
    default:
        if (!lua_islightuserdata(L, -1) || lua_touserdata(L, -1))
            luaL_error(L, "%s cannot hold a %s", writer->what,
                       luaL_typename(L, -1));
        ggp_buf_string(writer->buf, "null");
    }
    if (writer->buf->failed == GG_EOUTPUT)
        luaL_error(L, "%s is over %I bytes as JSON", writer->what,
                   (LUAI_UACINT)GGP_BUF_MAX);
    if (writer->buf->failed != GG_OK)
        ggl_outofmemory(L);
}

void ggl_writevalue(lua_State *L, int index, struct ggp_buf *buf,
                    const char *what)
{
    struct writer writer = {L, buf, what};

    ggp_buf_clear(buf);
    lua_pushvalue(L, index);
    write_value(&writer, 0);
    lua_pop(L, 1);
    if (!ggp_buf_text(buf)) /* NUL-terminated */
        ggl_outofmemory(L);
}
