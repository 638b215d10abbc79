/* SPDX-License-Identifier: MIT */
/* lines.c - an input as lines of name=value, for what takes fields. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

void fuzz_lines_read(struct fuzz_lines *lines, const uint8_t *bytes, size_t len)
{
    char *at = malloc(len + 1);

    require(at != NULL, "there is memory for the input", NULL);
    if (len > 0)
        memcpy(at, bytes, len);
    at[len] = '\0';
    lines->text = at;
    lines->n = 0;
    while (at && lines->n < FUZZ_MAX_LINES) {
        char *newline = memchr(at, '\n', len - (size_t)(at - lines->text));
        char *equals;

        if (newline)
            *newline = '\0';
        equals = strchr(at, '=');
        if (equals) {
            *equals = '\0';
            lines->names[lines->n] = at;
            lines->values[lines->n++] = equals + 1;
        }
        at = newline ? newline + 1 : NULL;
    }
}

void fuzz_lines_free(struct fuzz_lines *lines)
{
    free(lines->text);
    lines->text = NULL;
}

const char *fuzz_lines_find(const struct fuzz_lines *lines, const char *name)
{
    size_t i = lines->n;

    while (i > 0) {
        i--;
        if (strcmp(lines->names[i], name) == 0)
            return lines->values[i];
    }
    return NULL;
}

int64_t fuzz_lines_number(const struct fuzz_lines *lines, const char *name)
{
    const char *text = fuzz_lines_find(lines, name);

    return text ? strtoll(text, NULL, 10) : 0;
}
