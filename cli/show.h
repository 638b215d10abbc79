/* SPDX-License-Identifier: MIT */
/* show.h - how answers are shown. */
#ifndef SHOW_H
#define SHOW_H

#include "cli.h"

/* --- json.c: objects printed member by member ---------------------------- */

/* Start with a stream and zero.  A member that is NULL is left out. */
struct json {
    FILE *stream;
    int nmembers;
};

void json_key(struct json *json, const char *key);
void json_text(struct json *json, const char *key, const char *text);
void json_raw(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, uint64_t number);
void json_end(struct json *json);

/* --- grid.c: columns as wide as what is in them -------------------------- */

#define GRID_COLUMNS_MAX 4

struct cell {
    char text[1024];
};

struct grid {
    const char *start; /* of each line */
    size_t nrows;
    /* Fill row @row; the cells are empty before. */
    void (*fill)(const void *self, size_t row, struct cell *cells);
    const void *self;
};

/* Put @text, escaped, into @cell; NULL leaves it empty. */
void grid_cell(struct cell *cell, const char *text);
void grid_print(FILE *stream, const struct grid *grid);

/* --- colour.c ------------------------------------------------------------ */

/* Whether bold and colour are welcome on @stream. */
int colour_is_welcome(FILE *stream);

/* --- change.c: a grant that two policy folders disagree about ------------- */

/* Print it as one line for people. */
void change_print(FILE *stream, const struct gg_pair *pair);

/* Print it as one JSON object on a line. */
gg_status change_json(FILE *stream, const struct gg_pair *pair,
                      struct gg_error *err);

/* --- explanation.c: how an answer came about ------------------------------ */

/* Print a line, after @start, for each layer that was asked. */
void explanation_steps(FILE *stream, const char *start,
                       const struct gg_explanation *explanation);

/* The same for each field of the sign-in link. */
void explanation_fields(FILE *stream, const char *start,
                        const struct gg_explanation *explanation);

/* Add the layers that were asked, as a list. */
void explanation_members(struct json *json,
                         const struct gg_explanation *explanation);

/* --- matrix.c: what became of each action under other policies ------------ */

struct matrix_rows {
    struct matrix_row **list; /* by name */
    size_t n;
};

/* Zero-initialise. */
struct matrix {
    uint64_t grants;
    uint64_t changed;
    uint64_t counts[GG_ACTION_COUNT][GG_ACTION_COUNT];  /* of all */
    uint64_t changes[GG_ACTION_COUNT][GG_ACTION_COUNT]; /* of the changed */
    struct matrix_rows tenants;
    struct matrix_rows providers;
};

/* Count a pair: 0, or -1 without memory. */
int matrix_add(struct matrix *matrix, const struct gg_pair *pair);
void matrix_print(FILE *stream, const struct matrix *matrix, int is_bold);
void matrix_members(struct json *json, struct matrix *matrix);
void matrix_free(struct matrix *matrix);

/* --- coverage.c: which rules answered in the tests ------------------------ */

struct coverage {
    uint64_t *counts; /* by number of the rule; NULL: not wanted */
    size_t nrules;
};

/* 0, or -1 without memory. */
int coverage_open(struct coverage *coverage, const gg_policies *policies);
void coverage_add(struct coverage *coverage,
                  const struct gg_explanation *explanation);

/* Print a line, after @start, for each rule. */
void coverage_print(FILE *stream, const char *start,
                    const struct coverage *coverage,
                    const gg_policies *policies);

/* How many of the rules answered at least once. */
size_t coverage_hits(const struct coverage *coverage);
void coverage_free(struct coverage *coverage);

/* --- tap.c, junit.c: the outcomes of tests -------------------------------- */

/* Zero-initialise. */
struct outcomes {
    unsigned long ran;
    unsigned long failed;

    /* of the file that is being tested: junit.c */
    char file[512];
    FILE *stream;
    char *text;
    size_t len;
    unsigned long file_ran;
    unsigned long file_failed;
};

/* How outcomes are printed.  `report` counts, too. */
struct outcome_format {
    void (*begin)(struct outcomes *outcomes);
    void (*report)(struct outcomes *outcomes,
                   const struct gg_test_result *result);
    /* @failure: what kept the tests from running to the end, or NULL */
    void (*end)(struct outcomes *outcomes, const char *failure);
};

extern const struct outcome_format tap_format;
extern const struct outcome_format junit_format;

/* --- sign_in.c: a sign-in about to happen --------------------------------- */

extern const struct flag_group sign_in_flags;

/* Take a flag of sign_in_flags: 0, or OPTIONS_DONE if it is not one. */
int sign_in_take(struct gg_connect_request *request, int id, const char *value);

/* Add what was asked and answered, all but the error. */
void sign_in_members(struct json *json, const struct settings *settings,
                     const struct gg_connect_request *request,
                     const struct gg_connect_answer *answer);
void sign_in_error(struct json *json, const struct gg_connect_answer *answer);

/* Tell why there is no URL.  Returns the exit code. */
int sign_in_tell(const struct gg_connect_answer *answer);

/* --- starter.c, made of examples/starter: what init writes ---------------- */

struct starter_file {
    const char *path; /* NULL ends the list */
    const char *text;
};

extern const struct starter_file starter_files[];

#endif
