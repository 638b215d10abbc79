/* SPDX-License-Identifier: MIT */
/*
 * host_folder.c - read the files of a policy set from a folder.
 *
 * The path is the scope, so a file in the wrong place would be a rule that
 * never applies: it is refused.  Files are opened without blocking (a FIFO
 * must not hang the start) and have to be regular; symbolic links are
 * followed, for configuration is often mounted through them.
 */
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILES 200000
#define MAX_PATH  1024
#define MAX_DEPTH 16 /* deeper than any scope: to find what is misplaced */

/* The walk: what has been found so far. */
struct walk {
    const char *folder;
    int tests;
    struct ggp_arena *arena;
    struct ggl_source *list; /* malloc'd */
    size_t n;
    size_t cap;
    struct ggl_complaints *complaints; /* or NULL */
    struct gg_error *err;
};

static int ends_with(struct ggp_text text, const char *tail)
{
    size_t len = strlen(tail);

    return text.len > len && memcmp(text.at + text.len - len, tail, len) == 0;
}

/* Cut @tail off @text if it is there; returns whether it was. */
static int cut_tail(struct ggp_text *text, const char *tail)
{
    if (!ends_with(*text, tail))
        return 0;
    text->len -= strlen(tail);
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

static struct ggl_source *new_source(struct walk *walk)
{
    struct ggl_source *list;
    size_t cap = walk->cap ? walk->cap * 2 : 64;

    if (walk->n < walk->cap)
        return &walk->list[walk->n++];
    list = realloc(walk->list, cap * sizeof(*list));
    if (!list)
        return NULL;
    walk->list = list;
    walk->cap = cap;
    return &walk->list[walk->n++];
}

/* Read all of @fd, at most @max bytes; returns the count or -1. */
static long read_all(int fd, char *bytes, size_t max)
{
    size_t len = 0;

    while (len < max) {
        ssize_t n = read(fd, bytes + len, max - len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    return (long)len;
}

/* Read the open file @fd as @path into @source. */
static gg_status read_file(struct walk *walk, int fd, const char *path,
                           struct ggl_source *source)
{
    char bytes[GGL_SOURCE_MAX + 1];
    struct stat info;
    long len;

    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return ggp_fail(walk->err, GG_EIO, "%s/%s: not a regular file",
                        walk->folder, path);
    len = read_all(fd, bytes, sizeof(bytes));
    if (len < 0)
        return ggp_fail(walk->err, GG_EIO, "%s/%s: %s", walk->folder, path,
                        strerror(errno));
    if ((size_t)len > GGL_SOURCE_MAX)
        return ggp_fail(walk->err, GG_EPOLICY,
                        "%s:1: a policy file is at most 64 KiB", path);
    source->path = ggp_arena_string(walk->arena, path);
    source->text = ggp_arena_copy(walk->arena, bytes, (size_t)len);
    source->len = (size_t)len;
    if (!source->path || !source->text)
        return ggp_fail(walk->err, GG_ENOMEM, "out of memory");
    return GG_OK;
}

static gg_status take_file(struct walk *walk, int dir, const char *name,
                           const char *path)
{
    struct ggp_text scope = {path, strlen(path)};
    struct ggl_source *source;
    gg_status status;
    int is_test;
    int fd;

    cut_tail(&scope, ".lua");
    is_test = cut_tail(&scope, "_test");
    if (is_test != walk->tests)
        return GG_OK;
    if (!is_test && !has_scope(scope))
        return ggp_fail(walk->err, GG_EPOLICY,
                        "%s:1: no grant would ever reach this file; a policy "
                        "set holds default.lua, tenants.lua, "
                        "providers/<provider>.lua, tenants/<tenant>.lua, "
                        "tenants/<tenant>/<provider>.lua and lib/<name>.lua",
                        path);
    source = walk->n < MAX_FILES ? new_source(walk) : NULL;
    if (!source)
        return ggp_fail(walk->err, GG_ENOMEM, "%s: too many files",
                        walk->folder);
    fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return ggp_fail(walk->err, GG_EIO, "%s/%s: %s", walk->folder, path,
                        strerror(errno));
    status = read_file(walk, fd, path, source);
    close(fd);
    if (status != GG_OK)
        walk->n--;
    return status;
}

static gg_status walk_folder(struct walk *walk, int fd, const char *prefix,
                             int depth);

/* Take one directory entry: a file, or a folder to walk. */
static gg_status take_entry(struct walk *walk, int dir, const char *name,
                            const char *prefix, int depth)
{
    char path[MAX_PATH];
    struct ggp_text text = {name, strlen(name)};
    struct stat info;
    int fd;
    int n;

    if (name[0] == '.')
        return GG_OK;
    n = snprintf(path, sizeof(path), "%s%s", prefix, name);
    if (n < 0 || (size_t)n + 1 >= sizeof(path) || depth > MAX_DEPTH)
        return ggp_fail(walk->err, GG_EIO, "%s/%s: the path is too long",
                        walk->folder, prefix);
    if (fstatat(dir, name, &info, 0) != 0)
        return ggp_fail(walk->err, GG_EIO, "%s/%s: %s", walk->folder, path,
                        strerror(errno));
    if (S_ISDIR(info.st_mode)) {
        fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return ggp_fail(walk->err, GG_EIO, "%s/%s: %s", walk->folder, path,
                            strerror(errno));
        path[n] = '/';
        path[n + 1] = '\0';
        return walk_folder(walk, fd, path, depth + 1);
    }
    return ends_with(text, ".lua") ? take_file(walk, dir, name, path) : GG_OK;
}

/* Walk the folder @fd, which is closed here. */
static gg_status walk_folder(struct walk *walk, int fd, const char *prefix,
                             int depth)
{
    DIR *dir = fdopendir(fd);
    gg_status status = GG_OK;
    struct dirent *entry;

    if (!dir) {
        close(fd);
        return ggp_fail(walk->err, GG_EIO, "%s/%s: %s", walk->folder, prefix,
                        strerror(errno));
    }
    while (status == GG_OK && (entry = readdir(dir))) {
        status = take_entry(walk, dirfd(dir), entry->d_name, prefix, depth);
        if (status == GG_EPOLICY && ggp_complain(walk->complaints, walk->err))
            status = GG_OK;
    }
    closedir(dir);
    return status;
}

static int by_path(const void *a, const void *b)
{
    const struct ggl_source *left = a;
    const struct ggl_source *right = b;

    return strcmp(left->path, right->path);
}

gg_status ggp_folder_read(const char *folder, int tests,
                          struct ggp_arena *arena, struct ggl_sources *out,
                          struct ggl_complaints *complaints,
                          struct gg_error *err)
{
    struct walk walk = {.folder = folder,
                        .tests = tests,
                        .arena = arena,
                        .complaints = complaints,
                        .err = err};
    struct ggl_source *list = NULL;
    gg_status status;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return ggp_fail(err, GG_EIO, "%s: %s", folder, strerror(errno));
    status = walk_folder(&walk, fd, "", 0);
    if (status == GG_OK && walk.n > 0) {
        qsort(walk.list, walk.n, sizeof(*walk.list), by_path);
        list = ggp_arena_alloc(arena, walk.n * sizeof(*list));
        if (!list)
            status = ggp_fail(err, GG_ENOMEM, "out of memory");
        else
            memcpy(list, walk.list, walk.n * sizeof(*list));
    }
    free(walk.list);
    if (status == GG_OK) {
        out->list = list;
        out->n = walk.n;
    }
    return status;
}
