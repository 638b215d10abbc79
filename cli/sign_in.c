/* SPDX-License-Identifier: MIT */
/* sign_in.c - a sign-in about to happen: what is asked, what is answered. */
#include "show.h"

#include <string.h>

const struct flag_group sign_in_flags = {
    "Sign-in",
    (const struct flag[]){
        {FLAG_PROVIDER, 0, "provider", "P",
         "imap, google, microsoft, ... (default: the user picks; then no "
         "provider's policy is asked)"},
        {FLAG_EMAIL, 0, "email", "EMAIL",
         "who is going to sign in, for policies to look at"},
        {FLAG_CONTEXT, 0, "context", "JSON",
         "an object for policies, as request.context"},
        {0}}};

int sign_in_take(struct gg_connect_request *request, int id, const char *value)
{
    switch (id) {
    case FLAG_PROVIDER:
        request->provider = value;
        return 0;
    case FLAG_EMAIL:
        request->email = value;
        return 0;
    case FLAG_CONTEXT:
        request->context = value;
        return 0;
    default:
        return OPTIONS_DONE;
    }
}

/* The message, with the file that failed in front if it is not there. */
static void error_text(char *out, size_t size,
                       const struct gg_connect_answer *answer)
{
    const char *message = answer->error_message ? answer->error_message
                                                : "no URL";

    if (answer->error_policy && !strstr(message, answer->error_policy))
        snprintf(out, size, "%s: %s", answer->error_policy, message);
    else
        snprintf(out, size, "%s", message);
}

void sign_in_members(struct json *json, const struct settings *settings,
                     const struct gg_connect_request *request,
                     const struct gg_connect_answer *answer)
{
    json_text(json, "auth_url", answer->auth_url);
    json_text(json, "tenant", settings->tenant);
    json_text(json, "provider", request->provider);
    json_raw(json, "fields", answer->fields);
    json_raw(json, "from", answer->from);
}

void sign_in_error(struct json *json, const struct gg_connect_answer *answer)
{
    struct json nested = {json->stream, 0};
    char message[1024];

    if (answer->error == GG_OK)
        return;
    error_text(message, sizeof(message), answer);
    json_key(json, "error");
    json_text(&nested, "code", gg_status_token(answer->error));
    json_text(&nested, "message", message);
    json_end(&nested);
}

/* Tell what nobody has set.  Returns whether that was the reason. */
static int tell_missing(const struct gg_connect *connect)
{
    if (!connect->client_id)
        note_error("invalid_argument", "no client id: give --client-id ID or "
                                       "set GRANTGATE_CLIENT_ID");
    if (!connect->redirect_uri)
        note_error("invalid_argument",
                   "no redirect URI: give --redirect-uri URI or set "
                   "GRANTGATE_REDIRECT_URI");
    return !connect->client_id || !connect->redirect_uri;
}

int sign_in_tell(const struct gg_connect_answer *answer)
{
    char message[1024];
    int is_ours = answer->error == GG_EINVAL && !answer->error_policy;

    if (!is_ours || !tell_missing(&answer->connect)) {
        error_text(message, sizeof(message), answer);
        note_error(gg_status_token(answer->error), "%s", message);
    }
    return is_ours ? EXIT_USAGE : EXIT_UNDECIDED;
}
