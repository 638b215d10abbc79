/* SPDX-License-Identifier: MIT */
/*
 * subject.h - what is judged: a grant, its facts, a connect request, and the
 * conditions that read them.
 */
#ifndef GGP_SUBJECT_H
#define GGP_SUBJECT_H

#include "base.h"

/* --- value.c: what a field of a grant or request holds --- */

enum ggp_value_kind {
    GGP_NIL,
    GGP_TEXT,
    GGP_INTEGER,
    GGP_REAL,
    GGP_BOOLEAN,
    GGP_JSON_LIST,   /* array; a string is a list of one, NULL is empty */
    GGP_JSON_OBJECT, /* object, NULL is empty; redacted where it is settings */
    GGP_MISSING      /* bits of gg_missing, a list of names */
};

struct ggp_value {
    enum ggp_value_kind kind;
    struct ggp_text text;
    int64_t integer; /* GGP_INTEGER, GGP_BOOLEAN, GGP_MISSING */
    double real;
    yyjson_val *json;
};

/* The value of a JSON value; null is GGP_NIL. */
struct ggp_value ggp_value_of(yyjson_val *json);

/* The value of a text; absent is GGP_NIL. */
static inline struct ggp_value ggp_value_of_text(struct ggp_text text)
{
    struct ggp_value value = {.kind = GGP_NIL};

    if (text.at) {
        value.kind = GGP_TEXT;
        value.text = text;
    }
    return value;
}

/* The same of a string or NULL. */
struct ggp_value ggp_value_text(const char *text);

/* A time as the API writes it: integer seconds, or text that
 * ggp_moment_parse() reads, of the years 0 to 9999.  0 unless it is one. */
int ggp_value_time(yyjson_val *json, int64_t *seconds);

#define GGP_PLAIN_MAX 64

/* @text for a message: itself, in @room, if it is at most GGP_PLAIN_MAX of
 * [A-Za-z0-9_.-], else "(not shown)". */
const char *ggp_plain_name(struct ggp_text text, char room[GGP_PLAIN_MAX + 1]);

/* What kind of values a field can hold, for checking conditions. */
enum ggp_field_kind {
    GGP_FIELD_TEXT,
    GGP_FIELD_NUMBER,
    GGP_FIELD_BOOLEAN,
    GGP_FIELD_LIST,   /* of text */
    GGP_FIELD_OBJECT, /* reached into with dots */
    GGP_FIELD_RAW     /* for functions only */
};

struct ggp_field {
    const char *name;
    size_t len; /* of the name */
    enum ggp_field_kind kind;
    const char *const *words; /* every value there is, or NULL */
};

/* A row of a table of fields. */
#define GGP_FIELD(name, kind, words)                                           \
    {                                                                          \
        name, sizeof(name) - 1, kind, words                                    \
    }

/* A thing with named fields: a grant or a connect request. */
struct ggp_subject {
    const char *noun; /* "grant" or "request", for messages */
    const struct ggp_field *fields;
    int nfields;
    struct ggp_value (*value)(const void *self, int field);
};

/* The index of the field named @name, or -1. */
int ggp_subject_field(const struct ggp_subject *subject, const char *name,
                      size_t len);

/* --- facts.c --- */

/* gg_facts as read: texts borrow from a document or an arena. */
struct ggp_facts {
    struct ggp_text tenant;
    struct ggp_text send_error;
    int64_t send_error_at;
    int64_t sent_at;
    int has_send_error_at;
    int has_sent_at;
    yyjson_val *context; /* an object, or NULL */
};

/* Read member @key of an envelope or facts line, if it is one of the facts'.
 * Returns 1 if it is and fits, 0 if it is none, -1 with @err (GG_EGRANT) if
 * it does not fit. */
int ggp_facts_member(struct ggp_facts *facts, struct ggp_text key,
                     yyjson_val *value, struct gg_error *err);

/* Take @from, but for its context, into @facts.  GG_EINVAL for a tenant that
 * is none. */
gg_status ggp_facts_take(struct ggp_facts *facts, const struct gg_facts *from,
                         struct gg_error *err);

/* Fill what @facts leaves open from @more. */
void ggp_facts_join(struct ggp_facts *facts, const struct ggp_facts *more);

/* The facts of grant @id, or NULL. */
const struct ggp_facts *ggp_facts_table_find(const gg_facts_table *table,
                                             struct ggp_text id);

/* --- grant.c --- */

enum ggp_grant_field {
    GGP_GRANT_ID,
    GGP_GRANT_PROVIDER,
    GGP_GRANT_STATUS,
    GGP_GRANT_EMAIL,
    GGP_GRANT_STATE,
    GGP_GRANT_NAME,
    GGP_GRANT_WORKSPACE_ID,
    GGP_GRANT_ACCOUNT_ID,
    GGP_GRANT_CREDENTIAL_ID,
    GGP_GRANT_DOMAIN,
    GGP_GRANT_BLOCKED,
    GGP_GRANT_SCOPE,
    GGP_GRANT_CREATED_AT,
    GGP_GRANT_UPDATED_AT,
    GGP_GRANT_AGE,
    GGP_GRANT_SETTINGS,
    GGP_GRANT_TENANT,
    GGP_GRANT_SEND_ERROR,
    GGP_GRANT_SEND_ERROR_AT,
    GGP_GRANT_SENT_AT,
    GGP_GRANT_CONTEXT,
    GGP_GRANT_SMTP,
    GGP_GRANT_MISSING,
    GGP_GRANT_EVIDENCE,
    GGP_GRANT_RAW,
    GGP_GRANT_NFIELDS
};

/* A grant as read; borrows from its document. */
struct ggp_grant {
    yyjson_val *root;
    yyjson_val *settings; /* an object, or NULL */
    yyjson_val *scope;    /* an array, one string, or NULL */
    struct ggp_text id;
    struct ggp_text provider;
    struct ggp_text status;
    struct ggp_text email;
    struct ggp_text state;
    struct ggp_text name;
    struct ggp_text workspace_id;
    struct ggp_text account_id;
    struct ggp_text credential_id;
    struct ggp_text domain; /* in `email`, or domain_bytes */
    char domain_bytes[GGP_EMAIL_MAX + 1];
    int blocked;
    int has_created_at;
    int has_updated_at;
    int64_t created_at;
    int64_t updated_at;
    struct ggp_facts facts;
    int64_t now; /* what `age` counts from */
    enum gg_smtp smtp;
    unsigned missing;
    enum gg_evidence evidence;
};

/*
 * Read the object @root into @grant, facts and verdict aside.  On failure
 * id and provider are filled when they could be read.
 *
 * Returns GG_OK or GG_EGRANT.
 */
gg_status ggp_grant_read(struct ggp_grant *grant, yyjson_val *root,
                         struct gg_error *err);

extern const struct ggp_subject ggp_grant_subject; /* self: ggp_grant */

/* --- smtp.c: the verdict --- */

/* Judge @grant, facts included: fills smtp, missing, evidence. */
void ggp_smtp_judge(struct ggp_grant *grant);

/* Provider number @index of those that Nylas has, or NULL past the last. */
const char *ggp_provider_name(size_t index);

/* The name of one bit of gg_missing. */
const char *ggp_evidence_name(enum gg_evidence evidence);

/* --- redaction.c --- */

/*
 * What a policy sees of member @key of an object: under `settings` only keys
 * known to be harmless keep their value (a host only if it can be one), under
 * the rest of a grant only keys known to be secret lose it; any other
 * non-blank scalar reads "[redacted]".
 * Containers are returned as they are, their members are asked in turn, and
 * an element of a list with the key of its list (NULL: none).
 */
enum ggp_redaction { GGP_SHOW, GGP_SETTINGS, GGP_RAW };
struct ggp_value ggp_redacted(enum ggp_redaction redaction, yyjson_val *key,
                              yyjson_val *value);

/* Key number @index of those of `settings` that are shown, or NULL past the
 * last. */
const char *ggp_setting_name(size_t index);

/* Whether a value under @key of `settings` is shown, if it may be. */
int ggp_setting_is_shown(struct ggp_text key);

/* How the members of @value, member @key, are to be read in turn. */
enum ggp_redaction ggp_redaction_below(enum ggp_redaction redaction,
                                       yyjson_val *key);

/* --- pattern.c: one value of a condition, compiled --- */

enum ggp_pattern_kind {
    GGP_MATCH_EXACT,
    GGP_MATCH_GLOB,
    GGP_MATCH_NUMBER, /* op and real or integer */
    GGP_MATCH_BOOLEAN
};

enum ggp_op { GGP_EQ, GGP_LT, GGP_LE, GGP_GT, GGP_GE };

/* One value of a condition.  A text pattern may also hold for numbers. */
struct ggp_pattern {
    enum ggp_pattern_kind kind;
    struct ggp_text text; /* EXACT, GLOB */
    int compares;         /* whether the text is also "<1h" or so */
    enum ggp_op op;
    int is_real;
    int64_t integer; /* NUMBER, compares, BOOLEAN */
    double real;
};

/* One entry: a field, and the patterns any of which may hold. */
struct ggp_test {
    int field;
    struct ggp_text *path; /* the parts after the dots */
    size_t npath;
    struct ggp_pattern *patterns;
    size_t npatterns;
};

/* Fill @pattern from @value (text, number, boolean) for @test's field.
 * GG_EPOLICY if such a value can never match it. */
gg_status ggp_pattern_read(struct ggp_pattern *pattern, struct ggp_arena *arena,
                           const struct ggp_test *test,
                           const struct ggp_subject *subject,
                           const struct ggp_value *value, struct gg_error *err);

/* Whether @value, which is no list, matches. */
int ggp_pattern_holds(const struct ggp_pattern *pattern,
                      const struct ggp_value *value);

/* --- condition.c: the `when` of a rule, compiled --- */

/* Every test must hold. */
struct ggp_condition {
    struct ggp_test *tests;
    size_t ntests;
};

/* Point @test at the field @key of @subject.  GG_EPOLICY if there is none
 * that a condition can read. */
gg_status ggp_test_field(struct ggp_test *test, struct ggp_arena *arena,
                         const struct ggp_subject *subject, struct ggp_text key,
                         struct gg_error *err);

/*
 * Whether @condition holds: 1, 0, or -1 once @steps are used up.  Takes a step
 * for each pattern tried and for each 16 bytes of text that one may read: a
 * policy's long list and a grant's must not multiply without bound.
 */
int ggp_condition_holds(const struct ggp_condition *condition,
                        const struct ggp_subject *subject, const void *self,
                        int64_t *steps);

/* --- request.c: what a connect question is about --- */

enum ggp_request_field {
    GGP_REQUEST_TENANT,
    GGP_REQUEST_PROVIDER,
    GGP_REQUEST_EMAIL,
    GGP_REQUEST_DOMAIN,
    GGP_REQUEST_CONTEXT,
    GGP_REQUEST_PURPOSE,
    GGP_REQUEST_GRANT_ID,
    GGP_REQUEST_NFIELDS
};

struct ggp_request {
    struct ggp_text tenant;
    struct ggp_text provider;
    struct ggp_text email;
    struct ggp_text domain;
    yyjson_val *context;
    int is_reauth; /* purpose "reauth", else "signin" */
    struct ggp_text grant_id;
};

extern const struct ggp_subject ggp_request_subject; /* self: ggp_request */

#endif
