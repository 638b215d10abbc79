/* SPDX-License-Identifier: MIT */
/*
 * sign.c - as Nylas signs a webhook: the lower-case hex of the HMAC-SHA256 of
 * standard input.
 *
 *     sign SECRET <body
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

static unsigned char body[2 << 20];

int main(int argc, char **argv)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    size_t len = fread(body, 1, sizeof(body), stdin);
    unsigned n = 0;
    unsigned i;

    if (argc != 2 ||
        !HMAC(EVP_sha256(), argv[1], (int)strlen(argv[1]), body, len, mac, &n))
        return 1;
    for (i = 0; i < n; i++)
        printf("%02x", mac[i]);
    putchar('\n');
    return 0;
}
