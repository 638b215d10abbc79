/* SPDX-License-Identifier: MIT */
/*
 * source.c - files to read: grants and facts.
 *
 * A file is opened when it is first read and closed at its end, so that any
 * number can be named.  Its first bytes, not its name, say whether it is
 * packed.
 */
#include "files.h"
#include "lockdown.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_stdin(const struct source *source)
{
    return strcmp(source->path, "-") == 0;
}

static int source_stat(const struct source *source, struct stat *info)
{
    return is_stdin(source) ? fstat(STDIN_FILENO, info)
                            : stat(source->path, info);
}

static const char *source_shown(const struct source *source)
{
    return is_stdin(source) ? "standard input" : source->path;
}

/* Fill @err with what errno says about @source.  Returns -1. */
static long failed(const struct source *source, struct gg_error *err)
{
    err->status = GG_EIO;
    snprintf(err->message, sizeof(err->message), "cannot read %.300s: %s",
             source_shown(source), strerror(errno));
    return -1;
}

static long interrupted(struct gg_error *err)
{
    err->status = GG_EINTERRUPTED;
    snprintf(err->message, sizeof(err->message), "stopped by a signal");
    return -1;
}

static int open_file(struct source *source, struct gg_error *err)
{
    if (is_stdin(source)) {
        source->fd = STDIN_FILENO;
        source->is_open = 1;
    }
    while (!source->is_open) {
        source->fd = open(source->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (source->fd >= 0)
            source->is_open = 1;
        else if (errno != EINTR)
            return (int)failed(source, err);
        else if (stop_is_asked(NULL))
            return (int)interrupted(err);
    }
    return 0;
}

/* gg_read_fn of the file as it is */
static long take(void *payload, char *bytes, size_t size, struct gg_error *err)
{
    struct source *source = payload;
    ssize_t n;

    do {
        if (!stop_wait(source->fd))
            return interrupted(err);
        n = read(source->fd, bytes, size);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    if (n < 0)
        return failed(source, err);
    atomic_fetch_add(&source->taken, (uint_least64_t)n);
    return (long)n;
}

/* Read a file that is packed; what is wrong with it gets its name. */
static long take_unpacked(struct source *source, char *bytes, size_t size,
                          struct gg_error *err)
{
    struct gg_error why = {0};
    long n = unpacker_read(source->unpacker, bytes, size, &why);

    if (n >= 0)
        return n;
    *err = why;
    if (why.status == GG_EIO)
        snprintf(err->message, sizeof(err->message),
                 "cannot read %.200s: %.250s", source_shown(source),
                 why.message);
    return -1;
}

/* Go on at source->start.  Returns -1, or 0. */
static int skip(struct source *source, char *bytes, size_t size,
                struct gg_error *err)
{
    uint64_t left = source->start;

    if (!source->unpacker) {
        if (lseek(source->fd, (off_t)left, SEEK_SET) < 0)
            return (int)failed(source, err);
        atomic_store(&source->taken, left);
        return 0;
    }
    while (left > 0) {
        long n = take_unpacked(source, bytes, left < size ? (size_t)left : size,
                               err);

        if (n == 0) {
            errno = EINVAL; /* shorter than it was */
            return (int)failed(source, err);
        }
        if (n < 0)
            return -1;
        left -= (uint64_t)n;
    }
    return 0;
}

/* The first read: find out how it is packed. */
static long begin(struct source *source, char *bytes, size_t size,
                  struct gg_error *err)
{
    enum packing packing = PACKING_OPEN;
    size_t len = 0;
    long n = 1;

    if (open_file(source, err) != 0)
        return -1;
    while (packing == PACKING_OPEN && n > 0 && len < size) {
        n = take(source, bytes + len, size - len, err);
        if (n < 0)
            return -1;
        len += (size_t)n;
        packing = packing_of(bytes, len);
    }
    source->has_begun = 1;
    if (packing == PACKING_GZIP || packing == PACKING_ZSTD) {
        source->unpacker = unpacker_open(packing, bytes, len, take, source);
        if (!source->unpacker) {
            errno = ENOMEM;
            return failed(source, err);
        }
    } else if (source->start == 0) {
        return (long)len;
    }
    if (source->start > 0 && skip(source, bytes, size, err) != 0)
        return -1;
    return source->unpacker ? take_unpacked(source, bytes, size, err)
                            : take(source, bytes, size, err);
}

/* gg_read_fn */
static long source_read(void *payload, char *bytes, size_t size,
                        struct gg_error *err)
{
    struct source *source = payload;
    long n;

    if (source->has_ended)
        return 0;
    if (!source->has_begun)
        n = begin(source, bytes, size, err);
    else if (source->unpacker)
        n = take_unpacked(source, bytes, size, err);
    else
        n = take(source, bytes, size, err);
    if (n == 0) {
        source->has_ended = 1;
        source_close(source);
    }
    return n;
}

/* Whether the first @len bytes of @name end with @suffix, and where that
 * starts. */
static int ends_with(const char *name, size_t *len, const char *suffix)
{
    size_t n = strlen(suffix);

    if (*len <= n || strncmp(name + *len - n, suffix, n) != 0)
        return 0;
    *len -= n;
    return 1;
}

void source_name(struct source *source, const char *path,
                 struct gg_source *input)
{
    size_t len = strlen(path);

    source->path = path;
    input->name = path;
    if (!ends_with(path, &len, ".gz"))
        (void)ends_with(path, &len, ".zst");
    input->is_document = ends_with(path, &len, ".json");
    input->read = source_read;
    input->payload = source;
}

int source_check(const struct source *source)
{
    struct gg_error err;
    struct stat info;

    if (source_stat(source, &info) != 0 ||
        (!is_stdin(source) && access(source->path, R_OK) != 0)) {
        failed(source, &err);
        note_failure(&err);
        return EXIT_USAGE;
    }
    if (S_ISDIR(info.st_mode)) {
        note_error("io_error", "cannot read %s: it is a folder", source->path);
        return EXIT_USAGE;
    }
    return 0;
}

void source_allow(const struct source *source, struct lockdown *lockdown)
{
    if (!is_stdin(source)) /* that is open */
        lockdown_allow(lockdown, LOCKDOWN_READ, source->path);
}

int source_is_live(const struct source *source)
{
    struct stat info;

    return source_stat(source, &info) == 0 && !S_ISREG(info.st_mode);
}

uint64_t source_size(const struct source *source)
{
    struct stat info;

    if (source_stat(source, &info) != 0 || !S_ISREG(info.st_mode))
        return 0;
    return (uint64_t)info.st_size;
}

int source_is(const struct source *source, const char *path)
{
    struct stat one;
    struct stat other;

    return source_stat(source, &one) == 0 && stat(path, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

void source_close(struct source *source)
{
    if (source->is_open && !is_stdin(source))
        close(source->fd);
    source->is_open = 0;
    unpacker_close(source->unpacker);
    source->unpacker = NULL;
}
