/* SPDX-License-Identifier: MIT */
/*
 * retry.c - whether another try may help, and when.
 *
 * Nylas has answered 401 for grants it failed to load, so one 401 proves
 * nothing; a second does.  What says that the request itself is wrong, or
 * that the other side is not whom it says it is, is final.
 *
 * CURLE_UNSUPPORTED_PROTOCOL is not: our URLs are http or https, so it means
 * an answer that is no HTTP, as when what an answer before it had too much is
 * taken for the next one.
 */
#include "fetch.h"

#define WAIT_MAX_MS ((int64_t)30000)

enum ggp_retry ggp_retry_of_http(long http_status)
{
    switch (http_status) {
    case 401:
        return GGP_RETRY_ONCE;
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
        return GGP_RETRY;
    default:
        return GGP_RETRY_NEVER;
    }
}

enum ggp_retry ggp_retry_of_curl(CURLcode rc)
{
    switch (rc) {
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_NOT_BUILT_IN:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
        return GGP_RETRY_NEVER;
    default:
        return GGP_RETRY;
    }
}

int64_t ggp_retry_wait_ms(int64_t backoff_ms, unsigned tries,
                          int64_t retry_after_ms, uint32_t random)
{
    int64_t wait_ms = backoff_ms < WAIT_MAX_MS ? backoff_ms : WAIT_MAX_MS;

    for (; tries > 1 && wait_ms < WAIT_MAX_MS; tries--)
        wait_ms *= 2;
    if (wait_ms > WAIT_MAX_MS)
        wait_ms = WAIT_MAX_MS;
    wait_ms = wait_ms / 2 + (int64_t)(random % (uint64_t)(wait_ms / 2 + 1));
    return wait_ms > retry_after_ms ? wait_ms : retry_after_ms;
}
