/* SPDX-License-Identifier: MIT */
/*
 * value.c - what a field of a grant or request holds.
 *
 * Lua and the compiled conditions both read fields through these values, so
 * what one sees is what the other sees.
 */
#include "private.h"

#include <string.h>

/* The years 0 to 9999, what RFC 3339 can say: sums of times never overflow,
 * and milliseconds taken for seconds are noticed. */
#define TIME_MIN INT64_C(-62167219200)
#define TIME_MAX INT64_C(253402300799)

/* Integers that int64_t cannot hold become reals, the nearest there is. */
static struct ggp_value number_of(yyjson_val *json)
{
    struct ggp_value value = {.kind = GGP_INTEGER};

    if (yyjson_is_sint(json)) {
        value.integer = yyjson_get_sint(json);
    } else if (yyjson_is_uint(json) && yyjson_get_uint(json) <= INT64_MAX) {
        value.integer = (int64_t)yyjson_get_uint(json);
    } else {
        value.kind = GGP_REAL;
        value.real = yyjson_get_num(json);
    }
    return value;
}

struct ggp_value ggp_value_of(yyjson_val *json)
{
    struct ggp_value value = {.kind = GGP_NIL};

    switch (yyjson_get_type(json)) {
    case YYJSON_TYPE_STR:
        value.kind = GGP_TEXT;
        value.text.at = yyjson_get_str(json);
        value.text.len = yyjson_get_len(json);
        return value;
    case YYJSON_TYPE_NUM:
        return number_of(json);
    case YYJSON_TYPE_BOOL:
        value.kind = GGP_BOOLEAN;
        value.integer = yyjson_get_bool(json);
        return value;
    case YYJSON_TYPE_ARR:
        value.kind = GGP_JSON_LIST;
        value.json = json;
        return value;
    case YYJSON_TYPE_OBJ:
        value.kind = GGP_JSON_OBJECT;
        value.json = json;
        return value;
    default:
        return value;
    }
}

struct ggp_value ggp_value_text(const char *text)
{
    return ggp_value_of_text(ggp_text_of(text));
}

int ggp_value_time(yyjson_val *json, int64_t *seconds)
{
    struct ggp_value value = ggp_value_of(json);

    if (value.kind == GGP_TEXT) {
        if (!ggp_moment_parse(value.text.at, value.text.len, &value.integer))
            return 0;
    } else if (value.kind != GGP_INTEGER) {
        return 0;
    }
    if (value.integer < TIME_MIN || value.integer > TIME_MAX)
        return 0;
    *seconds = value.integer;
    return 1;
}

static int is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

const char *ggp_plain_name(struct ggp_text text, char room[GGP_PLAIN_MAX + 1])
{
    size_t i;

    if (!text.at || text.len == 0 || text.len > GGP_PLAIN_MAX)
        return "(not shown)";
    for (i = 0; i < text.len; i++) {
        if (!is_plain(text.at[i]))
            return "(not shown)";
        room[i] = text.at[i];
    }
    room[i] = '\0';
    return room;
}

int ggp_subject_field(const struct ggp_subject *subject, const char *name,
                      size_t len)
{
    int i;

    for (i = 0; i < subject->nfields; i++) {
        const struct ggp_field *field = &subject->fields[i];

        if (field->len == len && memcmp(field->name, name, len) == 0)
            return i;
    }
    return -1;
}
