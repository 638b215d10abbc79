/* SPDX-License-Identifier: MIT */
/*
 * lua_fixture.h - a plain Lua state with both libraries, for the tests.
 *
 * Nobody counts steps in it.  The globals and `stock` are Lua's own, `ours`
 * is what policies get, and a few functions compare them:
 *
 *   same(a, b, ...)            results, or errors, of both are the same
 *   equal(got, wanted)
 *   raises(message, f, ...)    f(...) raises an error that holds message
 *   list(...)                  values as text
 *   random(n), pick(t), text(most, pieces)    the same in every run
 *   huge                       arguments nobody expects
 */
#ifndef LUA_FIXTURE_H
#define LUA_FIXTURE_H

#include <check.h>
#include <lua.h>

/* Add @tcase to @suite, with a fresh state for each test, which must leave no
 * memory behind. */
void lua_fixture_add(Suite *suite, TCase *tcase);

/* Run a chunk; the test fails if it raises. */
void lua_fixture_run(const char *source);

lua_State *lua_fixture_state(void);

/* Let the allocation after the next @n fail, and all that follow; negative:
 * none. */
void lua_fixture_fail_after(long n);

#endif
