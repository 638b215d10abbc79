/* SPDX-License-Identifier: MIT */
/*
 * input.c - what a line or document holds: a grant, an envelope around one,
 * or an answer of the API.
 *
 * Whatever is wrong becomes an item with its error, so that every line has a
 * record; a bad element of a list does not keep the others from being read.
 */
#include "private.h"

#include <stdio.h>
#include <string.h>

#define QUOTED_MAX 200 /* bytes of a message of the API that are repeated */

/* Member @name of @object, or NULL: null is absent. */
static yyjson_val *member(yyjson_val *object, const char *name)
{
    yyjson_val *value = yyjson_obj_get(object, name);

    return yyjson_is_null(value) ? NULL : value;
}

static int quoted_len(struct ggp_text text)
{
    return (int)(text.len < QUOTED_MAX ? text.len : QUOTED_MAX);
}

/* --- envelopes ------------------------------------------------------------ */

static gg_status read_envelope(struct ggp_facts *facts, yyjson_val *envelope,
                               struct gg_error *err)
{
    yyjson_obj_iter iter = yyjson_obj_iter_with(envelope);
    char room[GGP_PLAIN_MAX + 1];
    yyjson_val *key;

    while ((key = yyjson_obj_iter_next(&iter)) != NULL) {
        struct ggp_text name = ggp_text_of_json(key);
        int found;

        if (ggp_text_is(name, "grant") || ggp_text_is(name, "fetch_error"))
            continue;
        found = ggp_facts_member(facts, name, yyjson_obj_iter_get_val(key),
                                 err);
        if (found < 0)
            return GG_EGRANT;
        if (found == 0)
            return ggp_fail(err, GG_EGRANT, "unknown key '%s' beside 'grant'",
                            ggp_plain_name(name, room));
    }
    if (!yyjson_is_obj(yyjson_obj_get(envelope, "grant")))
        return ggp_fail(err, GG_EGRANT, "field 'grant' must be an object");
    return GG_OK;
}

/* @text, or @otherwise if it is absent. */
static struct ggp_text text_or(struct ggp_text text, const char *otherwise)
{
    return text.at ? text : ggp_text_of(otherwise);
}

/* Say what @problem, the fetch_error of an envelope, says. */
static gg_status fail_fetch(yyjson_val *problem, struct gg_error *err)
{
    struct ggp_text code = text_or(ggp_text_of_json(member(problem, "code")),
                                   "error");
    struct ggp_text message = text_or(
        ggp_text_of_json(member(problem, "message")),
        "the grant could not be fetched");
    yyjson_val *http = member(problem, "status");
    char status[32] = "";

    if (!yyjson_is_obj(problem))
        return ggp_fail(err, GG_EGRANT,
                        "field 'fetch_error' must be an object");
    if (yyjson_is_uint(http))
        (void)snprintf(status, sizeof(status), " (HTTP %llu)",
                       (unsigned long long)yyjson_get_uint(http));
    return ggp_fail(err, GG_EFETCH, "%.*s: %.*s%s", quoted_len(code), code.at,
                    quoted_len(message), message.at, status);
}

/* --- answers of the API --------------------------------------------------- */

/* {"error":{"type","message"}}, or {"error":"x","error_description":"y"}. */
static gg_status fail_answer(yyjson_val *root, yyjson_val *problem,
                             struct gg_error *err)
{
    struct ggp_text type = ggp_text_of_json(problem);
    struct ggp_text message = ggp_text_of_json(
        member(root, "error_description"));

    if (yyjson_is_obj(problem)) {
        type = ggp_text_of_json(member(problem, "type"));
        message = ggp_text_of_json(member(problem, "message"));
    }
    if (type.at && message.at)
        return ggp_fail(err, GG_EFETCH, "the API answered an error: %.*s: %.*s",
                        quoted_len(type), type.at, quoted_len(message),
                        message.at);
    if (type.at || message.at)
        return ggp_fail(err, GG_EFETCH, "the API answered an error: %.*s",
                        quoted_len(type.at ? type : message),
                        type.at ? type.at : message.at);
    return ggp_fail(err, GG_EFETCH, "the API answered an error");
}

static gg_status open_answer(struct ggp_input *input, yyjson_val *root)
{
    yyjson_val *problem = member(root, "error");
    yyjson_val *data = member(root, "data");

    if (problem)
        return fail_answer(root, problem, &input->error);
    if (yyjson_is_arr(data)) {
        input->is_list = 1;
        input->list = yyjson_arr_iter_with(data);
        return GG_OK;
    }
    input->single = data;
    if (!yyjson_is_obj(data))
        return ggp_fail(&input->error, GG_EGRANT,
                        "field 'data' must be a grant or a list of grants");
    return GG_OK;
}

/* --- items ---------------------------------------------------------------- */

/* Which keys that tell inputs apart an object has. */
struct shape {
    yyjson_val *grant;
    int has_answer; /* "data" or "error" */
    int has_provider;
};

/* One look at each key: this runs for every grant of a batch. */
static struct shape shape_of(yyjson_val *root)
{
    struct shape shape = {0};
    size_t n = yyjson_obj_size(root);
    yyjson_val *key = n > 0 ? unsafe_yyjson_get_first(root) : NULL;

    for (; n > 0; n--, key = unsafe_yyjson_get_next(key + 1)) {
        const char *name = unsafe_yyjson_get_str(key);

        switch (unsafe_yyjson_get_len(key)) {
        case 4:
            shape.has_answer |= memcmp(name, "data", 4) == 0;
            break;
        case 5:
            shape.has_answer |= memcmp(name, "error", 5) == 0;
            if (memcmp(name, "grant", 5) == 0)
                shape.grant = key + 1;
            break;
        case 8:
            shape.has_provider |= memcmp(name, "provider", 8) == 0;
            break;
        default:
            break;
        }
    }
    return shape;
}

static gg_status open_root(struct ggp_input *input, yyjson_val *root)
{
    struct shape shape = shape_of(root);

    if (!yyjson_is_obj(root))
        return ggp_fail(&input->error, GG_EGRANT, "expected an object");
    if (shape.grant) {
        input->facts = root;
        input->single = shape.grant;
        return read_envelope(&input->envelope, root, &input->error);
    }
    if (shape.has_answer && !shape.has_provider)
        return open_answer(input, root);
    input->single = root;
    return GG_OK;
}

void ggp_input_open(struct ggp_input *input, const char *bytes, size_t len)
{
    input->facts = NULL;
    input->single = NULL;
    input->nleft = 1;
    input->is_list = 0;
    memset(&input->envelope, 0, sizeof(input->envelope));
    input->status = ggp_document_read(&input->document, bytes, len,
                                      &input->error);
    if (input->status == GG_OK)
        input->status = open_root(input, ggp_document_root(&input->document));
}

static void read_item(const struct ggp_input *input, struct ggp_item *item,
                      yyjson_val *root)
{
    yyjson_val *problem = member(input->facts, "fetch_error");

    item->status = ggp_grant_read(&item->grant, root, &item->error);
    if (input->status != GG_OK) {
        item->status = input->status;
        item->error = input->error;
    } else if (problem && item->grant.id.at) {
        /* All that is known of such a grant is its id, and that is enough. */
        item->status = fail_fetch(problem, &item->error);
    }
}

int ggp_input_next(struct ggp_input *input, struct ggp_item *item)
{
    yyjson_val *root = input->single;

    if (input->is_list) {
        root = yyjson_arr_iter_next(&input->list);
        if (!root)
            return 0;
    } else if (input->nleft == 0) {
        return 0;
    }
    input->nleft = 0;
    item->error.status = GG_OK;
    item->error.message[0] = '\0';
    read_item(input, item, root);
    item->grant.facts = input->envelope;
    item->grant.now = 0;
    item->grant.smtp = GG_SMTP_NONE;
    item->grant.missing = 0;
    item->grant.evidence = GG_EVIDENCE_NONE;
    return 1;
}

void ggp_input_free(struct ggp_input *input)
{
    ggp_document_free(&input->document);
    memset(input, 0, sizeof(*input));
}
