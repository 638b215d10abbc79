/* SPDX-License-Identifier: MIT */
/* fuzz_record.c - a decision, written and read back, is the same. */
#include "fuzz.h"

#include <string.h>

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
#define ROW(name)                                                              \
    {                                                                          \
#name, offsetof(struct gg_decision, name)                              \
    }
    ROW(grant_id), ROW(tenant),    ROW(provider),      ROW(reason),
    ROW(policy),   ROW(rule),      ROW(auth_url),      ROW(auth_url_missing),
    ROW(notify),   ROW(smtp_host), ROW(smtp_username),
#undef ROW
};

#define NTEXTS (sizeof(texts) / sizeof(texts[0]))

static const char **text_of(struct gg_decision *decision, size_t i)
{
    return (const char **)(void *)((char *)decision + texts[i].offset);
}

/* @text as the engine writes JSON, without line breaks, or NULL if it is
 * none; the caller frees it. */
static char *compact(const char *text)
{
    struct ggp_document document = {0};
    char *json = NULL;

    if (text && ggp_document_read(&document, text, strlen(text), NULL) == GG_OK)
        json = yyjson_val_write(ggp_document_root(&document), 0, NULL);
    ggp_document_free(&document);
    if (json && ggp_has_control(json, strlen(json))) {
        gg_free(json);
        json = NULL;
    }
    return json;
}

static void read_decision(struct gg_decision *decision,
                          const struct fuzz_lines *lines)
{
    size_t i;

    for (i = 0; i < NTEXTS; i++)
        *text_of(decision, i) = fuzz_lines_find(lines, texts[i].name);
    decision->action = (enum gg_action)(fuzz_lines_number(lines, "action") & 7);
    decision->mandate = fuzz_lines_number(lines, "mandate") != 0;
    decision->smtp = (enum gg_smtp)(fuzz_lines_number(lines, "smtp") & 7);
    decision->missing = (unsigned)(fuzz_lines_number(lines, "missing") & 255);
    decision->evidence = (enum gg_evidence)(
        fuzz_lines_number(lines, "evidence") & 7);
    decision->has_after = fuzz_lines_find(lines, "after") != NULL;
    decision->after = fuzz_lines_number(lines, "after");
    decision->due = fuzz_lines_number(lines, "due");
    decision->smtp_port = (int)(fuzz_lines_number(lines, "smtp_port") & 65535);
    decision->error = (gg_status)(fuzz_lines_number(lines, "error") & 31);
    decision->error_message = fuzz_lines_find(lines, "error_message");
}

/* --- read back --- */

static void require_number(yyjson_val *record, const char *key, int is_set,
                           int64_t number)
{
    yyjson_val *value = yyjson_obj_get(record, key);

    require(is_set ? yyjson_is_int(value) && yyjson_get_sint(value) == number
                   : !value,
            "a number comes back", key);
}

static void require_json(yyjson_val *record, const char *key, const char *json)
{
    yyjson_doc *doc = json ? yyjson_read(json, strlen(json), 0) : NULL;
    yyjson_val *value = yyjson_obj_get(record, key);

    require(json ? yyjson_equals(value, yyjson_doc_get_root(doc)) : !value,
            "what is JSON comes back", json);
    yyjson_doc_free(doc);
}

static void require_missing(yyjson_val *record,
                            const struct gg_decision *decision)
{
    yyjson_val *list = yyjson_obj_get(record, "missing");
    unsigned found = 0;
    unsigned bit;
    yyjson_val *name;
    size_t i;
    size_t n;

    require((list != NULL) == (decision->smtp == GG_SMTP_INCOMPLETE),
            "what is incomplete says what is missing", NULL);
    yyjson_arr_foreach(list, i, n, name)
    {
        for (bit = 1; bit <= GG_MISSING_SMTP_PORT; bit *= 2) {
            if (yyjson_equals_str(name, gg_missing_name(bit)))
                found |= bit;
        }
    }
    require(!list || found == (decision->missing & 15),
            "what is missing comes back", NULL);
}

static void require_error_of(yyjson_val *record,
                             const struct gg_decision *decision)
{
    yyjson_val *error = yyjson_obj_get(record, "error");
    gg_status status = decision->error == GG_OK ? GG_EPOLICY : decision->error;
    const char *message = decision->error_message ? decision->error_message
                                                  : "no message";

    if (!error)
        return;
    require(has_text(error, "code", gg_status_token(status)),
            "a code comes back", NULL);
    require(has_text(error, "message", message), "a message comes back",
            message);
}

static void require_whole(yyjson_val *record,
                          const struct gg_decision *decision)
{
    struct gg_decision copy = *decision;
    size_t i;

    for (i = 0; i < NTEXTS; i++)
        require(has_text(record, texts[i].name, *text_of(&copy, i)),
                "a text comes back", texts[i].name);
    require(has_text(record, "smtp", gg_smtp_name(decision->smtp)),
            "the verdict comes back", NULL);
    require(yyjson_is_true(yyjson_obj_get(record, "mandate")) ==
                decision->mandate,
            "a mandate comes back", NULL);
    require_number(record, "after", decision->has_after, decision->after);
    require_number(record, "due", decision->has_after, decision->due);
    require_number(record, "smtp_port", decision->smtp_port != 0,
                   decision->smtp_port);
    require_missing(record, decision);
    require_json(record, "data", decision->data);
    require_json(record, "trace", decision->trace);
    require_error_of(record, decision);
}

/* A record that would be too long is an error that still says whose. */
static void require_replacement(yyjson_val *record,
                                const struct gg_decision *decision)
{
    yyjson_val *error = yyjson_obj_get(record, "error");

    require(has_text(record, "grant_id", decision->grant_id) &&
                has_text(record, "tenant", decision->tenant) &&
                has_text(record, "provider", decision->provider),
            "what is too long still says whose it is", NULL);
    require(has_text(error, "code", gg_status_token(GG_EOUTPUT)),
            "what is too long says so", NULL);
}

static void check(const struct gg_decision *decision,
                  const struct ggp_place *place)
{
    struct ggp_buf buf = {0};
    enum gg_action shown = ggp_record_write(&buf, place, decision);
    yyjson_doc *doc;
    yyjson_val *record;

    require(buf.failed == GG_OK && buf.len > 0 &&
                buf.bytes[buf.len - 1] == '\n',
            "a record ends its line", NULL);
    doc = require_record(buf.bytes, buf.len - 1);
    record = yyjson_doc_get_root(doc);
    require(has_text(record, "action", gg_action_name(shown)),
            "the action is the one that is counted", NULL);
    require(has_text(record, "file", place->file), "a file comes back",
            place->file);
    require(shown == decision->action || shown == GG_ERROR,
            "nothing but an error takes a decision's place", NULL);
    if (yyjson_equals_str(
            yyjson_obj_get(yyjson_obj_get(record, "error"), "message"),
            "the record is over 65536 bytes"))
        require_replacement(record, decision);
    else
        require_whole(record, decision);
    yyjson_doc_free(doc);
    ggp_buf_free(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct gg_decision decision = {0};
    struct ggp_place place = {0};
    struct fuzz_lines lines;
    char *data;
    char *trace;

    fuzz_lines_read(&lines, bytes, len);
    read_decision(&decision, &lines);
    data = compact(fuzz_lines_find(&lines, "data"));
    trace = compact(fuzz_lines_find(&lines, "trace"));
    decision.data = data;
    decision.trace = trace;
    place.file = fuzz_lines_find(&lines, "file");
    place.line = (uint64_t)fuzz_lines_number(&lines, "line");
    check(&decision, &place);
    gg_free(data);
    gg_free(trace);
    fuzz_lines_free(&lines);
    return 0;
}
