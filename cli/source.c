/* SPDX-License-Identifier: MIT */
/*
 * source.c - files to read: grants and facts.
 *
 * A file is opened when it is first read and closed at its end, so that any
 * number can be named.
 */
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

/* Fill @err with what errno says about @source.  Returns -1. */
static long failed(const struct source *source, struct gg_error *err)
{
    err->status = GG_EIO;
    snprintf(err->message, sizeof(err->message), "cannot read %.300s: %s",
             is_stdin(source) ? "standard input" : source->path,
             strerror(errno));
    return -1;
}

static long interrupted(struct gg_error *err)
{
    err->status = GG_EINTERRUPTED;
    snprintf(err->message, sizeof(err->message), "stopped by a signal");
    return -1;
}

/* gg_read_fn */
static long source_read(void *payload, char *bytes, size_t size,
                        struct gg_error *err)
{
    struct source *source = payload;
    ssize_t n;

    if (source->has_ended)
        return 0;
    if (!source->is_open && is_stdin(source)) {
        source->fd = STDIN_FILENO;
        source->is_open = 1;
    }
    while (!source->is_open) {
        source->fd = open(source->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (source->fd >= 0)
            source->is_open = 1;
        else if (errno != EINTR)
            return failed(source, err);
        else if (stop_is_asked(NULL))
            return interrupted(err);
    }

    do {
        if (!stop_wait(source->fd))
            return interrupted(err);
        n = read(source->fd, bytes, size);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    if (n < 0)
        return failed(source, err);
    if (n == 0) {
        source->has_ended = 1;
        source_close(source);
    }
    return (long)n;
}

void source_name(struct source *source, const char *path,
                 struct gg_source *input)
{
    size_t len = strlen(path);

    source->path = path;
    input->name = path;
    input->is_document = len > 5 && strcmp(path + len - 5, ".json") == 0;
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
}
