/* SPDX-License-Identifier: MIT */
/*
 * fake.h - what the files of fake-nylas share: a server on loopback that
 * speaks the grants API of Nylas, and misbehaves on order.
 *
 * One thread, and a failure to get memory ends it: it is a test double.
 */
#ifndef FAKE_H
#define FAKE_H

#include "private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define PAGE_DEFAULT 10
#define PAGE_MAX     200

/* --- clock.c --- */

/* Milliseconds, of a clock that nobody sets. */
int64_t clock_ms(void);

/* Milliseconds since 1970. */
int64_t clock_wall_ms(void);

/* As HTTP writes it. */
void clock_http_date(int64_t seconds, char text[40]);

/* --- failure.c --- */

/* Say "fake-nylas: ..." on stderr and end with 2. */
_Noreturn void fail(const char *format, ...) GGP_FORMAT(1, 2);

/* @pointer, unless memory has run out. */
void *not_null(void *pointer);

/* --- number.c --- */

/* The number that is all of @text, at most @max; fails, naming @what. */
int64_t number_read(const char *what, const char *text, int64_t max);

/* Spread the bits of @value: every value has another result. */
uint64_t mix(uint64_t value);

/* @hash, which starts as any number, with @text added to it. */
uint64_t hash_add(uint64_t hash, struct ggp_text text);

/* --- grants.c: the data --- */

struct grant {
    struct ggp_text id;
    struct ggp_text provider;
    struct ggp_text email;
    struct ggp_text grant_status;
    struct ggp_text workspace_id;
    struct ggp_text account_id;
    int64_t created_at;
    int64_t updated_at;
    struct ggp_text json;
    struct ggp_text brief; /* the same without settings */
    size_t number;         /* in the order they came */
    int is_gone;
};

struct grants {
    struct ggp_arena arena;
    struct grant **by_created; /* oldest first; those gone stay, marked */
    struct grant **by_updated;
    size_t n;
    size_t cap;
    size_t ngenerated;
};

/* Add the grants of a file of NDJSON, bare or in envelopes. */
void grants_read(struct grants *grants, const char *path);

/* Add @n made-up grants: always the same. */
void grants_generate(struct grants *grants, size_t n);

/* Once all are there. */
void grants_sort(struct grants *grants);

/* One that is newer than all others. */
struct grant *grants_create(struct grants *grants);

/* The one with @id, or NULL. */
struct grant *grants_find(const struct grants *grants, struct ggp_text id);

void grants_free(struct grants *grants);

/* --- request.c --- */

#define REQUEST_MAX ((size_t)16 << 10)

/* The texts are borrowed from the bytes they were read from. */
struct request {
    struct ggp_text method;
    struct ggp_text target;
    struct ggp_text path;
    struct ggp_text query;
    struct ggp_text authorization;
    struct ggp_text user_agent;
    struct ggp_text accept_encoding;
    size_t len;  /* with its body */
    int is_last; /* the connection ends with it */
};

enum progress { REQUEST_PARTIAL, REQUEST_WRONG, REQUEST_WHOLE };

enum progress request_read(struct request *request, const char *bytes,
                           size_t len);

/* @text with its %XX decoded, in @buf; 0 if one is cut or no hexadecimal. */
int request_decode(struct ggp_buf *buf, struct ggp_text text);

/* --- page.c: a list of grants --- */

struct page {
    struct ggp_arena arena; /* of the texts below */
    struct ggp_text email;
    struct ggp_text grant_status;
    struct ggp_text provider;
    struct ggp_text workspace_id;
    struct ggp_text account_id;
    int64_t since;
    int64_t before;
    int64_t limit;
    int64_t offset;
    int is_by_update;
    int is_ascending;
};

/* 0 if the query is wrong; then @message says how. */
int page_read(struct page *page, struct ggp_text query, char message[128]);

/* Add the grants of the page as a JSON array. */
void page_write(const struct page *page, const struct grants *grants,
                int is_brief, struct ggp_buf *buf);

/* Let the first @n grants disappear that this page or one before it held;
 * @gone is told of each. */
void page_forget(const struct page *page, struct grants *grants, int64_t n,
                 void (*gone)(void *self, const struct grant *), void *self);

void page_free(struct page *page);

/* --- fault.c: which request is answered how --- */

enum fault_kind {
    FAULT_NONE,
    FAULT_STATUS,
    FAULT_BAD_GZIP,
    FAULT_CHUNK_CUT,
    FAULT_CHUNKED,
    FAULT_DEEP,
    FAULT_DROP,
    FAULT_DUPLICATE_KEY,
    FAULT_ECHO,
    FAULT_EMPTY,
    FAULT_GARBAGE,
    FAULT_GZIP,
    FAULT_GZIP_BOMB,
    FAULT_GZIP_CUT,
    FAULT_HEADER_FLOOD,
    FAULT_HUGE,
    FAULT_INTERIM,
    FAULT_NOT_HTTP,
    FAULT_NO_LENGTH,
    FAULT_REDIRECT,
    FAULT_RESET,
    FAULT_SAME_PAGE,
    FAULT_SILENT,
    FAULT_SLOW,
    FAULT_STALL,
    FAULT_TRUNCATED,
    FAULT_WRONG_ID,
    FAULT_WRONG_LENGTH,
    FAULT_WRONG_SHAPE
};

enum shape {
    SHAPE_API,
    SHAPE_OAUTH,
    SHAPE_TOPLEVEL,
    SHAPE_BARE,
    SHAPE_NO_REQUEST_ID,
    SHAPE_HTML,
    SHAPE_EMPTY
};

struct fault {
    const char *text; /* as it was ordered */
    char *room;       /* of the texts below */
    enum fault_kind kind;
    int status;
    enum shape shape;
    int64_t retry_after; /* seconds; -1: no such header */
    int is_retry_date;   /* it is written as a date */
    int64_t amount;      /* milliseconds or bytes */
    const char *url;
    /* when */
    struct ggp_text id;
    int is_for_lists;
    int is_for_gets;
    int64_t offset; /* -1: any */
    int64_t after;
    int64_t first;
    int64_t each;
    int64_t every;
    int64_t share;
    int64_t nseen;
};

#define FAULTS_MAX 32

struct faults {
    struct fault all[FAULTS_MAX];
    size_t n;
    uint64_t seed;
};

/* What a fault is chosen by. */
struct occasion {
    struct ggp_text id;     /* absent: a list is asked for */
    int64_t offset;         /* of the list */
    struct ggp_text target; /* and the how manieth try of it, from 1 */
    int64_t attempt;
};

/* Add the fault KIND[:ARG][@WHEN]; @text must outlive @faults. */
void faults_add(struct faults *faults, char *text);

/* NULL: be good. */
const struct fault *faults_choose(struct faults *faults,
                                  const struct occasion *occasion);
void faults_free(struct faults *faults);

/* --- answer.c --- */

struct answer {
    int status;
    char request_id[40];
    struct ggp_buf headers; /* but for those of length and connection */
    struct ggp_buf body;
};

/* Begin an answer: its id and what all have. */
void answer_begin(struct answer *answer, int status, int64_t number);

/* Fill @answer with what Nylas says of the error @status; @message NULL is
 * the usual one. */
void answer_error(struct answer *answer, enum shape shape, const char *message);

void answer_header(struct answer *answer, const char *name, const char *value);
/* What HTTP calls @status; NULL if it is none of those known here. */
const char *answer_reason(int status);
void answer_free(struct answer *answer);

/* --- spoil.c --- */

/* Make of the good @answer what @fault ordered, as far as that is in what it
 * says and not in how it is sent. */
void answer_spoil(struct answer *answer, const struct fault *fault);

/* --- wire.c: the bytes of an answer, and how they end --- */

enum ending { END_KEEP, END_CLOSE, END_RESET, END_HANG };

struct wire {
    struct ggp_buf head;
    int64_t filler; /* so many spaces follow */
    struct ggp_buf tail;
    int64_t sent;
    int64_t ready_at_ms;
    enum ending ending;
};

/* Fill @wire with @answer, spoiled by @fault unless that is NULL. */
void wire_fill(struct wire *wire, const struct answer *answer,
               const struct fault *fault);

/* What to send next; absent when all is sent. */
struct ggp_text wire_next(const struct wire *wire);
void wire_clear(struct wire *wire);
void wire_free(struct wire *wire);

/* --- gzip.c --- */

/* Add @nspaces spaces and then @body, compressed. */
void gzip_add(struct ggp_buf *buf, int64_t nspaces, const struct ggp_buf *body);

/* --- targets.c: how often each was asked for --- */

struct target {
    uint64_t hash; /* 0: free */
    int64_t nasked;
    int64_t not_before_ms; /* of the wall clock: a Retry-After */
};

struct targets {
    struct target *all;
    size_t n;
    size_t cap;
};

struct target *targets_find(struct targets *targets, struct ggp_text text);
void targets_free(struct targets *targets);

/* --- service.c: from a request to its answer --- */

struct service {
    struct grants grants;
    struct faults faults;
    struct targets targets;
    const char *key; /* NULL: any */
    FILE *log;       /* or NULL */
    int64_t delay_ms;
    int64_t ndelete;
    int64_t ncreate;
    int64_t nanswers;
    int is_brief; /* lists leave settings out */
};

void service_answer(struct service *service, const struct request *request,
                    struct wire *wire);

/* The answer to what is no request. */
void service_refuse(struct service *service, struct wire *wire);

/* --- log.c --- */

struct log_line {
    const struct request *request;
    int status; /* 0: none is sent */
    const struct fault *fault;
    int64_t attempt;
    int is_early; /* it came before its Retry-After had passed */
};

void log_request(FILE *log, const struct log_line *line);
void log_grant(FILE *log, const char *what, const struct grant *grant);

/* --- connection.c --- */

struct connection {
    int fd; /* -1: free */
    struct ggp_buf in;
    struct wire out;
    int is_answering;
    int is_deaf; /* what comes in is thrown away */
};

void connection_open(struct connection *connection, int fd);
void connection_close(struct connection *connection);

/* What poll(2) should wait for now, and until when; -1: for ever. */
short connection_events(const struct connection *connection);
int64_t connection_wakes_ms(const struct connection *connection);

/* Go on as far as that is possible without waiting. */
void connection_go_on(struct connection *connection, struct service *service,
                      int is_readable);

/* --- server.c --- */

/* Listen on loopback; @port 0 is any.  Returns the listener, and the port it
 * got in @port. */
int server_listen(int64_t *port);

/* Serve until @deadline_ms or until @is_stopped is set. */
void server_run(int listener, struct service *service, int64_t deadline_ms,
                const volatile int *is_stopped);

#endif
