/* SPDX-License-Identifier: MIT */
/*
 * records.c - records, read again.
 *
 * What record.c wrote becomes a decision once more, but for `data` and
 * `trace`, which are for others.  A line that is no record is handed out as
 * such: whoever counts records counts these too.
 */
#include "private.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Where the reading of records is. */
struct records {
    struct ggp_document document;
    gg_record_fn take;
    void *payload;
};

/* Members that are texts. */
static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    {"grant_id", offsetof(struct gg_decision, grant_id)},
    {"tenant", offsetof(struct gg_decision, tenant)},
    {"provider", offsetof(struct gg_decision, provider)},
    {"reason", offsetof(struct gg_decision, reason)},
    {"policy", offsetof(struct gg_decision, policy)},
    {"rule", offsetof(struct gg_decision, rule)},
    {"auth_url", offsetof(struct gg_decision, auth_url)},
    {"auth_url_missing", offsetof(struct gg_decision, auth_url_missing)},
    {"notify", offsetof(struct gg_decision, notify)},
    {"smtp_host", offsetof(struct gg_decision, smtp_host)},
    {"smtp_username", offsetof(struct gg_decision, smtp_username)},
};

/* --- members -------------------------------------------------------------- */

/* Read a text that a C string can hold: absent leaves *@out. */
static gg_status read_text(yyjson_val *object, const char *name,
                           const char **out, struct gg_error *err)
{
    yyjson_val *value = yyjson_obj_get(object, name);
    struct ggp_text text = ggp_text_of_json(value);

    if (!value)
        return GG_OK;
    if (!text.at || memchr(text.at, '\0', text.len))
        return ggp_fail(err, GG_EINVAL, "field '%s' must be a text", name);
    *out = text.at;
    return GG_OK;
}

static gg_status read_texts(yyjson_val *root, struct gg_decision *decision,
                            struct gg_error *err)
{
    gg_status status = GG_OK;
    size_t i;

    for (i = 0; status == GG_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
        status = read_text(root, texts[i].name,
                           (const char **)((char *)decision + texts[i].offset),
                           err);
    return status;
}

/* Read a whole number from 0 to @max: absent leaves *@out. */
static gg_status read_number(yyjson_val *object, const char *name, int64_t max,
                             int64_t *out, struct gg_error *err)
{
    yyjson_val *value = yyjson_obj_get(object, name);

    if (!value)
        return GG_OK;
    if (!yyjson_is_uint(value) || yyjson_get_uint(value) > (uint64_t)max)
        return ggp_fail(err, GG_EINVAL,
                        "field '%s' must be a whole number in its range", name);
    *out = (int64_t)yyjson_get_uint(value);
    return GG_OK;
}

/* The name of number @index of a kind; NULL: it has none. */
typedef const char *(*name_fn)(unsigned index);

static const char *action_name(unsigned index)
{
    return gg_action_name((enum gg_action)index);
}

static const char *smtp_name(unsigned index)
{
    return gg_smtp_name((enum gg_smtp)index);
}

static const char *evidence_name(unsigned index)
{
    return ggp_evidence_name((enum gg_evidence)index);
}

static const char *error_name(unsigned index)
{
    return index == GG_OK ? NULL : gg_status_token((gg_status)index);
}

/* Read one of @n names into its number: absent leaves *@out. */
static gg_status read_name(yyjson_val *object, const char *field, name_fn name,
                           unsigned n, unsigned *out, struct gg_error *err)
{
    yyjson_val *value = yyjson_obj_get(object, field);
    struct ggp_text text = ggp_text_of_json(value);
    char room[GGP_PLAIN_MAX + 1];
    unsigned i;

    if (!value)
        return GG_OK;
    for (i = 0; i < n; i++) {
        if (text.at && name(i) && ggp_text_is(text, name(i))) {
            *out = i;
            return GG_OK;
        }
    }
    return ggp_fail(err, GG_EINVAL, "field '%s' cannot be '%s'", field,
                    ggp_plain_name(text, room));
}

static gg_status read_missing(yyjson_val *root, unsigned *missing,
                              struct gg_error *err)
{
    yyjson_val *list = yyjson_obj_get(root, "missing");
    yyjson_arr_iter iter = yyjson_arr_iter_with(list);
    yyjson_val *value;

    if (list && !yyjson_is_arr(list))
        return ggp_fail(err, GG_EINVAL, "field 'missing' must be a list");
    while ((value = yyjson_arr_iter_next(&iter)) != NULL) {
        struct ggp_text text = ggp_text_of_json(value);
        unsigned bit = 1;

        while (gg_missing_name(bit) &&
               !(text.at && ggp_text_is(text, gg_missing_name(bit))))
            bit <<= 1;
        if (!gg_missing_name(bit))
            return ggp_fail(err, GG_EINVAL,
                            "field 'missing' names what no grant has");
        *missing |= bit;
    }
    return GG_OK;
}

/* --- the record ----------------------------------------------------------- */

static gg_status read_verdict(yyjson_val *root, struct gg_decision *decision,
                              struct gg_error *err)
{
    unsigned smtp = GG_SMTP_NONE;
    unsigned evidence = GG_EVIDENCE_NONE;
    gg_status status = read_name(root, "smtp", smtp_name, GG_SMTP_COUNT, &smtp,
                                 err);

    if (status == GG_OK)
        status = read_name(root, "evidence", evidence_name,
                           GG_EVIDENCE_SENT + 1, &evidence, err);
    if (status == GG_OK)
        status = read_missing(root, &decision->missing, err);
    decision->smtp = (enum gg_smtp)smtp;
    decision->evidence = (enum gg_evidence)evidence;
    return status;
}

static gg_status read_numbers(yyjson_val *root, struct gg_decision *decision,
                              struct gg_error *err)
{
    int64_t port = 0;
    gg_status status = read_number(root, "after", INT64_MAX, &decision->after,
                                   err);

    if (status == GG_OK)
        status = read_number(root, "due", INT64_MAX, &decision->due, err);
    if (status == GG_OK)
        status = read_number(root, "smtp_port", GGP_PORT_MAX, &port, err);
    decision->has_after = yyjson_obj_get(root, "after") != NULL;
    decision->mandate = yyjson_is_true(yyjson_obj_get(root, "mandate"));
    decision->smtp_port = (int)port;
    return status;
}

/* An error has a code and a message, and nothing else has them. */
static gg_status read_error(yyjson_val *root, struct gg_decision *decision,
                            struct gg_error *err)
{
    yyjson_val *error = yyjson_obj_get(root, "error");
    unsigned code = GG_OK;
    gg_status status;

    if ((decision->action == GG_ERROR) != yyjson_is_obj(error))
        return ggp_fail(err, GG_EINVAL,
                        "field 'error' and the action do not go together");
    status = read_name(error, "code", error_name, GGP_STATUS_COUNT, &code, err);
    if (status == GG_OK)
        status = read_text(error, "message", &decision->error_message, err);
    if (status == GG_OK && decision->action == GG_ERROR && code == GG_OK)
        return ggp_fail(err, GG_EINVAL, "field 'error' has no code");
    decision->error = (gg_status)code;
    return status;
}

static gg_status read_record(yyjson_val *root, struct gg_decision *decision,
                             struct gg_error *err)
{
    unsigned action = GG_ERROR;
    gg_status status;

    if (!yyjson_obj_get(root, "action"))
        return ggp_fail(err, GG_EINVAL,
                        "expected a record, an object with an action");
    status = read_name(root, "action", action_name, GG_ACTION_COUNT, &action,
                       err);
    decision->action = (enum gg_action)action;
    if (status == GG_OK)
        status = read_texts(root, decision, err);
    if (status == GG_OK)
        status = read_verdict(root, decision, err);
    if (status == GG_OK)
        status = read_numbers(root, decision, err);
    if (status == GG_OK)
        status = read_error(root, decision, err);
    return status;
}

/* --- lines ---------------------------------------------------------------- */

/* Hand out @line, whatever it is. */
static gg_status take_line(struct records *records, struct gg_record *record,
                           struct ggp_text line, struct gg_error *err)
{
    struct gg_decision decision = {0};
    struct gg_error why = {0};
    gg_status status = ggp_document_read(&records->document, line.at, line.len,
                                         &why);

    if (status == GG_OK)
        status = read_record(ggp_document_root(&records->document), &decision,
                             &why);
    if (status == GG_ENOMEM)
        return ggp_fail(err, status, "%s", why.message);
    record->decision = status == GG_OK ? &decision : NULL;
    record->problem = status == GG_OK ? NULL : why.message;
    return records->take(record, records->payload, err);
}

static gg_status take_chunk(struct records *records,
                            const struct ggp_chunk *chunk, struct gg_error *err)
{
    struct gg_record record = {.file = chunk->source->name,
                               .line = chunk->line,
                               .problem = "the line is too long for a record"};
    const char *at = chunk->bytes;
    size_t left = chunk->len;
    gg_status status = GG_OK;

    if (chunk->is_too_long)
        return records->take(&record, records->payload, err);
    while (status == GG_OK && left > 0) {
        const char *newline = memchr(at, '\n', left);
        struct ggp_text line = {at, newline ? (size_t)(newline - at) : left};
        size_t taken = line.len + (newline ? 1 : 0);

        if (!ggp_is_blank(line.at, line.len))
            status = take_line(records, &record, line, err);
        at += taken;
        left -= taken;
        record.line++;
    }
    return status;
}

static gg_status read_source(struct records *records,
                             const struct gg_source *source,
                             const struct gg_stop *stop, struct gg_error *err)
{
    struct gg_source lines = *source;
    struct ggp_inputs inputs = {.sources = &lines, .nsources = 1};
    struct ggp_chunk chunk = {0};
    struct ggp_reader reader;
    gg_status status = GG_OK;
    int has = 1;

    lines.is_document = 0;
    if (stop)
        inputs.stop = *stop;
    ggp_reader_open(&reader, &inputs);
    while (status == GG_OK && has) {
        status = ggp_reader_next(&reader, &chunk, &has, err);
        if (status == GG_OK && has)
            status = take_chunk(records, &chunk, err);
    }
    ggp_reader_free(&reader);
    free(chunk.room.bytes);
    return status;
}

gg_status gg_records_read(const struct gg_source *sources, size_t n,
                          const struct gg_stop *stop, gg_record_fn take,
                          void *payload, struct gg_error *err)
{
    struct records records = {.take = take, .payload = payload};
    struct gg_error unseen = {0};
    gg_status status = GG_OK;
    size_t i;

    if (!err)
        err = &unseen; /* sources are owed one */
    if (!take || (n > 0 && !sources))
        return ggp_fail(err, GG_EINVAL,
                        "records: sources and take are "
                        "required");
    for (i = 0; status == GG_OK && i < n; i++)
        status = sources[i].read ? read_source(&records, &sources[i], stop, err)
                                 : ggp_fail(err, GG_EINVAL,
                                            "records: a source has no "
                                            "read");
    ggp_document_free(&records.document);
    return status;
}
