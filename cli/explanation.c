/* SPDX-License-Identifier: MIT */
/* explanation.c - how an answer came about, for people and for machines. */
#include "show.h"

#include <string.h>

#define SAID_BYTES 1024

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
    char said[SAID_BYTES];
    size_t len = strlen(step->answer);

    grid_cell(&cells[0], step->question);
    grid_cell(&cells[1], rule ? rule->where : step->policy);
    grid_cell(&cells[2], rule ? rule->name : NULL);
    if (step->said == GG_SAID_NOTHING)
        snprintf(said, sizeof(said), "no opinion");
    else if (step->answer[0] == '"' && len >= 2)
        snprintf(said, sizeof(said), "%.*s", (int)len - 2, step->answer + 1);
    else
        snprintf(said, sizeof(said), "%s", step->answer);
    if (row == deciding_step(explanation))
        strncat(said, ", which decides", sizeof(said) - strlen(said) - 1);
    grid_cell(&cells[3], said);
}

void explanation_steps(FILE *stream, const char *start,
                       const struct gg_explanation *explanation)
{
    struct grid grid = {start, explanation->nsteps, fill_step, explanation};

    grid_print(stream, &grid);
}

/* --- the fields of a sign-in --- */

static void fill_field(const void *self, size_t row, struct cell *cells)
{
    const struct gg_explanation *explanation = self;
    const struct gg_field *field = &explanation->fields[row];

    grid_cell(&cells[0], field->name);
    grid_cell(&cells[1], field->value);
    grid_cell(&cells[2], field->origin);
}

void explanation_fields(FILE *stream, const char *start,
                        const struct gg_explanation *explanation)
{
    struct grid grid = {start, explanation->nfields, fill_field, explanation};

    grid_print(stream, &grid);
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
