/* SPDX-License-Identifier: MIT */
/* batch_memory.c - a batch from memory to memory. */
#include "batch_memory.h"

#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct policy_set set;
struct output output;
struct gg_error err;

void batch_setup(void)
{
    memset(&set, 0, sizeof(set));
    memset(&output, 0, sizeof(output));
}

void batch_teardown(void)
{
    ggp_buf_free(&output.records);
    ggp_buf_free(&output.log);
    policy_set_free(&set);
}

gg_status write_memory(void *payload, const char *bytes, size_t len,
                       struct gg_error *why)
{
    struct output *out = payload;

    if (out->writes_left == 1)
        return ggp_fail(why, GG_EIO, "the disk is full");
    out->writes_left -= out->writes_left > 1;
    ggp_buf_add(&out->records, bytes, len);
    return GG_OK;
}

static void log_memory(const char *where, const char *grant_id,
                       const char *text, void *payload)
{
    struct output *out = payload;

    ggp_buf_string(&out->log, where);
    ggp_buf_char(&out->log, ' ');
    ggp_buf_string(&out->log, grant_id ? grant_id : "-");
    ggp_buf_char(&out->log, ' ');
    ggp_buf_string(&out->log, text);
    ggp_buf_char(&out->log, '\n');
}

gg_status run_text(struct gg_pipeline *pipeline, const char *text, size_t piece,
                   int is_document)
{
    struct memory memory = {text, strlen(text), 0, piece};
    struct gg_source source = {"in.ndjson", is_document, memory_read, &memory};

    pipeline->policies = set.policies;
    pipeline->session.log = log_memory;
    pipeline->session.payload = &output;
    pipeline->sources = &source;
    pipeline->nsources = 1;
    pipeline->now = NOW;
    pipeline->write = write_memory;
    pipeline->write_payload = &output;
    ggp_buf_clear(&output.records);
    ggp_buf_clear(&output.log);
    return gg_pipeline_run(pipeline, NULL, &err);
}

const char *records(void)
{
    const char *text = ggp_buf_text(&output.records);

    return text ? text : "";
}

char *many_grants(int n)
{
    static const char *const extra[] = {
        "",
        ",\"name\":\"bad\"",
        ",\"settings\":{\"imap_host\":\"h\"}",
        ",\"name\":\"bomb\"",
        ",\"settings\":{\"smtp_host\":\"h\",\"smtp_port\":25}",
        ",\"created_at\":1",
        ",\"name\":7",
    };
    char *text = malloc((size_t)n * 160 + 1);
    size_t len = 0;
    int i;

    ck_assert_ptr_nonnull(text);
    text[0] = '\0';
    for (i = 0; i < n; i++)
        len += (size_t)sprintf(text + len,
                               "{\"grant\":{\"id\":\"g%d\",\"provider\":\"imap"
                               "\",\"email\":\"a%d@b.c\"%s},\"tenant\":\"t%d\""
                               "}\n%s",
                               i, i, extra[i % COUNT(extra)], i % 5,
                               i % 97 ? "" : "\n");
    return text;
}

const char busy[] =
    "local words = {} for i = 1, 50 do words[i] = 'w' .. i end\n"
    "return { evaluate = { rule { 'bad', when = { name = 'bad' }, function(g) "
    "error(g.id) end }, rule { 'bomb', when = { name = 'bomb' }, function() "
    "local s = 'x' while true do s = s .. s end end }, rule { 'smtp', when = { "
    "smtp = 'incomplete' }, reauth 'smtp_missing' }, rule { 'r', when = "
    "'always', function(g) log(g.tenant .. #words) return accept { reason = "
    "'x', data = { g.raw, words } } end } } }";
