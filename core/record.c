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

/*
 * Members are the same few thousand million times, so what comes before a
 * value is one literal with its comma, copied in one go.  The comma of the
 * first becomes the brace that opens the record.
 */
#define LEAD(name)             ",\"" name "\":"
#define ADD(add, buf, lead, v) add(buf, lead, sizeof(lead) - 1, v)
#define NUMBER(buf, name, v)   ADD(add_number, buf, LEAD(name), v)
#define JSON(buf, name, v)     ADD(add_json, buf, LEAD(name), v)
#define TEXT(buf, name, v)     ADD(add_text, buf, LEAD(name) "\"", v)

static inline void add_lead(struct ggp_buf *buf, const char *lead, size_t len)
{
    if (!ggp_buf_reserve(buf, len))
        return;
    memcpy(buf->bytes + buf->len, lead, len);
    buf->len += len;
}

static inline void add_number(struct ggp_buf *buf, const char *lead, size_t len,
                              int64_t value)
{
    add_lead(buf, lead, len);
    ggp_buf_int(buf, value);
}

/* Nothing for NULL, and so is the next. */
static inline void add_text(struct ggp_buf *buf, const char *lead, size_t len,
                            const char *text)
{
    if (!text)
        return;
    add_lead(buf, lead, len);
    ggp_json_rest(buf, text, strlen(text));
}

/* What is JSON already. */
static inline void add_json(struct ggp_buf *buf, const char *lead, size_t len,
                            const char *json)
{
    if (!json)
        return;
    add_lead(buf, lead, len);
    ggp_buf_string(buf, json);
}

/* Make an object of the members from @start on, of which there is one. */
static void close_object(struct ggp_buf *buf, size_t start)
{
    ggp_buf_char(buf, '}');
    if (buf->failed == GG_OK)
        buf->bytes[start] = '{';
}

static void add_missing(struct ggp_buf *buf, unsigned missing)
{
    static const unsigned bits[] = {GG_MISSING_IMAP_USERNAME,
                                    GG_MISSING_IMAP_PASSWORD,
                                    GG_MISSING_SMTP_HOST, GG_MISSING_SMTP_PORT};
    size_t i;

    JSON(buf, "missing", "[");
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
    TEXT(buf, "smtp", smtp);
    if (decision->smtp == GG_SMTP_INCOMPLETE)
        add_missing(buf, decision->missing);
    TEXT(buf, "evidence", ggp_evidence_name(decision->evidence));
}

/* Where the grant came from and which it is. */
static void add_subject(struct ggp_buf *buf, const struct ggp_place *place,
                        const struct gg_decision *decision)
{
    if (place) {
        TEXT(buf, "file", place->file);
        if (place->line != 0 && place->line <= INT64_MAX)
            NUMBER(buf, "line", (int64_t)place->line);
    }
    TEXT(buf, "grant_id", decision->grant_id);
    TEXT(buf, "tenant", decision->tenant);
    TEXT(buf, "provider", decision->provider);
    TEXT(buf, "action", gg_action_name(decision->action));
}

static void add_error(struct ggp_buf *buf, gg_status status,
                      const char *message)
{
    /* An error that does not say which is the policy's, never a success. */
    gg_status code = status == GG_OK ? GG_EPOLICY : status;

    size_t start;

    JSON(buf, "error", "");
    start = buf->len;
    TEXT(buf, "code", gg_status_token(code));
    TEXT(buf, "message", message ? message : "no message");
    close_object(buf, start);
}

static void add_answer(struct ggp_buf *buf, const struct gg_decision *decision)
{
    TEXT(buf, "reason", decision->reason);
    TEXT(buf, "policy", decision->policy);
    TEXT(buf, "rule", decision->rule);
    if (decision->mandate)
        JSON(buf, "mandate", "true");
    add_verdict(buf, decision);
    TEXT(buf, "auth_url", decision->auth_url);
    TEXT(buf, "auth_url_missing", decision->auth_url_missing);
    TEXT(buf, "notify", decision->notify);
    if (decision->has_after) {
        NUMBER(buf, "after", decision->after);
        NUMBER(buf, "due", decision->due);
    }
    TEXT(buf, "smtp_host", decision->smtp_host);
    if (decision->smtp_port != 0)
        NUMBER(buf, "smtp_port", decision->smtp_port);
    TEXT(buf, "smtp_username", decision->smtp_username);
    JSON(buf, "data", decision->data);
    if (gg_action_name(decision->action) == gg_action_name(GG_ERROR))
        add_error(buf, decision->error, decision->error_message);
    JSON(buf, "trace", decision->trace);
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
    add_subject(buf, place, decision);
    add_answer(buf, decision);
    close_object(buf, start);
    ggp_buf_char(buf, '\n');
    if (!is_too_long(buf, start))
        return decision->action;
    buf->len = start;
    buf->failed = GG_OK;
    add_replacement(buf, place, decision);
    close_object(buf, start);
    ggp_buf_char(buf, '\n');
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
