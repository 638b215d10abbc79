/* SPDX-License-Identifier: MIT */
/* url.c - the command url: the hosted-auth URL of one sign-in. */
#include "lockdown.h"

#include <string.h>

struct url {
    struct settings settings;
    struct field_lists lists;
    struct gg_connect given; /* the flags, without the environment */
    struct gg_connect_request request;
    struct gg_pkce pkce;
    int is_json;
    int has_pkce;
};

static const struct flag_group request_flags = {
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

static const struct flag_group format_flags = {
    "Output",
    (const struct flag[]){
        {FLAG_JSON, 0, "json", NULL,
         "one JSON object: the URL, each field, and which layer set it"},
        {FLAG_PKCE, 0, "pkce", NULL,
         "add a PKCE challenge; code_verifier is in the --json answer"},
        {0}}};

static int url_take(void *self, int id, const char *value)
{
    struct url *url = self;
    int code;

    switch (id) {
    case FLAG_PROVIDER:
        url->request.provider = value;
        return 0;
    case FLAG_EMAIL:
        url->request.email = value;
        return 0;
    case FLAG_CONTEXT:
        url->request.context = value;
        return 0;
    case FLAG_JSON:
        url->is_json = 1;
        return 0;
    case FLAG_PKCE:
        url->has_pkce = 1;
        return 0;
    default:
        code = field_take(&url->settings, &url->lists, id, value);
        return code == OPTIONS_DONE ? settings_take(&url->settings, id, value)
                                    : code;
    }
}

/* Add a member to the object that is being printed. */
static void put_key(const char *key, int *count)
{
    printf("%s\"%s\":", *count == 0 ? "{" : ",", key);
    (*count)++;
}

static void put_text(const char *key, const char *text, int *count)
{
    if (!text)
        return;
    put_key(key, count);
    escape_json(stdout, text);
}

static void put_json(const char *key, const char *json, int *count)
{
    if (!json)
        return;
    put_key(key, count);
    fputs(json, stdout);
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

static void print_json(const struct url *url,
                       const struct gg_connect_answer *answer)
{
    int count = 0;

    put_text("auth_url", answer->auth_url, &count);
    put_text("tenant", url->settings.tenant, &count);
    put_text("provider", url->request.provider, &count);
    put_json("fields", answer->fields, &count);
    put_json("from", answer->from, &count);
    if (url->has_pkce && answer->auth_url)
        put_text("code_verifier", url->pkce.verifier, &count);
    if (answer->error != GG_OK) {
        char message[1024];
        int nested = 0;

        error_text(message, sizeof(message), answer);
        put_key("error", &count);
        put_text("code", gg_status_token(answer->error), &nested);
        put_text("message", message, &nested);
        putchar('}');
    }
    fputs(count == 0 ? "{}\n" : "}\n", stdout);
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

/* Tell why there is no URL.  Returns the exit code. */
static int tell_no_url(const struct gg_connect_answer *answer)
{
    char message[1024];
    int is_ours = answer->error == GG_EINVAL && !answer->error_policy;

    if (!is_ours || !tell_missing(&answer->connect)) {
        error_text(message, sizeof(message), answer);
        note_error(gg_status_token(answer->error), "%s", message);
    }
    return is_ours ? EXIT_USAGE : EXIT_UNDECIDED;
}

static int answer_url(const struct url *url,
                      const struct gg_connect_answer *answer)
{
    if (answer->from) /* else nobody answered, and nothing was replaced */
        field_note_replaced(&url->settings, &url->given, answer);
    if (url->is_json)
        print_json(url, answer);
    else if (answer->auth_url)
        printf("%s\n", answer->auth_url);
    return answer->auth_url ? EXIT_RAN : tell_no_url(answer);
}

static int ask(struct url *url, gg_policies *policies)
{
    struct gg_session_options options = {.limits = url->settings.limits,
                                         .caller = url->settings.caller,
                                         .api_url = url->settings.api_url,
                                         .log = note_log};
    const struct gg_connect_answer *answer = NULL;
    gg_session *session = NULL;
    struct gg_error err;
    gg_status status = GG_OK;
    int code = EXIT_USAGE;

    url->request.tenant = url->settings.tenant;
    if (url->has_pkce) {
        status = gg_pkce_new(&url->pkce, &err);
        url->request.code_challenge = url->pkce.challenge;
    }
    if (status == GG_OK)
        status = gg_session_open(policies, &options, &session, &err);
    if (status == GG_OK)
        status = gg_session_connect(session, &url->request, url->settings.now,
                                    &answer, &err);
    if (status == GG_OK)
        code = answer_url(url, answer);
    else
        note_failure(&err);
    gg_session_free(session);
    return code;
}

static int run(struct url *url, int argc, char **argv)
{
    struct lockdown lockdown = {.settings = &url->settings};
    gg_policies *policies = NULL;
    int first = 0;
    int code = options_read(&url_command, argc, argv, url_take, url, &first);

    if (code != OPTIONS_DONE)
        return code;
    if (first < argc)
        return note_usage(&url_command, "'%s' is one word too many",
                          argv[first]);
    if (url->has_pkce && !url->is_json)
        return note_usage(&url_command,
                          "--pkce needs --json, which holds the verifier");

    url->given = url->settings.caller;
    lockdown_allow(&lockdown, LOCKDOWN_READ_LINKS, folder_path(&url->settings));
    code = lockdown_enter(&lockdown);
    if (code != 0)
        return code;
    code = settings_finish(&url->settings);
    settings_read_clock(&url->settings);
    code = exit_worse(code, folder_open(&url->settings, &policies));
    if (code == 0)
        code = ask(url, policies);
    gg_policies_free(policies);
    return code;
}

static int url_run(const struct command *command, int argc, char **argv)
{
    struct url url = {.settings = {.command = command}};
    int code = run(&url, argc, argv);

    field_lists_free(&url.lists);
    return code;
}

const struct command url_command = {
    "url",
    "the hosted-auth URL of a sign-in, under policy",
    NULL,
    "Print the URL where the owner of a mailbox signs in.  The policies say "
    "what it asks for; flags fill in what they leave open, and a flag that a "
    "policy overrules is named on standard error.",
    (const struct example[]){
        {"grantgate url --provider imap --client-id ID \\\n"
         "    --redirect-uri https://app.example/connected",
         "a sign-in that asks for SMTP, under the shipped policies"},
        {"grantgate url -t acme --provider google --state 4711",
         "for tenant acme; ID and URI come from GRANTGATE_CLIENT_ID and "
         "GRANTGATE_REDIRECT_URI"},
        {"grantgate url -t acme --provider imap --json",
         "also tells which layer set each field"},
        {"grantgate url --provider imap --pkce --json",
         "for an application that cannot keep a secret"},
        {0}},
    (const struct flag_group *const[]){
        &settings_folder_flags, &settings_question_flags, &request_flags,
        &field_flags, &settings_application_flags, &format_flags,
        &settings_limit_flags, &settings_safety_flags, &settings_general_flags,
        NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "printed"},
        {EXIT_USAGE, "usage or configuration; also: no client id or redirect "
                     "URI"},
        {EXIT_POLICIES, "the policies do not load"},
        {EXIT_UNDECIDED, "a policy failed, or asked for what makes no URL"},
        {0}},
    url_run};
