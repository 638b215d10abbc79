/* SPDX-License-Identifier: MIT */
/*
 * ggl.h - what the Lua side shares.
 *
 * ggl_ functions may raise a Lua error, so their callers own nothing while
 * they run.  Each carries the manual's indicator [-o, +p, x]: what it pops
 * and pushes, and whether it raises (-: never, m: out of memory, v: with a
 * message, e: whatever the policy code it calls raises).
 */
#ifndef GGL_H
#define GGL_H

#include "private.h"

#include <lauxlib.h>
#include <lua.h>

/* --- ggl.c: helpers --- */

#define GGL_BOX "grantgate.box"

/* A box that owns malloc'd text: put it there before anything can raise.
 * [-0, +1, m] */
char **ggl_newbox(lua_State *L);

/* Make the metatable @name of a class: @methods, hidden from policies, each
 * with the metatable as its upvalue.  [-0, +0, m] */
void ggl_newclass(lua_State *L, const char *name, const luaL_Reg *methods);

/*
 * luaL_setmetatable() and luaL_testudata() where @name is the very string that
 * ggl_newclass() got: the class is found by its address.  [-0, +0, -]
 */
void ggl_setclass(lua_State *L, const char *name);
void *ggl_toclass(lua_State *L, int index, const char *name);

/* For a method of class @name: the object at 1.  [-0, +0, v] */
void *ggl_checkself(lua_State *L, const char *name);

/* nil and { code =, message = }; returns 2.  [-0, +2, m] */
int ggl_pusherror(lua_State *L, const struct gg_error *err);

/* The string at @index without an embedded NUL, or raise, naming @what.
 * [-0, +0, v] */
const char *ggl_checktext(lua_State *L, int index, const char *what);

/* Push the real table behind a frozen one, or the table itself; raises if
 * there is no table at @index.  [-0, +1, v] */
void ggl_pushreal(lua_State *L, int index);

/* --- host_budget.c: limits --- */

/*
 * Take @steps from the question's instruction budget, one for about each
 * 16 bytes touched or each element visited.  Raises when it is spent, when
 * the wall time is over or when the question is interrupted.  [-0, +0, v]
 */
void ggl_charge(lua_State *L, size_t steps);

/* What one step pays for, where memory is touched. */
#define GGL_BYTES_PER_STEP 16

/* --- lua_base.c, lua_string.c, lua_table.c, lua_utf8.c --- */

/* Push a new table with the functions policies have: [-0, +1, m] */
void ggl_pushtablelib(lua_State *L);
void ggl_pushutf8lib(lua_State *L);

/* The same; also makes them the methods of strings, and lets strings that
 * hold numbers be calculated with.  [-0, +1, m] */
void ggl_pushstringlib(lua_State *L);

/* Add assert error ipairs pairs select tonumber tostring type to the table
 * at @table.  [-0, +0, m] */
void ggl_addbase(lua_State *L, int table);

/* Put a charge for its arguments before the C function on top, one of Lua's
 * own without upvalues.  [-1, +1, m] */
void ggl_wrapcharged(lua_State *L);

/* luaL_checkinteger() and luaL_optinteger(); a text is charged, for it may be
 * long.  [-0, +0, v] */
lua_Integer ggl_checkinteger(lua_State *L, int arg);
lua_Integer ggl_optinteger(lua_State *L, int arg, lua_Integer otherwise);

/* tostring() without addresses: pushes the text of the value at @index.
 * [-0, +1, m] */
void ggl_pushtext(lua_State *L, int index);

/*
 * Put a '.' in place of the decimal point of the locale in the @len bytes of
 * a number at @text, which snprintf() or Lua made.  Returns the length then.
 */
size_t ggl_plainpoint(char *text, size_t len);

/* Whether element @a comes before element @b.  [-0, +0, e] */
typedef int (*ggl_before_fn)(lua_State *L, const void *payload, size_t a,
                             size_t b);

#define GGL_MAX_SORT ((size_t)1 << 24)

/*
 * Sort the numbers from 0 to @n - 1, at most GGL_MAX_SORT, by @before: equal
 * ones stay in order.  Pushes the userdata that starts with the result.  Ends,
 * and yields each number once, whatever @before says.  [-0, +1, e]
 */
const uint32_t *ggl_pushsorted(lua_State *L, size_t n, ggl_before_fn before,
                               const void *payload);

/* The functions of lua_base.c, as lua_CFunctions: [.., .., v] */
int ggl_pairs(lua_State *L);
int ggl_tostring(lua_State *L);

/* --- host_freeze.c --- */

/* Make the table at @index read-only in place, and all it reaches; raises
 * with file and line if it reaches what would keep state between questions.
 * [-0, +0, v] */
void ggl_freeze(lua_State *L, int index);

/* Push the real table behind the frozen one at @index and return 1, or push
 * nothing and return 0.  [-0, +(0|1), -] */
int ggl_unfrozen(lua_State *L, int index);

#endif
