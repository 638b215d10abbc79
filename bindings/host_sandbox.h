/* SPDX-License-Identifier: MIT */
/* host_sandbox.h - what policies can reach, and what they may do there. */
#ifndef GGL_HOST_SANDBOX_H
#define GGL_HOST_SANDBOX_H

#include "host.h"

/* --- host_allowance.c: what policies are offered --- */

/* A name: offered, or the reason why not. */
struct ggl_allowance {
    const char *name;
    const char *omitted; /* NULL: offered */
};

struct ggl_library {
    const char *name; /* "" for the globals */
    const struct ggl_allowance *list;
    size_t n;
};

enum { GGL_GLOBALS, GGL_MATH };

/* The libraries by number, the globals first, or NULL past the last. */
const struct ggl_library *ggp_library(size_t index);

const struct ggl_allowance *ggp_library_find(const struct ggl_library *library,
                                             const char *name);

/* --- host_sandbox.c: what policies can reach --- */

/* Build the globals of policies and keep them.  [-0, +0, m] */
void ggl_opensandbox(lua_State *L);

/* Push the globals.  [-0, +1, -] */
void ggl_pushglobals(lua_State *L);

/* Whether the C function at @index is one the sandbox offers. [-0, +0, -] */
int ggl_isoffered(lua_State *L, int index);

/* --- host_bytecode.c: what a function does, read from its dump --- */

/* Raise, with file and line, if the Lua function at @index assigns a variable
 * that outlives the call, or holds an absurdly long expression.
 * [-0, +0, v] */
void ggl_checkfunction(lua_State *L, int index);

/* The same of a file's body, at @index, and all functions in it; and that of
 * `host` they use only what the host offers, in the one way that shows it.
 * [-0, +0, v] */
void ggl_checkbody(lua_State *L, int index);

#endif
