/* SPDX-License-Identifier: MIT */
/* fetched.c - what is handed out of a reply: a grant on one line, or why not.
 */
#include "fetch.h"

#include <string.h>

/* Judge what @line holds, as far as it can be read. */
static gg_status judge(struct ggp_fetched *room, struct gg_fetched *fetched,
                       struct gg_error *err)
{
    struct gg_error why;
    gg_status status = ggp_document_read(&room->document, room->line.bytes,
                                         room->line.len, &why);

    if (status == GG_ENOMEM)
        return ggp_fail(err, status, "%s", why.message);
    if (status != GG_OK ||
        ggp_grant_read(&room->grant, ggp_document_root(&room->document),
                       &why) != GG_OK)
        return GG_OK; /* whoever evaluates it will say so */
    memset(&room->grant.facts, 0, sizeof(room->grant.facts));
    ggp_smtp_judge(&room->grant);
    fetched->provider = room->grant.provider.at;
    fetched->smtp = room->grant.smtp;
    return GG_OK;
}

gg_status ggp_fetched_fill(struct ggp_fetched *room, yyjson_val *grant,
                           struct gg_fetched *fetched, struct gg_error *err)
{
    memset(fetched, 0, sizeof(*fetched));
    ggp_buf_clear(&room->line);
    ggp_json_value(&room->line, grant);
    fetched->json = ggp_buf_text(&room->line);
    if (!fetched->json)
        return ggp_fail(err, GG_ENOMEM, "out of memory for a grant");
    fetched->len = room->line.len;
    fetched->id = ggp_text_of_json(yyjson_obj_get(grant, "id")).at;
    return judge(room, fetched, err);
}

void ggp_fetched_fail(struct gg_fetched *fetched, const char *id,
                      const struct ggp_reply *reply)
{
    memset(fetched, 0, sizeof(*fetched));
    fetched->id = id;
    fetched->code = reply->code;
    fetched->http_status = reply->http_status;
    fetched->message = reply->error.message;
}

void ggp_fetched_free(struct ggp_fetched *room)
{
    ggp_buf_free(&room->line);
    ggp_document_free(&room->document);
}
