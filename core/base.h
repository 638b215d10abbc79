/* SPDX-License-Identifier: MIT */
/*
 * base.h - what everything stands on: errors, memory, text, time, JSON.
 */
#ifndef GGP_BASE_H
#define GGP_BASE_H

#include "grantgate.h"

#include <stdarg.h>
#include <string.h>
#include <yyjson.h>

#if defined(__GNUC__)
#define GGP_FORMAT(n, m) __attribute__((format(printf, n, m)))
#else
#define GGP_FORMAT(n, m)
#endif

/* Bytes with a length, borrowed.  at == NULL is "absent". */
struct ggp_text {
    const char *at;
    size_t len;
};

/* --- status.c --- */

/* Fill @err, if there is one, and return @status. */
gg_status ggp_fail(struct gg_error *err, gg_status status, const char *format,
                   ...) GGP_FORMAT(3, 4);

/* --- arena.c: memory given back all at once --- */

struct ggp_block;

/* Zero-initialise.  After a failed allocation `failed` stays set. */
struct ggp_arena {
    struct ggp_block *first; /* kept over a reset */
    struct ggp_block *current;
    size_t bytes; /* handed out since the last reset */
    int failed;
};

/* @size zeroed bytes, aligned for anything, or NULL. */
void *ggp_arena_alloc(struct ggp_arena *arena, size_t size);

/* A NUL-terminated copy of @len bytes at @text; NULL stays NULL. */
char *ggp_arena_copy(struct ggp_arena *arena, const char *text, size_t len);

/* The same of a string. */
char *ggp_arena_string(struct ggp_arena *arena, const char *text);

/* Forget everything allocated; keeps the blocks for what comes next. */
void ggp_arena_reset(struct ggp_arena *arena);

void ggp_arena_free(struct ggp_arena *arena);

/* --- buf.c: the growable buffer --- */

#define GGP_BUF_MAX ((size_t)64 << 20)

/*
 * Zero-initialise; set `max` for another ceiling than GGP_BUF_MAX.  Sticky:
 * adding never reports, `failed` keeps the first failure (GG_ENOMEM or
 * GG_EOUTPUT) and later adds do nothing.
 */
struct ggp_buf {
    char *bytes;
    size_t len;
    size_t cap;
    size_t max;
    gg_status failed;
};

/* Make room for @more bytes and a NUL: ggp_buf_reserve() where there is none
 * yet.  0, and the buffer has failed, if that cannot be. */
int ggp_buf_grow(struct ggp_buf *buf, size_t more);

static inline int ggp_buf_reserve(struct ggp_buf *buf, size_t more)
{
    size_t max = buf->max ? buf->max : GGP_BUF_MAX;

    /* len < cap, but for a buffer that has no bytes yet */
    if (more < buf->cap - buf->len && buf->len + more <= max &&
        buf->failed == GG_OK)
        return 1;
    return ggp_buf_grow(buf, more);
}

static inline void ggp_buf_char(struct ggp_buf *buf, char c)
{
    if (ggp_buf_reserve(buf, 1))
        buf->bytes[buf->len++] = c;
}

void ggp_buf_add(struct ggp_buf *buf, const char *bytes, size_t len);
void ggp_buf_string(struct ggp_buf *buf, const char *text);
void ggp_buf_int(struct ggp_buf *buf, int64_t value);

/* Give the bytes away, NUL-terminated; the buffer is empty again.  NULL if
 * it failed; the caller owns the result. */
char *ggp_buf_take(struct ggp_buf *buf);

/* The bytes as a string, borrowed until the next add; NULL if it failed. */
const char *ggp_buf_text(struct ggp_buf *buf);

/* Empty it and forget failures; keeps the memory. */
void ggp_buf_clear(struct ggp_buf *buf);
void ggp_buf_free(struct ggp_buf *buf);

/* --- text.c: texts, the grammars of names, UTF-8 --- */

#define GGP_EMAIL_MAX 320
#define GGP_PORT_MAX  65535

/* The text of a string; NULL is absent. */
struct ggp_text ggp_text_of(const char *text);

/* The text of a JSON string; anything else, and NULL, is absent. */
struct ggp_text ggp_text_of_json(yyjson_val *value);

/* Inline, so that the length of a literal is known when this is compiled. */
static inline int ggp_text_is(struct ggp_text text, const char *word)
{
    size_t len = strlen(word);

    return text.at && text.len == len && memcmp(text.at, word, len) == 0;
}

static inline int ggp_text_equals(struct ggp_text a, struct ggp_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* Byte order, a text before what it starts: below, at or above 0.  Absent is
 * as empty. */
int ggp_text_compare(struct ggp_text a, struct ggp_text b);

/* The part of @email, a string, after the last '@', its ASCII letters in lower
 * case: the end of @email, or a string in @room.  Absent if there is none or
 * @email is too long. */
struct ggp_text ggp_domain(struct ggp_text email, char room[GGP_EMAIL_MAX + 1]);

int ggp_is_grant_id(const char *text, size_t len);
int ggp_is_provider(const char *text, size_t len);
int ggp_is_tenant(const char *text, size_t len);
int ggp_is_reason(const char *text, size_t len);    /* [a-z0-9_]+, <= 64 */
int ggp_is_rule_name(const char *text, size_t len); /* [a-z0-9-]+, <= 64 */
int ggp_is_port(const char *text, size_t len);      /* 1-5 digits, 1..65535 */

/* Whether there is a control character, U+0000-001F or U+007F-009F. */
int ggp_has_control(const char *text, size_t len);

/* The length of the UTF-8 character at @at, at most @len; 0 if invalid. */
size_t ggp_utf8_char(const char *at, size_t len);
int ggp_is_utf8(const char *text, size_t len);

/* Whether the valid character of @n bytes at @at is a control or shows
 * nothing itself: U+061C, 200B-200F, 2028-202E, 2060-206F, FEFF. */
int ggp_is_unprintable(const char *at, size_t n);

/* Whether there is nothing but white space. */
int ggp_is_blank(const char *text, size_t len);

/* --- glob.c --- */

/* Exact but for '*', any run of bytes. */
int ggp_glob(const char *pattern, size_t pattern_len, const char *text,
             size_t len);

/* --- moment.c: times and durations --- */

int ggp_moment_parse(const char *text, size_t len, int64_t *seconds);
int64_t ggp_moment_now(void);

/* A clock that is never set back, in microseconds. */
int64_t ggp_clock_us(void);

#define GGP_DURATION_MAX ((int64_t)3650 * 24 * 60 * 60)

/* "90s" "15m" "2h" "7d" or digits, seconds: 0 unless it is one.  At most
 * 10 years. */
int ggp_duration_parse(const char *text, size_t len, int64_t *seconds);

/* --- json_text.c: writing JSON --- */

/*
 * Add a quoted string.  Control characters (C0, DEL, C1) are escaped, so
 * that a record is harmless on a terminal; bytes that are no UTF-8 become
 * U+FFFD.
 */
void ggp_json_text(struct ggp_buf *buf, const char *text, size_t len);

/* The same where the first quote is there already. */
void ggp_json_rest(struct ggp_buf *buf, const char *text, size_t len);
void ggp_json_string(struct ggp_buf *buf, const char *text);

/* Add the separator a member or element needs: a comma unless the last byte
 * opened the object or array. */
void ggp_json_comma(struct ggp_buf *buf);

/* Add `,"name":` ready for a value. */
void ggp_json_key(struct ggp_buf *buf, const char *name);

/* Add `,"name":"text"`, or nothing for NULL. */
void ggp_json_member(struct ggp_buf *buf, const char *name, const char *text);

/* A double so that it reads back the same; @value is finite. */
void ggp_json_real(struct ggp_buf *buf, double value);

/* Add @value, of a document read loosely, on one line: the same JSON, with
 * what is not printable escaped and U+FFFD for what is not UTF-8. */
void ggp_json_value(struct ggp_buf *buf, yyjson_val *value);

/* --- url.c: the parts of URLs of the API --- */

/* GG_EINVAL unless @api_url is https, or http to this machine, without user
 * name, query or fragment. */
gg_status ggp_url_check_api(const char *api_url, struct gg_error *err);

/* Add @api_url, which was checked, without a slash at its end; where it is
 * NULL, the API of @region (NULL: us). */
void ggp_url_base(struct ggp_buf *buf, const char *api_url, const char *region);

/* Add @text with all but A-Za-z0-9-._~ escaped. */
void ggp_url_escaped(struct ggp_buf *buf, const char *text);

/* Add "&name=". */
void ggp_url_name(struct ggp_buf *buf, const char *name);

/* Add "&name=value", escaped, or nothing for NULL. */
void ggp_url_param(struct ggp_buf *buf, const char *name, const char *value);

/* --- document.c: reading JSON strictly --- */

#define GGP_MAX_DEPTH   64
#define GGP_MAX_MEMBERS 4096

/* Zero-initialise.  Reuses its memory from one read to the next. */
struct ggp_document {
    yyjson_alc *alc;
    yyjson_doc *doc;
};

/*
 * Read one JSON value: RFC 8259, depth and members capped, no key twice in
 * an object.
 *
 * Returns GG_OK, GG_EJSON, GG_EDUPLICATE or GG_ENOMEM.  What was read lives
 * until the next read.
 */
gg_status ggp_document_read(struct ggp_document *document, const char *bytes,
                            size_t len, struct gg_error *err);

/*
 * Read what is to be passed on with ggp_json_value(): only the depth is
 * capped.  Numbers are raw, and strings may not be UTF-8.
 */
gg_status ggp_document_read_loosely(struct ggp_document *document,
                                    const char *bytes, size_t len,
                                    struct gg_error *err);
yyjson_val *ggp_document_root(const struct ggp_document *document);
void ggp_document_free(struct ggp_document *document);

/* --- digest.c --- */

/* SHA-256 of several texts, each preceded by its length, as 64 hex digits. */
gg_status ggp_digest(const struct ggp_text *texts, size_t ntexts, char hex[65],
                     struct gg_error *err);

/* SHA-256 of @bytes as 64 hex digits. */
gg_status ggp_sha256(const char *bytes, size_t len, char hex[65],
                     struct gg_error *err);

#endif
