/* SPDX-License-Identifier: MIT */
/*
 * client.c - a client of Nylas' grants API: its options, its key, its calls.
 *
 * The key is held twice, as text to look for in answers and as a header for
 * libcurl, and wiped from both.  What libcurl sends is in buffers of its own,
 * out of reach: a process that holds a key should write no core files.
 */
#include "fetch.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX      4096
#define PARALLEL_MAX 1000
#define RATE_MAX     100000
#define RETRIES_MAX  100
#define TIME_MAX_MS  ((int64_t)3600 * 1000)

/* --- options -------------------------------------------------------------- */

static const char *keep(gg_client *client, const char *text)
{
    return ggp_arena_string(&client->arena, text);
}

static void set_defaults(struct gg_client_options *options)
{
    if (options->parallel == 0)
        options->parallel = 16;
    if (options->rate == 0)
        options->rate = 10;
    if (options->retries == 0)
        options->retries = 5;
    if (options->retries < 0)
        options->retries = 0;
    if (options->backoff_ms == 0)
        options->backoff_ms = 500;
    if (options->connect_time_ms == 0)
        options->connect_time_ms = 10000;
    if (options->time_ms == 0)
        options->time_ms = 60000;
    if (options->max_body_bytes == 0)
        options->max_body_bytes = (size_t)16 << 20;
}

/* What a header may hold: visible ASCII, so no end of line. */
static int is_key(const char *key)
{
    size_t len = 0;

    while (key[len] >= '!' && key[len] <= '~')
        len++;
    return key[len] == '\0' && len > 0 && len <= KEY_MAX;
}

static int is_time(int64_t ms)
{
    return ms >= 0 && ms <= TIME_MAX_MS;
}

static gg_status check_options(const struct gg_client_options *options,
                               struct gg_error *err)
{
    if (!options->api_key)
        return ggp_fail(err, GG_EINVAL, "api_key is required");
    if (!is_key(options->api_key))
        return ggp_fail(err, GG_EINVAL,
                        "api_key must be 1 to %d visible ASCII characters",
                        KEY_MAX);
    if (options->region && strcmp(options->region, "us") != 0 &&
        strcmp(options->region, "eu") != 0)
        return ggp_fail(err, GG_EINVAL, "region must be \"us\" or \"eu\"");
    if (options->parallel > PARALLEL_MAX)
        return ggp_fail(err, GG_EINVAL, "parallel must be at most %d",
                        PARALLEL_MAX);
    if (options->rate > RATE_MAX)
        return ggp_fail(err, GG_EINVAL, "rate must be at most %d", RATE_MAX);
    if (options->retries > RETRIES_MAX)
        return ggp_fail(err, GG_EINVAL, "retries must be at most %d",
                        RETRIES_MAX);
    if (!is_time(options->backoff_ms) || !is_time(options->connect_time_ms) ||
        !is_time(options->time_ms))
        return ggp_fail(err, GG_EINVAL, "times must be at most an hour");
    if (options->max_body_bytes > GGP_BUF_MAX)
        return ggp_fail(err, GG_EINVAL, "max_body_bytes must be at most %zu",
                        GGP_BUF_MAX);
    return options->api_url ? ggp_url_check_api(options->api_url, err) : GG_OK;
}

/* --- the handle ----------------------------------------------------------- */

/* Wipe and free the string at @text. */
static void wipe(char *text)
{
    if (text)
        OPENSSL_cleanse(text, strlen(text));
    free(text);
}

/* Add @line to the headers.  0 without memory. */
static int add_header(gg_client *client, const char *line)
{
    struct curl_slist *longer = curl_slist_append(client->headers, line);

    if (longer)
        client->headers = longer;
    return longer != NULL;
}

static int add_headers(gg_client *client)
{
    static const char start[] = "Authorization: Bearer ";
    size_t key_size = strlen(client->key) + 1;
    char *line = malloc(sizeof(start) - 1 + key_size);
    int is_added = 0;

    if (line) {
        memcpy(line, start, sizeof(start) - 1);
        memcpy(line + sizeof(start) - 1, client->key, key_size);
        is_added = add_header(client, line) &&
                   add_header(client, "Accept: application/json");
    }
    wipe(line);
    return is_added;
}

/* Fill @client from @options, which fit.  0 without memory. */
static int fill(gg_client *client, const struct gg_client_options *options)
{
    struct ggp_buf base = {0};

    client->options.api_key = NULL;
    client->options.ca_file = keep(client, options->ca_file);
    client->options.proxy = keep(client, options->proxy);
    client->options.no_proxy = keep(client, options->no_proxy);
    ggp_url_base(&base, options->api_url, options->region);
    client->base = keep(client, ggp_buf_text(&base));
    ggp_buf_free(&base);
    client->key = strdup(options->api_key);
    return client->base && client->key && !client->arena.failed &&
           add_headers(client);
}

gg_status gg_client_open(const struct gg_client_options *options,
                         gg_client **out, struct gg_error *err)
{
    gg_client *client;
    gg_status status;

    if (!options || !out)
        return ggp_fail(err, GG_EINVAL, "options are required");
    status = check_options(options, err);
    if (status != GG_OK)
        return status;
    client = calloc(1, sizeof(*client));
    if (!client || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(client);
        return ggp_fail(err, GG_ENOMEM, "out of memory for a client");
    }
    pthread_mutex_init(&client->mutex, NULL);
    client->options = *options;
    set_defaults(&client->options);
    if (ggp_pace_open(&client->pace, client->options.rate) != 0 ||
        !fill(client, options)) {
        gg_client_free(client);
        return ggp_fail(err, GG_ENOMEM, "out of memory for a client");
    }
    *out = client;
    return GG_OK;
}

void gg_client_free(gg_client *client)
{
    struct curl_slist *header;
    struct ggp_dispatch *idle;

    if (!client)
        return;
    while ((idle = client->idles) != NULL) {
        client->idles = ggp_dispatch_next(idle);
        ggp_dispatch_free(idle);
    }
    for (header = client->headers; header; header = header->next)
        OPENSSL_cleanse(header->data, strlen(header->data));
    curl_slist_free_all(client->headers);
    wipe(client->key);
    ggp_pace_close(&client->pace);
    pthread_mutex_destroy(&client->mutex);
    ggp_arena_free(&client->arena);
    free(client);
    curl_global_cleanup();
}

/* --- fetching by id ------------------------------------------------------- */

struct fetch {
    const char *const *ids;
    gg_fetched_fn take;
    void *payload;
    struct ggp_fetched room;
};

/* An id that is none is not sent: it could name another thing. */
static void write_grant(void *self, size_t index, struct ggp_transfer *transfer)
{
    const struct fetch *fetch = self;
    const char *id = fetch->ids[index];
    struct ggp_buf *bufs[2] = {&transfer->target, &transfer->shown};
    int i;

    if (!ggp_is_grant_id(id, strlen(id))) {
        ggp_transfer_refuse(transfer, "invalid_id",
                            "a grant id is [A-Za-z0-9][A-Za-z0-9_-]{0,127}");
        return;
    }
    for (i = 0; i < 2; i++) {
        ggp_buf_string(bufs[i], "/v3/grants/");
        ggp_url_escaped(bufs[i], id);
    }
}

/* Ids of grants are hex: their case is nobody's mistake. */
static int is_same_id(struct ggp_text id, const char *other)
{
    size_t i;

    for (i = 0; i < id.len && other[i] != '\0'; i++) {
        char a = id.at[i];
        char b = other[i];

        a = a >= 'A' && a <= 'Z' ? (char)(a + ('a' - 'A')) : a;
        b = b >= 'A' && b <= 'Z' ? (char)(b + ('a' - 'A')) : b;
        if (a != b)
            return 0;
    }
    return i == id.len && other[i] == '\0';
}

static gg_status take_grant(void *self, size_t index,
                            struct ggp_transfer *transfer, struct gg_error *err)
{
    struct fetch *fetch = self;
    struct ggp_reply *reply = &transfer->reply;
    const char *id = fetch->ids[index];
    struct gg_fetched fetched;

    if (reply->status == GG_OK &&
        !is_same_id(ggp_text_of_json(yyjson_obj_get(reply->data, "id")), id))
        ggp_reply_fail(reply, "invalid_answer", GGP_RETRY_NEVER,
                       "the API answered with another grant");
    if (reply->status != GG_OK) {
        ggp_fetched_fail(&fetched, id, reply);
    } else {
        gg_status status = ggp_fetched_fill(&fetch->room, reply->data, &fetched,
                                            err);

        if (status != GG_OK)
            return status;
    }
    return fetch->take(&fetched, fetch->payload, err);
}

static gg_status fetch_all(gg_client *client, const char *const *ids, size_t n,
                           const struct ggp_patience *patience,
                           gg_fetched_fn take, void *payload,
                           struct gg_error *err)
{
    struct fetch fetch = {.ids = ids, .take = take, .payload = payload};
    struct ggp_errand errand = {
        .n = n, .write = write_grant, .take = take_grant, .self = &fetch};
    struct ggp_dispatch *dispatch;
    gg_status status = ggp_dispatch_borrow(client, &dispatch, err);

    if (status != GG_OK)
        return status;
    if (patience)
        errand.patience = *patience;
    status = ggp_dispatch_run(dispatch, &errand, err);
    ggp_dispatch_return(client, dispatch);
    ggp_fetched_free(&fetch.room);
    return status;
}

gg_status gg_client_fetch(gg_client *client, const char *const *ids, size_t n,
                          gg_fetched_fn take, void *payload,
                          struct gg_error *err)
{
    size_t i;

    if (!client || !take || (!ids && n > 0))
        return ggp_fail(err, GG_EINVAL, "a client, ids and take are required");
    for (i = 0; i < n; i++) {
        if (!ids[i])
            return ggp_fail(err, GG_EINVAL, "id %zu is NULL", i);
    }
    return fetch_all(client, ids, n, NULL, take, payload, err);
}

gg_status ggp_client_get(gg_client *client, const char *id,
                         const struct ggp_patience *patience,
                         gg_fetched_fn take, void *payload,
                         struct gg_error *err)
{
    return fetch_all(client, &id, 1, patience, take, payload, err);
}

/* --- the list ------------------------------------------------------------- */

gg_status gg_client_list(gg_client *client, const struct gg_grants_query *query,
                         gg_fetched_fn take, void *payload,
                         struct gg_error *err)
{
    struct ggp_listing listing;
    struct gg_fetched fetched;
    gg_status status;
    int has = 1;

    if (!client || !take)
        return ggp_fail(err, GG_EINVAL, "a client and take are required");
    status = ggp_listing_open(&listing, client, query, err);
    while (status == GG_OK && has) {
        status = ggp_listing_next(&listing, &fetched, &has, err);
        if (status == GG_OK && has)
            status = take(&fetched, payload, err);
    }
    ggp_listing_close(&listing);
    return status;
}
