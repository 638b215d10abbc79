/* SPDX-License-Identifier: MIT */
/*
 * lua_base.c - the basic functions of policies.
 *
 * Two differ from Lua's: tostring() never shows an address, and pairs() goes
 * through keys in a defined order, for both would make the same input give
 * different decisions.  The rest are Lua's own, charged where an argument
 * can be long.
 */
#include "ggl.h"

#include <lualib.h>
#include <math.h>
#include <string.h>

/* "%.14g" of any number, with room for a decimal point of several bytes. */
enum { MAX_NUMBER = 64 };

/* --- arguments --- */

static void charge_text(lua_State *L, int arg)
{
    if (lua_type(L, arg) == LUA_TSTRING)
        ggl_charge(L, lua_rawlen(L, arg) / GGL_BYTES_PER_STEP);
}

lua_Integer ggl_checkinteger(lua_State *L, int arg)
{
    charge_text(L, arg);
    return luaL_checkinteger(L, arg);
}

lua_Integer ggl_optinteger(lua_State *L, int arg, lua_Integer otherwise)
{
    return lua_isnoneornil(L, arg) ? otherwise : ggl_checkinteger(L, arg);
}

/* Run the function in the upvalue in this very frame, so that its messages
 * are about the name it was called by. */
static int charged(lua_State *L)
{
    int n = lua_gettop(L);
    int i;

    ggl_charge(L, 1 + (size_t)n);
    for (i = 1; i <= n; i++)
        charge_text(L, i);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

void ggl_wrapcharged(lua_State *L)
{
    lua_pushcclosure(L, charged, 1);
}

/* --- text --- */

size_t ggl_plainpoint(char *text, size_t len)
{
    static const char plain[] = "0123456789+-. abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ()/";
    size_t start = 0;
    size_t end;

    while (start < len && strchr(plain, text[start]))
        start++;
    if (start == len)
        return len;
    for (end = start + 1; end < len && !strchr(plain, text[end]); end++)
        continue;
    text[start] = '.';
    memmove(text + start + 1, text + end, len - end);
    return len - (end - start) + 1;
}

static void push_number(lua_State *L, int index)
{
    char text[MAX_NUMBER];
    const char *own;
    size_t len;

    lua_pushvalue(L, index);
    own = lua_tolstring(L, -1, &len);
    if (lua_isinteger(L, index) || len > sizeof(text))
        return;
    memcpy(text, own, len);
    lua_pushlstring(L, text, ggl_plainpoint(text, len));
    lua_remove(L, -2);
}

void ggl_pushtext(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        lua_pushliteral(L, "nil");
        return;
    case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        return;
    case LUA_TNUMBER:
        push_number(L, index);
        return;
    case LUA_TSTRING:
        lua_pushvalue(L, index);
        return;
    default:
        break;
    }
    switch (luaL_getmetafield(L, index, "__name")) {
    case LUA_TSTRING:
        return;
    case LUA_TNIL: /* nothing was pushed */
        break;
    default:
        lua_pop(L, 1);
    }
    lua_pushstring(L, luaL_typename(L, index));
}

/* text = tostring(value) */
int ggl_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    ggl_pushtext(L, 1);
    return 1;
}

/*
 * number, or nil, = tonumber(value, base)
 *
 * Lua also takes the decimal point of the locale: what no number of a policy
 * is written with is none here.
 */
static int tonumber(lua_State *L)
{
    static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ+-. \f\n\r\t\v";
    const char *text;
    size_t len;

    charge_text(L, 1);
    charge_text(L, 2);
    if (lua_type(L, 1) == LUA_TSTRING && lua_isnoneornil(L, 2)) {
        text = lua_tolstring(L, 1, &len);
        if (strspn(text, plain) != len) {
            luaL_pushfail(L);
            return 1;
        }
    }
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* --- pairs --- */

/* In this order. */
enum key_kind { KEY_INTEGER, KEY_REAL, KEY_TEXT, KEY_BOOLEAN };

struct key {
    enum key_kind kind;
    union {
        lua_Integer integer; /* KEY_BOOLEAN: 0 or 1 */
        lua_Number real;
        struct {
            const char *at; /* the table of keys keeps it */
            size_t len;
        } text;
    } as;
};

/* A key with a whole value is an integer, so @real lies between two. */
static int is_integer_less(lua_Integer integer, lua_Number real)
{
    if (real >= 0x1p63)
        return 1;
    return real >= -0x1p63 && integer <= (lua_Integer)floor(real);
}

static int is_text_less(lua_State *L, const struct key *a, const struct key *b)
{
    size_t a_len = a->as.text.len;
    size_t b_len = b->as.text.len;
    size_t len = a_len < b_len ? a_len : b_len;
    int order = memcmp(a->as.text.at, b->as.text.at, len);

    if (len >= GGL_BYTES_PER_STEP)
        ggl_charge(L, len / GGL_BYTES_PER_STEP);
    return order < 0 || (order == 0 && a_len < b_len);
}

static int is_key_before(lua_State *L, const void *payload, size_t a, size_t b)
{
    const struct key *left = (const struct key *)payload + a;
    const struct key *right = (const struct key *)payload + b;

    if (left->kind == KEY_INTEGER && right->kind == KEY_REAL)
        return is_integer_less(left->as.integer, right->as.real);
    if (left->kind == KEY_REAL && right->kind == KEY_INTEGER)
        return !is_integer_less(right->as.integer, left->as.real);
    if (left->kind != right->kind)
        return left->kind < right->kind;
    if (left->kind == KEY_REAL)
        return left->as.real < right->as.real;
    if (left->kind == KEY_TEXT)
        return is_text_less(L, left, right);
    return left->as.integer < right->as.integer;
}

/* Read the key on top, which is popped. */
static void read_key(lua_State *L, struct key *key)
{
    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
        key->kind = KEY_TEXT;
        key->as.text.at = lua_tolstring(L, -1, &key->as.text.len);
        break;
    case LUA_TBOOLEAN:
        key->kind = KEY_BOOLEAN;
        key->as.integer = lua_toboolean(L, -1);
        break;
    case LUA_TNUMBER:
        key->kind = lua_isinteger(L, -1) ? KEY_INTEGER : KEY_REAL;
        if (key->kind == KEY_INTEGER)
            key->as.integer = lua_tointeger(L, -1);
        else
            key->as.real = lua_tonumber(L, -1);
        break;
    default:
        luaL_error(L, "cannot order keys of type '%s'", luaL_typename(L, -1));
    }
    lua_pop(L, 1);
}

/* Push a list of the keys of the table at @table; returns how many. */
static size_t push_keys(lua_State *L, int table)
{
    lua_Integer n = 0;

    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        /* keys, key, value */
        lua_pop(L, 1);
        ggl_charge(L, 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, ++n);
    }
    return (size_t)n;
}

/* Upvalues of next_pair(). */
enum { TABLE = 1, KEYS, ORDER, POSITION, COUNT };

/* key, value = next_pair(): the next key in order that still has a value */
static int next_pair(lua_State *L)
{
    const uint32_t *order = lua_touserdata(L, lua_upvalueindex(ORDER));
    lua_Integer position = lua_tointeger(L, lua_upvalueindex(POSITION));
    lua_Integer n = lua_tointeger(L, lua_upvalueindex(COUNT));

    lua_settop(L, 0);
    while (position < n) {
        ggl_charge(L, 1);
        lua_rawgeti(L, lua_upvalueindex(KEYS),
                    (lua_Integer)order[position++] + 1);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(TABLE)) != LUA_TNIL) {
            lua_pushinteger(L, position);
            lua_replace(L, lua_upvalueindex(POSITION));
            return 2;
        }
        lua_settop(L, 0);
    }
    lua_pushinteger(L, position);
    lua_replace(L, lua_upvalueindex(POSITION));
    return 0;
}

/* Push the iterator over the plain table at @table.  [-0, +1, v] */
static void push_iterator(lua_State *L, int table)
{
    struct key *list;
    size_t n;
    size_t i;

    lua_pushvalue(L, table);
    n = push_keys(L, table);
    list = lua_newuserdatauv(L, n * sizeof(*list), 0);
    for (i = 0; i < n; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        read_key(L, &list[i]);
    }
    ggl_pushsorted(L, n, is_key_before, list);
    lua_remove(L, -2); /* the list; table, keys, order stay */
    lua_pushinteger(L, 0);
    lua_pushinteger(L, (lua_Integer)n);
    lua_pushcclosure(L, next_pair, COUNT);
}

/* iterator, value, nil = pairs(value): a table, or what has __pairs */
int ggl_pairs(lua_State *L)
{
    enum { VALUE = 1, REAL };

    luaL_checkany(L, VALUE);
    lua_settop(L, VALUE);
    if (!ggl_unfrozen(L, VALUE)) {
        if (luaL_getmetafield(L, VALUE, "__pairs") != LUA_TNIL) {
            lua_insert(L, VALUE);
            lua_call(L, 1, 3);
            return 3;
        }
        luaL_checktype(L, VALUE, LUA_TTABLE);
        lua_pushvalue(L, VALUE);
    }
    push_iterator(L, REAL);
    lua_pushvalue(L, VALUE);
    lua_pushnil(L);
    return 3;
}

/* --- the library --- */

/* Push Lua's own basic functions.  They insist on being globals, so they get
 * a table of globals for themselves.  [-0, +1, m] */
static void push_stock(lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 1);
    lua_insert(L, -2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}

void ggl_addbase(lua_State *L, int table)
{
    static const char *const as_they_are[] = {"assert", "error", "ipairs",
                                              "type"};
    size_t i;

    table = lua_absindex(L, table);
    push_stock(L);
    for (i = 0; i < sizeof(as_they_are) / sizeof(as_they_are[0]); i++) {
        lua_getfield(L, -1, as_they_are[i]);
        lua_setfield(L, table, as_they_are[i]);
    }
    lua_getfield(L, -1, "select");
    ggl_wrapcharged(L);
    lua_setfield(L, table, "select");
    lua_getfield(L, -1, "tonumber");
    lua_pushcclosure(L, tonumber, 1);
    lua_setfield(L, table, "tonumber");
    lua_pushcfunction(L, ggl_pairs);
    lua_setfield(L, table, "pairs");
    lua_pushcfunction(L, ggl_tostring);
    lua_setfield(L, table, "tostring");
    lua_pop(L, 1);
}
