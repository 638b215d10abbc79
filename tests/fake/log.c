/* SPDX-License-Identifier: MIT */
/* log.c - one line for each request, for tests to search. */
#include "fake.h"

#include <inttypes.h>
#include <stdio.h>

/* Add @text, in JSON's quotes. */
static void add(struct ggp_buf *buf, const char *name, struct ggp_text text)
{
    ggp_buf_char(buf, ' ');
    ggp_buf_string(buf, name);
    ggp_buf_char(buf, '=');
    ggp_json_text(buf, text.at ? text.at : "", text.len);
}

/* METHOD TARGET status=N try=N fault=ORDER [early] authorization="..." ... */
void log_request(FILE *log, const struct log_line *line)
{
    const struct request *request = line->request;
    struct ggp_buf buf = {0};

    if (!log)
        return;
    ggp_buf_add(&buf, request->method.at, request->method.len);
    ggp_buf_char(&buf, ' ');
    ggp_buf_add(&buf, request->target.at, request->target.len);
    ggp_buf_string(&buf, " status=");
    ggp_buf_int(&buf, line->status);
    ggp_buf_string(&buf, " try=");
    ggp_buf_int(&buf, line->attempt);
    ggp_buf_string(&buf, " fault=");
    ggp_buf_string(&buf, line->fault ? line->fault->text : "none");
    if (line->is_early)
        ggp_buf_string(&buf, " early");
    add(&buf, "authorization", request->authorization);
    add(&buf, "user-agent", request->user_agent);
    add(&buf, "accept-encoding", request->accept_encoding);
    fprintf(log, "%s\n", (char *)not_null((char *)ggp_buf_text(&buf)));
    fflush(log);
    ggp_buf_free(&buf);
}

void log_grant(FILE *log, const char *what, const struct grant *grant)
{
    if (!log)
        return;
    fprintf(log, "%s %s\n", what, grant->id.at);
    fflush(log);
}
