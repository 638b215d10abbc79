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

#define LONGEST_MEMBER 13
#define SAME_LENGTH    3

/* What the API calls the members grantgate reads, by length. */
static const struct {
    const char *name;
    enum ggp_grant_field field;
} members[LONGEST_MEMBER + 1][SAME_LENGTH] = {
    [2] = {{"id", GGP_GRANT_ID}},
    [4] = {{"name", GGP_GRANT_NAME}},
    [5] = {{"email", GGP_GRANT_EMAIL},
           {"scope", GGP_GRANT_SCOPE},
           {"state", GGP_GRANT_STATE}},
    [7] = {{"blocked", GGP_GRANT_BLOCKED}},
    [8] = {{"provider", GGP_GRANT_PROVIDER}, {"settings", GGP_GRANT_SETTINGS}},
    [10] = {{"created_at", GGP_GRANT_CREATED_AT},
            {"updated_at", GGP_GRANT_UPDATED_AT},
            {"account_id", GGP_GRANT_ACCOUNT_ID}},
    [12] = {{"grant_status", GGP_GRANT_STATUS},
            {"workspace_id", GGP_GRANT_WORKSPACE_ID}},
    [13] = {{"credential_id", GGP_GRANT_CREDENTIAL_ID}},
};

/* The field that member @key is, or GGP_GRANT_NFIELDS. */
static enum ggp_grant_field member_field(const char *key, size_t len)
{
    int i;

    if (len > LONGEST_MEMBER)
        return GGP_GRANT_NFIELDS;
    for (i = 0; i < SAME_LENGTH && members[len][i].name; i++) {
        const char *name = members[len][i].name;

        /* The first byte tells nearly all apart without a call. */
        if (name[0] == key[0] && memcmp(name, key, len) == 0)
            return members[len][i].field;
    }
    return GGP_GRANT_NFIELDS;
}

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
    yyjson_arr_iter iter = yyjson_arr_iter_with(value);
    yyjson_val *element;

    if (!yyjson_is_arr(value) && !yyjson_is_str(value))
        return "must be a list of strings";
    while ((element = yyjson_arr_iter_next(&iter)) != NULL) {
        if (!yyjson_is_str(element))
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
    yyjson_obj_iter iter = yyjson_obj_iter_with(root);
    gg_status status = GG_OK;
    yyjson_val *key;

    clear(grant);
    if (!yyjson_is_obj(root))
        return ggp_fail(err, GG_EGRANT, "expected an object");
    grant->root = root;
    while ((key = yyjson_obj_iter_next(&iter)) != NULL) {
        yyjson_val *value = yyjson_obj_iter_get_val(key);
        enum ggp_grant_field field = member_field(yyjson_get_str(key),
                                                  yyjson_get_len(key));
        const char *complaint;

        if (field == GGP_GRANT_NFIELDS || yyjson_is_null(value))
            continue;
        complaint = read_member(grant, field, value);
        /* The first complaint counts; id and provider may still follow. */
        if (complaint && status == GG_OK)
            status = ggp_fail(err, GG_EGRANT, "field '%s' %s",
                              yyjson_get_str(key), complaint);
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
    [GGP_GRANT_ID] = {"id", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_PROVIDER] = {"provider", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_STATUS] = {"grant_status", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_EMAIL] = {"email", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_STATE] = {"state", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_NAME] = {"name", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_WORKSPACE_ID] = {"workspace_id", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_ACCOUNT_ID] = {"account_id", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_CREDENTIAL_ID] = {"credential_id", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_DOMAIN] = {"domain", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_BLOCKED] = {"blocked", GGP_FIELD_BOOLEAN, NULL},
    [GGP_GRANT_SCOPE] = {"scope", GGP_FIELD_LIST, NULL},
    [GGP_GRANT_CREATED_AT] = {"created_at", GGP_FIELD_NUMBER, NULL},
    [GGP_GRANT_UPDATED_AT] = {"updated_at", GGP_FIELD_NUMBER, NULL},
    [GGP_GRANT_AGE] = {"age", GGP_FIELD_NUMBER, NULL},
    [GGP_GRANT_SETTINGS] = {"settings", GGP_FIELD_OBJECT, NULL},
    [GGP_GRANT_TENANT] = {"tenant", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_SEND_ERROR] = {"send_error", GGP_FIELD_TEXT, NULL},
    [GGP_GRANT_SEND_ERROR_AT] = {"send_error_at", GGP_FIELD_NUMBER, NULL},
    [GGP_GRANT_SENT_AT] = {"sent_at", GGP_FIELD_NUMBER, NULL},
    [GGP_GRANT_CONTEXT] = {"context", GGP_FIELD_OBJECT, NULL},
    [GGP_GRANT_SMTP] = {"smtp", GGP_FIELD_TEXT, smtp_words},
    [GGP_GRANT_MISSING] = {"missing", GGP_FIELD_LIST, missing_words},
    [GGP_GRANT_EVIDENCE] = {"evidence", GGP_FIELD_TEXT, evidence_words},
    [GGP_GRANT_RAW] = {"raw", GGP_FIELD_RAW, NULL},
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
static struct ggp_value text_field(const struct ggp_grant *grant, int field)
{
    switch (field) {
    case GGP_GRANT_ID:
        return ggp_value_of_text(grant->id);
    case GGP_GRANT_PROVIDER:
        return ggp_value_of_text(grant->provider);
    case GGP_GRANT_STATUS:
        return ggp_value_of_text(grant->status);
    case GGP_GRANT_EMAIL:
        return ggp_value_of_text(grant->email);
    case GGP_GRANT_STATE:
        return ggp_value_of_text(grant->state);
    case GGP_GRANT_NAME:
        return ggp_value_of_text(grant->name);
    case GGP_GRANT_WORKSPACE_ID:
        return ggp_value_of_text(grant->workspace_id);
    case GGP_GRANT_ACCOUNT_ID:
        return ggp_value_of_text(grant->account_id);
    case GGP_GRANT_CREDENTIAL_ID:
        return ggp_value_of_text(grant->credential_id);
    case GGP_GRANT_DOMAIN:
        return ggp_value_of_text(grant->domain);
    case GGP_GRANT_TENANT:
        return ggp_value_of_text(grant->facts.tenant);
    case GGP_GRANT_SEND_ERROR:
        return ggp_value_of_text(grant->facts.send_error);
    default:
        return ggp_value_text(NULL);
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
        return text_field(grant, field);
    }
}

const struct ggp_subject ggp_grant_subject = {"grant", fields,
                                              GGP_GRANT_NFIELDS, field_value};
