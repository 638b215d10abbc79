/* SPDX-License-Identifier: MIT */
/*
 * answer.h - what comes out: connect fields, URLs, opinions, records.
 */
#ifndef GGP_ANSWER_H
#define GGP_ANSWER_H

#include "subject.h"

/* --- connect.c: connect fields as data --- */

enum ggp_connect_field {
    GGP_CONNECT_SMTP_REQUIRED,
    GGP_CONNECT_REGION,
    GGP_CONNECT_CLIENT_ID,
    GGP_CONNECT_REDIRECT_URI,
    GGP_CONNECT_LOGIN_HINT,
    GGP_CONNECT_STATE,
    GGP_CONNECT_SCOPE,
    GGP_CONNECT_PROMPT,
    GGP_CONNECT_ACCESS_TYPE,
    GGP_CONNECT_CREDENTIAL_ID,
    GGP_CONNECT_INCLUDE_GRANT_SCOPES,
    GGP_CONNECT_OPTIONS,
    GGP_CONNECT_NFIELDS
};

enum ggp_connect_kind { GGP_CHOICE, GGP_STRING, GGP_STRINGS };

extern const struct ggp_connect_info {
    const char *name;
    enum ggp_connect_kind kind;
    size_t offset; /* in struct gg_connect */
} ggp_connect_info[GGP_CONNECT_NFIELDS];

/* The field named @name, or -1. */
int ggp_connect_find(const char *name, size_t len);

/* The member of @connect that @field is: cast by its kind. */
void *ggp_connect_member(struct gg_connect *connect, int field);
const void *ggp_connect_const(const struct gg_connect *connect, int field);
int ggp_connect_is_set(const struct gg_connect *connect, int field);

/* Check one set field by itself.  GG_EINVAL, naming it, if it does not fit. */
gg_status ggp_connect_check(const struct gg_connect *connect, int field,
                            struct gg_error *err);

/* Whether @url is https://host…, or http:// to localhost, 127.0.0.1 or [::1]:
 * no user name, at most 2048 bytes. */
int ggp_is_web_url(const char *url);

/* Take from @more each field that @connect leaves open, and note @origin
 * beside it in @from[GGP_CONNECT_NFIELDS]. */
void ggp_connect_fill(struct gg_connect *connect, const char **from,
                      const struct gg_connect *more, const char *origin);

/* Deep copy into @arena. */
void ggp_connect_copy(struct gg_connect *to, const struct gg_connect *from,
                      struct ggp_arena *arena);

/* Add one set field's value as JSON. */
void ggp_connect_value(struct ggp_buf *buf, const struct gg_connect *connect,
                       int field);

/* Add the set fields as a JSON object. */
void ggp_connect_json(struct ggp_buf *buf, const struct gg_connect *connect);

/* --- auth_url.c --- */

#define GGP_URL_MAX 8192

/* As gg_auth_url(), into @buf. */
gg_status ggp_auth_url_write(const struct gg_auth_request *request,
                             struct ggp_buf *buf, struct gg_error *err);

/* Whether Nylas' hosted page signs @provider in. */
int ggp_provider_is_hosted(struct ggp_text provider);

/* --- opinion.c: what a policy decided --- */

/* The decision a policy returns, before the engine completes it. */
struct ggp_opinion {
    enum gg_action action;
    const char *reason;
    const char *notify;
    const char *data; /* JSON */
    int has_after;
    int64_t after;
    const char *smtp_host;
    int64_t smtp_port;
    const char *smtp_username;
    struct gg_connect connect;
};

/* Check that it is whole and each field fits its action.  GG_EPOLICY. */
gg_status ggp_opinion_check(const struct ggp_opinion *opinion,
                            struct gg_error *err);

void ggp_opinion_copy(struct ggp_opinion *to, const struct ggp_opinion *from,
                      struct ggp_arena *arena);

/* --- decision.c --- */

/* Add @decision to @buf, with all its texts, for ggp_decision_recall(). */
void ggp_decision_keep(struct ggp_buf *buf, const struct gg_decision *decision);

/* Fill @decision from @bytes, where its texts stay.  Returns what follows. */
const char *ggp_decision_recall(const char *bytes,
                                struct gg_decision *decision);

/* How many fields of a record one policy set can fill otherwise than another:
 * `due` follows from `after`. */
#define GGP_DECISION_NFIELDS 11

/*
 * Put into @fields, NULL at the end, the names of the record's fields in which
 * two decisions about one grant differ.  Who decided is not among them.
 */
void ggp_decision_compare(const struct gg_decision *a,
                          const struct gg_decision *b,
                          const char *fields[GGP_DECISION_NFIELDS + 1]);

/* --- record.c --- */

#define GGP_RECORD_MAX 65536

/* Where a record's grant came from.  Zero: nowhere. */
struct ggp_place {
    const char *file;
    uint64_t line;
};

/* Add @decision as one line, newline included.  Returns the action it shows:
 * GG_ERROR where the record would have been over GGP_RECORD_MAX. */
enum gg_action ggp_record_write(struct ggp_buf *buf,
                                const struct ggp_place *place,
                                const struct gg_decision *decision);

#endif
