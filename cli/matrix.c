/* SPDX-License-Identifier: MIT */
/*
 * matrix.c - what became of each action under other policies: counts.
 *
 * Pairs come in input order, so which names are counted together once there
 * are too many does not depend on the number of threads.
 */
#include "show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX   4096
#define NAME_BYTES 256
#define CELL_BYTES 48

/* The actions as tables list them. */
static const enum gg_action order[] = {GG_ACCEPT, GG_REAUTH, GG_REPAIR,
                                       GG_DEFER,  GG_REJECT, GG_ERROR};

struct matrix_row {
    char *name;
    uint64_t grants;
    uint64_t changed;
    uint64_t changes[GG_ACTION_COUNT][GG_ACTION_COUNT];
};

/* --- counting --- */

/* Where the row of @name is or would be: *@found says which. */
static size_t find_row(const struct matrix_rows *rows, const char *name,
                       int *found)
{
    size_t low = 0;
    size_t high = rows->n;

    *found = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int sign = strcmp(rows->list[middle]->name, name);

        if (sign == 0) {
            *found = 1;
            return middle;
        }
        if (sign < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The row of @name, made if need be; NULL without memory. */
static struct matrix_row *take_row(struct matrix_rows *rows, const char *name)
{
    struct matrix_row *row;
    int found;
    size_t at;

    if (!name)
        name = "(none)";
    at = find_row(rows, name, &found);
    if (!found && rows->n >= ROWS_MAX) {
        name = "(other)";
        at = find_row(rows, name, &found);
    }
    if (found)
        return rows->list[at];
    if (!rows->list)
        rows->list = calloc(ROWS_MAX + 1, sizeof(*rows->list));
    row = calloc(1, sizeof(*row));
    if (row)
        row->name = strdup(name);
    if (!rows->list || !row || !row->name) {
        free(row);
        return NULL;
    }
    memmove(&rows->list[at + 1], &rows->list[at],
            (rows->n - at) * sizeof(*rows->list));
    rows->list[at] = row;
    rows->n++;
    return row;
}

static int count_in(struct matrix_rows *rows, const char *name,
                    const struct gg_pair *pair)
{
    struct matrix_row *row = take_row(rows, name);

    if (!row)
        return -1;
    row->grants++;
    if (pair->fields[0]) {
        row->changed++;
        row->changes[pair->before->action][pair->after->action]++;
    }
    return 0;
}

int matrix_add(struct matrix *matrix, const struct gg_pair *pair)
{
    matrix->grants++;
    matrix->counts[pair->before->action][pair->after->action]++;
    if (pair->fields[0]) {
        matrix->changed++;
        matrix->changes[pair->before->action][pair->after->action]++;
    }
    if (count_in(&matrix->tenants, pair->before->tenant, pair) != 0)
        return -1;
    return count_in(&matrix->providers, pair->before->provider, pair);
}

static void free_rows(struct matrix_rows *rows)
{
    size_t i;

    for (i = 0; i < rows->n; i++) {
        free(rows->list[i]->name);
        free(rows->list[i]);
    }
    free(rows->list);
}

void matrix_free(struct matrix *matrix)
{
    free_rows(&matrix->tenants);
    free_rows(&matrix->providers);
}

/* --- for people --- */

/* A change as tables and --only name it: "accept..reauth". */
static const char *change_name(char *out, size_t size, size_t i, size_t j)
{
    snprintf(out, size, "%s..%s", gg_action_name(order[i]),
             gg_action_name(order[j]));
    return out;
}

static int width_of(const char *heading, uint64_t most)
{
    int digits = snprintf(NULL, 0, "%" PRIu64, most);
    int letters = (int)strlen(heading);

    return digits > letters ? digits : letters;
}

/* Whether any grant has action @i before, or with @is_after after. */
static int is_used(const struct matrix *matrix, size_t i, int is_after)
{
    size_t j;

    for (j = 0; j < COUNT(order); j++) {
        if (is_after ? matrix->counts[order[j]][order[i]]
                     : matrix->counts[order[i]][order[j]])
            return 1;
    }
    return 0;
}

static void print_counts(FILE *stream, const struct matrix *matrix,
                         const char *bold, const char *plain)
{
    static const char corner[] = "before \\ after";
    size_t i;
    size_t j;

    fprintf(stream, "\n%s%s", bold, corner);
    for (j = 0; j < COUNT(order); j++) {
        if (is_used(matrix, j, 1))
            fprintf(stream, "  %*s",
                    width_of(gg_action_name(order[j]), matrix->grants),
                    gg_action_name(order[j]));
    }
    fprintf(stream, "%s\n", plain);
    for (i = 0; i < COUNT(order); i++) {
        if (!is_used(matrix, i, 0))
            continue;
        fprintf(stream, "%-*s", (int)strlen(corner), gg_action_name(order[i]));
        for (j = 0; j < COUNT(order); j++) {
            if (is_used(matrix, j, 1))
                fprintf(stream, "  %*" PRIu64,
                        width_of(gg_action_name(order[j]), matrix->grants),
                        matrix->counts[order[i]][order[j]]);
        }
        fputc('\n', stream);
    }
}

/* Print one line of print_rows(): a heading if @row is NULL. */
static void print_row(FILE *stream, const struct matrix *matrix,
                      const struct matrix_row *row, const char *name, int width)
{
    char cell[CELL_BYTES];
    size_t i;
    size_t j;

    fprintf(stream, "%-*s", width, name);
    if (row)
        fprintf(stream, "  %*" PRIu64, width_of("changed", matrix->grants),
                row->changed);
    else
        fprintf(stream, "  %*s", width_of("changed", matrix->grants),
                "changed");
    for (i = 0; i < COUNT(order); i++) {
        for (j = 0; j < COUNT(order); j++) {
            int cell_width;

            if (matrix->changes[order[i]][order[j]] == 0)
                continue;
            change_name(cell, sizeof(cell), i, j);
            cell_width = width_of(cell, matrix->grants);
            if (row)
                fprintf(stream, "  %*" PRIu64, cell_width,
                        row->changes[order[i]][order[j]]);
            else
                fprintf(stream, "  %*s", cell_width, cell);
        }
    }
}

/* Print the rows in which something changed. */
static void print_rows(FILE *stream, const struct matrix *matrix,
                       const struct matrix_rows *rows, const char *title,
                       const char *bold, const char *plain)
{
    char name[NAME_BYTES];
    int width = (int)strlen(title);
    size_t i;

    for (i = 0; i < rows->n; i++) {
        int len = (int)strlen(
            escape_terminal(name, sizeof(name), rows->list[i]->name));

        if (rows->list[i]->changed > 0 && len > width)
            width = len;
    }
    fprintf(stream, "\n%s", bold);
    print_row(stream, matrix, NULL, title, width);
    fprintf(stream, "%s\n", plain);
    for (i = 0; i < rows->n; i++) {
        if (rows->list[i]->changed == 0)
            continue;
        escape_terminal(name, sizeof(name), rows->list[i]->name);
        print_row(stream, matrix, rows->list[i], name, width);
        fputc('\n', stream);
    }
}

void matrix_print(FILE *stream, const struct matrix *matrix, int is_bold)
{
    const char *bold = is_bold ? "\033[1m" : "";
    const char *plain = is_bold ? "\033[0m" : "";

    fprintf(stream, "%" PRIu64 " of %" PRIu64 " grants changed\n",
            matrix->changed, matrix->grants);
    if (matrix->grants == 0)
        return;
    print_counts(stream, matrix, bold, plain);
    if (matrix->changed == 0)
        return;
    print_rows(stream, matrix, &matrix->tenants, "tenant", bold, plain);
    print_rows(stream, matrix, &matrix->providers, "provider", bold, plain);
}

/* --- for machines --- */

static void add_counts(struct json *json, const char *key,
                       uint64_t counts[GG_ACTION_COUNT][GG_ACTION_COUNT])
{
    struct json nested = {json->stream, 0};
    char name[CELL_BYTES];
    size_t i;
    size_t j;

    json_key(json, key);
    for (i = 0; i < COUNT(order); i++) {
        for (j = 0; j < COUNT(order); j++) {
            if (counts[order[i]][order[j]] > 0)
                json_number(&nested, change_name(name, sizeof(name), i, j),
                            counts[order[i]][order[j]]);
        }
    }
    json_end(&nested);
}

static void add_rows(struct json *json, const char *key,
                     const struct matrix_rows *rows)
{
    struct json list = {json->stream, 0};
    size_t i;

    json_key(json, key);
    for (i = 0; i < rows->n; i++) {
        struct json row = {json->stream, 0};

        if (rows->list[i]->changed == 0)
            continue;
        json_key(&list, rows->list[i]->name);
        json_number(&row, "grants", rows->list[i]->grants);
        json_number(&row, "changed", rows->list[i]->changed);
        add_counts(&row, "changes", rows->list[i]->changes);
        json_end(&row);
    }
    json_end(&list);
}

void matrix_members(struct json *json, struct matrix *matrix)
{
    json_number(json, "grants", matrix->grants);
    json_number(json, "changed", matrix->changed);
    add_counts(json, "matrix", matrix->counts);
    add_counts(json, "changes", matrix->changes);
    add_rows(json, "tenants", &matrix->tenants);
    add_rows(json, "providers", &matrix->providers);
}
