/* SPDX-License-Identifier: MIT */
/* fuzz_batch.c - lines in, records out: each line is answered for, in order,
 * and as a document the same is said. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LINE 4096

static gg_status take(void *payload, const char *bytes, size_t len,
                      struct gg_error *err)
{
    (void)err;
    ggp_buf_add(payload, bytes, len);
    return GG_OK;
}

/* The set, which lives as long as the program. */
static gg_policies *policies;

static void close_policies(void)
{
    gg_policies_free(policies);
}

static void open_policies(void)
{
    struct gg_error err = {0};

    if (policies)
        return;
    require(gg_policies_open(FUZZ_RULES, NULL, &policies, &err) == GG_OK,
            "the rules load", err.message);
    (void)atexit(close_policies);
}

/* Run a batch over the input, @is_document or lines, into @out. */
static void run(const uint8_t *bytes, size_t len, int is_document,
                gg_tally *tally, struct ggp_buf *out)
{
    static const struct gg_limits limits = {1000000, (size_t)4 << 20, 20000};
    struct fuzz_pieces pieces = {bytes, len, 0, len % 61 + 1};
    struct gg_source source = {NULL, is_document, fuzz_pieces_read, &pieces};
    struct gg_pipeline pipeline = {.policies = policies,
                                   .session = fuzz_session_options(limits),
                                   .sources = &source,
                                   .nsources = 1,
                                   .tenant_from = "domain",
                                   .now = FUZZ_NOW,
                                   .max_line_bytes = MAX_LINE,
                                   .write = take,
                                   .write_payload = out};
    struct gg_error err = {0};
    gg_status status = gg_pipeline_run(&pipeline, tally, &err);

    require(status == GG_OK, "a batch runs to its end", err.message);
    require(out->failed == GG_OK, "there is memory for the records", NULL);
}

static uint64_t tallied(const gg_tally *tally)
{
    const struct gg_tally_row *row;
    uint64_t n = 0;
    size_t i;
    int action;

    for (i = 0; (row = gg_tally_provider(tally, i)) != NULL; i++) {
        for (action = 0; action < GG_ACTION_COUNT; action++)
            n += row->actions[action];
    }
    return n;
}

/* The number of the next line of @bytes after number @line, which ends at
 * *@at, that is not blank; 0 if there is none. */
static uint64_t next_line(const char *bytes, size_t len, size_t *at,
                          uint64_t line)
{
    while (*at < len) {
        const char *start = bytes + *at;
        const char *newline = memchr(start, '\n', len - *at);
        size_t n = newline ? (size_t)(newline - start) : len - *at;

        *at += n + (newline != NULL);
        line++;
        if (!ggp_is_blank(start, n))
            return line;
    }
    return 0;
}

/* Whether there is a byte order mark, which is no part of the first line. */
static int has_mark(const char *bytes, size_t len)
{
    return len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
}

/* Each record is one, and they answer for all lines in turn.  Returns how
 * many there are. */
static uint64_t require_records(const struct ggp_buf *out, const char *bytes,
                                size_t len)
{
    size_t start = 0;
    size_t at = 0;
    uint64_t line = 0;
    uint64_t n = 0;

    if (has_mark(bytes, len))
        at = 3;
    while (start < out->len) {
        const char *record = out->bytes + start;
        const char *newline = memchr(record, '\n', out->len - start);
        yyjson_doc *doc;
        uint64_t shown;

        require(newline != NULL, "a record ends its line", record);
        doc = require_record(record, (size_t)(newline - record));
        shown = yyjson_get_uint(
            yyjson_obj_get(yyjson_doc_get_root(doc), "line"));
        yyjson_doc_free(doc);
        if (shown != line) {
            line = next_line(bytes, len, &at, line);
            require(shown == line, "each line is answered for, in turn",
                    record);
        }
        start += (size_t)(newline - record) + 1;
        n++;
    }
    require(next_line(bytes, len, &at, line) == 0,
            "the last line is answered for", NULL);
    return n;
}

/* A line by itself is a document, but for the number of its line. */
static void require_same(const struct ggp_buf *lines,
                         const struct ggp_buf *document)
{
    static const char number[] = "{\"line\":1,";
    const size_t number_len = sizeof(number) - 1;
    size_t at = 0;
    size_t other = 0;

    while (at < lines->len) {
        const char *record = lines->bytes + at;
        const char *newline = memchr(record, '\n', lines->len - at);
        size_t len = (size_t)(newline - record) + 1;
        size_t rest = len - number_len;

        require(strncmp(record, number, number_len) == 0 &&
                    document->len - other > rest &&
                    document->bytes[other] == '{' &&
                    memcmp(document->bytes + other + 1, record + number_len,
                           rest) == 0,
                "a line and a document say the same", record);
        at += len;
        other += rest + 1;
    }
    require(other == document->len, "a document says nothing more", NULL);
}

static int is_one_line(const char *bytes, size_t len)
{
    size_t start = has_mark(bytes, len) ? 3 : 0;

    return len - start <= MAX_LINE && !memchr(bytes, '\n', len) &&
           !ggp_is_blank(bytes + start, len - start);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct ggp_buf lines = {0};
    struct ggp_buf document = {0};
    gg_tally *tally = NULL;
    uint64_t n;

    open_policies();
    require(gg_tally_new(&tally, NULL) == GG_OK, "there is a tally", NULL);
    run(bytes, len, 0, tally, &lines);
    n = require_records(&lines, (const char *)bytes, len);
    require(tallied(tally) == n, "each record is counted once", NULL);
    run(bytes, len, 1, tally, &document);
    if (is_one_line((const char *)bytes, len) && document.len > 0)
        require_same(&lines, &document);
    gg_tally_free(tally);
    ggp_buf_free(&lines);
    ggp_buf_free(&document);
    return 0;
}
