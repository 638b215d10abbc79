/* SPDX-License-Identifier: MIT */
/* spoil.c - an answer that arrives whole, and is wrong in itself. */
#include "fake.h"

#include <string.h>

/* The answer to a GET holds one grant, the answer to a list any number.
 * Where its first grant begins, after the brace; NULL if there is none. */
static const char *first_grant(struct answer *answer)
{
    const char *text = not_null((char *)ggp_buf_text(&answer->body));
    const char *data = strstr(text, "\"data\":");
    const char *at;

    if (!data)
        return NULL;
    at = data + strlen("\"data\":");
    if (*at == '[')
        at++;
    return *at == '{' ? at + 1 : NULL;
}

static void insert(struct answer *answer, const char *at, const char *text)
{
    struct ggp_buf spoiled = {0};
    size_t before = (size_t)(at - answer->body.bytes);

    ggp_buf_add(&spoiled, answer->body.bytes, before);
    ggp_buf_string(&spoiled, text);
    ggp_buf_add(&spoiled, at, answer->body.len - before);
    ggp_buf_free(&answer->body);
    answer->body = spoiled;
}

static void name_twice(struct answer *answer)
{
    const char *at = first_grant(answer);

    if (at)
        insert(answer, at, "\"provider\":\"zoom\",");
}

/* Another grant than the one that was asked for: its id changes its last
 * character. */
static void exchange(struct answer *answer)
{
    const char *at = first_grant(answer);
    char *id = at ? strstr(answer->body.bytes + (at - answer->body.bytes),
                           "\"id\":\"")
                  : NULL;
    char *end = id ? strchr(id + strlen("\"id\":\""), '"') : NULL;

    if (end)
        end[-1] = end[-1] == '0' ? '1' : '0';
}

static void nest(struct ggp_buf *body, int64_t depth)
{
    int64_t i;

    ggp_buf_clear(body);
    ggp_buf_string(body, "{\"data\":");
    for (i = 0; i < depth; i++)
        ggp_buf_char(body, '[');
    for (i = 0; i < depth; i++)
        ggp_buf_char(body, ']');
    ggp_buf_char(body, '}');
}

static void replace(struct ggp_buf *body, const char *text)
{
    ggp_buf_clear(body);
    ggp_buf_string(body, text);
}

void answer_spoil(struct answer *answer, const struct fault *fault)
{
    switch (fault->kind) {
    case FAULT_DEEP:
        nest(&answer->body, fault->amount);
        break;
    case FAULT_DUPLICATE_KEY:
        name_twice(answer);
        break;
    case FAULT_EMPTY:
        ggp_buf_clear(&answer->body);
        break;
    case FAULT_GARBAGE:
        replace(&answer->body, "<html><body>Welcome to the hotel's network."
                               " Please sign in.</body></html>\r\n");
        break;
    case FAULT_WRONG_ID:
        exchange(answer);
        break;
    case FAULT_WRONG_SHAPE:
        replace(&answer->body, "{\"data\":5}");
        break;
    default:
        break; /* it is in the wire, or was in the question */
    }
}
