/* SPDX-License-Identifier: MIT */
/*
 * transfer.c - one try of one request: what libcurl is told, and what came.
 *
 * The key goes to the API's own address over TLS, or over plain http to this
 * machine; a redirect is an answer like any other.  Both sizes of a body that
 * count, on the wire and inflated, end at one limit.
 */
#include "fetch.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADERS_MAX ((size_t)256 << 10)

/* A shorter key is no secret, and may well stand in an innocent word. */
#define SECRET_MIN 8

void ggp_transfer_reset(struct ggp_transfer *transfer)
{
    ggp_buf_clear(&transfer->target);
    ggp_buf_clear(&transfer->shown);
    transfer->state = GGP_WAITING;
    transfer->tries = 0;
    transfer->was_denied = 0;
    transfer->is_doubtful = 0;
    transfer->ready_us = 0;
}

void ggp_transfer_refuse(struct ggp_transfer *transfer, const char *code,
                         const char *why)
{
    memset(&transfer->reply, 0, sizeof(transfer->reply));
    ggp_reply_fail(&transfer->reply, code, GGP_RETRY_NEVER, "%s", why);
    transfer->state = GGP_ARRIVED;
}

void ggp_transfer_free(struct ggp_transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    ggp_buf_free(&transfer->target);
    ggp_buf_free(&transfer->shown);
    ggp_buf_free(&transfer->body);
    ggp_document_free(&transfer->document);
}

/* --- while it flies ------------------------------------------------------- */

static size_t receive(char *bytes, size_t size, size_t n, void *self)
{
    struct ggp_transfer *transfer = self;

    (void)size; /* always 1, says CURLOPT_WRITEFUNCTION(3) */
    ggp_buf_add(&transfer->body, bytes, n);
    if (transfer->body.failed == GG_EOUTPUT)
        transfer->is_too_big = 1;
    return transfer->body.failed == GG_OK ? n : 0;
}

static size_t receive_header(char *bytes, size_t size, size_t n, void *self)
{
    struct ggp_transfer *transfer = self;

    (void)bytes;
    (void)size;
    transfer->header_bytes += n;
    if (transfer->header_bytes <= HEADERS_MAX)
        return n;
    transfer->is_too_big = 1;
    return 0;
}

static int is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;

        return (ntohl(in->sin_addr.s_addr) >> 24) == 127;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)address;

        return IN6_IS_ADDR_LOOPBACK(&in->sin6_addr);
    }
    return 0;
}

/* A name such as localhost is whatever some file says: look at the address. */
static curl_socket_t open_socket(void *self, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    const struct ggp_transfer *transfer = self;

    (void)purpose;
    if (transfer->is_plain && !is_loopback(&address->addr)) {
        errno = EACCES;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype, address->protocol);
}

/* --- what libcurl is told ------------------------------------------------- */

struct setup {
    CURL *easy;
    CURLcode rc; /* the first failure */
};

#define SET(option, value)                                                     \
    do {                                                                       \
        if (setup->rc == CURLE_OK)                                             \
            setup->rc = curl_easy_setopt(setup->easy, option, value);          \
    } while (0)

static void set_trust(struct setup *setup, const gg_client *client,
                      int is_plain)
{
    const struct gg_client_options *options = &client->options;

    SET(CURLOPT_PROTOCOLS_STR, is_plain ? "http" : "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (options->ca_file)
        SET(CURLOPT_CAINFO, options->ca_file);
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    /* "" is none: left alone, libcurl would ask the environment */
    SET(CURLOPT_PROXY, is_plain || !options->proxy ? "" : options->proxy);
    SET(CURLOPT_NOPROXY, options->no_proxy ? options->no_proxy : "");
}

static void set_limits(struct setup *setup, const gg_client *client,
                       int64_t time_ms)
{
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)client->options.connect_time_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)time_ms);
    SET(CURLOPT_NOSIGNAL, 1L);
}

static void set_request(struct setup *setup, struct ggp_transfer *transfer,
                        const gg_client *client, const char *url)
{
    SET(CURLOPT_URL, url);
    SET(CURLOPT_HTTPHEADER, client->headers);
    SET(CURLOPT_USERAGENT, "grantgate/" GG_VERSION);
    SET(CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    SET(CURLOPT_FRESH_CONNECT, transfer->is_doubtful ? 1L : 0L);
    SET(CURLOPT_PIPEWAIT, transfer->is_plain ? 0L : 1L);
    SET(CURLOPT_WRITEFUNCTION, receive);
    SET(CURLOPT_WRITEDATA, transfer);
    SET(CURLOPT_HEADERFUNCTION, receive_header);
    SET(CURLOPT_HEADERDATA, transfer);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, transfer);
    SET(CURLOPT_ERRORBUFFER, transfer->problem);
    SET(CURLOPT_PRIVATE, transfer);
}

#undef SET

gg_status ggp_transfer_start(struct ggp_transfer *transfer,
                             const gg_client *client, int64_t time_ms)
{
    struct setup setup = {transfer->easy, CURLE_OK};
    struct ggp_buf url = {0};
    const char *text;

    transfer->is_plain = strncmp(client->base, "http:", 5) == 0;
    transfer->is_too_big = 0;
    transfer->header_bytes = 0;
    transfer->problem[0] = '\0';
    transfer->body.max = client->options.max_body_bytes;
    ggp_buf_clear(&transfer->body);

    if (!setup.easy)
        setup.easy = transfer->easy = curl_easy_init();
    ggp_buf_string(&url, client->base);
    ggp_buf_add(&url, transfer->target.bytes, transfer->target.len);
    text = ggp_buf_text(&url);
    if (setup.easy && text) {
        set_request(&setup, transfer, client, text);
        set_trust(&setup, client, transfer->is_plain);
        set_limits(&setup, client, time_ms);
    }
    ggp_buf_free(&url); /* libcurl has its own copy */
    if (!setup.easy || !text || setup.rc != CURLE_OK)
        return GG_ENOMEM; /* all that can go wrong with values of ours */
    transfer->state = GGP_FLYING;
    transfer->tries++;
    transfer->start_us = ggp_clock_us();
    return GG_OK;
}

/* --- what came ------------------------------------------------------------ */

/* Whether @text holds the key, where it is one to hide. */
static int holds_key(const char *text, const char *key)
{
    return strlen(key) >= SECRET_MIN && strstr(text, key);
}

static void read_headers(struct ggp_transfer *transfer, const char *key)
{
    struct ggp_reply *reply = &transfer->reply;
    struct curl_header *header;
    long http_status = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &http_status);
    reply->http_status = (int)http_status;
    if (curl_easy_header(transfer->easy, "x-request-id", 0, CURLH_HEADER, -1,
                         &header) == CURLHE_OK &&
        ggp_is_grant_id(header->value, strlen(header->value)) &&
        !holds_key(header->value, key))
        (void)snprintf(reply->request_id, sizeof(reply->request_id), "%.64s",
                       header->value);
}

/* The request got no whole answer. */
static void fail_try(struct ggp_transfer *transfer, const gg_client *client,
                     CURLcode rc)
{
    struct ggp_reply *reply = &transfer->reply;
    const char *problem = transfer->problem[0] != '\0' ? transfer->problem
                                                       : curl_easy_strerror(rc);

    if (rc == CURLE_OUT_OF_MEMORY || transfer->body.failed == GG_ENOMEM) {
        reply->status = ggp_fail(&reply->error, GG_ENOMEM,
                                 "out of memory for an answer");
    } else if (transfer->is_too_big) {
        ggp_reply_fail(reply, "too_big", GGP_RETRY_NEVER,
                       "the answer is over %zu bytes",
                       transfer->header_bytes > HEADERS_MAX
                           ? HEADERS_MAX
                           : client->options.max_body_bytes);
    } else if (rc == CURLE_OPERATION_TIMEDOUT) {
        ggp_reply_fail(reply, "timeout", GGP_RETRY, "%s", problem);
    } else {
        ggp_reply_fail(reply, "network_error", ggp_retry_of_curl(rc), "%s",
                       problem);
    }
}

void ggp_transfer_land(struct ggp_transfer *transfer, const gg_client *client,
                       CURLcode rc, int is_list)
{
    struct ggp_reply *reply = &transfer->reply;

    memset(reply, 0, sizeof(*reply));
    read_headers(transfer, client->key);
    if (transfer->body.len > 0 && strlen(client->key) >= SECRET_MIN)
        ggp_response_mask(transfer->body.bytes, transfer->body.len,
                          client->key);
    if (rc == CURLE_OK)
        ggp_response_read(reply, &transfer->document, transfer->body.bytes,
                          transfer->body.len, is_list);
    else
        fail_try(transfer, client, rc);
    /* what is left of such an answer would be taken for the next one */
    transfer->is_doubtful = reply->status == GG_EFETCH &&
                            (rc != CURLE_OK || reply->http_status < 300);
    if (holds_key(reply->error.message, client->key))
        ggp_reply_fail(reply, reply->code, reply->retry,
                       "the answer repeats the key: not shown");
}
