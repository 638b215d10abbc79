/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target is a program: with clang's libFuzzer it makes up inputs, with
 * replay.c it is fed those of a corpus.  An invariant that does not hold ends
 * it with abort().
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "host.h"

#define FUZZ_NOW 1785578400 /* 2026-08-01T10:00:00Z */

/* Ask everything of one input; always 0.  The name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* --- invariant.c: what must hold --- */

/* End the program with @claim and @text (may be NULL) unless @holds. */
void require(int holds, const char *claim, const char *text);

/* @text is one line of UTF-8 without control characters. */
void require_line(const char *claim, const char *text, size_t len);

/* @err is of @status, and its message is there and a line. */
void require_error(gg_status status, const struct gg_error *err);

/* @decision hangs together: an error decides nothing, and says why. */
void require_decision(const struct gg_decision *decision);

/* The @len bytes at @record are one object on one line, fields in their
 * order.  Returns it; the caller frees it. */
yyjson_doc *require_record(const char *record, size_t len);

/* Whether member @key of @object is the string @text; absent is as NULL.
 * What is no UTF-8 came out as U+FFFD. */
int has_text(yyjson_val *object, const char *key, const char *text);

/* --- lines.c: an input as lines of name=value --- */

#define FUZZ_MAX_LINES 64

/* Values end at a NUL, as C strings do. */
struct fuzz_lines {
    char *text; /* malloc'd */
    const char *names[FUZZ_MAX_LINES];
    const char *values[FUZZ_MAX_LINES];
    size_t n;
};

void fuzz_lines_read(struct fuzz_lines *lines, const uint8_t *bytes,
                     size_t len);
void fuzz_lines_free(struct fuzz_lines *lines);

/* The last value of @name, or NULL. */
const char *fuzz_lines_find(const struct fuzz_lines *lines, const char *name);

/* The same as a number; 0 if there is none. */
int64_t fuzz_lines_number(const struct fuzz_lines *lines, const char *name);

/* --- scene.c: policies to ask --- */

/* A set and a session on it; both live as long as the program. */
struct fuzz_scene {
    gg_policies *policies;
    gg_session *session;
    char *innocent; /* the record of a question that hurts nobody */
};

/* The scene of the policies beside this file. */
struct fuzz_scene *fuzz_scene(void);

/* Options of such a session: an application, and limits of @limits. */
struct gg_session_options fuzz_session_options(struct gg_limits limits);

/* Decide about a grant of a tenant of its own, whose policy is fixed.
 * Returns the record; the caller frees it. */
char *fuzz_innocent(gg_session *session);

/* Ask the innocent question again: nothing has changed for it. */
void require_innocent(const struct fuzz_scene *scene);

/* --- pieces.c: an input as a source that reads in small pieces --- */

struct fuzz_pieces {
    const uint8_t *bytes;
    size_t len;
    size_t at;
    size_t most; /* in one piece */
};

long fuzz_pieces_read(void *pieces, char *bytes, size_t size,
                      struct gg_error *err);

#endif
