/* SPDX-License-Identifier: MIT */
/* answer.c - an answer before it goes on the wire; what errors look like. */
#include "fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Nylas's types and messages.  OAuth answers name the error their own way. */
static const struct error {
    int status;
    const char *reason;
    const char *type;
    const char *message;
} errors[] = {
    {200, "OK", NULL, NULL},
    {302, "Found", NULL, NULL},
    {400, "Bad Request", "api.invalid_request_error", "Bad request"},
    {401, "Unauthorized", "api.authentication_error", "Unauthorized"},
    {403, "Forbidden", "grant.access_denied", "Access to Grant denied."},
    {404, "Not Found", "grant.not_found", "Grant not found."},
    {408, "Request Timeout", "api.timeout_error", "Request timed out."},
    {423, "Locked", "api.resource_blocked",
     "Resource blocked, contact administrator."},
    {429, "Too Many Requests", "nylas_rate_limit_exceeded",
     "Rate limit error."},
    {500, "Internal Server Error", "api.internal_error",
     "Internal error, contact administrator."},
    {502, "Bad Gateway", "api.internal_error", "Bad gateway."},
    {503, "Service Unavailable", "api.internal_error", "Service unavailable."},
    {504, "Gateway Timeout", "api.provider_error", "Provider error message"},
};

static const struct error *error_of(int status)
{
    size_t i;

    for (i = 0; i < COUNT(errors); i++) {
        if (errors[i].status == status)
            return &errors[i];
    }
    return NULL;
}

const char *answer_reason(int status)
{
    const struct error *error = error_of(status);

    return error ? error->reason : NULL;
}

void answer_header(struct answer *answer, const char *name, const char *value)
{
    ggp_buf_string(&answer->headers, name);
    ggp_buf_string(&answer->headers, ": ");
    ggp_buf_string(&answer->headers, value);
    ggp_buf_string(&answer->headers, "\r\n");
}

void answer_begin(struct answer *answer, int status, int64_t number)
{
    memset(answer, 0, sizeof(*answer));
    answer->status = status;
    snprintf(answer->request_id, sizeof(answer->request_id),
             "00000000-0000-4000-8000-%012" PRIu64, (uint64_t)number);
}

static void add_member(struct ggp_buf *buf, const char *name, const char *value)
{
    ggp_json_comma(buf);
    ggp_json_string(buf, name);
    ggp_buf_string(buf, ":");
    ggp_json_string(buf, value);
}

static void write_api(struct answer *answer, const char *type,
                      const char *message, int has_request_id)
{
    struct ggp_buf *buf = &answer->body;

    ggp_buf_string(buf, "{");
    if (has_request_id)
        add_member(buf, "request_id", answer->request_id);
    ggp_json_comma(buf);
    ggp_buf_string(buf, "\"error\":{");
    add_member(buf, "type", type);
    add_member(buf, "message", message);
    ggp_buf_string(buf, "}}");
}

static void write_oauth(struct ggp_buf *buf, int status, const char *message)
{
    ggp_buf_string(buf, "{");
    add_member(buf, "error", "invalid_request");
    add_member(buf, "error_description", message);
    add_member(buf, "error_uri", "https://developer.example/errors");
    ggp_buf_string(buf, ",\"error_code\":");
    ggp_buf_int(buf, status);
    ggp_buf_string(buf, "}");
}

/* What a proxy in between says. */
static void write_html(struct ggp_buf *buf, const struct error *error)
{
    ggp_buf_string(buf, "<html><head><title>");
    ggp_buf_string(buf, error->reason);
    ggp_buf_string(buf, "</title></head>\r\n<body><h1>");
    ggp_buf_string(buf, error->reason);
    ggp_buf_string(buf, "</h1></body></html>\r\n");
}

void answer_error(struct answer *answer, enum shape shape, const char *message)
{
    const struct error *error = error_of(answer->status);
    struct ggp_buf *buf = &answer->body;

    if (!message)
        message = error->message;
    ggp_buf_clear(buf);
    answer_header(answer, "Content-Type",
                  shape == SHAPE_HTML ? "text/html" : "application/json");
    if (shape != SHAPE_NO_REQUEST_ID && shape != SHAPE_HTML)
        answer_header(answer, "x-request-id", answer->request_id);

    switch (shape) {
    case SHAPE_API:
    case SHAPE_NO_REQUEST_ID:
        write_api(answer, error->type, message, shape == SHAPE_API);
        break;
    case SHAPE_OAUTH:
        write_oauth(buf, answer->status, message);
        break;
    case SHAPE_TOPLEVEL:
        ggp_buf_string(buf, "{");
        add_member(buf, "type", error->type);
        add_member(buf, "message", message);
        ggp_buf_string(buf, "}");
        break;
    case SHAPE_BARE:
        ggp_buf_string(buf, "{");
        add_member(buf, "error", "unauthorized");
        ggp_buf_string(buf, "}");
        break;
    case SHAPE_HTML:
        write_html(buf, error);
        break;
    case SHAPE_EMPTY:
        break;
    }
}

void answer_free(struct answer *answer)
{
    ggp_buf_free(&answer->headers);
    ggp_buf_free(&answer->body);
}
