/* SPDX-License-Identifier: MIT */
/*
 * settings.c - what every command can be told: which policies, for whom,
 * as which application, within which limits.
 *
 * A flag wins over the environment; an empty variable counts as unset.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A question may not use more than this, whatever is asked for. */
#define INSTRUCTIONS_MAX ((int64_t)1000000000000)
#define MEMORY_MAX       ((int64_t)1 << 30)
#define TIME_MAX_MS      ((int64_t)3600 * 1000)

const struct flag_group settings_folder_flags = {
    "Policies",
    (const struct flag[]){
        {FLAG_POLICIES, 'p', "policies", "DIR",
         "the policy folder (default: ./policies if there is one, else the "
         "installed set)"},
        {0}}};

const struct flag_group settings_question_flags = {
    "Question",
    (const struct flag[]){
        {FLAG_TENANT, 't', "tenant", "NAME",
         "the tenant, where the input names none; a policy file or "
         "tenants.lua must know it"},
        {FLAG_NOW, 0, "now", "TIME",
         "decide as at this time: Unix seconds or RFC 3339 (default: the "
         "clock, read once)"},
        {FLAG_ISOLATE_TENANTS, 0, "isolate-tenants", NULL,
         "let a broken file under tenants/ fail only the tenants that use "
         "it"},
        {0}}};

const struct flag_group settings_application_flags = {
    "Application",
    (const struct flag[]){
        {FLAG_CLIENT_ID, 0, "client-id", "ID",
         "the Nylas application (or GRANTGATE_CLIENT_ID)"},
        {FLAG_REDIRECT_URI, 0, "redirect-uri", "URI",
         "where the sign-in ends: https, or http to this machine (or "
         "GRANTGATE_REDIRECT_URI)"},
        {0}}};

const struct flag_group settings_place_flags = {
    "API",
    (const struct flag[]){
        {FLAG_REGION, 0, "region", "us|eu",
         "where the application lives (or GRANTGATE_REGION; default: us)"},
        {FLAG_API_URL, 0, "api-url", "URL",
         "https or loopback; replaces the host whatever the region (or "
         "GRANTGATE_API_URL)"},
        {0}}};

const struct flag_group settings_limit_flags = {
    "Limits of one question",
    (const struct flag[]){
        {FLAG_MAX_INSTRUCTIONS, 0, "max-instructions", "N",
         "Lua instructions (default: 1000000)"},
        {FLAG_MAX_MEMORY, 0, "max-memory", "BYTES",
         "above the loaded set; K, M or G may follow (default: 8M)"},
        {FLAG_MAX_TIME, 0, "max-time", "TIME",
         "wall time: 500ms, 2s, 1m; a bare number is milliseconds (default: "
         "1s)"},
        {0}}};

const struct flag_group settings_host_flags = {
    "Host",
    (const struct flag[]){
        {FLAG_HOST_FUNCTION, 0, "host-function", "NAME",
         "the program that runs these policies offers them host.NAME(); can be "
         "given several times"},
        {0}}};

const struct flag_group settings_safety_flags = {
    "Safety",
    (const struct flag[]){
        {FLAG_LOCKDOWN, 0, "lockdown", "auto|require",
         "first give up what the run does not need: programs, connections, "
         "core files, all files but its own; auto warns where the system "
         "cannot, require ends (default: auto)"},
        {FLAG_NO_LOCKDOWN, 0, "no-lockdown", NULL, "keep all that"},
        {0}}};

const struct flag_group settings_general_flags = {
    "General",
    (const struct flag[]){
        {FLAG_QUIET, 'q', "quiet", NULL, "no warnings and no summary"},
        {FLAG_VERBOSE, 'v', "verbose", NULL,
         "name version, policy digest and time first"},
        {FLAG_HELP, 'h', "help", NULL, "print this and end"},
        {0}}};

/* The connect fields that the environment may hold too. */
static const struct application {
    int id;
    const char *flag;
    const char *variable;
    size_t offset;
} applications[] = {
    {FLAG_CLIENT_ID, "--client-id", "GRANTGATE_CLIENT_ID",
     offsetof(struct settings, caller.client_id)},
    {FLAG_REDIRECT_URI, "--redirect-uri", "GRANTGATE_REDIRECT_URI",
     offsetof(struct settings, caller.redirect_uri)},
    {FLAG_REGION, "--region", "GRANTGATE_REGION",
     offsetof(struct settings, caller.region)},
    {FLAG_API_URL, "--api-url", "GRANTGATE_API_URL",
     offsetof(struct settings, api_url)},
};

static const char **application_slot(struct settings *settings, size_t i)
{
    return (const char **)((char *)settings + applications[i].offset);
}

static int take_limit(struct settings *settings, const char *flag,
                      const char *what, const char *value,
                      const struct unit *units, int64_t high, int64_t *limit)
{
    if (number_read(value, units, 1, high, limit) == 0)
        return 0;
    return note_usage(settings->command, "option '--%s': '%s' is not %s", flag,
                      value, what);
}

static int take_now(struct settings *settings, const char *value)
{
    struct gg_error err;

    if (gg_time_parse(value, &settings->now, &err) != GG_OK)
        return note_usage(settings->command, "option '--now': %s", err.message);
    if (settings->now <= 0)
        return note_usage(settings->command,
                          "option '--now': the time must be after 1970");
    return 0;
}

static int take_lockdown(struct settings *settings, const char *value)
{
    if (strcmp(value, "auto") == 0)
        settings->lockdown = LOCKDOWN_AUTO;
    else if (strcmp(value, "require") == 0)
        settings->lockdown = LOCKDOWN_REQUIRE;
    else
        return note_usage(settings->command,
                          "option '--lockdown' is auto or require; not '%s'",
                          value);
    return 0;
}

static int take_application(struct settings *settings, int id,
                            const char *value)
{
    size_t i;

    for (i = 0; i < COUNT(applications); i++) {
        if (applications[i].id == id) {
            *application_slot(settings, i) = value;
            return 0;
        }
    }
    return note_usage(settings->command, "an option without a meaning");
}

/* A name that policies may use as host.NAME. */
static int take_function(struct settings *settings, const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
    size_t len = strlen(name);
    size_t i;

    if (len == 0 || len > GG_FUNCTION_NAME_MAX ||
        strspn(name, allowed) != len || strchr("0123456789", name[0]))
        return note_usage(settings->command,
                          "--host-function takes a letter of a-z or _, then "
                          "up to %d of a-z 0-9 _, not '%s'",
                          GG_FUNCTION_NAME_MAX - 1, name);
    for (i = 0; i < settings->nfunctions; i++) {
        if (strcmp(settings->functions[i].name, name) == 0)
            return 0; /* said twice */
    }
    if (i == SETTINGS_MAX_FUNCTIONS)
        return note_usage(settings->command, "more than %d --host-function",
                          SETTINGS_MAX_FUNCTIONS);
    settings->functions[settings->nfunctions++].name = name;
    return 0;
}

int settings_take(void *self, int id, const char *value)
{
    struct settings *settings = self;
    int64_t number = 0;
    int rc;

    switch (id) {
    case FLAG_POLICIES:
        settings->policies = value;
        return 0;
    case FLAG_TENANT:
        settings->tenant = value;
        return 0;
    case FLAG_NOW:
        return take_now(settings, value);
    case FLAG_ISOLATE_TENANTS:
        settings->isolate_tenants = 1;
        return 0;
    case FLAG_MAX_INSTRUCTIONS:
        return take_limit(settings, "max-instructions",
                          "a whole number from 1 to 1000000000000", value,
                          number_plain, INSTRUCTIONS_MAX,
                          &settings->limits.instructions);
    case FLAG_MAX_MEMORY:
        rc = take_limit(settings, "max-memory", "a size up to 1G, like 8M",
                        value, number_bytes, MEMORY_MAX, &number);
        settings->limits.memory_bytes = (size_t)number;
        return rc;
    case FLAG_MAX_TIME:
        return take_limit(settings, "max-time", "a time up to 60m, like 500ms",
                          value, number_time_ms, TIME_MAX_MS,
                          &settings->limits.time_ms);
    case FLAG_HOST_FUNCTION:
        return take_function(settings, value);
    case FLAG_LOCKDOWN:
        return take_lockdown(settings, value);
    case FLAG_NO_LOCKDOWN:
        settings->lockdown = LOCKDOWN_OFF;
        return 0;
    case FLAG_QUIET:
        settings->is_quiet = 1;
        return 0;
    case FLAG_VERBOSE:
        settings->is_verbose = 1;
        return 0;
    default:
        return take_application(settings, id, value);
    }
}

/* Check field @i by itself: in a request in which all else is in order. */
static int check_application(struct settings *settings, size_t i,
                             const char *origin)
{
    struct settings probe = {0};
    struct gg_auth_request request = {0};
    struct gg_error err;
    char *url = NULL;

    probe.caller.client_id = "x";
    probe.caller.redirect_uri = "https://localhost/";
    *application_slot(&probe, i) = *application_slot(settings, i);
    request.connect = probe.caller;
    request.api_url = probe.api_url;
    if (gg_auth_url(&request, &url, &err) == GG_OK) {
        gg_free(url);
        return 0;
    }
    note_error(gg_status_token(err.status), "%s (from %s)", err.message,
               origin);
    return EXIT_USAGE;
}

void settings_read_clock(struct settings *settings)
{
    if (settings->now == 0)
        settings->now = (int64_t)time(NULL);
}

int settings_finish(struct settings *settings)
{
    int code = 0;
    size_t i;

    for (i = 0; i < COUNT(applications); i++) {
        const char **slot = application_slot(settings, i);
        const char *origin = applications[i].flag;

        if (!*slot) {
            const char *value = getenv(applications[i].variable);

            *slot = value && *value ? value : NULL;
            origin = applications[i].variable;
        }
        if (*slot)
            code = exit_worse(code, check_application(settings, i, origin));
    }
    return code;
}
