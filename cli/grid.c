/* SPDX-License-Identifier: MIT */
/*
 * grid.c - columns as wide as what is in them.
 *
 * The rows are made twice, to measure and to print, so none is kept.  All
 * foreign text is escaped before it is measured.
 */
#include "show.h"

#include <string.h>

#define WIDTH_MAX 48 /* what is longer sticks out */

void grid_cell(struct cell *cell, const char *text)
{
    escape_terminal(cell->text, sizeof(cell->text), text ? text : "");
}

/* Make row @row anew.  Returns the last column that is not empty. */
static size_t make_row(const struct grid *grid, size_t row, struct cell *cells)
{
    size_t last = 0;
    size_t i;

    memset(cells, 0, GRID_COLUMNS_MAX * sizeof(*cells));
    grid->fill(grid->self, row, cells);
    for (i = 0; i < GRID_COLUMNS_MAX; i++) {
        if (cells[i].text[0])
            last = i;
    }
    return last;
}

void grid_print(FILE *stream, const struct grid *grid)
{
    struct cell cells[GRID_COLUMNS_MAX];
    int widths[GRID_COLUMNS_MAX] = {0};
    size_t row;
    size_t i;

    for (row = 0; row < grid->nrows; row++) {
        (void)make_row(grid, row, cells);
        for (i = 0; i < GRID_COLUMNS_MAX; i++) {
            int len = (int)strlen(cells[i].text);

            if (len > widths[i] && len <= WIDTH_MAX)
                widths[i] = len;
        }
    }
    for (row = 0; row < grid->nrows; row++) {
        size_t last = make_row(grid, row, cells);

        fputs(grid->start, stream);
        for (i = 0; i < last; i++)
            fprintf(stream, "%-*s  ", widths[i], cells[i].text);
        fprintf(stream, "%s\n", cells[last].text);
    }
}
