/* SPDX-License-Identifier: MIT */
/*
 * lua_module.h - what the files of `require "grantgate"` share.
 *
 * All of it is for plain Lua programs; policies never meet it.  The library
 * is called with nothing owned that only C knows of, and while it runs no Lua
 * error may be raised: see lua_list.c.
 */
#ifndef GGL_LUA_MODULE_H
#define GGL_LUA_MODULE_H

#include "host.h"

/* --- lua_handle.c: userdata that can be closed --- */

struct ggl_class {
    const char *name;            /* "grantgate.session" */
    const luaL_Reg *methods;     /* what a program may call */
    const luaL_Reg *metamethods; /* what only Lua calls */
};

/* Push a new userdata of @class, all zero.  [-0, +1, m] */
void *ggl_newhandle(lua_State *L, const struct ggl_class *class, size_t size,
                    int nuservalues);

/* nil and { code =, message = }, and returns 2; where there was no memory,
 * raises as Lua does.  [-0, +2, m] */
int ggl_failure(lua_State *L, const struct gg_error *err);

/* Raise "not enough memory" as Lua does, without a place.  [-0, +0, v] */
int ggl_outofmemory(lua_State *L);

/* --- lua_option.c: members of a table of options --- */

/* Put an empty table in the place of the nil at @arg, or raise if there is
 * neither nil nor a table.  [-0, +0, v] */
void ggl_opttable(lua_State *L, int arg);

/* Read the integer member @name of the table at @index, at least @low.
 * Returns whether there is one.  [-0, +0, v] */
int ggl_readinteger(lua_State *L, int index, const char *name, lua_Integer low,
                    lua_Integer *value);

/* The member @name, Unix seconds or RFC 3339; 0 if there is none.
 * [-0, +0, v] */
int64_t ggl_readtime(lua_State *L, int index, const char *name);

/* The member @name, true or false; 0 if there is none.  [-0, +0, v] */
int ggl_readflag(lua_State *L, int index, const char *name);

/* The member "limits", a table of instructions, memory_bytes and time_ms.
 * [-0, +0, v] */
void ggl_readlimits(lua_State *L, int index, struct gg_limits *limits);

/* --- lua_list.c: what callbacks of the library hand over --- */

struct ggl_list {
    lua_State *L;
    int table;     /* where it is; or what was raised */
    int is_failed; /* something was raised */
};

/* Push an empty list.  [-0, +1, m] */
void ggl_liststart(lua_State *L, struct ggl_list *list);

/* Add what @push, called with @item as a light userdata, returns.  Never
 * raises: what is raised is kept. */
void ggp_list_add(struct ggl_list *list, lua_CFunction push, const void *item);

/* Raise what was kept.  [-0, +0, v] */
void ggl_listend(const struct ggl_list *list);

/* --- lua_value.c: the values of a program as JSON --- */

/*
 * Replace what @buf holds by the value at @index as JSON.  Whether that is a
 * grant is for others to judge: strings are passed on as they are.  Raises for
 * what JSON has no form for; @what names it.  [-0, +0, v]
 */
void ggl_writevalue(lua_State *L, int index, struct ggp_buf *buf,
                    const char *what);

/* --- lua_client.c --- */

struct ggl_client {
    gg_client *handle;  /* NULL: closed */
    unsigned nlistings; /* that are open, and use the handle */
    unsigned nsessions; /* likewise */
};

/* The client at @index, open or not; NULL if it is something else.
 * [-0, +0, m] */
struct ggl_client *ggl_toclient(lua_State *L, int index);

/* --- lua_policies.c --- */

/* set, or nil and an error, = grantgate.policies(folder): [.., .., v] */
int ggl_policies(lua_State *L);

/* findings, loads, or nil and an error, = grantgate.check(folder):
 * [.., .., v] */
int ggl_check(lua_State *L);

/* The set at argument @arg, which is open; raises if there is none.
 * [-0, +0, v] */
gg_policies *ggl_checkpolicies(lua_State *L, int arg);

/* --- lua_session.c --- */

/* session, or nil and an error, = grantgate.session(set, options):
 * [.., .., v] */
int ggl_session(lua_State *L);

#endif
