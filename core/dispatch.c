/* SPDX-License-Identifier: MIT */
/*
 * dispatch.c - the requests of one call: in parallel, paced, tried again, and
 * their replies handed out in order.
 *
 * Requests wait in a window of slots, so that memory does not grow with their
 * number; a slow one holds up those behind it once the window is full.  A
 * dispatch lives on between calls, with its connections.
 */
#include "fetch.h"

#include <openssl/rand.h>
#include <stdlib.h>

#define SLOTS_EACH 4   /* slots for each request under way */
#define LOOK_MS    100 /* how often to look whether to stop */

struct ggp_dispatch {
    gg_client *client;
    CURLM *multi;
    struct ggp_transfer *slots;
    size_t nslots;
    struct ggp_dispatch *next; /* of the client's idle ones */
};

/* Where a call is. */
struct call {
    struct ggp_dispatch *dispatch;
    gg_client *client;
    const struct ggp_errand *errand;
    size_t nwritten; /* requests that have, or had, a slot */
    size_t ntaken;   /* replies handed out */
    size_t nflying;
    size_t nwaiting;
    int64_t wait_us; /* until something may start */
};

static struct ggp_transfer *slot_of(const struct call *call, size_t index)
{
    return &call->dispatch->slots[index % call->dispatch->nslots];
}

/* --- one try -------------------------------------------------------------- */

static int64_t time_of_try(const struct call *call, int64_t now_us)
{
    int64_t time_ms = call->client->options.time_ms;
    int64_t deadline_us = call->errand->patience.deadline_us;
    int64_t left_ms = (deadline_us - now_us) / 1000 + 1;

    return deadline_us > 0 && left_ms < time_ms ? left_ms : time_ms;
}

static gg_status start(struct call *call, struct ggp_transfer *transfer,
                       int64_t now_us)
{
    if (ggp_transfer_start(transfer, call->client, time_of_try(call, now_us)) !=
            GG_OK ||
        curl_multi_add_handle(call->dispatch->multi, transfer->easy) !=
            CURLM_OK)
        return GG_ENOMEM;
    call->nflying++;
    return GG_OK;
}

/* Take a try that flies, or flew, off the network. */
static void ground(struct call *call, struct ggp_transfer *transfer)
{
    curl_multi_remove_handle(call->dispatch->multi, transfer->easy);
    call->nflying--;
}

static uint32_t chance(void)
{
    uint32_t number = 0;

    /* without randomness the waits are only less spread */
    (void)RAND_bytes((unsigned char *)&number, (int)sizeof(number));
    return number;
}

/* Whether a reply that failed deserves another try. */
static int deserves_another(const struct call *call,
                            const struct ggp_transfer *transfer)
{
    const struct ggp_reply *reply = &transfer->reply;
    unsigned most = (unsigned)call->client->options.retries;

    if (reply->status != GG_EFETCH || reply->retry == GGP_RETRY_NEVER)
        return 0;
    if (reply->retry == GGP_RETRY_ONCE && transfer->was_denied)
        return 0;
    return transfer->tries <= most;
}

static int64_t retry_after_ms(const struct ggp_transfer *transfer)
{
    curl_off_t seconds = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds);
    return seconds > GGP_RETRY_AFTER_MAX_MS ? GGP_RETRY_AFTER_MAX_MS + 1
                                            : (int64_t)seconds * 1000;
}

/* How long to wait for another try, in ms; -1: this was the last. */
static int64_t wait_after(struct call *call, struct ggp_transfer *transfer)
{
    struct ggp_reply *reply = &transfer->reply;
    int64_t asked_ms = retry_after_ms(transfer);

    if (!deserves_another(call, transfer))
        return -1;
    if (asked_ms > GGP_RETRY_AFTER_MAX_MS) {
        ggp_reply_fail(reply, reply->code, GGP_RETRY_NEVER,
                       "%.300s; the API asks to wait longer than %d minutes",
                       reply->error.message,
                       (int)(GGP_RETRY_AFTER_MAX_MS / 60000));
        return -1;
    }
    if (reply->retry == GGP_RETRY_ONCE)
        transfer->was_denied = 1;
    return ggp_retry_wait_ms(call->client->options.backoff_ms, transfer->tries,
                             asked_ms, chance());
}

static void tell(const struct call *call, struct ggp_transfer *transfer,
                 int64_t now_us, int64_t wait_ms)
{
    const struct gg_client_options *options = &call->client->options;
    const struct ggp_reply *reply = &transfer->reply;
    struct gg_exchange exchange = {0};

    if (!options->exchange)
        return;
    exchange.target = ggp_buf_text(&transfer->shown);
    exchange.attempt = transfer->tries;
    exchange.http_status = reply->http_status;
    exchange.request_id = reply->request_id[0] ? reply->request_id : NULL;
    exchange.size_bytes = transfer->body.len;
    exchange.time_ms = (now_us - transfer->start_us) / 1000;
    exchange.problem = reply->status == GG_OK ? NULL : reply->error.message;
    exchange.wait_ms = wait_ms;
    options->exchange(&exchange, options->payload);
}

/* A try has ended: what now? */
static void land(struct call *call, struct ggp_transfer *transfer, CURLcode rc)
{
    struct ggp_reply *reply = &transfer->reply;
    int64_t now_us = ggp_clock_us();
    int64_t wait_ms;

    ggp_transfer_land(transfer, call->client, rc, call->errand->is_list);
    wait_ms = wait_after(call, transfer);
    tell(call, transfer, now_us, wait_ms);
    ground(call, transfer);
    transfer->state = wait_ms < 0 ? GGP_ARRIVED : GGP_WAITING;
    transfer->ready_us = now_us + wait_ms * 1000;
    /* the limit is the application's: nobody is to go on meanwhile */
    if (wait_ms >= 0 && reply->http_status == 429)
        ggp_pace_hold(&call->client->pace, transfer->ready_us);
    if (wait_ms < 0)
        ggp_reply_close(reply, transfer->tries);
}

/* --- all of them ---------------------------------------------------------- */

/* Give slots to requests, as far as there are any. */
static void fill(struct call *call)
{
    const struct ggp_errand *errand = call->errand;

    while (call->nwritten < errand->n &&
           call->nwritten - call->ntaken < call->dispatch->nslots) {
        struct ggp_transfer *transfer = slot_of(call, call->nwritten);

        ggp_transfer_reset(transfer);
        errand->write(errand->self, call->nwritten, transfer);
        call->nwritten++;
    }
}

/* Start what may start, in order. */
static gg_status start_ready(struct call *call)
{
    int64_t now_us = ggp_clock_us();
    size_t i;

    call->wait_us = (int64_t)LOOK_MS * 1000;
    call->nwaiting = 0;
    for (i = call->ntaken; i < call->nwritten; i++) {
        struct ggp_transfer *transfer = slot_of(call, i);
        int64_t wait_us = transfer->ready_us - now_us;

        if (call->nflying == call->client->options.parallel)
            return GG_OK;
        if (transfer->state != GGP_WAITING)
            continue;
        if (wait_us <= 0)
            wait_us = ggp_pace_take(&call->client->pace, now_us);
        if (wait_us == 0) {
            if (start(call, transfer, now_us) != GG_OK)
                return GG_ENOMEM;
            continue;
        }
        call->nwaiting++;
        if (wait_us < call->wait_us)
            call->wait_us = wait_us;
    }
    return GG_OK;
}

/* Let the network work, and see what has ended. */
static gg_status fly(struct call *call)
{
    CURLM *multi = call->dispatch->multi;
    int wait_ms = (int)((call->wait_us + 999) / 1000);
    int nrunning;
    int nleft;
    CURLMsg *message;

    if (curl_multi_perform(multi, &nrunning) != CURLM_OK)
        return GG_ENOMEM;
    if ((size_t)nrunning == call->nflying) /* nothing has ended yet */
        curl_multi_poll(multi, NULL, 0, wait_ms, NULL);
    while ((message = curl_multi_info_read(multi, &nleft)) != NULL) {
        struct ggp_transfer *transfer = NULL;

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        land(call, transfer, message->data.result);
    }
    return GG_OK;
}

/* Hand out what has arrived, in order; with @all, past what has not. */
static gg_status take(struct call *call, int all, struct gg_error *err)
{
    const struct ggp_errand *errand = call->errand;

    for (; call->ntaken < call->nwritten; call->ntaken++) {
        struct ggp_transfer *transfer = slot_of(call, call->ntaken);
        gg_status status;

        if (transfer->state != GGP_ARRIVED) {
            if (all)
                continue;
            return GG_OK;
        }
        if (transfer->reply.status == GG_ENOMEM)
            return ggp_fail(err, GG_ENOMEM, "%s",
                            transfer->reply.error.message);
        status = errand->take(errand->self, call->ntaken, transfer, err);
        if (status != GG_OK)
            return status;
    }
    return GG_OK;
}

static int is_asked(const struct gg_stop *stop)
{
    return stop->is_asked && stop->is_asked(stop->payload);
}

static gg_status check_patience(const struct call *call, struct gg_error *err)
{
    const struct ggp_patience *patience = &call->errand->patience;

    if (is_asked(&patience->stop) || is_asked(&call->client->options.stop))
        return ggp_fail(err, GG_EINTERRUPTED, "stopped while fetching");
    if (patience->deadline_us > 0 && ggp_clock_us() >= patience->deadline_us)
        return ggp_fail(err, GG_ETIME, "fetching took too long");
    return GG_OK;
}

static gg_status run(struct call *call, struct gg_error *err)
{
    gg_status status = GG_OK;

    while (status == GG_OK && call->ntaken < call->errand->n) {
        status = check_patience(call, err);
        if (status == GG_EINTERRUPTED) {
            gg_status flushed = take(call, 1, err);

            return flushed == GG_OK ? status : flushed;
        }
        if (status != GG_OK)
            return status;
        fill(call);
        if (start_ready(call) != GG_OK ||
            (call->nflying + call->nwaiting > 0 && fly(call) != GG_OK))
            return ggp_fail(err, GG_ENOMEM, "out of memory for a request");
        status = take(call, 0, err);
    }
    return status;
}

gg_status ggp_dispatch_run(struct ggp_dispatch *dispatch,
                           const struct ggp_errand *errand,
                           struct gg_error *err)
{
    struct call call = {
        .dispatch = dispatch, .client = dispatch->client, .errand = errand};
    gg_status status = run(&call, err);
    size_t i;

    for (i = 0; i < dispatch->nslots; i++) {
        if (dispatch->slots[i].state == GGP_FLYING)
            ground(&call, &dispatch->slots[i]);
        ggp_transfer_reset(&dispatch->slots[i]);
    }
    return status;
}

/* --- the handle ----------------------------------------------------------- */

static struct ggp_dispatch *dispatch_new(gg_client *client)
{
    struct ggp_dispatch *dispatch = calloc(1, sizeof(*dispatch));

    if (!dispatch)
        return NULL;
    dispatch->client = client;
    dispatch->nslots = (size_t)client->options.parallel * SLOTS_EACH;
    dispatch->slots = calloc(dispatch->nslots, sizeof(*dispatch->slots));
    dispatch->multi = curl_multi_init();
    if (!dispatch->slots || !dispatch->multi) {
        ggp_dispatch_free(dispatch);
        return NULL;
    }
    curl_multi_setopt(dispatch->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      (long)client->options.parallel);
    curl_multi_setopt(dispatch->multi, CURLMOPT_MAXCONNECTS,
                      (long)client->options.parallel);
    return dispatch;
}

void ggp_dispatch_free(struct ggp_dispatch *dispatch)
{
    size_t i;

    for (i = 0; dispatch->slots && i < dispatch->nslots; i++)
        ggp_transfer_free(&dispatch->slots[i]);
    free(dispatch->slots);
    curl_multi_cleanup(dispatch->multi);
    free(dispatch);
}

struct ggp_dispatch *ggp_dispatch_next(const struct ggp_dispatch *dispatch)
{
    return dispatch->next;
}

gg_status ggp_dispatch_borrow(gg_client *client, struct ggp_dispatch **out,
                              struct gg_error *err)
{
    struct ggp_dispatch *dispatch;

    pthread_mutex_lock(&client->mutex);
    dispatch = client->idles;
    if (dispatch)
        client->idles = dispatch->next;
    pthread_mutex_unlock(&client->mutex);

    if (!dispatch)
        dispatch = dispatch_new(client);
    if (!dispatch)
        return ggp_fail(err, GG_ENOMEM, "out of memory for requests");
    *out = dispatch;
    return GG_OK;
}

void ggp_dispatch_return(gg_client *client, struct ggp_dispatch *dispatch)
{
    pthread_mutex_lock(&client->mutex);
    dispatch->next = client->idles;
    client->idles = dispatch;
    pthread_mutex_unlock(&client->mutex);
}
