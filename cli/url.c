/* SPDX-License-Identifier: MIT */
/* url.c - the command url: the hosted-auth URL of one sign-in. */
#include "lockdown.h"
#include "show.h"

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
    case FLAG_JSON:
        url->is_json = 1;
        return 0;
    case FLAG_PKCE:
        url->has_pkce = 1;
        return 0;
    default:
        code = sign_in_take(&url->request, id, value);
        if (code == OPTIONS_DONE)
            code = field_take(&url->settings, &url->lists, id, value);
        return code == OPTIONS_DONE ? settings_take(&url->settings, id, value)
                                    : code;
    }
}

static void print_json(const struct url *url,
                       const struct gg_connect_answer *answer)
{
    struct json json = {stdout, 0};

    sign_in_members(&json, &url->settings, &url->request, answer);
    if (url->has_pkce && answer->auth_url)
        json_text(&json, "code_verifier", url->pkce.verifier);
    sign_in_error(&json, answer);
    json_end(&json);
    putchar('\n');
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
    return answer->auth_url ? EXIT_RAN : sign_in_tell(answer);
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
        &settings_folder_flags, &settings_question_flags, &sign_in_flags,
        &field_flags, &settings_application_flags, &settings_place_flags,
        &format_flags, &settings_limit_flags, &settings_safety_flags,
        &settings_general_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "printed"},
        {EXIT_USAGE, "usage or configuration; also: no client id or redirect "
                     "URI"},
        {EXIT_POLICIES, "the policies do not load"},
        {EXIT_UNDECIDED, "a policy failed, or asked for what makes no URL"},
        {0}},
    url_run};
