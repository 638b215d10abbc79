/* SPDX-License-Identifier: MIT */
/*
 * pkce.c - the proof that who opened the sign-in also redeems its code.
 *
 * Nylas does not follow RFC 7636: the challenge is the base64 of the hex text
 * of the digest, not of the digest.  Hex text has no byte that encodes to '+'
 * or '/', so standard and URL-safe base64 agree.
 */
#include "private.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#define VERIFIER_LEN  64
#define CHALLENGE_LEN 86
#define MAX_ROUNDS    16

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz"
                               "0123456789";

#define NLETTERS (sizeof(alphabet) - 1)

/*
 * Fill @verifier with random letters.  Bytes past the last whole multiple of
 * the alphabet are thrown away, so that every letter is equally likely; that
 * 16 rounds of 64 bytes do not suffice happens to nobody.
 */
static int fill_verifier(char *verifier)
{
    unsigned char bytes[VERIFIER_LEN];
    size_t have = 0;
    size_t i;
    int round;

    for (round = 0; round < MAX_ROUNDS && have < VERIFIER_LEN; round++) {
        if (RAND_bytes(bytes, (int)sizeof(bytes)) != 1)
            return 0;
        for (i = 0; i < sizeof(bytes) && have < VERIFIER_LEN; i++) {
            if (bytes[i] < 256 / NLETTERS * NLETTERS)
                verifier[have++] = alphabet[bytes[i] % NLETTERS];
        }
    }
    OPENSSL_cleanse(bytes, sizeof(bytes));
    verifier[have] = '\0';
    return have == VERIFIER_LEN;
}

gg_status gg_pkce_challenge(const char *verifier, char challenge[87],
                            struct gg_error *err)
{
    unsigned char padded[CHALLENGE_LEN + 3]; /* "==" and NUL */
    char hex[65];
    gg_status status;

    if (!verifier || *verifier == '\0' || !challenge)
        return ggp_fail(err, GG_EINVAL, "verifier is required");
    status = ggp_sha256(verifier, strlen(verifier), hex, err);
    if (status != GG_OK)
        return status;
    EVP_EncodeBlock(padded, (const unsigned char *)hex, 64);
    memcpy(challenge, padded, CHALLENGE_LEN);
    challenge[CHALLENGE_LEN] = '\0';
    return GG_OK;
}

gg_status gg_pkce_new(struct gg_pkce *pkce, struct gg_error *err)
{
    struct gg_pkce made;
    gg_status status;

    if (!pkce)
        return ggp_fail(err, GG_EINVAL, "pkce is required");
    if (!fill_verifier(made.verifier))
        return ggp_fail(err, GG_EIO, "the system has no randomness");
    status = gg_pkce_challenge(made.verifier, made.challenge, err);
    if (status == GG_OK)
        *pkce = made;
    OPENSSL_cleanse(&made, sizeof(made));
    return status;
}
