/* SPDX-License-Identifier: MIT */
/*
 * explanation.c - how an answer came about, for people and for machines.
 *
 * For people: tables as wide as what is in them.  All foreign text is
 * escaped before it is measured.
 */
#include "show.h"

#include <string.h>

#define CELL_BYTES   1024
#define WIDTH_MAX    48 /* what is longer sticks out */
#define NCOLUMNS_MAX 4

struct cell {
    char text[CELL_BYTES];
};

/* Fill @row of the table that @self is; the cells are empty before. */
typedef void (*row_fn)(const void *self, size_t row, struct cell *cells);

static void put_cell(struct cell *cell, const char *text)
{
    escape_terminal(cell->text, sizeof(cell->text), text ? text : "");
}

/* Print @nrows rows, the columns aligned and two spaces apart. */
static void put_table(FILE *stream, const char *start, size_t ncolumns,
                      size_t nrows, row_fn fill, const void *self)
{
    struct cell cells[NCOLUMNS_MAX];
    int widths[NCOLUMNS_MAX] = {0};
    int pass;
    size_t row;
    size_t i;

    for (pass = 0; pass < 2; pass++) {
        for (row = 0; row < nrows; row++) {
            size_t last = 0;

            memset(cells, 0, sizeof(cells));
            fill(self, row, cells);
            for (i = 0; i < ncolumns; i++) {
                int len = (int)strlen(cells[i].text);

                if (len > widths[i] && len <= WIDTH_MAX)
                    widths[i] = len;
                if (len > 0)
                    last = i;
            }
            for (i = 0; pass == 1 && i <= last; i++)
                fprintf(stream, "%s%-*s", i == 0 ? start : "  ",
                        i == last ? 0 : widths[i], cells[i].text);
            if (pass == 1)
                fputc('\n', stream);
        }
    }
}

/* --- the layers that were asked --- */

/* The step that decided: the last that answered what was asked first. */
static size_t deciding_step(const struct gg_explanation *explanation)
{
    size_t found = explanation->nsteps;
    size_t i;

    for (i = 0; i < explanation->nsteps; i++) {
        const struct gg_step *step = &explanation->steps[i];

        if (strstr(step->question, "evaluate") && step->said == GG_SAID_ANSWER)
            found = i;
    }
    return found;
}

static void fill_step(const void *self, size_t row, struct cell *cells)
{
    const struct gg_explanation *explanation = self;
    const struct gg_step *step = &explanation->steps[row];
    const struct gg_rule *rule = step->rule;
    char said[CELL_BYTES];
    size_t len = strlen(step->answer);

    put_cell(&cells[0], step->question);
    put_cell(&cells[1], rule ? rule->where : step->policy);
    put_cell(&cells[2], rule ? rule->name : NULL);
    if (step->said == GG_SAID_NOTHING)
        snprintf(said, sizeof(said), "no opinion");
    else if (step->answer[0] == '"' && len >= 2)
        snprintf(said, sizeof(said), "%.*s", (int)len - 2, step->answer + 1);
    else
        snprintf(said, sizeof(said), "%s", step->answer);
    if (row == deciding_step(explanation))
        strncat(said, ", which decides", sizeof(said) - strlen(said) - 1);
    put_cell(&cells[3], said);
}

void explanation_steps(FILE *stream, const char *start,
                       const struct gg_explanation *explanation)
{
    put_table(stream, start, 4, explanation->nsteps, fill_step, explanation);
}

/* --- the fields of a sign-in --- */

static void fill_field(const void *self, size_t row, struct cell *cells)
{
    const struct gg_explanation *explanation = self;
    const struct gg_field *field = &explanation->fields[row];

    put_cell(&cells[0], field->name);
    put_cell(&cells[1], field->value);
    put_cell(&cells[2], field->origin);
}

void explanation_fields(FILE *stream, const char *start,
                        const struct gg_explanation *explanation)
{
    put_table(stream, start, 3, explanation->nfields, fill_field, explanation);
}

/* --- for machines --- */

static void add_step(FILE *stream, const struct gg_step *step, int decides)
{
    struct json json = {stream, 0};

    json_text(&json, "policy", step->policy);
    json_text(&json, "question", step->question);
    json_text(&json, "rule", step->rule ? step->rule->name : NULL);
    json_text(&json, "where", step->rule ? step->rule->where : NULL);
    json_raw(&json, "answer", step->answer);
    if (decides)
        json_raw(&json, "decides", "true");
    json_end(&json);
}

void explanation_members(struct json *json,
                         const struct gg_explanation *explanation)
{
    size_t decided = deciding_step(explanation);
    size_t i;

    json_key(json, "steps");
    for (i = 0; i < explanation->nsteps; i++) {
        fputc(i == 0 ? '[' : ',', json->stream);
        add_step(json->stream, &explanation->steps[i], i == decided);
    }
    fputs(explanation->nsteps == 0 ? "[]" : "]", json->stream);
}
