/* SPDX-License-Identifier: MIT */
/*
 * field.c - connect fields as flags of `url`.
 *
 * --client-id, --redirect-uri and --region are taken by settings.c, as the
 * other commands have them too.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

const struct flag_group field_flags = {
    "Connect fields, for what the policies leave open",
    (const struct flag[]){
        {FLAG_SMTP_REQUIRED, 0, "smtp-required", NULL,
         "ask for SMTP settings at sign-in"},
        {FLAG_NO_SMTP_REQUIRED, 0, "no-smtp-required", NULL, "do not"},
        {FLAG_LOGIN_HINT, 0, "login-hint", "EMAIL",
         "fill in the address; signs an existing grant in again"},
        {FLAG_STATE, 0, "state", "TEXT",
         "comes back with the answer; at most 256 characters"},
        {FLAG_SCOPE, 0, "scope", "LIST",
         "scopes, separated by spaces or commas; may be repeated"},
        {FLAG_PROMPT, 0, "prompt", "LIST",
         "what the page asks, e.g. select_provider,detect"},
        {FLAG_ACCESS_TYPE, 0, "access-type", "TYPE", "online or offline"},
        {FLAG_CREDENTIAL_ID, 0, "credential-id", "ID",
         "the connector's credential to use"},
        {FLAG_INCLUDE_GRANT_SCOPES, 0, "include-grant-scopes", NULL,
         "keep the scopes that the grant has"},
        {FLAG_NO_INCLUDE_GRANT_SCOPES, 0, "no-include-grant-scopes", NULL,
         "do not"},
        {FLAG_OPTION, 0, "option", "VALUE",
         "a further value of `options`; may be repeated"},
        {0}}};

enum kind { CHOICE, STRING, STRINGS };

/* Every field that a flag can set, to tell what became of it. */
static const struct field {
    const char *name; /* in the answer's JSON */
    const char *flag; /* without "no-" */
    enum kind kind;
    size_t offset;
} fields[] = {
#define FIELD(name, flag, kind)                                                \
    {                                                                          \
#name, flag, kind, offsetof(struct gg_connect, name)                   \
    }
    FIELD(smtp_required, "smtp-required", CHOICE),
    FIELD(region, "region", STRING),
    FIELD(client_id, "client-id", STRING),
    FIELD(redirect_uri, "redirect-uri", STRING),
    FIELD(login_hint, "login-hint", STRING),
    FIELD(state, "state", STRING),
    FIELD(scope, "scope", STRINGS),
    FIELD(prompt, "prompt", STRING),
    FIELD(access_type, "access-type", STRING),
    FIELD(credential_id, "credential-id", STRING),
    FIELD(include_grant_scopes, "include-grant-scopes", CHOICE),
    FIELD(options, "option", STRINGS),
#undef FIELD
};

/* Cut @value at spaces and commas and add the parts to the scopes. */
static int take_scopes(struct settings *settings, struct field_lists *lists,
                       const char *value)
{
    static const char separators[] = " ,";
    char *copy = lists->nowned < FIELD_LIST_MAX ? strdup(value) : NULL;
    char *p = copy;

    if (!copy)
        return note_usage(settings->command, "too many --scope");
    lists->owned[lists->nowned++] = copy;

    for (p += strspn(p, separators); *p; p += strspn(p, separators)) {
        if (lists->nscope == FIELD_LIST_MAX)
            return note_usage(settings->command,
                              "option '--scope': more than %d scopes",
                              FIELD_LIST_MAX);
        lists->scope[lists->nscope++] = p;
        p += strcspn(p, separators);
        if (*p)
            *p++ = '\0';
    }
    if (lists->nscope == 0)
        return note_usage(settings->command, "option '--scope' names no scope");
    settings->caller.scope = lists->scope;
    return 0;
}

static int take_option(struct settings *settings, struct field_lists *lists,
                       const char *value)
{
    if (lists->noptions == FIELD_LIST_MAX)
        return note_usage(settings->command, "more than %d times --option",
                          FIELD_LIST_MAX);
    lists->options[lists->noptions++] = value;
    settings->caller.options = lists->options;
    return 0;
}

int field_take(struct settings *settings, struct field_lists *lists, int id,
               const char *value)
{
    struct gg_connect *caller = &settings->caller;

    switch (id) {
    case FLAG_SMTP_REQUIRED:
        caller->smtp_required = GG_YES;
        return 0;
    case FLAG_NO_SMTP_REQUIRED:
        caller->smtp_required = GG_NO;
        return 0;
    case FLAG_LOGIN_HINT:
        caller->login_hint = value;
        return 0;
    case FLAG_STATE:
        caller->state = value;
        return 0;
    case FLAG_SCOPE:
        return take_scopes(settings, lists, value);
    case FLAG_PROMPT:
        caller->prompt = value;
        return 0;
    case FLAG_ACCESS_TYPE:
        caller->access_type = value;
        return 0;
    case FLAG_CREDENTIAL_ID:
        caller->credential_id = value;
        return 0;
    case FLAG_INCLUDE_GRANT_SCOPES:
        caller->include_grant_scopes = GG_YES;
        return 0;
    case FLAG_NO_INCLUDE_GRANT_SCOPES:
        caller->include_grant_scopes = GG_NO;
        return 0;
    case FLAG_OPTION:
        return take_option(settings, lists, value);
    default:
        return OPTIONS_DONE;
    }
}

static int same_lists(const char *const *one, const char *const *other)
{
    size_t i;

    for (i = 0; one[i] && other[i]; i++) {
        if (strcmp(one[i], other[i]) != 0)
            return 0;
    }
    return !one[i] && !other[i];
}

/* Whether @field was given and the answer has something else. */
static int is_replaced(const struct field *field,
                       const struct gg_connect *given,
                       const struct gg_connect *answer)
{
    const void *ours = (const char *)given + field->offset;
    const void *theirs = (const char *)answer + field->offset;

    if (field->kind == CHOICE) {
        enum gg_choice asked = *(const enum gg_choice *)ours;

        return asked != GG_UNSET && asked != *(const enum gg_choice *)theirs;
    }
    if (field->kind == STRING) {
        const char *asked = *(const char *const *)ours;
        const char *got = *(const char *const *)theirs;

        return asked && (!got || strcmp(asked, got) != 0);
    } else {
        const char *const *asked = *(const char *const *const *)ours;
        const char *const *got = *(const char *const *const *)theirs;

        return asked && (!got || !same_lists(asked, got));
    }
}

/* Print to @out who set @name, out of the JSON object @from.  Its keys are
 * fixed and its values are names of files, so that looking will do. */
static void find_origin(char *out, size_t size, const char *from,
                        const char *name)
{
    char key[64];
    const char *at;

    snprintf(key, sizeof(key), "\"%s\":\"", name);
    at = strstr(from, key);
    at = at ? at + strlen(key) : from;
    snprintf(out, size, "%.*s", (int)strcspn(at, "\""), at);
}

void field_note_replaced(const struct settings *settings,
                         const struct gg_connect *given,
                         const struct gg_connect_answer *answer)
{
    char origin[256];
    size_t i;

    for (i = 0; i < COUNT(fields); i++) {
        const struct field *field = &fields[i];
        const void *value = (const char *)given + field->offset;

        if (!is_replaced(field, given, &answer->connect))
            continue;
        find_origin(origin, sizeof(origin), answer->from, field->name);
        if (field->kind == CHOICE)
            note_aside(settings, "--%s%s was replaced by %s",
                       *(const enum gg_choice *)value == GG_NO ? "no-" : "",
                       field->flag, origin);
        else if (field->offset == offsetof(struct gg_connect, region))
            note_aside(settings, "--%s %s was replaced by %s", field->flag,
                       *(const char *const *)value, origin);
        else /* the value may be long, or not for everybody's eyes */
            note_aside(settings, "--%s was replaced by %s", field->flag,
                       origin);
    }
}

void field_lists_free(struct field_lists *lists)
{
    size_t i;

    for (i = 0; i < lists->nowned; i++)
        free(lists->owned[i]);
    lists->nowned = 0;
}
