/* SPDX-License-Identifier: MIT */
/*
 * grant.c - reading a grant, and its fields as policies see them.
 *
 * Reading runs for every grant of a batch: members are visited once, told
 * apart by length and bytes, and nothing is allocated.  Messages name the
 * field and never what it held.
 */
#include "private.h"

#include <string.h>

#define IS(word) (memcmp(key, word, sizeof(word) - 1) == 0)

/* The field that member @key is, or GGP_GRANT_NFIELDS: what the API calls the
 * members grantgate reads, by length. */
static enum ggp_grant_field member_field(const char *key, size_t len)
{
    switch (len) {
    case 2:
        return IS("id") ? GGP_GRANT_ID : GGP_GRANT_NFIELDS;
    case 4:
        return IS("name") ? GGP_GRANT_NAME : GGP_GRANT_NFIELDS;
    case 5:
        return IS("email")   ? GGP_GRANT_EMAIL
               : IS("scope") ? GGP_GRANT_SCOPE
               : IS("state") ? GGP_GRANT_STATE
                             : GGP_GRANT_NFIELDS;
    case 7:
        return IS("blocked") ? GGP_GRANT_BLOCKED : GGP_GRANT_NFIELDS;
    case 8:
        return IS("provider")   ? GGP_GRANT_PROVIDER
               : IS("settings") ? GGP_GRANT_SETTINGS
                                : GGP_GRANT_NFIELDS;
    case 10:
        return IS("created_at")   ? GGP_GRANT_CREATED_AT
               : IS("updated_at") ? GGP_GRANT_UPDATED_AT
               : IS("account_id") ? GGP_GRANT_ACCOUNT_ID
                                  : GGP_GRANT_NFIELDS;
    case 12:
        return IS("grant_status")   ? GGP_GRANT_STATUS
               : IS("workspace_id") ? GGP_GRANT_WORKSPACE_ID
                                    : GGP_GRANT_NFIELDS;
    case 13:
        return IS("credential_id") ? GGP_GRANT_CREDENTIAL_ID
                                   : GGP_GRANT_NFIELDS;
    default:
        return GGP_GRANT_NFIELDS;
    }
}

#undef IS

/* --- readers: NULL, or what the member must be ---------------------------- */

static const char *read_text(struct ggp_text *text, yyjson_val *value)
{
    *text = ggp_text_of_json(value);
    return text->at ? NULL : "must be a string";
}

/* A text that people see, in records and on terminals. */
static const char *read_clean(struct ggp_text *text, yyjson_val *value)
{
    const char *complaint = read_text(text, value);

    if (!complaint && ggp_has_control(text->at, text->len))
        complaint = "must not hold control characters";
    return complaint;
}

/* Kept only if it fits: an id that does not is never repeated. */
static const char *read_id(struct ggp_text *id, yyjson_val *value)
{
    struct ggp_text text = {0};
    const char *complaint = read_text(&text, value);

    if (complaint)
        return complaint;
    if (!ggp_is_grant_id(text.at, text.len))
        return "must be a letter or digit, then up to 127 of A-Z a-z 0-9 _ -";
    *id = text;
    return NULL;
}

static const char *read_provider(struct ggp_text *provider, yyjson_val *value)
{
    struct ggp_text text = {0};
    const char *complaint = read_text(&text, value);

    if (complaint)
        return complaint;
    if (!ggp_is_provider(text.at, text.len))
        return "must be a letter or digit, then up to 31 of a-z 0-9 -";
    *provider = text;
    return NULL;
}

static const char *read_email(struct ggp_grant *grant, yyjson_val *value)
{
    const char *complaint;

    if (yyjson_get_len(value) > GGP_EMAIL_MAX)
        return "must be at most 320 bytes";
    complaint = read_clean(&grant->email, value);
    if (!complaint)
        grant->domain = ggp_domain(grant->email, grant->domain_bytes);
    return complaint;
}

static const char *read_time(int64_t *seconds, int *has, yyjson_val *value)
{
    if (!ggp_value_time(value, seconds))
        return "must be Unix seconds or RFC 3339";
    *has = 1;
    return NULL;
}

static const char *read_scope(struct ggp_grant *grant, yyjson_val *value)
{
    yyjson_val *element = value + 1;
    size_t n = yyjson_arr_size(value);

    if (!yyjson_is_arr(value) && !yyjson_is_str(value))
        return "must be a list of strings";
    /* strings follow one another; what is none ends this */
    for (; n > 0; n--, element++) {
        if (!unsafe_yyjson_is_str(element))
            return "must be a list of strings";
    }
    grant->scope = value;
    return NULL;
}

static const char *read_member(struct ggp_grant *grant,
                               enum ggp_grant_field field, yyjson_val *value)
{
    switch (field) {
    case GGP_GRANT_ID:
        return read_id(&grant->id, value);
    case GGP_GRANT_PROVIDER:
        return read_provider(&grant->provider, value);
    case GGP_GRANT_STATUS:
        return read_text(&grant->status, value);
    case GGP_GRANT_EMAIL:
        return read_email(grant, value);
    case GGP_GRANT_STATE:
        return read_clean(&grant->state, value);
    case GGP_GRANT_NAME:
        return read_clean(&grant->name, value);
    case GGP_GRANT_WORKSPACE_ID:
        return read_text(&grant->workspace_id, value);
    case GGP_GRANT_ACCOUNT_ID:
        return read_text(&grant->account_id, value);
    case GGP_GRANT_CREDENTIAL_ID:
        return read_text(&grant->credential_id, value);
    case GGP_GRANT_BLOCKED:
        grant->blocked = yyjson_get_bool(value);
        return yyjson_is_bool(value) ? NULL : "must be true or false";
    case GGP_GRANT_SCOPE:
        return read_scope(grant, value);
    case GGP_GRANT_CREATED_AT:
        return read_time(&grant->created_at, &grant->has_created_at, value);
    case GGP_GRANT_UPDATED_AT:
        return read_time(&grant->updated_at, &grant->has_updated_at, value);
    case GGP_GRANT_SETTINGS:
        grant->settings = yyjson_is_obj(value) ? value : NULL;
        return grant->settings ? NULL : "must be an object";
    default:
        return NULL;
    }
}

/* --- reading -------------------------------------------------------------- */

/* What ggp_grant_read() fills starts over; facts and verdict stay. */
static void clear(struct ggp_grant *grant)
{
    memset(grant, 0, offsetof(struct ggp_grant, facts));
}

gg_status ggp_grant_read(struct ggp_grant *grant, yyjson_val *root,
                         struct gg_error *err)
{
    gg_status status = GG_OK;
    yyjson_val *key;
    size_t n;

    clear(grant);
    if (!yyjson_is_obj(root))
        return ggp_fail(err, GG_EGRANT, "expected an object");
    grant->root = root;
    key = unsafe_yyjson_get_first(root);
    for (n = unsafe_yyjson_get_len(root); n > 0; n--) {
        yyjson_val *value = key + 1;
        const char *name = unsafe_yyjson_get_str(key);
        enum ggp_grant_field field = member_field(name,
                                                  unsafe_yyjson_get_len(key));
        const char *complaint;

        key = unsafe_yyjson_get_next(value);

        if (field == GGP_GRANT_NFIELDS || yyjson_is_null(value))
            continue;
        complaint = read_member(grant, field, value);
        /* The first complaint counts; id and provider may still follow. */
        if (complaint && status == GG_OK)
            status = ggp_fail(err, GG_EGRANT, "field '%s' %s", name, complaint);
    }
    if (status == GG_OK && !grant->id.at)
        status = ggp_fail(err, GG_EGRANT, "field 'id' is required");
    if (status == GG_OK && !grant->provider.at)
        status = ggp_fail(err, GG_EGRANT, "field 'provider' is required");
    return status;
}

/* --- fields --------------------------------------------------------------- */

static const char *const smtp_words[] = {"complete", "incomplete", "unknown",
                                         "not_applicable", NULL};
static const char *const missing_words[] = {"imap_username", "imap_password",
                                            "smtp_host", "smtp_port", NULL};
static const char *const evidence_words[] = {
    "provider", "send_error", "settings", "sent", "none", NULL};

static const struct ggp_field fields[GGP_GRANT_NFIELDS] = {
    [GGP_GRANT_ID] = GGP_FIELD("id", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_PROVIDER] = GGP_FIELD("provider", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_STATUS] = GGP_FIELD("grant_status", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_EMAIL] = GGP_FIELD("email", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_STATE] = GGP_FIELD("state", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_NAME] = GGP_FIELD("name", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_WORKSPACE_ID] = GGP_FIELD("workspace_id", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_ACCOUNT_ID] = GGP_FIELD("account_id", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_CREDENTIAL_ID] = GGP_FIELD("credential_id", GGP_FIELD_TEXT,
                                          NULL),
    [GGP_GRANT_DOMAIN] = GGP_FIELD("domain", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_BLOCKED] = GGP_FIELD("blocked", GGP_FIELD_BOOLEAN, NULL),
    [GGP_GRANT_SCOPE] = GGP_FIELD("scope", GGP_FIELD_LIST, NULL),
    [GGP_GRANT_CREATED_AT] = GGP_FIELD("created_at", GGP_FIELD_NUMBER, NULL),
    [GGP_GRANT_UPDATED_AT] = GGP_FIELD("updated_at", GGP_FIELD_NUMBER, NULL),
    [GGP_GRANT_AGE] = GGP_FIELD("age", GGP_FIELD_NUMBER, NULL),
    [GGP_GRANT_SETTINGS] = GGP_FIELD("settings", GGP_FIELD_OBJECT, NULL),
    [GGP_GRANT_TENANT] = GGP_FIELD("tenant", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_SEND_ERROR] = GGP_FIELD("send_error", GGP_FIELD_TEXT, NULL),
    [GGP_GRANT_SEND_ERROR_AT] = GGP_FIELD("send_error_at", GGP_FIELD_NUMBER,
                                          NULL),
    [GGP_GRANT_SENT_AT] = GGP_FIELD("sent_at", GGP_FIELD_NUMBER, NULL),
    [GGP_GRANT_CONTEXT] = GGP_FIELD("context", GGP_FIELD_OBJECT, NULL),
    [GGP_GRANT_SMTP] = GGP_FIELD("smtp", GGP_FIELD_TEXT, smtp_words),
    [GGP_GRANT_MISSING] = GGP_FIELD("missing", GGP_FIELD_LIST, missing_words),
    [GGP_GRANT_EVIDENCE] = GGP_FIELD("evidence", GGP_FIELD_TEXT,
                                     evidence_words),
    [GGP_GRANT_RAW] = GGP_FIELD("raw", GGP_FIELD_RAW, NULL),
};

static struct ggp_value time_value(int has, int64_t seconds)
{
    struct ggp_value value = {.kind = GGP_NIL};

    if (has) {
        value.kind = GGP_INTEGER;
        value.integer = seconds;
    }
    return value;
}

static struct ggp_value json_value(enum ggp_value_kind kind, yyjson_val *json)
{
    struct ggp_value value = {.kind = kind, .json = json};

    return value;
}

/* What was read or computed as text: the others of the fields below. */
static const struct ggp_text *text_field(const struct ggp_grant *grant,
                                         int field)
{
    static const struct ggp_text absent;

    switch (field) {
    case GGP_GRANT_ID:
        return &grant->id;
    case GGP_GRANT_PROVIDER:
        return &grant->provider;
    case GGP_GRANT_STATUS:
        return &grant->status;
    case GGP_GRANT_EMAIL:
        return &grant->email;
    case GGP_GRANT_STATE:
        return &grant->state;
    case GGP_GRANT_NAME:
        return &grant->name;
    case GGP_GRANT_WORKSPACE_ID:
        return &grant->workspace_id;
    case GGP_GRANT_ACCOUNT_ID:
        return &grant->account_id;
    case GGP_GRANT_CREDENTIAL_ID:
        return &grant->credential_id;
    case GGP_GRANT_DOMAIN:
        return &grant->domain;
    case GGP_GRANT_TENANT:
        return &grant->facts.tenant;
    case GGP_GRANT_SEND_ERROR:
        return &grant->facts.send_error;
    default:
        return &absent;
    }
}

static struct ggp_value verdict_field(const struct ggp_grant *grant, int field)
{
    struct ggp_value value = {.kind = GGP_MISSING, .integer = grant->missing};

    if (field == GGP_GRANT_SMTP)
        return ggp_value_text(gg_smtp_name(grant->smtp));
    if (field == GGP_GRANT_MISSING)
        return value;
    /* "none" is an answer of a verdict, not the lack of one. */
    return ggp_value_text(grant->smtp == GG_SMTP_NONE
                              ? NULL
                              : ggp_evidence_name(grant->evidence));
}

static struct ggp_value field_value(const void *self, int field)
{
    const struct ggp_grant *grant = self;
    const struct ggp_facts *facts = &grant->facts;
    struct ggp_value value = {.kind = GGP_BOOLEAN};

    switch (field) {
    case GGP_GRANT_BLOCKED:
        value.integer = grant->blocked;
        return value;
    case GGP_GRANT_SCOPE:
        return json_value(GGP_JSON_LIST, grant->scope);
    case GGP_GRANT_CREATED_AT:
        return time_value(grant->has_created_at, grant->created_at);
    case GGP_GRANT_UPDATED_AT:
        return time_value(grant->has_updated_at, grant->updated_at);
    case GGP_GRANT_AGE:
        return time_value(grant->has_created_at,
                          grant->now - grant->created_at);
    case GGP_GRANT_SETTINGS:
        return json_value(GGP_JSON_OBJECT, grant->settings);
    case GGP_GRANT_SEND_ERROR_AT:
        return time_value(facts->has_send_error_at, facts->send_error_at);
    case GGP_GRANT_SENT_AT:
        return time_value(facts->has_sent_at, facts->sent_at);
    case GGP_GRANT_CONTEXT:
        return json_value(GGP_JSON_OBJECT, facts->context);
    case GGP_GRANT_SMTP:
    case GGP_GRANT_MISSING:
    case GGP_GRANT_EVIDENCE:
        return verdict_field(grant, field);
    case GGP_GRANT_RAW:
        return json_value(GGP_JSON_OBJECT, grant->root);
    default:
        return ggp_value_of_text(*text_field(grant, field));
    }
}

const struct ggp_subject ggp_grant_subject = {"grant", fields,
                                              GGP_GRANT_NFIELDS, field_value};
