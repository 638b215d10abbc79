/* SPDX-License-Identifier: MIT */
/* files.h - what is read and written: compressed or not, whole or in part. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "cli.h"

#include <stdatomic.h>

/* --- unpack.c: compressed bytes, unpacked as they are read ---------------- */

#define PACKING_MAGIC 4 /* bytes that tell how a file is packed */

enum packing {
    PACKING_NONE,
    PACKING_OPEN, /* too few bytes to tell */
    PACKING_GZIP,
    PACKING_ZSTD
};

enum packing packing_of(const char *bytes, size_t len);

struct unpacker;

/* Unpack what starts with @bytes and goes on with what @read gives.  NULL:
 * out of memory. */
struct unpacker *unpacker_open(enum packing packing, const char *bytes,
                               size_t len, gg_read_fn read, void *payload);

/* As gg_read_fn. */
long unpacker_read(struct unpacker *unpacker, char *out, size_t size,
                   struct gg_error *err);
void unpacker_close(struct unpacker *unpacker);

/* --- source.c: files to read --------------------------------------------- */

struct lockdown;

/* Zero-initialise, then source_name().  Opens when first read. */
struct source {
    const char *path; /* "-": standard input */
    int fd;
    int is_open;
    int has_begun; /* what it is packed with is known */
    int has_ended;
    struct unpacker *unpacker;   /* NULL: it is not packed */
    uint64_t start;              /* where reading is to begin, unpacked */
    atomic_uint_least64_t taken; /* bytes of the file that are read */
};

/* Point @source at @path and describe it in @input. */
void source_name(struct source *source, const char *path,
                 struct gg_source *input);

/* Whether it looks readable: 0, or the exit code after telling why not. */
int source_check(const struct source *source);

/* Keep it readable in @lockdown. */
void source_allow(const struct source *source, struct lockdown *lockdown);

/* Whether its bytes arrive as they are made: a pipe, a terminal. */
int source_is_live(const struct source *source);

/* The size of the file; 0 if that cannot be known. */
uint64_t source_size(const struct source *source);

/* Whether @path names the same file. */
int source_is(const struct source *source, const char *path);

void source_close(struct source *source);

/* --- fingerprint.c: whether something is as it was ------------------------ */

#define FINGERPRINT_SIZE 65 /* SHA-256 in hex, and a NUL */

/* Of bytes: 0, or -1. */
int fingerprint_bytes(const void *bytes, size_t len,
                      char fingerprint[FINGERPRINT_SIZE]);

/* Of the first and the last part of the first @size bytes of a file: 0, or
 * -1 and errno says why. */
int fingerprint_file(int fd, uint64_t size, char fingerprint[FINGERPRINT_SIZE]);

/* --- output.c: where records go ------------------------------------------ */

#define OUTPUT_PATH_MAX 4096

/* Zero-initialise. */
struct output {
    int fd;
    const char *path; /* NULL: standard output */
    char part[OUTPUT_PATH_MAX];
    int is_live; /* pass on what comes at once */
    int is_broken_pipe;
    char *bytes;
    size_t len;
    uint64_t nwritten; /* bytes, but for those of `bytes` */
};

/* The first bytes of a file of records, to be found again. */
struct output_mark {
    uint64_t size;
    char fingerprint[FINGERPRINT_SIZE];
};

/* Check that @path, NULL for standard output, can take records, without
 * touching anything yet.  0 or the exit code. */
int output_check(const char *path);

/* Open it.  0, or the exit code after telling why not. */
int output_open(struct output *output, const char *path);

/* Open the FILE.part of an earlier run and drop what follows @mark.  0, or
 * the exit code after telling why not. */
int output_reopen(struct output *output, const char *path,
                  const struct output_mark *mark);

/* Whether @path is complete at @mark, and its FILE.part is gone. */
int output_is_named(const char *path, const struct output_mark *mark);

/* gg_write_fn; @payload is struct output. */
gg_status output_write(void *payload, const char *bytes, size_t len,
                       struct gg_error *err);

/* See that all of it is on disk, and mark how far that is. */
gg_status output_sync(struct output *output, struct output_mark *mark,
                      struct gg_error *err);

/* Write what is buffered; where @is_complete, give the file its name.  Else
 * tell where the records are.  0, or the exit code after telling. */
int output_close(struct output *output, int is_complete);

/* End without a file: FILE.part is of no use.  Nothing for standard output. */
void output_drop(struct output *output);

/* Make sure that names in the folder of @path survive a crash. */
void output_sync_folder(const char *path);

#endif
