/* SPDX-License-Identifier: MIT */
/* input.h - what the commands that read files of grants share. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "files.h"
#include "lockdown.h"

/* --- input.c: files of grants, and the facts about them ------------------- */

/* Zero-initialise but for `command`; take flags, name, check, fill. */
struct input {
    const struct command *command; /* for messages */
    const char *of;                /* what the files hold; NULL: grants */
    const char *tenant_from;
    const char *facts;
    int64_t max_line_bytes;

    struct gg_source *inputs;
    struct source *sources;
    size_t nsources;
    struct source facts_source;
    struct gg_source facts_input;
    gg_facts_table *table;
};

extern const struct flag_group input_flags;

/* Take a flag of input_flags: 0, an exit code, or OPTIONS_DONE if it is not
 * one of them. */
int input_take(struct input *input, int id, const char *value);

/* Name the files, or standard input if there are none.  0, or the exit code
 * after telling what is wrong; so do the next two. */
int input_name(struct input *input, char *const *paths, size_t npaths);
int input_check(const struct input *input);
int input_open_facts(struct input *input);

/* Check that @path, NULL for standard output, can be written, and is none of
 * what is read.  0 or the exit code. */
int input_check_output(const struct input *input, const char *path);

/* Keep readable in @lockdown what is still to be read. */
void input_allow(const struct input *input, struct lockdown *lockdown);

/* Whether one of the files, or that of the facts, is @path. */
int input_is(const struct input *input, const char *path);

/* Whether any of it arrives as it is made. */
int input_is_live(const struct input *input);

/* Fill in what all of @pipeline's runs have in common. */
void input_fill(const struct input *input, const struct settings *settings,
                struct gg_pipeline *pipeline);

void input_free(struct input *input);

#endif
