/* SPDX-License-Identifier: MIT */
/*
 * unpack.c - compressed bytes, unpacked as they are read.
 *
 * A file may hold several streams one after the other, as gzip and zstd leave
 * them when files are joined.  One that does not end, or does not unpack, is
 * a failure: whoever takes the end of the bytes for the end of the file
 * would lose grants.  What was unpacked before is handed out first.
 *
 * What a stream unpacks to may be of any size: only a window of it is held.
 */
#include "files.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define INPUT_BYTES    ((size_t)64 << 10)
#define STEP_MAX       ((size_t)1 << 30) /* zlib counts in unsigned */
#define GZIP_WINDOW    (15 + 16)         /* 16: with gzip's header only */
#define WINDOW_LOG_MAX 23 /* 8 MiB, which RFC 8878 asks every reader for */

static const struct magic {
    enum packing packing;
    unsigned char bytes[PACKING_MAGIC];
    unsigned char mask[PACKING_MAGIC]; /* which bits of them count */
} magics[] = {
    {PACKING_GZIP, {0x1f, 0x8b, 0x08, 0}, {0xff, 0xff, 0xff, 0}},
    {PACKING_ZSTD, {0x28, 0xb5, 0x2f, 0xfd}, {0xff, 0xff, 0xff, 0xff}},
    /* A frame to be skipped; some writers put one first. */
    {PACKING_ZSTD, {0x50, 0x2a, 0x4d, 0x18}, {0xf0, 0xff, 0xff, 0xff}},
};

struct unpacker {
    enum packing packing;
    z_stream gzip;
    ZSTD_DCtx *zstd;
    char *bytes; /* packed */
    size_t cap;
    size_t len;
    size_t at;
    int is_inside; /* a stream, which has not ended yet */
    int has_ended; /* the packed bytes */
    gg_read_fn read;
    void *payload;
    struct gg_error failure; /* told when what came before is handed out */
};

enum packing packing_of(const char *bytes, size_t len)
{
    size_t i;
    size_t n;

    for (i = 0; i < COUNT(magics); i++) {
        for (n = 0; n < len && n < PACKING_MAGIC; n++) {
            if (((unsigned char)bytes[n] & magics[i].mask[n]) !=
                magics[i].bytes[n])
                break;
        }
        if (n == PACKING_MAGIC)
            return magics[i].packing;
        if (n == len)
            return PACKING_OPEN;
    }
    return PACKING_NONE;
}

/* --- unpacking ------------------------------------------------------------ */

static void fail(struct unpacker *unpacker, const char *what)
{
    if (unpacker->failure.status != GG_OK)
        return;
    unpacker->failure.status = GG_EIO;
    snprintf(unpacker->failure.message, sizeof(unpacker->failure.message),
             "%s data %s", unpacker->packing == PACKING_GZIP ? "gzip" : "zstd",
             what);
}

/* Unpack some of what is at hand to @out.  Returns how many bytes that gave.
 * Between two streams there may be zeros: the rest of a block of a tape. */
static size_t unpack_gzip(struct unpacker *unpacker, char *out, size_t size)
{
    z_stream *gzip = &unpacker->gzip;
    char what[128];
    int rc;

    while (!unpacker->is_inside && unpacker->at < unpacker->len &&
           unpacker->bytes[unpacker->at] == '\0')
        unpacker->at++;
    if (!unpacker->is_inside && unpacker->at == unpacker->len)
        return 0;
    if (!unpacker->is_inside)
        (void)inflateReset(gzip);
    gzip->next_in = (unsigned char *)unpacker->bytes + unpacker->at;
    gzip->avail_in = (uInt)(unpacker->len - unpacker->at);
    gzip->next_out = (unsigned char *)out;
    gzip->avail_out = (uInt)size;
    rc = inflate(gzip, Z_NO_FLUSH);
    unpacker->at = unpacker->len - gzip->avail_in;
    unpacker->is_inside = rc != Z_STREAM_END;
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR) {
        snprintf(what, sizeof(what), "is damaged: %s",
                 gzip->msg ? gzip->msg : "it does not unpack");
        fail(unpacker, what);
    }
    return size - gzip->avail_out;
}

static size_t unpack_zstd(struct unpacker *unpacker, char *out, size_t size)
{
    ZSTD_inBuffer from = {unpacker->bytes, unpacker->len, unpacker->at};
    ZSTD_outBuffer to = {out, size, 0};
    size_t rc = ZSTD_decompressStream(unpacker->zstd, &to, &from);
    char what[128];

    unpacker->at = from.pos;
    unpacker->is_inside = rc != 0;
    if (ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge) {
        fail(unpacker, "was packed with a window of more than 8 MiB: unpack "
                       "it with 'zstd -d --long=31' first");
    } else if (ZSTD_isError(rc)) {
        snprintf(what, sizeof(what), "is damaged: %s", ZSTD_getErrorName(rc));
        fail(unpacker, what);
    }
    return to.pos;
}

/* Read more packed bytes.  0, or -1 with @err filled. */
static int refill(struct unpacker *unpacker, struct gg_error *err)
{
    long n = unpacker->read(unpacker->payload, unpacker->bytes, unpacker->cap,
                            err);

    if (n < 0)
        return -1;
    unpacker->at = 0;
    unpacker->len = (size_t)n;
    unpacker->has_ended = n == 0;
    return 0;
}

long unpacker_read(struct unpacker *unpacker, char *out, size_t size,
                   struct gg_error *err)
{
    size_t n;

    if (size > STEP_MAX)
        size = STEP_MAX;
    while (unpacker->failure.status == GG_OK) {
        if (unpacker->is_inside || unpacker->at < unpacker->len) {
            n = unpacker->packing == PACKING_GZIP
                    ? unpack_gzip(unpacker, out, size)
                    : unpack_zstd(unpacker, out, size);
            if (n > 0)
                return (long)n;
        }
        if (unpacker->at < unpacker->len)
            continue;
        if (unpacker->has_ended && !unpacker->is_inside)
            return 0;
        if (unpacker->has_ended)
            fail(unpacker, "is cut off: its end is missing");
        else if (refill(unpacker, err) != 0)
            return -1;
    }
    *err = unpacker->failure;
    return -1;
}

struct unpacker *unpacker_open(enum packing packing, const char *bytes,
                               size_t len, gg_read_fn read, void *payload)
{
    struct unpacker *unpacker = calloc(1, sizeof(*unpacker));
    int is_ready = 0;

    if (!unpacker)
        return NULL;
    unpacker->packing = packing;
    unpacker->read = read;
    unpacker->payload = payload;
    unpacker->cap = len > INPUT_BYTES ? len : INPUT_BYTES;
    unpacker->len = len;
    unpacker->bytes = malloc(unpacker->cap);
    if (packing == PACKING_GZIP) {
        is_ready = inflateInit2(&unpacker->gzip, GZIP_WINDOW) == Z_OK;
    } else {
        unpacker->zstd = ZSTD_createDCtx();
        is_ready = unpacker->zstd &&
                   !ZSTD_isError(ZSTD_DCtx_setParameter(
                       unpacker->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX));
    }
    if (!is_ready || !unpacker->bytes) {
        unpacker_close(unpacker);
        return NULL;
    }
    memcpy(unpacker->bytes, bytes, len);
    return unpacker;
}

void unpacker_close(struct unpacker *unpacker)
{
    if (!unpacker)
        return;
    (void)inflateEnd(&unpacker->gzip); /* of zeros: an error that is none */
    (void)ZSTD_freeDCtx(unpacker->zstd);
    free(unpacker->bytes);
    free(unpacker);
}
