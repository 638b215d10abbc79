/* SPDX-License-Identifier: MIT */
/* fuzz_facts.c - lines of facts: all are found again, or none is kept. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_text(struct ggp_text text, yyjson_val *value)
{
    if (!yyjson_is_str(value))
        return !text.at;
    return text.at && text.len == yyjson_get_len(value) &&
           memcmp(text.at, yyjson_get_str(value), text.len) == 0;
}

static int is_time(int has, int64_t time, yyjson_val *value)
{
    int64_t wanted = 0;

    if (!value || yyjson_is_null(value))
        return !has;
    return has && ggp_value_time(value, &wanted) && wanted == time;
}

/* The facts of the line @object are in the table. */
static void require_found(const gg_facts_table *table, yyjson_val *object)
{
    yyjson_val *id = yyjson_obj_get(object, "id");
    struct ggp_text name = ggp_text_of_json(id);
    yyjson_val *context = yyjson_obj_get(object, "context");
    const struct ggp_facts *facts = ggp_facts_table_find(table, name);

    require(facts != NULL, "each line is found by its id", name.at);
    require(is_text(facts->tenant, yyjson_obj_get(object, "tenant")),
            "its tenant is there", name.at);
    require(is_text(facts->send_error, yyjson_obj_get(object, "send_error")),
            "its error is there", name.at);
    require(is_time(facts->has_send_error_at, facts->send_error_at,
                    yyjson_obj_get(object, "send_error_at")),
            "the time of its error is there", name.at);
    require(is_time(facts->has_sent_at, facts->sent_at,
                    yyjson_obj_get(object, "sent_at")),
            "the time of its last send is there", name.at);
    require(yyjson_is_obj(context) ? yyjson_equals(facts->context, context)
                                   : !facts->context,
            "its context is there", name.at);
}

static void require_lines(const gg_facts_table *table, const char *at,
                          size_t left)
{
    if (left >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) {
        at += 3;
        left -= 3;
    }
    while (left > 0) {
        const char *newline = memchr(at, '\n', left);
        size_t len = newline ? (size_t)(newline - at) : left;
        size_t taken = len + (newline != NULL);

        if (!ggp_is_blank(at, len)) {
            yyjson_doc *doc = yyjson_read(at, len, 0);

            require(doc != NULL, "what was taken is JSON", NULL);
            require_found(table, yyjson_doc_get_root(doc));
            yyjson_doc_free(doc);
        }
        at += taken;
        left -= taken;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct ggp_text nobody = {"nobody-has-this-id", 18};
    struct fuzz_pieces pieces = {bytes, len, 0, len % 61 + 1};
    struct gg_source source = {"facts.ndjson", 0, fuzz_pieces_read, &pieces};
    gg_facts_table *table = NULL;
    struct gg_error err;
    gg_status status = gg_facts_table_read(&source, &table, &err);

    if (status == GG_OK) {
        require_lines(table, (const char *)bytes, len);
        (void)ggp_facts_table_find(table, nobody);
    } else {
        require(status == GG_EINVAL && !table,
                "what does not fit is an invalid argument", err.message);
        require_error(status, &err);
        require(strncmp(err.message, "facts.ndjson:", 13) == 0 &&
                    strtol(err.message + 13, NULL, 10) > 0,
                "the message says where", err.message);
    }
    gg_facts_table_free(table);
    return 0;
}
