/* SPDX-License-Identifier: MIT */
/*
 * response.c - what an answer of the API says.
 *
 * The HTTP status decides; the types in error bodies do not agree among
 * themselves.  Error bodies come in three shapes, {"error":{"type",
 * "message"}}, {"error":"x","error_description":"y"} and {"type","message"},
 * and from proxies as anything at all.
 */
#include "fetch.h"

#include <stdio.h>
#include <string.h>

#define QUOTED_MAX 200 /* bytes of what the API wrote that are repeated */

void ggp_reply_fail(struct ggp_reply *reply, const char *code,
                    enum ggp_retry retry, const char *format, ...)
{
    char message[sizeof(reply->error.message)];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    reply->code = code;
    reply->retry = retry;
    reply->data = NULL;
    reply->status = ggp_fail(&reply->error, GG_EFETCH, "%s", message);
}

void ggp_reply_close(struct ggp_reply *reply, unsigned tries)
{
    struct gg_error *error = &reply->error;

    if (reply->status != GG_EFETCH)
        return;
    if (reply->request_id[0] != '\0')
        ggp_fail(error, GG_EFETCH, "%.400s (request %s)", error->message,
                 reply->request_id);
    if (tries > 1)
        ggp_fail(error, GG_EFETCH, "%.480s, tried %u times", error->message,
                 tries);
}

void ggp_response_mask(char *bytes, size_t len, const char *key)
{
    size_t key_len = strlen(key);
    char *end = bytes + len;

    while (len >= key_len) {
        char *at = memchr(bytes, key[0], len - key_len + 1);

        if (!at)
            return;
        if (memcmp(at, key, key_len) == 0)
            memset(at, '*', key_len);
        bytes = at + 1;
        len = (size_t)(end - bytes);
    }
}

/* --- errors --- */

static const char *code_of(int http_status)
{
    static const struct {
        int http_status;
        const char *code;
    } codes[] = {{400, "bad_request"},     {401, "unauthorized"},
                 {403, "forbidden"},       {404, "not_found"},
                 {408, "request_timeout"}, {423, "blocked"},
                 {429, "rate_limited"}};
    size_t i;

    for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (codes[i].http_status == http_status)
            return codes[i].code;
    }
    if (http_status >= 300 && http_status < 400)
        return "redirected";
    return http_status >= 500 ? "server_error" : "http_error";
}

static struct ggp_text text_of(yyjson_val *object, const char *name)
{
    return ggp_text_of_json(yyjson_obj_get(object, name));
}

static int quoted_len(struct ggp_text text)
{
    return (int)(text.len < QUOTED_MAX ? text.len : QUOTED_MAX);
}

static void keep_request_id(struct ggp_reply *reply, yyjson_val *root)
{
    struct ggp_text id = text_of(root, "request_id");

    if (reply->request_id[0] == '\0' && ggp_is_grant_id(id.at, id.len))
        (void)snprintf(reply->request_id, sizeof(reply->request_id), "%.*s",
                       quoted_len(id), id.at);
}

/* What an error body says, in whichever shape. */
struct complaint {
    struct ggp_text type;
    struct ggp_text message;
};

/* What there is to read of @text, which a message ends at a NUL: absent if that
 * is nothing. */
static struct ggp_text readable(struct ggp_text text)
{
    const char *nul = text.at ? memchr(text.at, '\0', text.len) : NULL;

    if (nul)
        text.len = (size_t)(nul - text.at);
    if (ggp_is_blank(text.at, text.len))
        text.at = NULL;
    return text;
}

static struct complaint read_complaint(yyjson_val *root)
{
    yyjson_val *error = yyjson_obj_get(root, "error");
    struct complaint complaint;

    if (yyjson_is_obj(error)) {
        complaint.type = text_of(error, "type");
        complaint.message = text_of(error, "message");
    } else if (yyjson_is_str(error)) {
        complaint.type = ggp_text_of_json(error);
        complaint.message = text_of(root, "error_description");
    } else {
        complaint.type = text_of(root, "type");
        complaint.message = text_of(root, "message");
    }
    complaint.type = readable(complaint.type);
    complaint.message = readable(complaint.message);
    return complaint;
}

static void fail_http(struct ggp_reply *reply, yyjson_val *root)
{
    struct complaint complaint = read_complaint(root);
    const char *code = code_of(reply->http_status);
    enum ggp_retry retry = ggp_retry_of_http(reply->http_status);

    keep_request_id(reply, root);
    if (reply->http_status >= 300 && reply->http_status < 400)
        ggp_reply_fail(reply, code, retry,
                       "the API sent us elsewhere, where the key does not go");
    else if (complaint.type.at && complaint.message.at)
        ggp_reply_fail(reply, code, retry, "%.*s: %.*s",
                       quoted_len(complaint.type), complaint.type.at,
                       quoted_len(complaint.message), complaint.message.at);
    else if (complaint.message.at || complaint.type.at)
        ggp_reply_fail(reply, code, retry, "%.*s",
                       quoted_len(complaint.message.at ? complaint.message
                                                       : complaint.type),
                       complaint.message.at ? complaint.message.at
                                            : complaint.type.at);
    else
        ggp_reply_fail(reply, code, retry, "the API says no more than HTTP %d",
                       reply->http_status);
}

/* --- good answers --- */

/* A body cut short by a proxy may well be whole the next time. */
static void take_data(struct ggp_reply *reply, yyjson_val *root, int is_list)
{
    yyjson_val *data = yyjson_obj_get(root, "data");

    if (is_list ? yyjson_is_arr(data) : yyjson_is_obj(data)) {
        reply->status = GG_OK;
        reply->data = data;
        return;
    }
    keep_request_id(reply, root);
    ggp_reply_fail(reply, "invalid_answer", GGP_RETRY,
                   "the API answered without %s",
                   is_list ? "a list of grants" : "a grant");
}

void ggp_response_read(struct ggp_reply *reply, struct ggp_document *document,
                       const char *bytes, size_t len, int is_list)
{
    int is_good = reply->http_status >= 200 && reply->http_status < 300;
    struct gg_error why = {0};
    gg_status status = ggp_document_read_loosely(document, bytes, len, &why);

    if (status == GG_ENOMEM) {
        reply->error = why;
        reply->status = status;
    } else if (!is_good) {
        fail_http(reply, status == GG_OK ? ggp_document_root(document) : NULL);
    } else if (status != GG_OK) {
        ggp_reply_fail(reply, "invalid_answer", GGP_RETRY,
                       "the API's answer: %s", why.message);
    } else {
        take_data(reply, ggp_document_root(document), is_list);
    }
}
