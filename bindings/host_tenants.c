/* SPDX-License-Identifier: MIT */
/*
 * host_tenants.c - tenants.lua: which tenant file a tenant starts from.
 *
 * An exact name comes first, then a file of that name, then the longest
 * matching pattern, so that a tier of hundreds needs no file each.
 */
#include "host.h"

#include <stdlib.h>
#include <string.h>

/* A tenant's name, or one with '*' in it. */
static int is_pattern(const char *text, int *has_star)
{
    char plain[256];
    size_t len = strlen(text);
    size_t i;

    *has_star = 0;
    if (len == 0 || len >= sizeof(plain))
        return 0;
    for (i = 0; i < len; i++) {
        plain[i] = text[i] == '*' ? 'x' : text[i];
        *has_star |= text[i] == '*';
    }
    return ggp_is_tenant(plain, len);
}

/* Read the value on top, which is entry @key. */
/* Raise @message about the line of @key, with @detail in it. */
static void refuse(lua_State *L, const struct ggl_source *source,
                   const char *key, const char *message, const char *detail)
{
    ggp_state_place(ggp_state_of(L), source->path,
                    ggp_source_line(source, key));
    luaL_error(L, message, detail);
}

/* Read the tenant on top as where @key leads. */
static void read_mapping(lua_State *L, gg_policies *policies,
                         const struct ggl_source *source, const char *key,
                         struct ggl_mapping *mapping)
{
    struct ggp_text tenant = {NULL, 0};

    if (!is_pattern(key, &mapping->is_pattern))
        refuse(L, source, key, "'%s' is no tenant name or pattern", key);
    if (lua_type(L, -1) == LUA_TSTRING)
        tenant.at = lua_tolstring(L, -1, &tenant.len);
    if (!tenant.at || !ggp_is_tenant(tenant.at, tenant.len))
        refuse(L, source, key, "'%s' must lead to the name of a tenant", key);
    if (!ggp_policies_has_files(policies, tenant))
        refuse(L, source, key, "there is no tenants/%s.lua", tenant.at);
    mapping->pattern = ggp_arena_string(&policies->arena, key);
    mapping->tenant = ggp_arena_string(&policies->arena, tenant.at);
    policies->nexact += !mapping->is_pattern;
}

/* Exact names first, then longer patterns before shorter ones. */
static int by_precedence(const void *a, const void *b)
{
    const struct ggl_mapping *left = a;
    const struct ggl_mapping *right = b;
    size_t left_len = strlen(left->pattern);
    size_t right_len = strlen(right->pattern);

    if (left->is_pattern != right->is_pattern)
        return left->is_pattern - right->is_pattern;
    if (left->is_pattern && left_len != right_len)
        return left_len < right_len ? 1 : -1;
    return strcmp(left->pattern, right->pattern);
}

void ggl_loadtenants(lua_State *L, gg_policies *policies)
{
    const struct ggl_source *source = ggp_sources_find(&policies->sources,
                                                       "tenants.lua");
    const struct ggp_text *keys;
    size_t n;
    size_t i;

    if (!source)
        return;
    ggl_loadsource(L, source);
    ggl_pushreal(L, -1);
    keys = ggl_pushkeys(L, lua_gettop(L), &n);
    if (!keys)
        luaL_error(L, "%s:1: a key must be a tenant name or pattern",
                   source->path);
    policies->mappings = ggp_arena_alloc(&policies->arena,
                                         (n + 1) * sizeof(struct ggl_mapping));
    if (!policies->mappings)
        ggl_nomemory(L);
    for (i = 0; i < n; i++) {
        lua_pushlstring(L, keys[i].at, keys[i].len);
        (void)ggl_checktext(L, -1, "a tenant name or pattern");
        lua_rawget(L, -3);
        read_mapping(L, policies, source, keys[i].at,
                     &policies->mappings[policies->nmappings++]);
        lua_pop(L, 1);
    }
    lua_pop(L, 3);
    if (policies->arena.failed)
        ggl_nomemory(L);
    qsort(policies->mappings, policies->nmappings, sizeof(*policies->mappings),
          by_precedence);
}
