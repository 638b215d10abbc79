/* SPDX-License-Identifier: MIT */
/* ids.c - a list of grant ids: from arguments, or from a file with one on
 * each line. */
#include "api.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

static int compare_ids(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int out_of_memory(void)
{
    note_error("out_of_memory", "no memory for the list of ids");
    return EXIT_USAGE;
}

static int make_room(struct ids *ids)
{
    size_t room = ids->room ? ids->room * 2 : 64;
    char **list;

    if (ids->n < ids->room)
        return 0;
    list = realloc(ids->list, room * sizeof(*list));
    if (!list)
        return out_of_memory();
    ids->list = list;
    ids->room = room;
    return 0;
}

int ids_add(struct ids *ids, const char *id)
{
    char *copy;

    if (tfind(id, &ids->known, compare_ids)) {
        ids->nrepeated++;
        return 0;
    }
    copy = strdup(id);
    if (!copy || make_room(ids) != 0 ||
        !tsearch(copy, &ids->known, compare_ids)) {
        free(copy);
        return out_of_memory();
    }
    ids->list[ids->n++] = copy;
    return 0;
}

/* The text of @line without the white space around it. */
static char *trim(char *line)
{
    static const char space[] = " \t\r\n";
    char *end;

    line += strspn(line, space);
    end = line + strlen(line);
    while (end > line && strchr(space, end[-1]))
        end--;
    *end = '\0';
    return line;
}

static int read_lines(struct ids *ids, FILE *stream, const char *path)
{
    char *line = NULL;
    size_t size = 0;
    int code = 0;

    while (code == 0 && !stop_is_asked(NULL) &&
           getline(&line, &size, stream) >= 0) {
        const char *id = trim(line);

        if (*id != '\0')
            code = ids_add(ids, id);
    }
    if (code == 0 && ferror(stream)) {
        note_error("io_error", "cannot read %s: %s", path, strerror(errno));
        code = EXIT_USAGE;
    }
    free(line);
    return code;
}

int ids_read(struct ids *ids, const char *path)
{
    FILE *stream;
    int code;

    if (strcmp(path, "-") == 0)
        return read_lines(ids, stdin, "standard input");
    stream = fopen(path, "re");
    if (!stream) {
        note_error("io_error", "cannot read %s: %s", path, strerror(errno));
        return EXIT_USAGE;
    }
    code = read_lines(ids, stream, path);
    fclose(stream);
    return code;
}

void ids_free(struct ids *ids)
{
    size_t i;

    for (i = 0; i < ids->n; i++) {
        tdelete(ids->list[i], &ids->known, compare_ids);
        free(ids->list[i]);
    }
    free(ids->list);
    memset(ids, 0, sizeof(*ids));
}
