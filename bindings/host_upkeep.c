/* SPDX-License-Identifier: MIT */
/* host_upkeep.c - files of a set that nothing uses, or nothing tests. */
#include "host_check.h"

#include <stdlib.h>
#include <string.h>

static int by_path(const void *a, const void *b)
{
    const char *path = a;
    const struct ggl_source *source = b;

    return strcmp(path, source->path);
}

/* Whether there is a test beside the file @path, with a case in it. */
static int has_test(const struct ggl_check *check, const char *path)
{
    size_t stem = strlen(path) - strlen(".lua");
    const struct ggl_source *test;
    char wanted[1200];
    int n = snprintf(wanted, sizeof(wanted), "%.*s_test.lua", (int)stem, path);

    if (n < 0 || (size_t)n >= sizeof(wanted) || check->tests.n == 0)
        return 0;
    test = bsearch(wanted, check->tests.list, check->tests.n,
                   sizeof(*check->tests.list), by_path);
    return test && check->ncases[test - check->tests.list] > 0;
}

static void check_source(struct ggl_check *check,
                         const struct ggl_source *source, int is_required)
{
    struct ggl_spot spot = {source->path, 1};
    size_t stem = strlen(source->path) - strlen(".lua");

    if (!has_test(check, source->path))
        ggp_finding_add(check, "untested-file", spot,
                        "no test tells whether this file does what it should; "
                        "write %.*s_test.lua",
                        (int)stem, source->path);
    if (strncmp(source->path, "lib/", 4) == 0 && !is_required)
        ggp_finding_add(check, "unused-library", spot,
                        "no file requires this library; write require "
                        "\"lib.%.*s\" where it is needed, or delete it",
                        (int)(stem - strlen("lib/")), source->path + 4);
}

/* A file for a provider that Nylas does not have. */
static void check_provider(struct ggl_check *check,
                           const struct ggl_policy *policy)
{
    struct ggl_spot spot = {policy->source->path, 1};

    if (!policy->provider || ggp_provider_exists(ggp_text_of(policy->provider)))
        return;
    ggp_finding_add(check, "unknown-provider", spot,
                    "Nylas has no provider '%s', so no grant reaches this "
                    "file; name it for one that there is, such as imap.lua",
                    policy->provider);
}

/* A line of tenants.lua that says what is so without it. */
static void check_mapping(struct ggl_check *check,
                          const struct ggl_mapping *mapping)
{
    const struct ggl_sources *sources = &check->policies->sources;
    const struct ggl_source *source = bsearch("tenants.lua", sources->list,
                                              sources->n,
                                              sizeof(*sources->list), by_path);
    struct ggl_spot spot = {"tenants.lua", 1};

    if (mapping->is_pattern || strcmp(mapping->pattern, mapping->tenant) != 0)
        return;
    if (source)
        spot.line = ggp_source_line(source, mapping->pattern);
    ggp_finding_add(check, "needless-mapping", spot,
                    "tenant '%s' starts from its own file anyway; delete this "
                    "line",
                    mapping->tenant);
}

void ggp_check_files(struct ggl_check *check)
{
    const gg_policies *policies = check->policies;
    size_t i;

    for (i = 0; i < policies->sources.n; i++)
        check_source(check, &policies->sources.list[i], policies->required[i]);
    for (i = 0; i < policies->n; i++)
        check_provider(check, &policies->list[i]);
    for (i = 0; i < policies->nmappings; i++)
        check_mapping(check, &policies->mappings[i]);
}
