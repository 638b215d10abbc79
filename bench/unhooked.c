/* SPDX-License-Identifier: MIT */
/*
 * unhooked.c - takes the place of Lua's lua_sethook() in a program that is
 * started with LD_PRELOAD: nothing is counted, so no limit on instructions
 * or time holds.  Only to measure what counting costs.
 */
#include <lua.h>

void lua_sethook(lua_State *L, lua_Hook hook, int mask, int count)
{
    (void)L;
    (void)hook;
    (void)mask;
    (void)count;
}
