/* SPDX-License-Identifier: MIT */
/* invariant.c - what must hold, whatever the input. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the order of records. */
static const char *const record_keys[] = {
    "file",          "line",    "grant_id", "tenant",    "provider",
    "action",        "reason",  "policy",   "rule",      "mandate",
    "smtp",          "missing", "evidence", "auth_url",  "auth_url_missing",
    "notify",        "after",   "due",      "smtp_host", "smtp_port",
    "smtp_username", "data",    "error",    "trace",     NULL};

void require(int holds, const char *claim, const char *text)
{
    if (holds)
        return;
    (void)fflush(stdout);
    fprintf(stderr, "does not hold: %s\n%s\n", claim, text ? text : "");
    abort();
}

void require_line(const char *claim, const char *text, size_t len)
{
    require(ggp_is_utf8(text, len) && !ggp_has_control(text, len), claim, text);
}

void require_error(gg_status status, const struct gg_error *err)
{
    require(status != GG_OK && err->status == status, "an error has its status",
            err->message);
    require(err->message[0] != '\0', "an error has a message", NULL);
    require_line("a message is a line", err->message, strlen(err->message));
}

void require_decision(const struct gg_decision *decision)
{
    int is_error = decision->action == GG_ERROR;

    require(is_error == (decision->error != GG_OK),
            "an error is no decision, and a decision no error",
            decision->error_message);
    require(is_error == (decision->reason == NULL),
            "a decision has a reason, an error none", decision->reason);
    require(!is_error || decision->error_message, "an error has a message",
            NULL);
    require(!is_error || (!decision->auth_url && !decision->data &&
                          !decision->smtp_host && !decision->has_after),
            "an error says nothing more", NULL);
    require(!decision->auth_url || decision->action == GG_REAUTH,
            "only a reauth has a link", decision->auth_url);
}

static void require_order(yyjson_val *record)
{
    yyjson_obj_iter iter = yyjson_obj_iter_with(record);
    const char *const *known = record_keys;
    yyjson_val *key;

    while ((key = yyjson_obj_iter_next(&iter)) != NULL) {
        while (*known && strcmp(*known, yyjson_get_str(key)) != 0)
            known++;
        require(*known != NULL, "the fields of a record have their order",
                yyjson_get_str(key));
        known++;
    }
}

yyjson_doc *require_record(const char *record, size_t len)
{
    yyjson_doc *doc = yyjson_read(record, len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);

    require_line("a record is a line", record, len);
    require(len <= GGP_RECORD_MAX, "a record has at most 64 KiB", record);
    require(yyjson_is_obj(root), "a record is an object", record);
    require_order(root);
    require(yyjson_equals_str(yyjson_obj_get(root, "action"), "error") ==
                yyjson_is_obj(yyjson_obj_get(root, "error")),
            "a record of an error says which", record);
    return doc;
}

int has_text(yyjson_val *object, const char *key, const char *text)
{
    yyjson_val *value = yyjson_obj_get(object, key);

    if (!text)
        return !value;
    if (ggp_is_utf8(text, strlen(text)))
        return yyjson_equals_str(value, text);
    return yyjson_is_str(value) &&
           strstr(yyjson_get_str(value), "\xef\xbf\xbd") != NULL;
}
