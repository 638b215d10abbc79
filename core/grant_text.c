/* SPDX-License-Identifier: MIT */
/*
 * grant_text.c - a grant that a program filled in, as the JSON it stands for.
 *
 * There is one way in for grants: that of JSON.  What is written here is read
 * again by it, so a grant means the same whichever way it came.
 */
#include "private.h"

#include <string.h>

/* What is wrong so far: the first complaint counts. */
struct writer {
    struct ggp_buf *buf;
    struct gg_error *err;
    gg_status status;
};

static void complain(struct writer *writer, gg_status status, const char *name,
                     const char *complaint)
{
    if (writer->status == GG_OK)
        writer->status = ggp_fail(writer->err, status, "field '%s' %s", name,
                                  complaint);
}

/* Whether @text, which is member @name, can be written.  Writing would put
 * something else in place of bytes that are no UTF-8. */
static int can_write(struct writer *writer, const char *name, const char *text)
{
    if (ggp_is_utf8(text, strlen(text)))
        return 1;
    complain(writer, GG_EGRANT, name, "is not UTF-8");
    return 0;
}

static void add_text(struct writer *writer, const char *name, const char *text)
{
    if (text && can_write(writer, name, text))
        ggp_json_member(writer->buf, name, text);
}

static void add_time(struct writer *writer, const char *name, int64_t seconds)
{
    if (seconds == 0)
        return;
    ggp_json_key(writer->buf, name);
    ggp_buf_int(writer->buf, seconds);
}

static void add_scope(struct writer *writer, const char *const *scope)
{
    if (!scope)
        return;
    ggp_json_key(writer->buf, "scope");
    ggp_buf_char(writer->buf, '[');
    for (; *scope; scope++) {
        if (!can_write(writer, "scope", *scope))
            break;
        ggp_json_comma(writer->buf);
        ggp_json_string(writer->buf, *scope);
    }
    ggp_buf_char(writer->buf, ']');
}

/* The end of the string whose '"' is before @at; NULL if it has none. */
static const char *string_end(const char *at)
{
    while (*at && *at != '"')
        at += at[0] == '\\' && at[1] ? 2 : 1;
    return *at ? at + 1 : NULL;
}

/*
 * Where the object that @text starts with ends, by its brackets; NULL if it
 * does not.  Whether it is JSON shows when it is read.
 */
static const char *object_end(const char *text)
{
    size_t depth = 0;

    while (text && *text) {
        char c = *text++;

        if (c == '"')
            text = string_end(text);
        else if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            return text;
    }
    return NULL;
}

/* Settings are JSON, and go in as they are: they must not reach beyond their
 * member, or they could name others. */
static void add_settings(struct writer *writer, const char *settings)
{
    const char *end;

    if (!settings)
        return;
    settings += strspn(settings, " \t\r\n");
    end = *settings == '{' ? object_end(settings) : NULL;
    if (*settings != '{') {
        complain(writer, GG_EGRANT, "settings", "must be a JSON object");
    } else if (!end || end[strspn(end, " \t\r\n")] != '\0') {
        complain(writer, GG_EJSON, "settings", "is not one JSON object");
    } else {
        ggp_json_key(writer->buf, "settings");
        ggp_buf_add(writer->buf, settings, (size_t)(end - settings));
    }
}

/* Add @grant.  Returns GG_OK, or the status of what is left out of it because
 * it cannot be written. */
static gg_status write_grant(struct ggp_buf *buf, const struct gg_grant *grant,
                             struct gg_error *err)
{
    struct writer writer = {buf, err, GG_OK};

    ggp_buf_char(buf, '{');
    add_text(&writer, "id", grant->id);
    add_text(&writer, "provider", grant->provider);
    add_text(&writer, "grant_status", grant->grant_status);
    add_text(&writer, "email", grant->email);
    add_text(&writer, "state", grant->state);
    add_text(&writer, "name", grant->name);
    add_text(&writer, "workspace_id", grant->workspace_id);
    add_text(&writer, "account_id", grant->account_id);
    add_text(&writer, "credential_id", grant->credential_id);
    if (grant->blocked != GG_UNSET) {
        ggp_json_key(buf, "blocked");
        ggp_buf_string(buf, grant->blocked == GG_YES ? "true" : "false");
    }
    add_scope(&writer, grant->scope);
    add_time(&writer, "created_at", grant->created_at);
    add_time(&writer, "updated_at", grant->updated_at);
    add_settings(&writer, grant->settings);
    ggp_buf_char(buf, '}');
    return writer.status;
}

gg_status ggp_grant_item(struct ggp_input *input, struct ggp_buf *buf,
                         const struct gg_grant *grant, struct ggp_item *item,
                         struct gg_error *err)
{
    struct gg_error why;
    gg_status status;

    ggp_buf_clear(buf);
    status = write_grant(buf, grant, &why);
    if (buf->failed == GG_ENOMEM)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    ggp_input_open(input, buf->bytes, buf->len);
    (void)ggp_input_next(input, item);
    if (item->status == GG_ENOMEM)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    if (buf->failed != GG_OK) {
        item->status = ggp_fail(&item->error, GG_ETOOLONG,
                                "the grant is over %zu bytes", GGP_BUF_MAX);
    } else if (status != GG_OK) {
        item->status = status;
        item->error = why;
    } else if (item->status == GG_EJSON) { /* all else is well written */
        ggp_fail(&item->error, GG_EJSON,
                 "field 'settings' is not JSON, or too big or too deep");
    }
    return GG_OK;
}
