/* SPDX-License-Identifier: MIT */
/*
 * flow.h - grants by the million: inputs cut up, spread over threads, counted.
 */
#ifndef GGP_FLOW_H
#define GGP_FLOW_H

#include "answer.h"

/* --- input.c: what a line or document holds --- */

/* Zero-initialise.  Reuses its memory from one open to the next. */
struct ggp_input {
    struct ggp_document document;
    yyjson_val *facts; /* the envelope, or NULL */
    yyjson_arr_iter list;
    yyjson_val *single;
    int nleft; /* 1 while `single` is still to be given */
    int is_list;
    struct ggp_facts envelope;
    gg_status status; /* what is wrong with the whole */
    struct gg_error error;
};

/* One grant, or why there is none. */
struct ggp_item {
    struct ggp_grant grant; /* id and provider may be filled on failure too */
    gg_status status;
    struct gg_error error;
};

/* Read a line or a document.  Its items follow from ggp_input_next(). */
void ggp_input_open(struct ggp_input *input, const char *bytes, size_t len);

/* Fill @item with the next grant, facts of the envelope joined, not judged.
 * Returns 0 when there are no more.  There is at least one after an open,
 * but for an API response with an empty list. */
int ggp_input_next(struct ggp_input *input, struct ggp_item *item);
void ggp_input_free(struct ggp_input *input);

/* --- grant_text.c: a grant that a program filled in --- */

/*
 * Open @input on @grant, written as JSON into @buf, and fill @item with what
 * is read: that is the same as of the JSON, or why it is no grant.
 *
 * Returns GG_OK, or GG_ENOMEM.
 */
gg_status ggp_grant_item(struct ggp_input *input, struct ggp_buf *buf,
                         const struct gg_grant *grant, struct ggp_item *item,
                         struct gg_error *err);

/* --- tally.c: counts over a batch --- */

#define GGP_TALLY_NAMES      64
#define GGP_TALLY_ROWS       (GGP_TALLY_NAMES + 2) /* "(none)", "(other)" */
#define GGP_TALLY_NAME_BYTES 129
#define GGP_TALLY_REASONS    8
#define GGP_STATUS_COUNT     (GG_EINTERRUPTED + 1)

/* Counts by name, sorted.  A row's name lives in `names`, which never moves. */
struct ggp_tally_table {
    struct gg_tally_row rows[GGP_TALLY_ROWS];
    char names[GGP_TALLY_ROWS][GGP_TALLY_NAME_BYTES];
    size_t nrows;
    size_t nnamed; /* rows but for "(none)" and "(other)" */
    size_t last;   /* the row found last: likely the next one too */
};

struct gg_tally {
    struct ggp_tally_table providers;
    struct ggp_tally_table tenants;
    char strays[GGP_TALLY_NAMES][GGP_TALLY_NAME_BYTES]; /* sorted */
    size_t nstrays;
    uint64_t stray_grants;
    struct ggp_tally_reason {
        char why[32];
        uint64_t count;
    } reasons[GGP_TALLY_REASONS];
    size_t nreasons;
    uint64_t errors[GGP_STATUS_COUNT];
};

/* The row of @name, NULL being "(none)", made if need be. */
struct gg_tally_row *ggp_tally_row(struct ggp_tally_table *table,
                                   const char *name);
void ggp_tally_stray(gg_tally *tally, const char *tenant);
void ggp_tally_missing(gg_tally *tally, const char *why, uint64_t count);

void ggp_tally_add(gg_tally *tally, const struct gg_decision *decision,
                   int is_stray);
void ggp_tally_merge(gg_tally *tally, const gg_tally *more);
void ggp_tally_clear(gg_tally *tally);

/* --- reader.c: sources cut into chunks --- */

#define GGP_MAX_LINE     ((size_t)1 << 20)
#define GGP_MAX_DOCUMENT ((size_t)64 << 20)

/* What is read, and from where to where. */
struct ggp_inputs {
    const struct gg_source *sources;
    size_t nsources;
    size_t max_line_bytes; /* 0: GGP_MAX_LINE */
    struct gg_stop stop;
    struct gg_position start;
};

/* A growable run of bytes. */
struct ggp_room {
    char *bytes;
    size_t len;
    size_t cap;
};

/* A run of whole lines of one source, or a whole document. */
struct ggp_chunk {
    const struct gg_source *source;
    const char *bytes; /* whole lines; no newline is needed at the end */
    size_t len;
    uint64_t line;   /* number of the first line, from 1; 0 for documents */
    int is_too_long; /* one line (or document) over its limit: no bytes */
    struct gg_position end; /* what comes next */
    struct ggp_buf out;
    struct ggp_buf log;
    struct ggp_buf decided; /* decisions kept, for whoever logs them */
    gg_tally *tally;        /* of what is in `out`; NULL until run() makes it */
    int is_finished;        /* run() is through: done() sees it a last time */
    struct ggp_run *run;    /* for ggp_chunk_flush(); NULL: no-op */
    struct ggp_room room;   /* the reader's: where `bytes` points into */
};

/* Where reading is.  One thread at a time. */
struct ggp_reader {
    struct ggp_inputs inputs;
    size_t max_line;
    size_t chunk_bytes;
    size_t source;         /* the one being read */
    uint64_t line;         /* number of the line that `carry` starts with */
    uint64_t nread;        /* bytes of the source, those of `carry` too */
    struct ggp_room carry; /* read, but of the next chunk */
    int has_begun;
    int has_ended; /* the source is read to its end */
};

void ggp_reader_open(struct ggp_reader *reader,
                     const struct ggp_inputs *inputs);

/*
 * Fill @chunk, up to `end`, with what comes next; *@has is 0 when nothing
 * does.  On GG_EINTERRUPTED and when a source fails there may
 * be a last chunk, of the whole lines that were read before.
 */
gg_status ggp_reader_next(struct ggp_reader *reader, struct ggp_chunk *chunk,
                          int *has, struct gg_error *err);

/* Give back what @chunk would hold beyond the need of lines. */
void ggp_reader_recycle(const struct ggp_reader *reader,
                        struct ggp_chunk *chunk);
void ggp_reader_free(struct ggp_reader *reader);

/* --- pipeline.c: chunks in, chunks out, in order --- */

#define GGP_CHUNK_FLUSH ((size_t)4 << 20)
#define GGP_SLOTS_PER_JOB                                                      \
    4 /* chunks being worked on, or waiting to be written */

/*
 * For work->run(): once chunk->out holds GGP_CHUNK_FLUSH bytes, wait for the
 * chunk's turn, hand what it made to work->done() early and empty it, so
 * that memory does not grow with what policies answer.  done() may then see
 * a chunk several times.  Anything but GG_OK must be returned from run().
 */
gg_status ggp_chunk_flush(struct ggp_chunk *chunk, struct gg_error *err);

/* The same, but only if it is the chunk's turn already. */
gg_status ggp_chunk_pass(struct ggp_chunk *chunk, struct gg_error *err);

/* What is done to chunks.  `self` is passed to all. */
struct ggp_work {
    /* Make the state of one thread; GG_OK or why the run cannot start. */
    gg_status (*open)(void *self, void **worker, struct gg_error *err);
    /* Fill out, log and decided of @chunk.  Any thread, its own worker. */
    gg_status (*run)(void *worker, struct ggp_chunk *chunk,
                     struct gg_error *err);
    /* Take a finished chunk: in order, one thread at a time. */
    gg_status (*done)(void *self, struct ggp_chunk *chunk,
                      struct gg_error *err);
    void (*close)(void *self, void *worker);
    void *self;
};

/*
 * Cut @inputs into chunks and work on them with @jobs threads.
 *
 * Returns GG_OK; GG_EINTERRUPTED when the inputs' stop was asked (what was
 * read is done); or the first failure of a source or of the work.
 */
gg_status ggp_pipeline_run(const struct ggp_inputs *inputs, unsigned jobs,
                           const struct ggp_work *work, struct gg_error *err);

#endif
