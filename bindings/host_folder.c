/* SPDX-License-Identifier: MIT */
/*
 * host_folder.c - read the files of a policy set from a folder.
 *
 * Files are opened without blocking (a FIFO must not hang the start) and have
 * to be regular; symbolic links are followed, for configuration is often
 * mounted through them.
 */
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PATH  1024
#define MAX_DEPTH 16 /* deeper than any scope: to find what is misplaced */

/* The walk: what has been found so far. */
struct walk {
    const char *folder;
    struct ggl_gathering found;
    struct ggl_complaints *complaints; /* or NULL */
    struct gg_error *err;
};

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

/* Place the open file @fd at @path. */
static gg_status read_file(struct walk *walk, int fd, const char *path)
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
    return ggp_place_add(&walk->found, path, bytes, (size_t)len, walk->err);
}

static gg_status take_file(struct walk *walk, int dir, const char *name,
                           const char *path)
{
    gg_status status;
    int is_wanted;
    int fd;

    status = ggp_place_check(&walk->found, path, &is_wanted, walk->err);
    if (status != GG_OK || !is_wanted)
        return status;
    fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return ggp_fail(walk->err, GG_EIO, "%s/%s: %s", walk->folder, path,
                        strerror(errno));
    status = read_file(walk, fd, path);
    close(fd);
    return status;
}

static gg_status walk_folder(struct walk *walk, int fd, const char *prefix,
                             int depth);

/* Take one directory entry: a file, or a folder to walk. */
static gg_status take_entry(struct walk *walk, int dir, const char *name,
                            const char *prefix, int depth)
{
    char path[MAX_PATH];
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
    return take_file(walk, dir, name, path);
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

gg_status ggp_folder_read(const char *folder, int tests,
                          struct ggp_arena *arena, struct ggl_sources *out,
                          struct ggl_complaints *complaints,
                          struct gg_error *err)
{
    struct walk walk = {.folder = folder,
                        .found = {.arena = arena, .tests = tests},
                        .complaints = complaints,
                        .err = err};
    gg_status status;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return ggp_fail(err, GG_EIO, "%s: %s", folder, strerror(errno));
    status = walk_folder(&walk, fd, "", 0);
    if (status == GG_OK)
        status = ggp_place_finish(&walk.found, out, err);
    ggp_place_free(&walk.found);
    return status;
}
