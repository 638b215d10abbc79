/* SPDX-License-Identifier: MIT */
/*
 * host_buffers.c - take the files of a policy set from memory.
 *
 * Whoever keeps policies in a database has paths of their own making, so what
 * a file system would never list is refused by name.
 */
#include "host.h"

#include <string.h>

/* Whether the part that starts at @at is empty, "." or "..". */
static int is_odd_part(const char *at)
{
    size_t len = strcspn(at, "/");

    return len == 0 || (len == 1 && at[0] == '.') ||
           (len == 2 && at[0] == '.' && at[1] == '.');
}

/* Whether @path is as a folder would name it. */
static int is_plain(const char *path)
{
    while (!is_odd_part(path)) {
        path += strcspn(path, "/");
        if (*path == '\0')
            return 1;
        path++;
    }
    return 0;
}

/* Place @file, if it is one of those that are gathered. */
static gg_status take_file(struct ggl_gathering *gathering,
                           const struct gg_policy_file *file,
                           struct gg_error *err)
{
    gg_status status;
    int is_wanted;

    if (!file->path)
        return ggp_fail(err, GG_EINVAL, "a file without a path");
    if (!is_plain(file->path))
        return ggp_fail(err, GG_EINVAL,
                        "'%s': the path of a file is relative, without empty "
                        "parts, '.' and '..'",
                        file->path);
    if (!file->text && file->len > 0)
        return ggp_fail(err, GG_EINVAL, "%s: has no text", file->path);
    status = ggp_place_check(gathering, file->path, &is_wanted, err);
    if (status != GG_OK || !is_wanted)
        return status;
    return ggp_place_add(gathering, file->path, file->text ? file->text : "",
                         file->len, err);
}

gg_status ggp_buffers_read(const struct gg_policy_file *files, size_t n,
                           struct ggp_arena *arena, struct ggl_sources *out,
                           struct gg_error *err)
{
    struct ggl_gathering gathering = {.arena = arena};
    gg_status status = GG_OK;
    size_t i;

    for (i = 0; status == GG_OK && i < n; i++)
        status = take_file(&gathering, &files[i], err);
    if (status == GG_OK)
        status = ggp_place_finish(&gathering, out, err);
    ggp_place_free(&gathering);
    return status;
}
