/* SPDX-License-Identifier: MIT */
/*
 * lua_module.c - require "grantgate", from a plain Lua 5.4 program.
 *
 * Not linked with liblua: the program that loads it has it.
 */
#include "lua_module.h"

#if defined(__GNUC__)
#define GGL_EXPORT __attribute__((visibility("default")))
#else
#define GGL_EXPORT
#endif

GGL_EXPORT int luaopen_grantgate(lua_State *L);

/* { verifier =, challenge = }, or nil and an error, = grantgate.pkce() */
static int pkce(lua_State *L)
{
    struct gg_pkce pair;
    struct gg_error err;

    if (gg_pkce_new(&pair, &err) != GG_OK)
        return ggl_failure(L, &err);
    lua_createtable(L, 0, 2);
    lua_pushstring(L, pair.verifier);
    lua_setfield(L, -2, "verifier");
    lua_pushstring(L, pair.challenge);
    lua_setfield(L, -2, "challenge");
    return 1;
}

/* challenge, or nil and an error, = grantgate.pkce_challenge(verifier) */
static int pkce_challenge(lua_State *L)
{
    char challenge[87];
    struct gg_error err;

    luaL_checktype(L, 1, LUA_TSTRING);
    if (gg_pkce_challenge(ggl_checktext(L, 1, "verifier"), challenge, &err) !=
        GG_OK)
        return ggl_failure(L, &err);
    lua_pushstring(L, challenge);
    return 1;
}

static const luaL_Reg functions[] = {{"auth_url", ggl_auth_url},
                                     {"check", ggl_check},
                                     {"client", ggl_client},
                                     {"pkce", pkce},
                                     {"pkce_challenge", pkce_challenge},
                                     {"policies", ggl_policies},
                                     {"session", ggl_session},
                                     {NULL, NULL}};

int luaopen_grantgate(lua_State *L)
{
    luaL_checkversion(L);
    luaL_newlib(L, functions);
    lua_pushstring(L, gg_version());
    lua_setfield(L, -2, "_VERSION");
    return 1;
}
