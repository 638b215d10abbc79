/* SPDX-License-Identifier: MIT */
/* batch_memory.h - a batch from memory to memory. */
#ifndef BATCH_MEMORY_H
#define BATCH_MEMORY_H

#include "memory.h"
#include "policy_set.h"

/* What came out. */
struct output {
    struct ggp_buf records;
    struct ggp_buf log;
    int writes_left; /* until writing fails; 0: never */
    int status;
};

extern struct policy_set set;
extern struct output output;
extern struct gg_error err;

/* A policy that fails, spends memory, asks again, logs, by name. */
extern const char busy[];

void batch_setup(void);
void batch_teardown(void);

gg_status write_memory(void *payload, const char *bytes, size_t len,
                       struct gg_error *why);

/* Run @text through @pipeline, whose policies are those of `set`. */
gg_status run_text(struct gg_pipeline *pipeline, const char *text, size_t piece,
                   int is_document);
const char *records(void);

/* @n grants for `busy`, and some empty lines; the caller frees them. */
char *many_grants(int n);

#endif
