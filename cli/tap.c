/* SPDX-License-Identifier: MIT */
/* tap.c - the outcomes of tests in the Test Anything Protocol. */
#include "show.h"

#include <string.h>

#define LINE_BYTES 8192

/* Print @text so that no name turns into a directive ("# TODO"). */
static void print_name(const char *text)
{
    char clean[LINE_BYTES];
    const char *p;

    for (p = escape_terminal(clean, sizeof(clean), text); *p; p++) {
        if (*p == '#')
            putchar('\\');
        putchar(*p);
    }
}

static void fill_field(const void *self, size_t row, struct cell *cells)
{
    const struct gg_test_result *result = self;
    const struct gg_test_field *field;

    if (row == 0) {
        grid_cell(&cells[0], "field");
        grid_cell(&cells[1], "expected");
        grid_cell(&cells[2], "actual");
        return;
    }
    field = &result->fields[row - 1];
    grid_cell(&cells[0], field->name);
    grid_cell(&cells[1], field->expected);
    grid_cell(&cells[2], field->actual ? field->actual : "(absent)");
    grid_cell(&cells[3], field->is_same ? NULL : "<- differs");
}

static void print_failure(const struct gg_test_result *result)
{
    struct grid fields = {"#     ", result->nfields + 1, fill_field, result};
    char clean[LINE_BYTES];

    printf("#   %s\n", escape_terminal(clean, sizeof(clean), result->message));
    if (result->nfields > 0)
        grid_print(stdout, &fields);
    if (result->explanation->nsteps > 0)
        printf("#   the layers that were asked, in this order\n");
    explanation_steps(stdout, "#     ", result->explanation);
    if (!result->actual)
        return;
    fputs("#   the whole answer\n#     ", stdout);
    escape_long(stdout, result->actual);
    putchar('\n');
}

static void tap_begin(struct outcomes *outcomes)
{
    (void)outcomes;
}

static void tap_report(struct outcomes *outcomes,
                       const struct gg_test_result *result)
{
    outcomes->ran++;
    printf("%s %lu - ", result->passed ? "ok" : "not ok", outcomes->ran);
    print_name(result->file);
    fputs(": ", stdout);
    print_name(result->name);
    putchar('\n');
    if (!result->passed) {
        outcomes->failed++;
        print_failure(result);
    }
    fflush(stdout);
}

static void tap_end(struct outcomes *outcomes, const char *failure)
{
    if (failure) { /* whoever reads the results must not take them for all */
        fputs("Bail out! ", stdout);
        print_name(failure);
        putchar('\n');
        return;
    }
    printf("1..%lu\n", outcomes->ran);
    if (outcomes->failed > 0)
        printf("# %lu of %lu failed\n", outcomes->failed, outcomes->ran);
}

const struct outcome_format tap_format = {tap_begin, tap_report, tap_end};
