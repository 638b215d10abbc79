/* SPDX-License-Identifier: MIT */
/*
 * floor.c - what it takes to read seven fields of each grant with yyjson and
 * do nothing with them: floor FILE prints a sum.
 */
#include "lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <yyjson.h>

static uint64_t sum;
static char pool[ROOM_BYTES];

static void sum_value(yyjson_val *value)
{
    if (yyjson_is_str(value))
        sum_text(&sum, yyjson_get_str(value), yyjson_get_len(value));
    else if (yyjson_is_int(value))
        sum += yyjson_get_uint(value);
}

static void take(char *line, size_t len)
{
    static const char *const fields[] = {"id", "provider", "grant_status",
                                         "email", "created_at"};
    yyjson_alc memory;
    yyjson_doc *doc;
    yyjson_val *root;
    yyjson_val *settings;
    size_t i;

    yyjson_alc_pool_init(&memory, pool, sizeof(pool));
    doc = yyjson_read_opts(line, len, YYJSON_READ_NOFLAG, &memory, NULL);
    if (!doc)
        exit(1);
    root = yyjson_doc_get_root(doc);
    for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        sum_value(yyjson_obj_get(root, fields[i]));
    settings = yyjson_obj_get(root, "settings");
    sum_value(yyjson_obj_get(settings, "smtp_host"));
    sum_value(yyjson_obj_get(settings, "smtp_port"));
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;

    if (!file || lines_read(file, take) != 0)
        return 2;
    printf("%" PRIu64 "\n", sum);
    return 0;
}
