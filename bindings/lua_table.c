/* SPDX-License-Identifier: MIT */
/*
 * lua_table.c - the table `table` of policies, and the sort it shares.
 *
 * Reads and writes respect metamethods: frozen tables read as what they hold
 * and refuse to be written.  The length of a table is not to be trusted even
 * so (a few elements far apart make it 2^62): every element is charged, and
 * nothing is allocated from it unchecked.
 */
#include "ggl.h"

#include <limits.h>
#include <string.h>

enum { LIST = 1 };

enum { STEPS_PER_CHARGE = 64 };

/* Raise unless there is a table, or what the engine shows as one, at @arg. */
static void check_list(lua_State *L, int arg)
{
    int type = lua_type(L, arg);

    luaL_argexpected(L, type == LUA_TTABLE || type == LUA_TUSERDATA, arg,
                     "table");
}

static lua_Integer check_len(lua_State *L)
{
    check_list(L, LIST);
    return luaL_len(L, LIST);
}

/* t[to] = t[from], tables by index */
static void copy_element(lua_State *L, int source, lua_Integer from, int target,
                         lua_Integer to)
{
    ggl_charge(L, 1);
    lua_geti(L, source, from);
    lua_seti(L, target, to);
}

/* --- sorting --- */

struct sorter {
    lua_State *L;
    ggl_before_fn before;
    const void *payload;
    size_t steps; /* not charged yet */
};

static int is_before(struct sorter *sorter, uint32_t a, uint32_t b)
{
    if (++sorter->steps >= STEPS_PER_CHARGE) {
        ggl_charge(sorter->L, sorter->steps);
        sorter->steps = 0;
    }
    return sorter->before(sorter->L, sorter->payload, a, b);
}

/* Merge the sorted @from[0..middle) and @from[middle..n) into @to. */
static void merge(struct sorter *sorter, const uint32_t *from, uint32_t *to,
                  size_t middle, size_t n)
{
    size_t left = 0;
    size_t right = middle;
    size_t i;

    if (middle >= n || !is_before(sorter, from[middle], from[middle - 1])) {
        memcpy(to, from, n * sizeof(*to)); /* in order as they are */
        return;
    }
    for (i = 0; i < n; i++) {
        if (left < middle &&
            (right == n || !is_before(sorter, from[right], from[left])))
            to[i] = from[left++];
        else
            to[i] = from[right++];
    }
}

const uint32_t *ggl_pushsorted(lua_State *L, size_t n, ggl_before_fn before,
                               const void *payload)
{
    struct sorter sorter = {L, before, payload, 0};
    uint32_t *order;
    uint32_t *from;
    uint32_t *to;
    uint32_t *swap;
    size_t width;
    size_t i;

    if (n > GGL_MAX_SORT)
        luaL_error(L, "too many elements to sort");
    ggl_charge(L, n);
    order = lua_newuserdatauv(L, 2 * n * sizeof(*order), 0);
    from = order;
    to = order + n;
    for (i = 0; i < n; i++)
        from[i] = (uint32_t)i;
    for (width = 1; width < n; width *= 2) {
        for (i = 0; i < n; i += 2 * width)
            merge(&sorter, from + i, to + i, width,
                  n - i < 2 * width ? n - i : 2 * width);
        swap = from;
        from = to;
        to = swap;
    }
    if (from != order)
        memcpy(order, from, n * sizeof(*order));
    ggl_charge(L, sorter.steps);
    return order;
}

/* How table.sort() compares: slots of the stack. */
enum { COMPARATOR = 2, ELEMENTS };

/* The default: numbers by value, strings by byte; else Lua's own `<`, which
 * raises for what it cannot compare. */
static int is_less(lua_State *L)
{
    size_t a_len;
    size_t b_len;
    size_t len;
    const char *a;
    const char *b;
    int order;

    if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING)
        return lua_compare(L, -2, -1, LUA_OPLT);
    a = lua_tolstring(L, -2, &a_len);
    b = lua_tolstring(L, -1, &b_len);
    len = a_len < b_len ? a_len : b_len;
    ggl_charge(L, len / GGL_BYTES_PER_STEP);
    order = memcmp(a, b, len);
    return order < 0 || (order == 0 && a_len < b_len);
}

/* Whether element @a comes before @b, as COMPARATOR or `<` has it. */
static int is_element_before(lua_State *L, const void *payload, size_t a,
                             size_t b)
{
    int top = lua_gettop(L);
    int result;

    (void)payload;
    if (lua_isnil(L, COMPARATOR)) {
        lua_rawgeti(L, ELEMENTS, (lua_Integer)a + 1);
        lua_rawgeti(L, ELEMENTS, (lua_Integer)b + 1);
        result = is_less(L);
    } else {
        lua_pushvalue(L, COMPARATOR);
        lua_rawgeti(L, ELEMENTS, (lua_Integer)a + 1);
        lua_rawgeti(L, ELEMENTS, (lua_Integer)b + 1);
        lua_call(L, 2, 1);
        result = lua_toboolean(L, -1);
    }
    lua_settop(L, top);
    return result;
}

/* table.sort(list, comparator): stable.  Sorts a copy, so that whatever the
 * comparator does to the list meanwhile harms nothing. */
static int table_sort(lua_State *L)
{
    lua_Integer n = check_len(L);
    const uint32_t *order;
    lua_Integer i;

    if (n < 2)
        return 0;
    luaL_argcheck(L, n <= (lua_Integer)GGL_MAX_SORT, LIST, "array too big");
    if (!lua_isnoneornil(L, COMPARATOR))
        luaL_checktype(L, COMPARATOR, LUA_TFUNCTION);
    lua_settop(L, COMPARATOR);
    ggl_charge(L, 2 * (size_t)n);
    lua_createtable(L, (int)n, 0); /* ELEMENTS */
    for (i = 1; i <= n; i++) {
        lua_geti(L, LIST, i);
        lua_rawseti(L, ELEMENTS, i);
    }
    order = ggl_pushsorted(L, (size_t)n, is_element_before, NULL);
    for (i = 1; i <= n; i++) {
        lua_rawgeti(L, ELEMENTS, (lua_Integer)order[i - 1] + 1);
        lua_seti(L, LIST, i);
    }
    return 0;
}

/* --- the rest --- */

/* Add element @i of the list to @buffer, then @separator. */
static void add_element(lua_State *L, luaL_Buffer *buffer, lua_Integer i,
                        const char *separator, size_t len)
{
    lua_geti(L, LIST, i);
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid value (%s) at index %I in table for 'concat'",
                   luaL_typename(L, -1), (LUAI_UACINT)i);
    ggl_pushtext(L, -1);
    lua_remove(L, -2);
    ggl_charge(L, 1 + (lua_rawlen(L, -1) + len) / GGL_BYTES_PER_STEP);
    luaL_addvalue(buffer);
    luaL_addlstring(buffer, separator, len);
}

/* s = table.concat(list, separator, first, last) */
static int table_concat(lua_State *L)
{
    lua_Integer n = check_len(L);
    size_t len;
    const char *separator = luaL_optlstring(L, 2, "", &len);
    lua_Integer i = ggl_optinteger(L, 3, 1);
    lua_Integer last = ggl_optinteger(L, 4, n);
    luaL_Buffer buffer;

    luaL_buffinit(L, &buffer);
    for (; i < last; i++)
        add_element(L, &buffer, i, separator, len);
    if (i == last) /* outside the loop: i + 1 might not exist */
        add_element(L, &buffer, i, separator, 0);
    luaL_pushresult(&buffer);
    return 1;
}

/* table.insert(list, [position,] value) */
static int table_insert(lua_State *L)
{
    enum { POSITION = 2, VALUE };
    lua_Integer last = (lua_Integer)((lua_Unsigned)check_len(L) + 1);
    lua_Integer position;
    lua_Integer i;

    if (lua_gettop(L) == 2) {
        lua_seti(L, LIST, last);
        return 0;
    }
    if (lua_gettop(L) != VALUE)
        return luaL_error(L, "wrong number of arguments to 'insert'");
    position = ggl_checkinteger(L, POSITION);
    luaL_argcheck(L, (lua_Unsigned)position - 1 < (lua_Unsigned)last, POSITION,
                  "position out of bounds");
    for (i = last; i > position; i--)
        copy_element(L, LIST, i - 1, LIST, i);
    lua_seti(L, LIST, position);
    return 0;
}

/* value = table.remove(list, position) */
static int table_remove(lua_State *L)
{
    enum { POSITION = 2 };
    lua_Integer n = check_len(L);
    lua_Integer position = ggl_optinteger(L, POSITION, n);

    if (!lua_isnone(L, POSITION)) /* one past the last will do */
        luaL_argcheck(
            L, (lua_Unsigned)position - 1 <= (lua_Unsigned)n || position == n,
            POSITION, "position out of bounds");
    lua_geti(L, LIST, position);
    for (; position < n; position++)
        copy_element(L, LIST, position + 1, LIST, position);
    lua_pushnil(L);
    lua_seti(L, LIST, position);
    return 1;
}

/* target = table.move(list, first, last, to, target) */
static int table_move(lua_State *L)
{
    enum { FIRST = 2, LAST, TO, TARGET };
    lua_Integer first = ggl_checkinteger(L, FIRST);
    lua_Integer last = ggl_checkinteger(L, LAST);
    lua_Integer to = ggl_checkinteger(L, TO);
    int target = lua_isnoneornil(L, TARGET) ? LIST : TARGET;
    lua_Integer i;
    lua_Integer n;

    check_list(L, LIST);
    check_list(L, target);
    if (last >= first) {
        luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, LAST,
                      "too many elements to move");
        n = last - first + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - n + 1, TO,
                      "destination wrap around");
        if (to > last || to <= first || !lua_rawequal(L, LIST, target)) {
            for (i = 0; i < n; i++)
                copy_element(L, LIST, first + i, target, to + i);
        } else { /* from the back, for the ranges overlap */
            for (i = n - 1; i >= 0; i--)
                copy_element(L, LIST, first + i, target, to + i);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

/* t = table.pack(values …), with t.n */
static int table_pack(lua_State *L)
{
    int n = lua_gettop(L);
    int i;

    ggl_charge(L, 1 + (size_t)n);
    lua_createtable(L, n, 1);
    lua_insert(L, 1);
    for (i = n; i > 0; i--)
        lua_seti(L, 1, i);
    lua_pushinteger(L, n);
    lua_setfield(L, 1, "n");
    return 1;
}

/* values … = table.unpack(list, first, last) */
static int table_unpack(lua_State *L)
{
    lua_Integer first = ggl_optinteger(L, 2, 1);
    lua_Integer last;
    lua_Unsigned n;

    check_list(L, LIST);
    last = lua_isnoneornil(L, 3) ? luaL_len(L, LIST) : ggl_checkinteger(L, 3);
    if (first > last)
        return 0;
    n = (lua_Unsigned)last - (lua_Unsigned)first;
    if (n >= INT_MAX)
        return luaL_error(L, "too many results to unpack");
    n++;
    ggl_charge(L, (size_t)n);
    if (!lua_checkstack(L, (int)n))
        return luaL_error(L, "too many results to unpack");
    for (; first < last; first++)
        lua_geti(L, LIST, first);
    lua_geti(L, LIST, last);
    return (int)n;
}

static const luaL_Reg functions[] = {
    {"concat", table_concat}, {"insert", table_insert},
    {"move", table_move},     {"pack", table_pack},
    {"remove", table_remove}, {"sort", table_sort},
    {"unpack", table_unpack}, {NULL, NULL}};

void ggl_pushtablelib(lua_State *L)
{
    luaL_newlib(L, functions);
}
