/* SPDX-License-Identifier: MIT */
/*
 * record.c - a decision as one line of JSON.
 *
 * The order of the fields is part of the format.  A record is whole or it is
 * an error: one that grows past its ceiling is replaced, so that nobody reads
 * a decision without the fields that go with it.
 */
#include "private.h"

#include <string.h>

/* Add `,"name":` and a number. */
static void add_number(struct ggp_buf *buf, const char *name, int64_t value)
{
    ggp_json_key(buf, name);
    ggp_buf_int(buf, value);
}

/* Add `,"name":` and what is JSON already, or nothing for NULL. */
static void add_json(struct ggp_buf *buf, const char *name, const char *json)
{
    if (!json)
        return;
    ggp_json_key(buf, name);
    ggp_buf_string(buf, json);
}

static void add_missing(struct ggp_buf *buf, unsigned missing)
{
    static const unsigned bits[] = {GG_MISSING_IMAP_USERNAME,
                                    GG_MISSING_IMAP_PASSWORD,
                                    GG_MISSING_SMTP_HOST, GG_MISSING_SMTP_PORT};
    size_t i;

    ggp_json_key(buf, "missing");
    ggp_buf_char(buf, '[');
    for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
        if (!(missing & bits[i]))
            continue;
        ggp_json_comma(buf);
        ggp_json_string(buf, gg_missing_name(bits[i]));
    }
    ggp_buf_char(buf, ']');
}

static void add_verdict(struct ggp_buf *buf, const struct gg_decision *decision)
{
    const char *smtp = gg_smtp_name(decision->smtp);

    if (!smtp)
        return;
    ggp_json_member(buf, "smtp", smtp);
    if (decision->smtp == GG_SMTP_INCOMPLETE)
        add_missing(buf, decision->missing);
    ggp_json_member(buf, "evidence", ggp_evidence_name(decision->evidence));
}

/* Where the grant came from and which it is. */
static void add_subject(struct ggp_buf *buf, const struct ggp_place *place,
                        const struct gg_decision *decision)
{
    if (place) {
        ggp_json_member(buf, "file", place->file);
        if (place->line != 0 && place->line <= INT64_MAX)
            add_number(buf, "line", (int64_t)place->line);
    }
    ggp_json_member(buf, "grant_id", decision->grant_id);
    ggp_json_member(buf, "tenant", decision->tenant);
    ggp_json_member(buf, "provider", decision->provider);
    ggp_json_member(buf, "action", gg_action_name(decision->action));
}

static void add_error(struct ggp_buf *buf, gg_status status,
                      const char *message)
{
    /* An error that does not say which is the policy's, never a success. */
    gg_status code = status == GG_OK ? GG_EPOLICY : status;

    ggp_json_key(buf, "error");
    ggp_buf_char(buf, '{');
    ggp_json_member(buf, "code", gg_status_token(code));
    ggp_json_member(buf, "message", message ? message : "no message");
    ggp_buf_char(buf, '}');
}

static void add_answer(struct ggp_buf *buf, const struct gg_decision *decision)
{
    ggp_json_member(buf, "reason", decision->reason);
    ggp_json_member(buf, "policy", decision->policy);
    ggp_json_member(buf, "rule", decision->rule);
    if (decision->mandate)
        add_json(buf, "mandate", "true");
    add_verdict(buf, decision);
    ggp_json_member(buf, "auth_url", decision->auth_url);
    ggp_json_member(buf, "auth_url_missing", decision->auth_url_missing);
    ggp_json_member(buf, "notify", decision->notify);
    if (decision->has_after) {
        add_number(buf, "after", decision->after);
        add_number(buf, "due", decision->due);
    }
    ggp_json_member(buf, "smtp_host", decision->smtp_host);
    if (decision->smtp_port != 0)
        add_number(buf, "smtp_port", decision->smtp_port);
    ggp_json_member(buf, "smtp_username", decision->smtp_username);
    add_json(buf, "data", decision->data);
    if (gg_action_name(decision->action) == gg_action_name(GG_ERROR))
        add_error(buf, decision->error, decision->error_message);
    add_json(buf, "trace", decision->trace);
}

/* Add the record of a decision whose record would be too long. */
static void add_replacement(struct ggp_buf *buf, const struct ggp_place *place,
                            const struct gg_decision *decision)
{
    struct gg_decision error = {
        .grant_id = decision->grant_id,
        .tenant = decision->tenant,
        .provider = decision->provider,
        .action = GG_ERROR,
    };

    add_subject(buf, place, &error);
    add_error(buf, GG_EOUTPUT, "the record is over 65536 bytes");
}

/* Whether what was added to @buf from @start on is too long for a record.  A
 * buffer that had room for a record and is full says the same. */
static int is_too_long(const struct ggp_buf *buf, size_t start)
{
    size_t max = buf->max ? buf->max : GGP_BUF_MAX;

    if (buf->failed == GG_EOUTPUT)
        return max >= GGP_RECORD_MAX && start <= max - GGP_RECORD_MAX;
    return buf->failed == GG_OK && buf->len - start > GGP_RECORD_MAX;
}

enum gg_action ggp_record_write(struct ggp_buf *buf,
                                const struct ggp_place *place,
                                const struct gg_decision *decision)
{
    size_t start = buf->len;

    if (buf->failed != GG_OK)
        return GG_ERROR;
    ggp_buf_char(buf, '{');
    add_subject(buf, place, decision);
    add_answer(buf, decision);
    ggp_buf_string(buf, "}\n");
    if (!is_too_long(buf, start))
        return decision->action;
    buf->len = start;
    buf->failed = GG_OK;
    ggp_buf_char(buf, '{');
    add_replacement(buf, place, decision);
    ggp_buf_string(buf, "}\n");
    return GG_ERROR;
}

gg_status gg_decision_record(const struct gg_decision *decision, char **record,
                             struct gg_error *err)
{
    struct ggp_buf buf = {0};
    char *text;

    if (!decision || !record)
        return ggp_fail(err, GG_EINVAL, "decision and record are required");
    ggp_record_write(&buf, NULL, decision);
    if (buf.len > 0)
        buf.len--; /* the newline */
    text = ggp_buf_take(&buf);
    if (!text)
        return ggp_fail(err, buf.failed, "the record could not be written");
    *record = text;
    return GG_OK;
}
