/* SPDX-License-Identifier: MIT */
/*
 * digest.c - SHA-256, as hex.
 *
 * Several texts are told apart by their lengths, 8 bytes big-endian before
 * each, so that no other list of texts has the same digest.
 */
#include "private.h"

#include <openssl/evp.h>

#define DIGEST_BYTES 32

static int update(EVP_MD_CTX *context, const char *bytes, size_t len)
{
    return len == 0 || EVP_DigestUpdate(context, bytes, len) == 1;
}

static int update_length(EVP_MD_CTX *context, size_t len)
{
    uint64_t left = len;
    char bytes[8];
    size_t i;

    for (i = sizeof(bytes); i-- > 0; left >>= 8)
        bytes[i] = (char)(left & 255);
    return update(context, bytes, sizeof(bytes));
}

static void write_hex(const unsigned char *bytes, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    size_t i;

    for (i = 0; i < DIGEST_BYTES; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[2 * i] = '\0';
}

static gg_status digest(const struct ggp_text *texts, size_t ntexts,
                        int has_lengths, char hex[65], struct gg_error *err)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    size_t i;

    for (i = 0; good && i < ntexts; i++) {
        if (has_lengths)
            good = update_length(context, texts[i].len);
        good = good && update(context, texts[i].at, texts[i].len);
    }
    good = good && EVP_DigestFinal_ex(context, bytes, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (!good)
        return ggp_fail(err, GG_ENOMEM, "SHA-256 could not be computed");
    write_hex(bytes, hex);
    return GG_OK;
}

gg_status ggp_digest(const struct ggp_text *texts, size_t ntexts, char hex[65],
                     struct gg_error *err)
{
    return digest(texts, ntexts, 1, hex, err);
}

gg_status ggp_sha256(const char *bytes, size_t len, char hex[65],
                     struct gg_error *err)
{
    struct ggp_text text = {bytes, len};

    return digest(&text, 1, 0, hex, err);
}
