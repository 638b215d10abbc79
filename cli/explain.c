/* SPDX-License-Identifier: MIT */
/* explain.c - the command explain: one answer, and how it came about. */
#include "input.h"
#include "show.h"

#include <string.h>

struct explain {
    struct settings settings;
    struct input input;
    struct gg_connect_request request;
    const char *grant_id;
    int is_connect;
    int is_json;
    int has_request; /* a flag of a sign-in was given */
    gg_policies *policies;
    int code; /* what the answer came to */
};

static const struct flag_group which_flags = {
    "What to explain",
    (const struct flag[]){
        {FLAG_ID, 0, "id", "ID",
         "the grant of this id, the first if there are several (default: the "
         "only one in the input)"},
        {FLAG_CONNECT, 0, "connect", NULL,
         "no grant but a sign-in, as for 'grantgate url'; no FILE is read"},
        {0}}};

static const struct flag_group format_flags = {
    "Output",
    (const struct flag[]){{FLAG_JSON, 0, "json", NULL,
                           "one JSON object: the record, or what url --json "
                           "prints, and `steps`, `fields` and `from`"},
                          {0}}};

static int explain_take(void *self, int id, const char *value)
{
    struct explain *explain = self;
    int code;

    switch (id) {
    case FLAG_ID:
        explain->grant_id = value;
        return 0;
    case FLAG_CONNECT:
        explain->is_connect = 1;
        return 0;
    case FLAG_JSON:
        explain->is_json = 1;
        return 0;
    default:
        code = sign_in_take(&explain->request, id, value);
        explain->has_request |= code == 0;
        if (code == OPTIONS_DONE)
            code = input_take(&explain->input, id, value);
        return code == OPTIONS_DONE
                   ? settings_take(&explain->settings, id, value)
                   : code;
    }
}

/* --- for people --- */

/* Print "name: text", the text escaped; nothing for NULL. */
static void put_line(const char *name, const char *text)
{
    char clean[4096];

    if (text)
        printf("  %s: %s\n", name, escape_terminal(clean, sizeof(clean), text));
}

static void put_heading(const char *text)
{
    int is_bold = colour_is_welcome(stdout);

    printf("\n%s%s%s\n", is_bold ? "\033[1m" : "", text,
           is_bold ? "\033[0m" : "");
}

static void put_verdict(const struct gg_decision *decision)
{
    static const char *const evidence[] = {
        [GG_EVIDENCE_NONE] = "there is no evidence either way",
        [GG_EVIDENCE_PROVIDER] = "the provider says so by itself",
        [GG_EVIDENCE_SEND_ERROR] = "a send failed for want of them",
        [GG_EVIDENCE_SETTINGS] = "its settings say so",
        [GG_EVIDENCE_SENT] = "it has sent since the last sign-in"};
    const char *smtp = gg_smtp_name(decision->smtp);
    unsigned bit;
    const char *separator = "; missing: ";

    if (!smtp)
        return;
    printf("  SMTP settings: %s, %s", smtp, evidence[decision->evidence]);
    for (bit = 1; gg_missing_name(bit); bit <<= 1) {
        if (!(decision->missing & bit))
            continue;
        printf("%s%s", separator, gg_missing_name(bit));
        separator = ", ";
    }
    putchar('\n');
}

static void put_steps(const struct gg_explanation *explanation)
{
    put_heading("The layers that were asked, in this order");
    if (explanation->nsteps == 0)
        puts("  none");
    explanation_steps(stdout, "  ", explanation);
}

static void put_link(const char *url, const char *missing,
                     const struct gg_explanation *explanation)
{
    if (!url && !missing && explanation->nfields == 0)
        return;
    put_heading("The sign-in link, and who set what");
    put_line("auth_url", url);
    put_line("there is none", missing);
    explanation_fields(stdout, "  ", explanation);
}

static void put_decision(const struct gg_decision *decision)
{
    char number[32];

    put_heading("The decision");
    put_line("action", gg_action_name(decision->action));
    put_line("reason", decision->reason);
    if (decision->policy)
        put_line("decided by", decision->policy);
    else if (decision->action != GG_ERROR)
        put_line("decided by", "nobody: no layer had an opinion");
    put_line("rule", decision->rule);
    put_line("notify", decision->notify);
    if (decision->has_after) {
        snprintf(number, sizeof(number), "%lld", (long long)decision->after);
        put_line("after, in seconds", number);
    }
    put_line("smtp_host", decision->smtp_host);
    if (decision->smtp_port != 0) {
        snprintf(number, sizeof(number), "%d", decision->smtp_port);
        put_line("smtp_port", number);
    }
    put_line("smtp_username", decision->smtp_username);
    put_line("data", decision->data);
    if (decision->action == GG_ERROR) {
        put_line("error", gg_status_token(decision->error));
        put_line("message", decision->error_message);
    }
}

static void put_grant(const struct gg_explained *explained)
{
    const struct gg_decision *decision = explained->decision;
    char clean[1024];

    printf("Grant %s",
           decision->grant_id
               ? escape_terminal(clean, sizeof(clean), decision->grant_id)
               : "(its id could not be read)");
    if (explained->line > 0)
        printf(", line %llu", (unsigned long long)explained->line);
    if (strcmp(explained->file, "-") != 0)
        printf(" of %s",
               escape_terminal(clean, sizeof(clean), explained->file));
    putchar('\n');
    put_line("provider", decision->provider);
    put_line("tenant", decision->tenant);
    put_verdict(decision);
    put_steps(explained->explanation);
    put_decision(decision);
    put_link(decision->auth_url, decision->auth_url_missing,
             explained->explanation);
}

/* --- for machines --- */

static void add_fields(struct json *json,
                       const struct gg_explanation *explanation)
{
    struct json fields = {json->stream, 0};
    struct json from = {json->stream, 0};
    size_t i;

    json_key(json, "fields");
    for (i = 0; i < explanation->nfields; i++)
        json_raw(&fields, explanation->fields[i].name,
                 explanation->fields[i].value);
    json_end(&fields);
    json_key(json, "from");
    for (i = 0; i < explanation->nfields; i++)
        json_text(&from, explanation->fields[i].name,
                  explanation->fields[i].origin);
    json_end(&from);
}

static void add_grant(const struct gg_explained *explained)
{
    struct json json = {stdout, 0};
    struct gg_error err;
    char *record = NULL;

    if (gg_decision_record(explained->decision, &record, &err) != GG_OK) {
        note_failure(&err);
        return;
    }
    if (strcmp(explained->file, "-") != 0)
        json_text(&json, "file", explained->file);
    if (explained->line > 0)
        json_number(&json, "line", explained->line);
    json_raw(&json, "record", record);
    explanation_members(&json, explained->explanation);
    if (explained->explanation->nfields > 0)
        add_fields(&json, explained->explanation);
    json_end(&json);
    putchar('\n');
    gg_free(record);
}

/* --- the two questions --- */

static void tell_grant(const struct gg_explained *explained, void *payload)
{
    struct explain *explain = payload;
    struct gg_decision decision = *explained->decision;
    struct gg_explained shown = *explained;

    decision.trace = NULL; /* the steps say more */
    shown.decision = &decision;
    explain->code = decision.action == GG_ERROR ? EXIT_UNDECIDED : EXIT_RAN;
    if (explain->is_json)
        add_grant(&shown);
    else
        put_grant(&shown);
}

static int explain_grant(struct explain *explain)
{
    struct gg_pipeline pipeline = {.policies = explain->policies};
    struct gg_error err;
    gg_status status;

    input_fill(&explain->input, &explain->settings, &pipeline);
    pipeline.session.log = note_log;
    status = gg_pipeline_explain(&pipeline, explain->grant_id, tell_grant,
                                 explain, &err);
    if (status == GG_OK)
        return explain->code;
    note_failure(&err);
    if (status == GG_EINVAL && !explain->grant_id)
        note_hint("pick one with --id ID");
    return status == GG_EINTERRUPTED ? EXIT_INTERRUPTED : EXIT_USAGE;
}

static int tell_sign_in(const struct explain *explain,
                        const struct gg_connect_answer *answer,
                        const struct gg_explanation *explanation)
{
    struct json json = {stdout, 0};

    if (explain->is_json) {
        sign_in_members(&json, &explain->settings, &explain->request, answer);
        explanation_members(&json, explanation);
        sign_in_error(&json, answer);
        json_end(&json);
        putchar('\n');
    } else {
        puts("Sign-in");
        put_line("provider", explain->request.provider
                                 ? explain->request.provider
                                 : "the user picks");
        put_line("tenant", explain->settings.tenant);
        put_steps(explanation);
        put_link(answer->auth_url, NULL, explanation);
    }
    return answer->auth_url ? EXIT_RAN : sign_in_tell(answer);
}

static int explain_sign_in(struct explain *explain)
{
    struct gg_session_options options = {.limits = explain->settings.limits,
                                         .caller = explain->settings.caller,
                                         .api_url = explain->settings.api_url,
                                         .trace = 1,
                                         .log = note_log};
    const struct gg_connect_answer *answer = NULL;
    gg_session *session = NULL;
    struct gg_error err;
    int code = EXIT_USAGE;

    explain->request.tenant = explain->settings.tenant;
    if (gg_session_open(explain->policies, &options, &session, &err) != GG_OK ||
        gg_session_connect(session, &explain->request, explain->settings.now,
                           &answer, &err) != GG_OK)
        note_failure(&err);
    else
        code = tell_sign_in(explain, answer, gg_session_explanation(session));
    gg_session_free(session);
    return code;
}

/* --- the command --- */

static int check_usage(const struct explain *explain, int noperands)
{
    if (explain->is_connect && (noperands > 0 || explain->grant_id))
        return note_usage(&explain_command,
                          "--connect is about no grant: leave FILE and --id "
                          "out");
    if (!explain->is_connect && explain->has_request)
        return note_usage(&explain_command,
                          "--provider, --email and --context need --connect");
    if (noperands > 1)
        return note_usage(&explain_command, "name one file of grants");
    return 0;
}

/* Give up what is not needed, before anything is read that others wrote. */
static int lock_down(const struct explain *explain)
{
    struct lockdown lockdown = {.settings = &explain->settings};

    lockdown_allow(&lockdown, LOCKDOWN_READ_LINKS,
                   folder_path(&explain->settings));
    if (!explain->is_connect)
        input_allow(&explain->input, &lockdown);
    return lockdown_enter(&lockdown);
}

static int run(struct explain *explain, int argc, char **argv)
{
    struct gg_error err = {0};
    int first = 0;
    int code = options_read(&explain_command, argc, argv, explain_take, explain,
                            &first);

    if (code != OPTIONS_DONE)
        return code;
    code = check_usage(explain, argc - first);
    if (code == 0 && !explain->is_connect)
        code = input_name(&explain->input, argv + first,
                          (size_t)(argc - first));
    if (code == 0 && stop_catch(&err) != 0) {
        note_failure(&err);
        code = EXIT_USAGE;
    }
    if (code != 0)
        return code;
    code = settings_finish(&explain->settings);
    settings_read_clock(&explain->settings);
    if (lock_down(explain) != 0)
        return EXIT_USAGE;
    if (!explain->is_connect)
        code = exit_worse(code, input_check(&explain->input));
    code = exit_worse(code,
                      folder_open(&explain->settings, &explain->policies));
    if (code == 0)
        code = input_open_facts(&explain->input);
    if (code != 0)
        return code;
    return explain->is_connect ? explain_sign_in(explain)
                               : explain_grant(explain);
}

static int explain_run(const struct command *command, int argc, char **argv)
{
    struct explain explain = {.settings = {.command = command},
                              .input = {.command = command}};
    int code = run(&explain, argc, argv);

    input_free(&explain.input);
    gg_policies_free(explain.policies);
    return code;
}

const struct command explain_command = {
    "explain",
    "one grant: which layers were asked, and what decided",
    "[FILE|-]",
    "Decide about one grant as eval does and tell how: what its SMTP verdict "
    "rests on, each layer that was asked, in order, what it said by which "
    "rule in which line, what decided, and for a sign-in link who set each "
    "of its fields.  With --connect the same for the link that url prints.",
    (const struct example[]){
        {"grantgate explain grant.json", "the one grant in the file"},
        {"grantgate explain --id 8f2c grants.ndjson",
         "one grant out of a file of any size"},
        {"head -n 1 grants.ndjson | grantgate explain -t acme",
         "a grant as if it were tenant acme's"},
        {"grantgate explain --connect -t acme --provider imap",
         "why the sign-in link of acme is as it is"},
        {"grantgate explain --id 8f2c --json grants.ndjson",
         "the same as JSON"},
        {0}},
    (const struct flag_group *const[]){
        &settings_folder_flags, &settings_question_flags, &which_flags,
        &input_flags, &sign_in_flags, &settings_application_flags,
        &settings_place_flags, &format_flags, &settings_limit_flags,
        &settings_safety_flags, &settings_general_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "explained"},
        {EXIT_USAGE, "usage, configuration, input or output; also: there is "
                     "no such grant"},
        {EXIT_POLICIES, "the policies do not load"},
        {EXIT_UNDECIDED, "explained, but it could not be decided: a policy "
                         "failed, or the grant cannot be read"},
        {EXIT_INTERRUPTED, "interrupted"},
        {0}},
    explain_run};
