/* SPDX-License-Identifier: MIT */
/* folder.c - the policy folder in use: found, loaded, named in messages. */
#include "cli.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define FOLDER "policies" /* the default, where there is one */

const char *folder_path(const struct settings *settings)
{
    struct stat info;

    if (settings->policies)
        return settings->policies;
    if (stat(FOLDER, &info) == 0 && S_ISDIR(info.st_mode))
        return FOLDER;
    return GG_POLICYDIR;
}

int folder_operand(struct settings *settings, int n, char **operands)
{
    if (n > (settings->policies ? 0 : 1))
        return note_usage(settings->command, "'%s' is one folder too many",
                          operands[n - 1]);
    if (n == 1)
        settings->policies = operands[0];
    return 0;
}

/* Loading may take ten times what a question may: never less than the
 * default, or a tight limit on questions would refuse a sound set. */
static struct gg_policies_options load_options(const struct settings *settings)
{
    const struct gg_limits *limits = &settings->limits;
    struct gg_policies_options options = {0};

    options.isolate_tenants = settings->isolate_tenants;
    options.functions = settings->functions;
    options.nfunctions = settings->nfunctions;
    if (limits->instructions > 1000000)
        options.instructions = limits->instructions * 10;
    if (limits->memory_bytes > (size_t)8 << 20)
        options.memory_bytes = limits->memory_bytes / 2 < SIZE_MAX / 20
                                   ? limits->memory_bytes * 10
                                   : SIZE_MAX;
    if (limits->time_ms > 1000)
        options.time_ms = limits->time_ms * 10;
    return options;
}

/* Whether there could be a file for it: NAME_test.lua is a test. */
static int is_tenant_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);

    if (len == 0 || len > 128 || strchr("._-", name[0]))
        return 0;
    if (len > 5 && strcmp(name + len - 5, "_test") == 0)
        return 0;
    return strspn(name, allowed) == len;
}

int folder_check_tenant(const struct settings *settings,
                        const gg_policies *policies)
{
    const char *tenant = settings->tenant;

    if (!tenant || gg_policies_has_tenant(policies, tenant))
        return 0;
    if (!is_tenant_name(tenant)) {
        note_error("unknown_tenant",
                   "'%s' is no tenant name: a letter or digit, then up to 127 "
                   "of A-Z a-z 0-9 . _ -, and not _test at the end",
                   tenant);
        return EXIT_USAGE;
    }
    note_error("unknown_tenant",
               "no policy knows tenant '%s': add tenants/%s.lua to %s, or a "
               "line [\"%s\"] = \"FILE\" to its tenants.lua",
               tenant, tenant, folder_path(settings), tenant);
    return EXIT_USAGE;
}

int folder_open(const struct settings *settings, gg_policies **policies)
{
    struct gg_policies_options options = load_options(settings);
    const char *broken;
    struct gg_error err;
    size_t i;

    if (gg_policies_open(folder_path(settings), &options, policies, &err) !=
        GG_OK) {
        note_failure(&err);
        if (!settings->policies && err.status == GG_EIO)
            note_hint("name a policy folder with --policies DIR");
        return EXIT_POLICIES;
    }
    for (i = 0; (broken = gg_policies_broken(*policies, i)) != NULL; i++)
        note_warning(settings, "%s", broken);
    if (settings->is_verbose)
        folder_headline(stderr, settings, *policies);
    return folder_check_tenant(settings, *policies);
}

void folder_headline(FILE *stream, const struct settings *settings,
                     const gg_policies *policies)
{
    char folder[1024];
    char when[64];
    time_t now = (time_t)settings->now;
    struct tm tm;

    if (!gmtime_r(&now, &tm) ||
        strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(when, sizeof(when), "%lld", (long long)settings->now);
    escape_terminal(folder, sizeof(folder), folder_path(settings));
    fprintf(stream, "grantgate %s, policies %s, digest %.12s, now %s\n",
            gg_version(), folder, gg_policies_digest(policies), when);
}
