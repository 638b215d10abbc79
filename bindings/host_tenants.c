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
static void read_mapping(lua_State *L, gg_policies *policies,
                         const struct ggl_source *source, const char *key,
                         struct ggl_mapping *mapping)
{
    const char *tenant;

    ggp_state_place(ggp_state_of(L), source->path,
                    ggp_source_line(source, key));
    if (!is_pattern(key, &mapping->is_pattern))
        luaL_error(L, "'%s' is no tenant name or pattern", key);
    tenant = ggl_checktext(L, -1, key);
    if (!ggp_policies_has_files(policies,
                                (struct ggp_text){tenant, strlen(tenant)}))
        luaL_error(L, "there is no tenants/%s.lua", tenant);
    mapping->pattern = ggp_arena_string(&policies->arena, key);
    mapping->tenant = ggp_arena_string(&policies->arena, tenant);
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

static const struct ggl_source *find_file(const gg_policies *policies)
{
    size_t i;

    for (i = 0; i < policies->sources.n; i++) {
        if (strcmp(policies->sources.list[i].path, "tenants.lua") == 0)
            return &policies->sources.list[i];
    }
    return NULL;
}

void ggl_loadtenants(lua_State *L, gg_policies *policies)
{
    const struct ggl_source *source = find_file(policies);
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
        luaL_error(L, "not enough memory");
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
        luaL_error(L, "not enough memory");
    qsort(policies->mappings, policies->nmappings, sizeof(*policies->mappings),
          by_precedence);
}
