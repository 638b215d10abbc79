/* SPDX-License-Identifier: MIT */
/* json.c - objects printed member by member. */
#include "show.h"

#include <inttypes.h>

void json_key(struct json *json, const char *key)
{
    fputc(json->nmembers == 0 ? '{' : ',', json->stream);
    escape_json(json->stream, key);
    fputc(':', json->stream);
    json->nmembers++;
}

void json_text(struct json *json, const char *key, const char *text)
{
    if (!text)
        return;
    json_key(json, key);
    escape_json(json->stream, text);
}

void json_raw(struct json *json, const char *key, const char *value)
{
    if (!value)
        return;
    json_key(json, key);
    fputs(value, json->stream);
}

void json_number(struct json *json, const char *key, uint64_t number)
{
    json_key(json, key);
    fprintf(json->stream, "%" PRIu64, number);
}

void json_end(struct json *json)
{
    fputs(json->nmembers == 0 ? "{}" : "}", json->stream);
}
