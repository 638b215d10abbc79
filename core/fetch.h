/* SPDX-License-Identifier: MIT */
/*
 * fetch.h - grants from the API: requests, their tries, and what came.
 *
 * The way down:  client.c    what a host asks for
 *                listing.c   pages of the list, in one piece
 *                dispatch.c  requests of one call: in parallel, paced, in order
 *                transfer.c  one try of one request (libcurl)
 *                response.c  what its answer says
 *                retry.c     whether another try may help, and when
 *                pace.c      the rate that all calls of a client share
 */
#ifndef GGP_FETCH_H
#define GGP_FETCH_H

#include "subject.h"

#include <curl/curl.h>
#include <pthread.h>

/* --- pace.c: so many requests a second --- */

struct ggp_pace {
    pthread_mutex_t mutex;
    int64_t interval_us;
    int64_t turn_us; /* when the next request is due */
};

int ggp_pace_open(struct ggp_pace *pace, unsigned rate);
void ggp_pace_close(struct ggp_pace *pace);

/* Take a turn: 0, go now; else how many microseconds to wait and ask again. */
int64_t ggp_pace_take(struct ggp_pace *pace, int64_t now_us);

/* Nobody gets a turn before @until_us. */
void ggp_pace_hold(struct ggp_pace *pace, int64_t until_us);

/* --- retry.c: another try --- */

enum ggp_retry { GGP_RETRY_NEVER, GGP_RETRY_ONCE, GGP_RETRY };

/* Whether another try of a request that was answered so may help. */
enum ggp_retry ggp_retry_of_http(long http_status);
enum ggp_retry ggp_retry_of_curl(CURLcode rc);

/*
 * The milliseconds before the try after number @tries: @backoff_ms, doubled
 * for each try before, half of it by chance (@random), at most 30 s; and not
 * less than what the API asked for.
 */
int64_t ggp_retry_wait_ms(int64_t backoff_ms, unsigned tries,
                          int64_t retry_after_ms, uint32_t random);

/* The longest Retry-After that is waited for. */
#define GGP_RETRY_AFTER_MAX_MS ((int64_t)600000)

/* --- response.c: what an answer says --- */

/* What came of a request, or of one try of it. */
struct ggp_reply {
    gg_status status; /* GG_OK: `data` is there */
    const char *code; /* GG_EFETCH: why, a word of [a-z_] */
    int http_status;  /* 0: no answer */
    char request_id[80];
    struct gg_error error;
    enum ggp_retry retry;
    yyjson_val *data; /* of the answer; an object, or an array for a list */
};

/* Read the @len bytes of an answer of @reply->http_status into @document and
 * @reply.  @is_list: a list of grants is wanted, else one. */
void ggp_response_read(struct ggp_reply *reply, struct ggp_document *document,
                       const char *bytes, size_t len, int is_list);

/* Fail @reply: GG_EFETCH unless memory ran out, `code` and a message. */
void ggp_reply_fail(struct ggp_reply *reply, const char *code,
                    enum ggp_retry retry, const char *format, ...)
    GGP_FORMAT(4, 5);

/* That was the last of @tries: complete the message of a reply that failed. */
void ggp_reply_close(struct ggp_reply *reply, unsigned tries);

/* Put asterisks for each @key, which is not empty, in the @len bytes of what
 * came: an answer may repeat what it was sent. */
void ggp_response_mask(char *bytes, size_t len, const char *key);

/* --- client.c --- */

struct gg_client {
    struct gg_client_options options; /* complete; its strings in `arena` */
    struct ggp_arena arena;
    const char *base; /* "https://api.us.nylas.com" */
    char *key;        /* wiped at the end */
    struct curl_slist *headers;
    struct ggp_pace pace;
    pthread_mutex_t mutex;      /* over what follows */
    struct ggp_dispatch *idles; /* between calls; they keep connections */
};

/* How long a call may take, beside what the client's options say. */
struct ggp_patience {
    int64_t deadline_us; /* 0: none; GG_ETIME past it */
    struct gg_stop stop;
};

/*
 * Fetch one grant.  @take is called once unless the call ends in GG_ETIME,
 * GG_EINTERRUPTED or GG_ENOMEM; ids are as in gg_client_fetch().
 */
gg_status ggp_client_get(gg_client *client, const char *id,
                         const struct ggp_patience *patience,
                         gg_fetched_fn take, void *payload,
                         struct gg_error *err);

/* --- transfer.c: one request, through its tries --- */

enum ggp_transfer_state { GGP_WAITING, GGP_FLYING, GGP_ARRIVED };

/* Zero-initialise; its memory is reused from one request to the next. */
struct ggp_transfer {
    struct ggp_buf target; /* path and query */
    struct ggp_buf shown;  /* the same for people: no e-mail address */
    enum ggp_transfer_state state;
    unsigned tries;
    int was_denied;   /* had its one 401 */
    int is_doubtful;  /* the last try was cut: take another connection */
    int64_t ready_us; /* the next try is not before */
    int64_t start_us; /* of the try that flies */
    CURL *easy;       /* made for the first try, and kept */
    char problem[CURL_ERROR_SIZE];
    size_t header_bytes;
    int is_too_big;
    int is_plain; /* http: the address has to be this machine's */
    struct ggp_buf body;
    struct ggp_document document;
    struct ggp_reply reply;
};

/* Begin a request anew: no target, no tries. */
void ggp_transfer_reset(struct ggp_transfer *transfer);

/* Answer a request that is not to be sent: it has arrived, and failed. */
void ggp_transfer_refuse(struct ggp_transfer *transfer, const char *code,
                         const char *why);

/* Make the handle for a try that may take @time_ms.  GG_OK or GG_ENOMEM. */
gg_status ggp_transfer_start(struct ggp_transfer *transfer,
                             const gg_client *client, int64_t time_ms);

/* A try has ended with @rc: read what came into transfer->reply. */
void ggp_transfer_land(struct ggp_transfer *transfer, const gg_client *client,
                       CURLcode rc, int is_list);
void ggp_transfer_free(struct ggp_transfer *transfer);

/* --- dispatch.c: the requests of one call --- */

/* What a call wants: requests by number, and their replies in that order. */
struct ggp_errand {
    size_t n;
    int is_list; /* the answers are lists */
    /* Write the target of request @index. */
    void (*write)(void *self, size_t index, struct ggp_transfer *transfer);
    /* Take the reply to it. */
    gg_status (*take)(void *self, size_t index, struct ggp_transfer *transfer,
                      struct gg_error *err);
    void *self;
    struct ggp_patience patience;
};

/* Borrow a dispatch of @client, and give it back. */
gg_status ggp_dispatch_borrow(gg_client *client, struct ggp_dispatch **out,
                              struct gg_error *err);
void ggp_dispatch_return(gg_client *client, struct ggp_dispatch *dispatch);

/* Run @errand to its end.  GG_OK when every reply was taken, whatever it is;
 * GG_EINTERRUPTED, what had come taken; GG_ETIME; GG_ENOMEM; or what take()
 * returned. */
gg_status ggp_dispatch_run(struct ggp_dispatch *dispatch,
                           const struct ggp_errand *errand,
                           struct gg_error *err);

/* The one after it among the idle. */
struct ggp_dispatch *ggp_dispatch_next(const struct ggp_dispatch *dispatch);
void ggp_dispatch_free(struct ggp_dispatch *dispatch);

/* --- fetched.c: what is handed out --- */

/* Where a grant that is handed out lives.  Zero-initialise. */
struct ggp_fetched {
    struct ggp_buf line;
    struct ggp_document document;
    struct ggp_grant grant;
};

/* Fill @fetched from @grant, of a document read loosely, through @room.
 * GG_OK, also for what is no grant, or GG_ENOMEM. */
gg_status ggp_fetched_fill(struct ggp_fetched *room, yyjson_val *grant,
                           struct gg_fetched *fetched, struct gg_error *err);

/* Fill @fetched from @reply, which failed. */
void ggp_fetched_fail(struct gg_fetched *fetched, const char *id,
                      const struct ggp_reply *reply);
void ggp_fetched_free(struct ggp_fetched *room);

/* --- listing.c: every grant of the list, once --- */

struct ggp_listing {
    gg_client *client;
    struct gg_grants_query query; /* borrowed strings */
    struct ggp_dispatch *dispatch;
    struct ggp_arena names; /* of what was seen */
    void *seen;             /* a tree of names, tsearch(3) */
    size_t nseen;
    size_t nstale;        /* pages since something new was on one */
    size_t offset;        /* of the page at hand, or the next */
    size_t nlisted;       /* grants on the page at hand */
    int is_short;         /* it is the last */
    yyjson_arr_iter page; /* what is left of it */
    struct ggp_buf name;
    struct ggp_fetched room;
    struct ggp_reply failure; /* why the list broke off */
};

gg_status ggp_listing_open(struct ggp_listing *listing, gg_client *client,
                           const struct gg_grants_query *query,
                           struct gg_error *err);

/*
 * Fill @fetched with the next grant, borrowed until the next call; *@has is 0
 * at the end of the list.
 *
 * Returns GG_OK; GG_EFETCH when the list broke off, with code, http_status
 * and message in @fetched; GG_EINTERRUPTED; or GG_ENOMEM.
 */
gg_status ggp_listing_next(struct ggp_listing *listing,
                           struct gg_fetched *fetched, int *has,
                           struct gg_error *err);
void ggp_listing_close(struct ggp_listing *listing);

#endif
