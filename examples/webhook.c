/* SPDX-License-Identifier: MIT */
/*
 * webhook.c - Nylas' webhooks in, decisions out: a server that is told of a
 * grant, fetches it, asks the policies, and writes a line of JSON on stdout.
 *
 *     cc -pthread webhook.c -o webhook $(pkg-config --cflags --libs \
 *         grantgate libevent libevent_pthreads libcrypto yyjson)
 *     NYLAS_API_KEY=... NYLAS_WEBHOOK_SECRET=... ./webhook FOLDER [PORT]
 *
 * It listens on this machine only: put what ends TLS and limits connections in
 * front of it.  Secrets come from the environment, or, better, from the files
 * that NYLAS_API_KEY_FILE and NYLAS_WEBHOOK_SECRET_FILE name; an argument would
 * be in every list of processes.  GRANTGATE_CLIENT_ID, GRANTGATE_REDIRECT_URI,
 * GRANTGATE_REGION and GRANTGATE_API_URL are those of the program.
 *
 * What the answers mean to Nylas, which tries 408, 429, 502, 503, 504 and 507
 * twice more within some 20 minutes and takes any other for its last word:
 *
 *     200  it is in the queue and will be decided about, or is of no interest
 *     400  signed, but nothing this server understands
 *     401  not signed with the secret: not read, and not queued
 *     413  too big; 415: compressed, so turn compressed_delivery off
 *     503  the queue is full or the server ends: come again
 *
 * A 200 lasts as long as this process.  What is lost with it, the sweep finds
 * that every host should have: `grantgate fetch --all | grantgate eval`.
 * Nylas delivers at least once; deciding again about the same grant does no
 * harm, and "webhook" in each line tells duplicates apart.
 *
 * SIGINT or SIGTERM: no more webhooks are taken, what is in the queue is
 * decided, and that is the end.  A second one does not wait for the API.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/thread.h>
#include <grantgate.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <yyjson.h>

enum {
    QUEUE_SIZE = 64,
    BODY_BYTES = 1 << 20, /* Nylas sends no more */
    HEADER_BYTES = 16 << 10,
    CHALLENGE_BYTES = 256,
    IDLE_SECONDS = 10,
    MAC_HEX = 64
};

/* What a webhook says that matters here. */
struct event {
    char webhook[128];
    char type[64];
    char grant_id[256];
};

/* An event that is being decided about. */
struct judgement {
    struct service *service;
    const struct event *event;
};

/* Between the thread that serves and the one that decides. */
struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct event events[QUEUE_SIZE];
    size_t first;
    size_t count;
    int is_closed; /* nothing more goes in; what is in comes out */
};

struct service {
    struct queue queue;
    struct event_base *base;
    struct evhttp *http;
    struct evhttp_bound_socket *socket;
    char secret[512];
    gg_client *client;
    gg_session *session; /* of the thread that decides */
    atomic_int is_ending, has_failed;
};

/* --- the queue --- */

static void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->is_closed = 1;
    pthread_cond_signal(&queue->changed);
    pthread_mutex_unlock(&queue->mutex);
}

/* Returns 0 if there is no room.  Never waits: this is the server's thread. */
static int queue_put(struct queue *queue, const struct event *event)
{
    int has_room;

    pthread_mutex_lock(&queue->mutex);
    has_room = !queue->is_closed && queue->count < QUEUE_SIZE;
    if (has_room) {
        queue->events[(queue->first + queue->count++) % QUEUE_SIZE] = *event;
        pthread_cond_signal(&queue->changed);
    }
    pthread_mutex_unlock(&queue->mutex);
    return has_room;
}

/* Waits for an event; returns 0 when there will be none. */
static int queue_take(struct queue *queue, struct event *event)
{
    int is_there;

    pthread_mutex_lock(&queue->mutex);
    while (queue->count == 0 && !queue->is_closed)
        pthread_cond_wait(&queue->changed, &queue->mutex);
    is_there = queue->count > 0;
    if (is_there) {
        *event = queue->events[queue->first];
        queue->first = (queue->first + 1) % QUEUE_SIZE;
        queue->count--;
    }
    pthread_mutex_unlock(&queue->mutex);
    return is_there;
}

/* --- deciding, on a thread of its own: the API may take its time --- */

/*
 * Write a line about @event: the record of the decision, or what kept it from
 * being made.  Where lines cannot be written, no more webhooks are taken.
 */
static void tell(struct service *service, const struct event *event,
                 const char *record, const char *code, const char *message)
{
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *line = yyjson_mut_obj(doc);
    char *text;

    yyjson_mut_doc_set_root(doc, line);
    yyjson_mut_obj_add_str(doc, line, "webhook", event->webhook);
    yyjson_mut_obj_add_str(doc, line, "type", event->type);
    if (record) {
        yyjson_mut_obj_add_val(doc, line, "decision",
                               yyjson_mut_raw(doc, record));
    } else {
        yyjson_mut_obj_add_str(doc, line, "grant_id", event->grant_id);
        yyjson_mut_obj_add_str(doc, line, "problem", code);
        yyjson_mut_obj_add_str(doc, line, "message", message);
    }
    text = yyjson_mut_write(doc, 0, NULL);
    if (!text || puts(text) == EOF || fflush(stdout) != 0) {
        fputs("webhook: a line could not be written\n", stderr);
        atomic_store(&service->has_failed, 1);
        queue_close(&service->queue);
    }
    free(text);
    yyjson_mut_doc_free(doc);
}

/* A gg_fetched_fn: decide about the grant that came. */
static gg_status decide(const struct gg_fetched *fetched, void *payload,
                        struct gg_error *err)
{
    const struct judgement *judgement = payload;
    struct service *service = judgement->service;
    const struct gg_decision *decision;
    gg_status status;
    char *record;

    if (!fetched->json) {
        tell(service, judgement->event, NULL, fetched->code, fetched->message);
        return GG_OK;
    }
    /* Whose grant it is only the application knows: see struct gg_facts. */
    status = gg_session_evaluate(service->session, fetched->json, fetched->len,
                                 NULL, 0, &decision, err);
    if (status == GG_OK)
        status = gg_decision_record(decision, &record, err);
    if (status == GG_OK) {
        tell(service, judgement->event, record, NULL, NULL);
        gg_free(record);
    }
    return status;
}

/* What the deciding thread runs.  At the end it takes the server with it,
 * which has a moment for the answers that it is sending. */
static void *work(void *payload)
{
    const struct timeval moment = {.tv_usec = 100000};
    struct service *service = payload;
    struct event event;

    while (queue_take(&service->queue, &event)) {
        struct judgement judgement = {service, &event};
        const char *id = event.grant_id;
        struct gg_error err;

        if (gg_client_fetch(service->client, &id, 1, decide, &judgement, &err))
            tell(service, &event, NULL, gg_status_token(err.status),
                 err.message);
    }
    event_base_loopexit(service->base, &moment);
    return NULL;
}

/* --- serving --- */

static void answer(struct evhttp_request *request, int code, const char *text)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    struct evbuffer *body = evbuffer_new();

    evhttp_add_header(headers, "Content-Type", "text/plain; charset=utf-8");
    evhttp_add_header(headers, "X-Content-Type-Options", "nosniff");
    if (body)
        evbuffer_add(body, text, strlen(text));
    evhttp_send_reply(request, code, NULL, body);
    if (body)
        evbuffer_free(body);
}

/* Nylas asks once whether this is its webhook's address: say its word back. */
static void answer_challenge(struct evhttp_request *request)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
    const char *query = uri ? evhttp_uri_get_query(uri) : NULL;
    const char *challenge = NULL;
    struct evkeyvalq parameters = {0};

    if (query && evhttp_parse_query_str(query, &parameters) == 0)
        challenge = evhttp_find_header(&parameters, "challenge");
    if (!challenge || !*challenge || strlen(challenge) > CHALLENGE_BYTES)
        answer(request, 400, "this is for webhooks\n");
    else
        answer(request, 200, challenge);
    evhttp_clear_headers(&parameters);
}

/* Whether @claimed is the lower-case hex of the HMAC-SHA256 of the body as it
 * came.  How long the comparison takes tells nothing. */
static int is_signed(const char *secret, const char *claimed,
                     const unsigned char *body, size_t len)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    char hex[MAC_HEX + 1] = "";
    unsigned n = 0;
    unsigned i;

    if (!claimed || strlen(claimed) != MAC_HEX ||
        !HMAC(EVP_sha256(), secret, (int)strlen(secret), body, len, mac, &n) ||
        2 * n != MAC_HEX)
        return 0;
    for (i = 0; i < n; i++)
        snprintf(hex + 2 * (size_t)i, 3, "%02x", mac[i]);
    return CRYPTO_memcmp(hex, claimed, MAC_HEX) == 0;
}

/* Copy the string @value whole; returns 0 if it is none or does not fit. */
static int copy(char *to, size_t size, yyjson_val *value)
{
    const char *text = yyjson_get_str(value);
    size_t len = yyjson_get_len(value);

    if (!text || len == 0 || len >= size || strlen(text) != len)
        return 0;
    memcpy(to, text, len + 1);
    return 1;
}

/* Read a webhook; returns 0 if it is none. */
static int read_event(const char *body, size_t len, struct event *event)
{
    yyjson_doc *doc = yyjson_read(body, len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *id = yyjson_ptr_get(root, "/data/object/grant_id");
    int is_one;

    is_one = copy(event->type, sizeof(event->type),
                  yyjson_obj_get(root, "type")) &&
             copy(event->webhook, sizeof(event->webhook),
                  yyjson_obj_get(root, "id")) &&
             (!id || copy(event->grant_id, sizeof(event->grant_id), id));
    yyjson_doc_free(doc);
    return is_one;
}

/* By "type": codes are shared between types. */
static int is_of_interest(const struct event *event)
{
    return strcmp(event->type, "grant.created") == 0 ||
           strcmp(event->type, "grant.expired") == 0;
}

static void take_webhook(struct evhttp_request *request,
                         struct service *service)
{
    struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
    struct evbuffer *buffer = evhttp_request_get_input_buffer(request);
    size_t len = evbuffer_get_length(buffer);
    const unsigned char *body = len ? evbuffer_pullup(buffer, -1) : NULL;
    struct event event = {0};

    /* First of all, over the bytes as they came. */
    if (!body ||
        !is_signed(service->secret,
                   evhttp_find_header(headers, "x-nylas-signature"), body, len))
        answer(request, 401, "the signature is missing or wrong\n");
    else if (evhttp_find_header(headers, "Content-Encoding"))
        answer(request, 415, "turn compressed_delivery off\n");
    else if (!read_event((const char *)body, len, &event))
        answer(request, 400, "this is no webhook\n");
    else if (!is_of_interest(&event))
        answer(request, 200, "of no interest\n");
    else if (!event.grant_id[0])
        answer(request, 400, "there is no grant_id\n");
    else if (!queue_put(&service->queue, &event))
        answer(request, 503, "busy, come again\n");
    else
        answer(request, 200, "queued\n");
}

static void serve(struct evhttp_request *request, void *payload)
{
    if (evhttp_request_get_command(request) == EVHTTP_REQ_GET)
        answer_challenge(request);
    else
        take_webhook(request, payload);
}

/* Called by the loop, not within the signal handler. */
static void on_signal(evutil_socket_t number, short what, void *payload)
{
    struct service *service = payload;

    (void)number;
    (void)what;
    if (service->socket) {
        evhttp_del_accept_socket(service->http, service->socket);
        service->socket = NULL;
        queue_close(&service->queue);
    } else {
        atomic_store(&service->is_ending, 1);
    }
}

/* --- setting up --- */

/* A gg_stop. */
static int is_ending(void *payload)
{
    return atomic_load((atomic_int *)payload);
}

/*
 * Read a secret: the value of @variable, or the first line of the file that
 * @file_variable names.  Returns 0 if there is none that fits.
 */
static int read_secret(const char *variable, const char *file_variable,
                       char *secret, size_t size)
{
    const char *value = getenv(variable);
    const char *name = getenv(file_variable);
    FILE *file = name ? fopen(name, "r") : NULL;

    secret[0] = '\0';
    if (file) {
        if (!fgets(secret, (int)size, file) || strlen(secret) == size - 1)
            secret[0] = '\0'; /* half a secret is none */
        fclose(file);
        secret[strcspn(secret, "\r\n")] = '\0';
    } else if (!name && value && strlen(value) < size) {
        strcpy(secret, value);
    }
    if (!secret[0])
        fprintf(stderr, "webhook: no secret in %s or in the file %s names\n",
                variable, file_variable);
    return secret[0] != '\0';
}

/* Open what the deciding thread works with. */
static int open_session(struct service *service, const char *folder)
{
    struct gg_session_options asked = {
        .caller = {.client_id = getenv("GRANTGATE_CLIENT_ID"),
                   .redirect_uri = getenv("GRANTGATE_REDIRECT_URI"),
                   .region = getenv("GRANTGATE_REGION")},
        .api_url = getenv("GRANTGATE_API_URL")};
    struct gg_client_options options = {
        .region = asked.caller.region,
        .api_url = asked.api_url,
        .stop = {.is_asked = is_ending, .payload = &service->is_ending}};
    gg_policies *policies = NULL;
    char key[512];
    struct gg_error err;
    gg_status status;

    if (!read_secret("NYLAS_API_KEY", "NYLAS_API_KEY_FILE", key, sizeof(key)))
        return 0;
    options.api_key = key;
    status = gg_client_open(&options, &service->client, &err);
    OPENSSL_cleanse(key, sizeof(key)); /* the client has its own */
    if (status == GG_OK)
        status = gg_policies_open(folder, NULL, &policies, &err);
    if (status == GG_OK)
        status = gg_session_open(policies, &asked, &service->session, &err);
    gg_policies_free(policies); /* the session has its own reference */
    if (status != GG_OK)
        fprintf(stderr, "webhook: %s\n", err.message);
    return status == GG_OK;
}

/* Listen, and say where. */
static int open_server(struct service *service, int port)
{
    struct sockaddr_in address = {0};
    socklen_t size = sizeof(address);

    service->base = event_base_new();
    service->http = service->base ? evhttp_new(service->base) : NULL;
    if (!service->http)
        return 0;
    evhttp_set_allowed_methods(service->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
    evhttp_set_max_body_size(service->http, BODY_BYTES);
    evhttp_set_max_headers_size(service->http, HEADER_BYTES);
    evhttp_set_timeout(service->http, IDLE_SECONDS);
    evhttp_set_gencb(service->http, serve, service);
    service->socket = evhttp_bind_socket_with_handle(service->http, "127.0.0.1",
                                                     (ev_uint16_t)port);
    if (!service->socket ||
        getsockname(evhttp_bound_socket_get_fd(service->socket),
                    (struct sockaddr *)&address, &size) != 0)
        return 0;
    fprintf(stderr, "webhook: listening on http://127.0.0.1:%d/\n",
            ntohs(address.sin_port));
    return 1;
}

/* Serve until both threads are done. */
static int run(struct service *service)
{
    struct event *signals[2];
    pthread_t worker;

    signals[0] = evsignal_new(service->base, SIGINT, on_signal, service);
    signals[1] = evsignal_new(service->base, SIGTERM, on_signal, service);
    if (!signals[0] || !signals[1] || evsignal_add(signals[0], NULL) != 0 ||
        evsignal_add(signals[1], NULL) != 0 ||
        pthread_create(&worker, NULL, work, service) != 0)
        return 0;
    event_base_dispatch(service->base);
    queue_close(&service->queue); /* if the loop ended by itself */
    pthread_join(worker, NULL);
    event_free(signals[0]);
    event_free(signals[1]);
    return !atomic_load(&service->has_failed);
}

int main(int argc, char **argv)
{
    static struct service service = {
        .queue = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                  .changed = PTHREAD_COND_INITIALIZER}};
    int port = argc > 2 ? atoi(argv[2]) : 0; /* 0: any that is free */
    int succeeded;

    if (argc < 2 || argc > 3 || port < 0 || port > 65535) {
        fputs("usage: webhook FOLDER [PORT]\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    evthread_use_pthreads(); /* work() ends the loop */
    succeeded = read_secret("NYLAS_WEBHOOK_SECRET", "NYLAS_WEBHOOK_SECRET_FILE",
                            service.secret, sizeof(service.secret)) &&
                open_session(&service, argv[1]) &&
                open_server(&service, port) && run(&service);

    if (service.http)
        evhttp_free(service.http);
    if (service.base)
        event_base_free(service.base);
    gg_session_free(service.session);
    gg_client_free(service.client);
    OPENSSL_cleanse(service.secret, sizeof(service.secret));
    libevent_global_shutdown();
    return succeeded ? EXIT_SUCCESS : EXIT_FAILURE;
}
