/* SPDX-License-Identifier: MIT */
/*
 * lua_auth_url.c - build a hosted-auth URL from a table.
 *
 * The same function serves policies and plain Lua.  In a policy the caller's
 * settings fill what the table leaves open, and where the URL points is not
 * the policy's to say.
 */
#include "host.h"

static gg_status build(lua_State *L, struct gg_auth_request *request,
                       char **url, struct gg_error *err)
{
    const struct ggl_state *state = ggp_state_of(L);
    const char *from[GGP_CONNECT_NFIELDS] = {NULL};

    if (state) {
        ggl_charge(L, 100);
        ggp_connect_fill(&request->connect, from, state->context.caller,
                         "caller");
        request->api_url = state->context.api_url;
    }
    return gg_auth_url(request, url, err);
}

int ggl_auth_url(lua_State *L)
{
    enum { OPTIONS = 1, ANCHOR };
    static const char *const plain[] = {"provider", "api_url", "code_challenge",
                                        NULL};
    static const char *const in_policy[] = {"provider", NULL};
    struct gg_auth_request request = {0};
    struct gg_error err;
    char **url;

    luaL_checktype(L, OPTIONS, LUA_TTABLE);
    lua_settop(L, OPTIONS);
    lua_newtable(L);
    ggl_checkkeys(L, OPTIONS, "grantgate.auth_url",
                  ggp_state_of(L) ? in_policy : plain, 1);
    request.provider = ggl_readtext(L, OPTIONS, ANCHOR, "provider");
    request.api_url = ggl_readtext(L, OPTIONS, ANCHOR, "api_url");
    request.code_challenge = ggl_readtext(L, OPTIONS, ANCHOR, "code_challenge");
    ggl_readconnect(L, OPTIONS, ANCHOR, &request.connect);

    url = ggl_newbox(L); /* owns the text before anything below can raise */
    if (build(L, &request, url, &err) != GG_OK) {
        if (err.status == GG_ENOMEM)
            ggl_nomemory(L);
        return ggl_pusherror(L, &err);
    }
    lua_pushstring(L, *url);
    gg_free(*url); /* now, for the collector does not know its size */
    *url = NULL;
    return 1;
}
