/* SPDX-License-Identifier: MIT */
/*
 * output.c - where records go.
 *
 * A file is written as FILE.part, in a fresh file that only its owner can
 * read, and gets its name when it is complete: whoever sees FILE sees all of
 * it.  A run that was interrupted may go on in the FILE.part it left, from
 * where its checkpoint says.  What stands in the place of FILE or FILE.part and
 * is not a plain file (a device, a link set by somebody else) is refused, not
 * replaced.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE ((size_t)1 << 16)

static const char *output_name(const struct output *output)
{
    return output->path ? output->part : "standard output";
}

/* Tell what errno says about @what.  Returns the exit code. */
static int tell(const char *what, const char *name)
{
    note_error("io_error", "cannot %s %s: %s", what, name, strerror(errno));
    return EXIT_USAGE;
}

static int part_name(char part[OUTPUT_PATH_MAX], const char *path)
{
    int n = snprintf(part, OUTPUT_PATH_MAX, "%s.part", path);

    if (*path && n > 0 && n < OUTPUT_PATH_MAX)
        return 0;
    note_error("io_error", "the name of the output file does not fit");
    return EXIT_USAGE;
}

/* Whether @path may be replaced.  0 or the exit code. */
static int check_plain(const char *path, int is_part)
{
    struct stat info;

    if ((is_part ? lstat(path, &info) : stat(path, &info)) != 0)
        return errno == ENOENT ? 0 : tell("write", path);
    if (S_ISREG(info.st_mode))
        return 0;
    note_error("io_error", "cannot write %s: it is not a plain file", path);
    return EXIT_USAGE;
}

/* Two runs that go on in one file would spoil it. */
static int lock(const struct output *output)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    if (!output->path || fcntl(output->fd, F_SETLK, &whole) == 0 ||
        (errno != EACCES && errno != EAGAIN)) /* not every file system can */
        return 0;
    note_error("io_error", "another run is writing %s", output->part);
    return EXIT_USAGE;
}

int output_check(const char *path)
{
    char part[OUTPUT_PATH_MAX];
    int code;

    if (!path)
        return 0;
    code = part_name(part, path);
    if (code == 0)
        code = check_plain(path, 0);
    if (code == 0)
        code = check_plain(part, 1);
    return code;
}

/* Make a fresh FILE.part. */
static int open_part(struct output *output, const char *path)
{
    if (part_name(output->part, path) != 0)
        return EXIT_USAGE;
    if (unlink(output->part) != 0 && errno != ENOENT)
        return tell("write", output->part);
    output->fd = open(output->part,
                      O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return output->fd < 0 ? tell("write", output->part) : 0;
}

static int take_buffer(struct output *output)
{
    output->bytes = malloc(BUFFER_SIZE);
    if (output->bytes)
        return 0;
    note_error("out_of_memory", "no memory for the output");
    return EXIT_USAGE; /* the file ends with the program */
}

int output_open(struct output *output, const char *path)
{
    int code = 0;

    output->path = path;
    output->fd = STDOUT_FILENO;
    if (path)
        code = open_part(output, path);
    else
        output->is_live |= isatty(STDOUT_FILENO);
    if (code == 0)
        code = lock(output);
    return code == 0 ? take_buffer(output) : code;
}

/* Whether the first bytes of @fd are those of @mark. */
static int has_mark(int fd, const struct output_mark *mark)
{
    char fingerprint[FINGERPRINT_SIZE];
    struct stat info;

    return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
           (uint64_t)info.st_size >= mark->size &&
           fingerprint_file(fd, mark->size, fingerprint) == 0 &&
           strcmp(fingerprint, mark->fingerprint) == 0;
}

int output_reopen(struct output *output, const char *path,
                  const struct output_mark *mark)
{
    output->path = path;
    if (part_name(output->part, path) != 0)
        return EXIT_USAGE;
    output->fd = open(output->part,
                      O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (output->fd < 0)
        return tell("go on with", output->part);
    if (lock(output) != 0)
        return EXIT_USAGE;
    if (!has_mark(output->fd, mark)) {
        note_error("checkpoint",
                   "cannot go on with %s: it does not hold the records that "
                   "the checkpoint counts",
                   output->part);
        return EXIT_USAGE;
    }
    if (ftruncate(output->fd, (off_t)mark->size) != 0 ||
        lseek(output->fd, 0, SEEK_END) < 0)
        return tell("go on with", output->part);
    output->nwritten = mark->size;
    return take_buffer(output);
}

int output_is_named(const char *path, const struct output_mark *mark)
{
    char part[OUTPUT_PATH_MAX];
    struct stat info;
    int is_same = 0;
    int fd;

    if (part_name(part, path) != 0 || lstat(part, &info) == 0)
        return 0;
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return 0;
    is_same = fstat(fd, &info) == 0 && (uint64_t)info.st_size == mark->size &&
              has_mark(fd, mark);
    close(fd);
    return is_same;
}

static gg_status write_through(struct output *output, const char *bytes,
                               size_t len, struct gg_error *err)
{
    struct pollfd ready = {.fd = output->fd, .events = POLLOUT};

    while (len > 0) {
        ssize_t n = write(output->fd, bytes, len);

        if (n >= 0) {
            bytes += n;
            len -= (size_t)n;
            output->nwritten += (uint64_t)n;
        } else if (errno == EAGAIN) {
            poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            output->is_broken_pipe = errno == EPIPE && !output->path;
            err->status = GG_EIO;
            snprintf(err->message, sizeof(err->message),
                     "cannot write %.300s: %s", output_name(output),
                     strerror(errno));
            return GG_EIO;
        }
    }
    return GG_OK;
}

static gg_status flush(struct output *output, struct gg_error *err)
{
    gg_status status = write_through(output, output->bytes, output->len, err);

    output->len = 0; /* also on failure: what was lost is lost */
    return status;
}

gg_status output_write(void *payload, const char *bytes, size_t len,
                       struct gg_error *err)
{
    struct output *output = payload;
    gg_status status = GG_OK;

    if (len > BUFFER_SIZE - output->len)
        status = flush(output, err);
    if (status == GG_OK && len >= BUFFER_SIZE)
        return write_through(output, bytes, len, err);
    if (status == GG_OK) {
        memcpy(output->bytes + output->len, bytes, len);
        output->len += len;
        if (output->is_live)
            status = flush(output, err);
    }
    return status;
}

gg_status output_sync(struct output *output, struct output_mark *mark,
                      struct gg_error *err)
{
    gg_status status = flush(output, err);

    if (status != GG_OK)
        return status;
    mark->size = output->nwritten;
    if (fsync(output->fd) == 0 &&
        fingerprint_file(output->fd, mark->size, mark->fingerprint) == 0)
        return GG_OK;
    err->status = GG_EIO;
    snprintf(err->message, sizeof(err->message), "cannot write %.300s: %s",
             output_name(output), strerror(errno));
    return GG_EIO;
}

/* Failing is no failure of the run: some file systems cannot. */
void output_sync_folder(const char *path)
{
    char copy[OUTPUT_PATH_MAX];
    int fd;

    snprintf(copy, sizeof(copy), "%s", path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

/* Give the complete file its name, if FILE.part is still ours. */
static int name_file(struct output *output)
{
    struct stat ours;
    struct stat there;

    if (fsync(output->fd) != 0 || fstat(output->fd, &ours) != 0 ||
        lstat(output->part, &there) != 0)
        return tell("write", output->part);
    if (ours.st_dev != there.st_dev || ours.st_ino != there.st_ino) {
        note_error("io_error", "somebody else is writing %s", output->part);
        return EXIT_USAGE;
    }
    if (rename(output->part, output->path) != 0)
        return tell("rename to", output->path);
    output_sync_folder(output->path);
    return 0;
}

int output_close(struct output *output, int is_complete)
{
    struct gg_error err;
    int is_named = 0;
    int code = 0;

    if (flush(output, &err) != GG_OK) {
        code = EXIT_USAGE;
        if (!output->is_broken_pipe)
            note_failure(&err);
    }
    free(output->bytes);
    output->bytes = NULL;

    if (output->path && code == 0 && is_complete) {
        code = name_file(output);
        is_named = code == 0;
    }
    if (close(output->fd) != 0 && code == 0 && !is_named)
        code = tell("write", output_name(output));
    if (output->is_broken_pipe)
        return EXIT_PIPE;
    if (output->path && !is_named)
        note_hint("grantgate: the records so far are in %s", output->part);
    return code;
}

void output_drop(struct output *output)
{
    free(output->bytes);
    output->bytes = NULL;
    close(output->fd);
    if (output->path)
        (void)unlink(output->part);
}
