/* SPDX-License-Identifier: MIT */
/*
 * fuzz_answer.c - what the API, or who stands before it, may answer.
 *
 * An input is a line "STATUS list" or "STATUS one", and the body.
 */
#include "fuzz.h"

#include "fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char key[] = "nyk_v0_key";

/* --- what cannot be used --- */

static void require_failure(struct ggp_reply *reply)
{
    require(reply->status == GG_EFETCH && !reply->data,
            "what is no answer is a failure", reply->error.message);
    require(reply->code && ggp_is_reason(reply->code, strlen(reply->code)),
            "a failure has a code", reply->code);
    require(reply->request_id[0] == '\0' ||
                ggp_is_grant_id(reply->request_id, strlen(reply->request_id)),
            "a request's id is one", reply->request_id);
    require_error(GG_EFETCH, &reply->error);
    ggp_reply_close(reply, 3);
    require_error(GG_EFETCH, &reply->error);
    require(!strstr(reply->error.message, key), "no key comes out",
            reply->error.message);
}

/* --- grants --- */

/* A grant that is handed out is a line, which eval reads as that grant; but
 * for one with a member `grant`, which would be an envelope, and is none. */
static void require_grant(struct ggp_fetched *room, yyjson_val *grant)
{
    struct gg_fetched fetched;
    struct ggp_input input = {0};
    struct gg_error err;
    struct ggp_item item;
    int n;

    require(ggp_fetched_fill(room, grant, &fetched, &err) == GG_OK,
            "a grant is handed out", err.message);
    require(strlen(fetched.json) == fetched.len, "its length is its length",
            fetched.json);
    require_line("a grant is a line", fetched.json, fetched.len);
    ggp_input_open(&input, fetched.json, fetched.len);
    n = ggp_input_next(&input, &item);
    if (fetched.provider) {
        int is_odd = yyjson_obj_get(grant, "grant") != NULL;

        require(n == 1 && (item.status == GG_EGRANT) == is_odd,
                "what is a grant stays one", fetched.json);
        if (!is_odd)
            require(ggp_text_is(item.grant.provider, fetched.provider) &&
                        fetched.id && ggp_text_is(item.grant.id, fetched.id),
                    "it is the same grant", fetched.json);
    }
    ggp_input_free(&input);
}

static void require_grants(const struct ggp_reply *reply, int is_list)
{
    struct ggp_fetched room = {0};
    yyjson_arr_iter list;
    yyjson_val *grant;

    require(reply->http_status >= 200 && reply->http_status < 300,
            "only a good answer holds grants", NULL);
    require(is_list ? yyjson_is_arr(reply->data) : yyjson_is_obj(reply->data),
            "it holds what was wanted", NULL);
    if (!is_list)
        require_grant(&room, reply->data);
    list = yyjson_arr_iter_with(reply->data);
    while (is_list && (grant = yyjson_arr_iter_next(&list)) != NULL)
        require_grant(&room, grant);
    ggp_fetched_free(&room);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char nothing[] = "";
    struct ggp_document document = {0};
    struct ggp_reply reply = {0};
    const uint8_t *newline = len > 0 ? memchr(bytes, '\n', len) : NULL;
    size_t head = newline ? (size_t)(newline - bytes) : 0;
    char line[32] = "";
    char *body = NULL;

    if (!newline || head >= sizeof(line))
        return 0;
    memcpy(line, bytes, head);
    len -= head + 1;
    reply.http_status = (int)strtol(line, NULL, 10);
    body = malloc(len > 0 ? len : 1);
    require(body != NULL, "there is memory for the body", NULL);
    memcpy(body, len > 0 ? (const char *)newline + 1 : nothing, len);
    ggp_response_mask(body, len, key);
    ggp_response_read(&reply, &document, body, len,
                      strstr(line, "list") != NULL);
    if (reply.status == GG_OK)
        require_grants(&reply, strstr(line, "list") != NULL);
    else
        require_failure(&reply);
    ggp_document_free(&document);
    free(body);
    return 0;
}
