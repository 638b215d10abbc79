/* SPDX-License-Identifier: MIT */
/*
 * fingerprint.c - whether something is as it was.
 *
 * Of a file the first and the last 64 KiB are looked at: enough to tell one
 * from another of the same size, and soon done whatever the size is.
 */
#include "files.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

#define PART_BYTES ((size_t)64 << 10)

int fingerprint_bytes(const void *bytes, size_t len,
                      char fingerprint[FINGERPRINT_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    size_t i;

    if (EVP_Digest(bytes, len, digest, &size, EVP_sha256(), NULL) != 1)
        return -1;
    for (i = 0; i < (FINGERPRINT_SIZE - 1) / 2; i++)
        snprintf(fingerprint + 2 * i, 3, "%02x", digest[i]);
    return 0;
}

/* Read @len bytes at @offset; fewer are an error. */
static int read_part(int fd, char *bytes, size_t len, uint64_t offset)
{
    size_t at = 0;

    while (at < len) {
        ssize_t n = pread(fd, bytes + at, len - at, (off_t)(offset + at));

        if (n == 0)
            errno = ENODATA;
        if (n == 0 || (n < 0 && errno != EINTR))
            return -1;
        if (n > 0)
            at += (size_t)n;
    }
    return 0;
}

int fingerprint_file(int fd, uint64_t size, char fingerprint[FINGERPRINT_SIZE])
{
    size_t first = size < PART_BYTES ? (size_t)size : PART_BYTES;
    size_t last = size - first < PART_BYTES ? (size_t)(size - first)
                                            : PART_BYTES;
    char *bytes = malloc(2 * PART_BYTES);
    int rc = -1;

    if (bytes && read_part(fd, bytes, first, 0) == 0 &&
        read_part(fd, bytes + first, last, size - last) == 0)
        rc = fingerprint_bytes(bytes, first + last, fingerprint);
    free(bytes);
    return rc;
}
