/* SPDX-License-Identifier: MIT */
/*
 * lua_utf8.c - the table `utf8` of policies: Lua's own functions, each
 * charged for the strings it is given.
 *
 * Only utf8.codes is ours: what drives its loop must cost the same wherever
 * in the string it is, and keep no state.
 */
#include "ggl.h"

#include <lualib.h>

enum { SUBJECT = 1 };

/* Code points beyond Unicode take up to this many bytes. */
enum { MAX_BYTES = 6 };

static int is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Read the character at @s, of @len bytes: how many are its own, or 0. */
static size_t decode(const char *s, size_t len, int is_lax, uint32_t *code)
{
    static const uint32_t least[MAX_BYTES] = {0,       0x80,     0x800,
                                              0x10000, 0x200000, 0x4000000};
    unsigned char first = (unsigned char)s[0];
    unsigned mask = 0x40;
    size_t n = 1;

    *code = first;
    if (first < 0x80)
        return 1;
    if (first < 0xC0 || first >= 0xFE)
        return 0;
    for (; first & mask; mask >>= 1) {
        if (n >= len || !is_continuation(s[n]))
            return 0;
        *code = *code << 6 | ((unsigned char)s[n] & 0x3F);
        n++;
    }
    *code &= ((uint32_t)1 << (5 * n + 1)) - 1; /* without the length */
    if (*code < least[n - 1])
        return 0;
    if (!is_lax && (*code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF)))
        return 0;
    return n;
}

/* position, code = next(s, position) */
static int push_next(lua_State *L, int is_lax)
{
    size_t len;
    const char *s = luaL_checklstring(L, SUBJECT, &len);
    lua_Unsigned at = (lua_Unsigned)ggl_checkinteger(L, 2);
    size_t limit = at + MAX_BYTES;
    uint32_t code;
    size_t n;

    ggl_charge(L, 1);
    if (at >= len)
        return 0;
    while (at > 0 && at < limit && is_continuation(s[at]))
        at++; /* the rest of the character before; a NUL is past the end */
    if (at >= len)
        return 0;
    n = decode(s + at, len - at, is_lax, &code);
    if (n == 0 || is_continuation(s[at + n]))
        return luaL_error(L, "invalid UTF-8 code");
    lua_pushinteger(L, (lua_Integer)at + 1);
    lua_pushinteger(L, (lua_Integer)code);
    return 2;
}

static int next_strict(lua_State *L)
{
    return push_next(L, 0);
}

static int next_lax(lua_State *L)
{
    return push_next(L, 1);
}

/* next, s, 0 = utf8.codes(s, lax) */
static int utf8_codes(lua_State *L)
{
    enum { LAX = 2 };
    const char *s = luaL_checkstring(L, SUBJECT);

    luaL_argcheck(L, !is_continuation(s[0]), SUBJECT, "invalid UTF-8 code");
    lua_pushcfunction(L, lua_toboolean(L, LAX) ? next_lax : next_strict);
    lua_pushvalue(L, SUBJECT);
    lua_pushinteger(L, 0);
    return 3;
}

void ggl_pushutf8lib(lua_State *L)
{
    static const char *const wrapped[] = {"char", "codepoint", "len", "offset"};
    size_t i;

    lua_createtable(L, 0, 6);
    lua_pushcfunction(L, luaopen_utf8);
    lua_call(L, 0, 1); /* ours, Lua's */
    for (i = 0; i < sizeof(wrapped) / sizeof(wrapped[0]); i++) {
        lua_getfield(L, -1, wrapped[i]);
        ggl_wrapcharged(L);
        lua_setfield(L, -3, wrapped[i]);
    }
    lua_getfield(L, -1, "charpattern");
    lua_setfield(L, -3, "charpattern");
    lua_pop(L, 1);
    lua_pushcfunction(L, utf8_codes);
    lua_setfield(L, -2, "codes");
}
