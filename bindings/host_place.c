/* SPDX-License-Identifier: MIT */
/*
 * host_place.c - the place of a file in a policy set.
 *
 * The path is the scope, so a file in the wrong place would be a rule that
 * never applies: it is refused.  What comes from a folder and what comes from
 * memory is placed here, by the same rules and into the same order.
 */
#include "host.h"

#include <stdlib.h>
#include <string.h>

#define MAX_FILES 200000

/* Cut @tail off @text if it is there; returns whether it was. */
static int cut_tail(struct ggp_text *text, const char *tail)
{
    size_t len = strlen(tail);

    if (text->len <= len || memcmp(text->at + text->len - len, tail, len) != 0)
        return 0;
    text->len -= len;
    return 1;
}

/* Cut "name/" off the front of @path. */
static int cut_folder(struct ggp_text *path, struct ggp_text *name)
{
    const char *slash = memchr(path->at, '/', path->len);

    if (!slash)
        return 0;
    name->at = path->at;
    name->len = (size_t)(slash - path->at);
    path->len -= name->len + 1;
    path->at = slash + 1;
    return 1;
}

static int is_module_name(struct ggp_text name)
{
    size_t i;

    for (i = 0; i < name.len; i++) {
        char c = name.at[i];

        if (!(c >= 'a' && c <= 'z') && c != '_' &&
            !(i > 0 && c >= '0' && c <= '9'))
            return 0;
    }
    return name.len > 0 && name.len <= 32;
}

/* Whether @path, its ".lua" cut off, is one that a policy set has. */
static int has_scope(struct ggp_text path)
{
    struct ggp_text folder;
    struct ggp_text tenant;

    if (!cut_folder(&path, &folder))
        return ggp_text_is(path, "default") || ggp_text_is(path, "tenants");
    if (ggp_text_is(folder, "providers"))
        return ggp_is_provider(path.at, path.len);
    if (ggp_text_is(folder, "lib"))
        return is_module_name(path);
    if (!ggp_text_is(folder, "tenants"))
        return 0;
    if (!cut_folder(&path, &tenant))
        return ggp_is_tenant(path.at, path.len);
    return ggp_is_tenant(tenant.at, tenant.len) &&
           ggp_is_provider(path.at, path.len);
}

/* Whether a part of @path starts with a dot. */
static int is_hidden(const char *path)
{
    return path[0] == '.' || strstr(path, "/.") != NULL;
}

gg_status ggp_place_check(const struct ggl_gathering *gathering,
                          const char *path, int *is_wanted,
                          struct gg_error *err)
{
    struct ggp_text scope = {path, strlen(path)};
    int is_test;

    *is_wanted = 0;
    if (is_hidden(path) || !cut_tail(&scope, ".lua"))
        return GG_OK;
    is_test = cut_tail(&scope, "_test");
    if (is_test != gathering->tests)
        return GG_OK;
    if (!is_test && !has_scope(scope))
        return ggp_fail(err, GG_EPOLICY,
                        "%s:1: no grant would ever reach this file; a policy "
                        "set holds default.lua, tenants.lua, "
                        "providers/<provider>.lua, tenants/<tenant>.lua, "
                        "tenants/<tenant>/<provider>.lua and lib/<name>.lua",
                        path);
    if (gathering->n >= MAX_FILES)
        return ggp_fail(err, GG_ETOOLONG,
                        "%s: a policy set has at most %d files", path,
                        MAX_FILES);
    *is_wanted = 1;
    return GG_OK;
}

/* Room for one more source, which does not count yet; or NULL. */
static struct ggl_source *new_source(struct ggl_gathering *gathering)
{
    struct ggl_source *list;
    size_t cap = gathering->cap ? gathering->cap * 2 : 64;

    if (gathering->n < gathering->cap)
        return &gathering->list[gathering->n];
    list = realloc(gathering->list, cap * sizeof(*list));
    if (!list)
        return NULL;
    gathering->list = list;
    gathering->cap = cap;
    return &gathering->list[gathering->n];
}

gg_status ggp_place_add(struct ggl_gathering *gathering, const char *path,
                        const char *text, size_t len, struct gg_error *err)
{
    struct ggl_source *source;

    if (len > GGL_SOURCE_MAX)
        return ggp_fail(err, GG_EPOLICY,
                        "%s:1: a policy file is at most %d KiB", path,
                        GGL_SOURCE_MAX / 1024);
    source = new_source(gathering);
    if (!source)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    source->path = ggp_arena_string(gathering->arena, path);
    source->text = ggp_arena_copy(gathering->arena, text, len);
    source->len = len;
    if (!source->path || !source->text)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    gathering->n++;
    return GG_OK;
}

static int by_path(const void *a, const void *b)
{
    const struct ggl_source *left = a;
    const struct ggl_source *right = b;

    return strcmp(left->path, right->path);
}

gg_status ggp_place_finish(struct ggl_gathering *gathering,
                           struct ggl_sources *out, struct gg_error *err)
{
    size_t n = gathering->n;
    struct ggl_source *list;
    size_t i;

    if (n == 0) {
        *out = (struct ggl_sources){.n = 0};
        return GG_OK;
    }
    qsort(gathering->list, n, sizeof(*list), by_path);
    for (i = 1; i < n; i++) {
        if (by_path(&gathering->list[i - 1], &gathering->list[i]) == 0)
            return ggp_fail(err, GG_EINVAL, "%s: is there twice",
                            gathering->list[i].path);
    }
    list = ggp_arena_alloc(gathering->arena, n * sizeof(*list));
    if (!list)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    memcpy(list, gathering->list, n * sizeof(*list));
    *out = (struct ggl_sources){.list = list, .n = n};
    return GG_OK;
}

void ggp_place_free(struct ggl_gathering *gathering)
{
    free(gathering->list);
}

const struct ggl_source *ggp_sources_find(const struct ggl_sources *sources,
                                          const char *path)
{
    const struct ggl_source key = {.path = path};

    if (sources->n == 0)
        return NULL;
    return bsearch(&key, sources->list, sources->n, sizeof(key), by_path);
}
