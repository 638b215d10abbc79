/* SPDX-License-Identifier: MIT */
/*
 * host_log.c - log lines that wait for their turn.
 *
 * What a question logs comes out once it is answered, for it may be asked
 * twice; what a chunk logs comes out when the chunk does, for chunks finish
 * in any order.  A line is three strings with their NULs: where, grant id
 * ("" for none), text.
 */
#include "host.h"

#include <string.h>

void ggp_log_keep(struct ggp_buf *log, const char *where, const char *grant_id,
                  const char *text)
{
    size_t start = log->len;

    if (!grant_id)
        grant_id = "";
    ggp_buf_add(log, where, strlen(where) + 1);
    ggp_buf_add(log, grant_id, strlen(grant_id) + 1);
    ggp_buf_add(log, text, strlen(text) + 1);
    if (log->failed != GG_OK)
        log->len = start; /* whole lines only */
}

void ggp_log_replay(struct ggp_buf *log, gg_log_fn to, void *payload)
{
    size_t at = 0;

    while (to && at < log->len) {
        const char *where = log->bytes + at;
        const char *grant_id = where + strlen(where) + 1;
        const char *text = grant_id + strlen(grant_id) + 1;

        to(where, grant_id[0] ? grant_id : NULL, text, payload);
        at = (size_t)(text - log->bytes) + strlen(text) + 1;
    }
    ggp_buf_clear(log);
}
