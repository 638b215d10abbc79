/* SPDX-License-Identifier: MIT */
/*
 * pipeline_job.h - sources of lines, and work that shows what became of them.
 *
 * The work writes every line with its source and number; what comes out is
 * compared with a split of the same bytes that knows nothing of chunks.  A
 * line FAIL fails, FLUSH flushes, SLOW takes its time.
 */
#ifndef PIPELINE_JOB_H
#define PIPELINE_JOB_H

#include "private.h"

#include <stdatomic.h>

#define NSOURCES 3

struct feed {
    struct ggp_buf bytes;
    size_t at;
    unsigned seed;  /* for the size of reads; 0: one byte at a time */
    size_t stop_at; /* 0: never */
    size_t fail_at;
};

extern struct feed feeds[NSOURCES];
extern struct gg_source sources[NSOURCES];

/* Add lines of all lengths up to @longest, until there are @len bytes. */
void make_lines(struct feed *feed, unsigned seed, size_t len, size_t longest);
void make_sources(unsigned seed, size_t len, size_t longest);
void rewind_sources(unsigned seed);

/* What one run does and sees. */
struct job {
    struct ggp_buf result;
    unsigned nopen;
    unsigned nclosed;
    int is_inside; /* done() */
    unsigned ndone;
    unsigned fail_open; /* the how-manieth fails; 0: none */
    unsigned fail_done;
    struct gg_position start;
    struct gg_position ends[64]; /* of finished chunks, and what was there */
    size_t lens[64];
    size_t nends;
    unsigned workers[300];
};

extern atomic_int job_stop;
extern unsigned job_nawaited; /* chunks that a line SLOW waits for */

struct ggp_work job_work(struct job *job);

/* Run the sources; they are not rewound. */
gg_status run_job(struct job *job, unsigned jobs, size_t max_line,
                  struct gg_error *err);

/* What should come out. */
void split_plainly(struct ggp_buf *out, size_t max_line);
void job_teardown(void);

#endif
