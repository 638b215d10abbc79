/* SPDX-License-Identifier: MIT */
/*
 * lua_string.c - the table `string` of policies.
 *
 * Only what a policy needs: no dump, pack or unpack.  Letters are ASCII
 * letters whatever the locale.  What takes time in proportion to a string is
 * charged for before it is done.
 */
#include "lua_pattern.h"

#include <limits.h>
#include <lualib.h>
#include <string.h>

enum { SUBJECT = 1 };

static void charge_bytes(lua_State *L, size_t len)
{
    ggl_charge(L, 1 + len / GGL_BYTES_PER_STEP);
}

/* The offset past the last byte that @position means, counted from the end
 * if negative. */
static size_t end_offset(lua_Integer position, size_t len)
{
    lua_Unsigned from_end = 0 - (lua_Unsigned)position;

    if (position >= 0)
        return (lua_Unsigned)position > len ? len : (size_t)position;
    return from_end > len ? 0 : len - (size_t)from_end + 1;
}

/* The slice of @len bytes from position @first to @last: its offset, and its
 * length, which may be 0. */
static size_t slice(lua_Integer first, lua_Integer last, size_t len,
                    size_t *offset)
{
    size_t end = end_offset(last, len);

    *offset = ggl_string_offset(first, len);
    return end > *offset ? end - *offset : 0;
}

/* codes … = string.byte(s, first, last) */
static int string_byte(lua_State *L)
{
    size_t len;
    size_t offset;
    size_t i;
    const char *s = luaL_checklstring(L, SUBJECT, &len);
    lua_Integer first = ggl_optinteger(L, 2, 1);

    len = slice(first, ggl_optinteger(L, 3, first), len, &offset);
    if (len >= INT_MAX)
        return luaL_error(L, "string slice too long");
    ggl_charge(L, 1 + len); /* each byte becomes a value */
    luaL_checkstack(L, (int)len, "string slice too long");
    for (i = 0; i < len; i++)
        lua_pushinteger(L, (unsigned char)s[offset + i]);
    return (int)len;
}

/* s = string.char(codes …) */
static int string_char(lua_State *L)
{
    int n = lua_gettop(L);
    lua_Integer code;
    luaL_Buffer buffer;
    char *bytes;
    int i;

    ggl_charge(L, 1 + (size_t)n);
    bytes = luaL_buffinitsize(L, &buffer, (size_t)n);
    for (i = 0; i < n; i++) {
        code = ggl_checkinteger(L, i + 1);
        luaL_argcheck(L, code >= 0 && code <= UCHAR_MAX, i + 1,
                      "value out of range");
        bytes[i] = (char)(unsigned char)code;
    }
    luaL_pushresultsize(&buffer, (size_t)n);
    return 1;
}

/* n = string.len(s) */
static int string_len(lua_State *L)
{
    size_t len;

    luaL_checklstring(L, SUBJECT, &len);
    lua_pushinteger(L, (lua_Integer)len);
    return 1;
}

/* Push the subject with every byte that is from @low to @high 32 away. */
static int push_shifted(lua_State *L, char low, char high)
{
    size_t len;
    size_t i;
    const char *s = luaL_checklstring(L, SUBJECT, &len);
    luaL_Buffer buffer;
    char *bytes;

    charge_bytes(L, len);
    bytes = luaL_buffinitsize(L, &buffer, len);
    for (i = 0; i < len; i++)
        bytes[i] = s[i] >= low && s[i] <= high ? (char)(s[i] ^ 32) : s[i];
    luaL_pushresultsize(&buffer, len);
    return 1;
}

/* s = string.lower(s) */
static int string_lower(lua_State *L)
{
    return push_shifted(L, 'A', 'Z');
}

/* s = string.upper(s) */
static int string_upper(lua_State *L)
{
    return push_shifted(L, 'a', 'z');
}

/* s = string.reverse(s) */
static int string_reverse(lua_State *L)
{
    size_t len;
    size_t i;
    const char *s = luaL_checklstring(L, SUBJECT, &len);
    luaL_Buffer buffer;
    char *bytes;

    charge_bytes(L, len);
    bytes = luaL_buffinitsize(L, &buffer, len);
    for (i = 0; i < len; i++)
        bytes[i] = s[len - 1 - i];
    luaL_pushresultsize(&buffer, len);
    return 1;
}

/* s = string.sub(s, first, last) */
static int string_sub(lua_State *L)
{
    size_t len;
    size_t offset;
    const char *s = luaL_checklstring(L, SUBJECT, &len);
    lua_Integer first = ggl_checkinteger(L, 2);

    len = slice(first, ggl_optinteger(L, 3, -1), len, &offset);
    charge_bytes(L, len);
    lua_pushlstring(L, len > 0 ? s + offset : "", len);
    return 1;
}

/* Fill @total bytes with @s, @separator, @s … @s. */
static void repeat(char *bytes, size_t total, const char *s, size_t len,
                   const char *separator, size_t separator_len)
{
    char *end = bytes + total;

    memcpy(bytes, s, len);
    for (bytes += len; bytes < end; bytes += separator_len + len) {
        memcpy(bytes, separator, separator_len);
        memcpy(bytes + separator_len, s, len);
    }
}

/* s = string.rep(s, n, separator) */
static int string_rep(lua_State *L)
{
    size_t len;
    size_t separator_len;
    size_t total;
    const char *s = luaL_checklstring(L, SUBJECT, &len);
    lua_Integer n = ggl_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &separator_len);
    luaL_Buffer buffer;

    if (n <= 0 || len + separator_len == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (len + separator_len < len ||
        len + separator_len > (size_t)LUA_MAXINTEGER / (lua_Unsigned)n)
        return luaL_error(L, "resulting string too large");
    total = (size_t)n * (len + separator_len) - separator_len;
    charge_bytes(L, total); /* before memory is asked for: always the same
                               limit for the same arguments */
    repeat(luaL_buffinitsize(L, &buffer, total), total, s, len, separator,
           separator_len);
    luaL_pushresultsize(&buffer, total);
    return 1;
}

static const luaL_Reg functions[] = {
    {"byte", string_byte},         {"char", string_char},
    {"find", ggl_string_find},     {"format", ggl_string_format},
    {"gmatch", ggl_string_gmatch}, {"gsub", ggl_string_gsub},
    {"len", string_len},           {"lower", string_lower},
    {"match", ggl_string_match},   {"rep", string_rep},
    {"reverse", string_reverse},   {"sub", string_sub},
    {"upper", string_upper},       {NULL, NULL}};

/* Lua's string library brings these: "10" + 1. */
static const char *const arithmetic[] = {"__add", "__sub", "__mul",  "__mod",
                                         "__pow", "__div", "__idiv", "__unm"};

/*
 * Buffers that outgrow the C stack share a metatable, made at the first
 * need.  Should memory run out half-way, it stays half-made for the life of
 * the state; so make it while there is plenty.
 */
static void open_buffers(lua_State *L)
{
    luaL_Buffer buffer;

    luaL_buffinitsize(L, &buffer, LUAL_BUFFERSIZE + 1);
    luaL_pushresultsize(&buffer, 0);
    lua_pop(L, 1);
}

void ggl_pushstringlib(lua_State *L)
{
    size_t i;

    open_buffers(L);
    luaL_newlib(L, functions);
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 0); /* strings have its metatable now */
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1); /* library, "", metatable */
    for (i = 0; i < sizeof(arithmetic) / sizeof(arithmetic[0]); i++) {
        lua_getfield(L, -1, arithmetic[i]);
        ggl_wrapcharged(L);
        lua_setfield(L, -2, arithmetic[i]);
    }
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}
