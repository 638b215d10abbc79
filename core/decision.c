/* SPDX-License-Identifier: MIT */
/*
 * decision.c - decisions kept beyond their session's next question, and held
 * against one another.
 */
#include "private.h"

#include <string.h>

/* The members that are texts. */
static const size_t texts[] = {
    offsetof(struct gg_decision, grant_id),
    offsetof(struct gg_decision, tenant),
    offsetof(struct gg_decision, provider),
    offsetof(struct gg_decision, reason),
    offsetof(struct gg_decision, policy),
    offsetof(struct gg_decision, rule),
    offsetof(struct gg_decision, auth_url),
    offsetof(struct gg_decision, auth_url_missing),
    offsetof(struct gg_decision, notify),
    offsetof(struct gg_decision, smtp_host),
    offsetof(struct gg_decision, smtp_username),
    offsetof(struct gg_decision, data),
    offsetof(struct gg_decision, error_message),
    offsetof(struct gg_decision, trace),
};

#define NTEXTS (sizeof(texts) / sizeof(texts[0]))

static const char **text_of(struct gg_decision *decision, size_t i)
{
    return (const char **)((char *)decision + texts[i]);
}

void ggp_decision_keep(struct ggp_buf *buf, const struct gg_decision *decision)
{
    struct gg_decision copy = *decision;
    size_t i;

    ggp_buf_add(buf, (const char *)&copy, sizeof(copy));
    for (i = 0; i < NTEXTS; i++) {
        const char *text = *text_of(&copy, i);

        if (text)
            ggp_buf_add(buf, text, strlen(text) + 1);
    }
}

const char *ggp_decision_recall(const char *bytes, struct gg_decision *decision)
{
    size_t i;

    memcpy(decision, bytes, sizeof(*decision)); /* it may not be aligned */
    bytes += sizeof(*decision);
    for (i = 0; i < NTEXTS; i++) {
        const char **text = text_of(decision, i);

        if (!*text)
            continue;
        *text = bytes;
        bytes += strlen(bytes) + 1;
    }
    return bytes;
}

/* --- comparing --- */

struct names {
    const char **list;
    size_t n;
};

static void note(struct names *names, const char *name, int is_different)
{
    if (is_different)
        names->list[names->n++] = name;
}

static int differ(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) != 0 : a != b;
}

void ggp_decision_compare(const struct gg_decision *a,
                          const struct gg_decision *b,
                          const char *fields[GGP_DECISION_NFIELDS + 1])
{
    struct names names = {fields, 0};

    note(&names, "action", a->action != b->action);
    note(&names, "reason", differ(a->reason, b->reason));
    note(&names, "auth_url", differ(a->auth_url, b->auth_url));
    note(&names, "auth_url_missing",
         differ(a->auth_url_missing, b->auth_url_missing));
    note(&names, "notify", differ(a->notify, b->notify));
    note(&names, "after", a->has_after != b->has_after || a->after != b->after);
    note(&names, "smtp_host", differ(a->smtp_host, b->smtp_host));
    note(&names, "smtp_port", a->smtp_port != b->smtp_port);
    note(&names, "smtp_username", differ(a->smtp_username, b->smtp_username));
    note(&names, "data", differ(a->data, b->data));
    note(&names, "error",
         a->error != b->error || differ(a->error_message, b->error_message));
    fields[names.n] = NULL;
}
