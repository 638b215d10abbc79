/* SPDX-License-Identifier: MIT */
/*
 * host_check.c - look at a policy set: all that does not load, or else all
 * that loads and does not do what its author hopes.
 */
#include "host_check.h"

/* Look at the tests, too: each file, in a sandbox of its own. */
static gg_status check_tests(struct ggl_check *check, const char *folder,
                             struct ggl_complaints *complaints,
                             struct gg_error *err)
{
    gg_status status = ggp_folder_read(folder, 1, &check->arena, &check->tests,
                                       complaints, err);
    size_t i;

    check->ncases = ggp_arena_alloc(&check->arena, (check->tests.n + 1) *
                                                       sizeof(*check->ncases));
    if (!check->ncases)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    for (i = 0; status == GG_OK && i < check->tests.n; i++) {
        struct gg_error why;

        status = ggp_test_load(check->policies, &check->tests.list[i],
                               &check->ncases[i], &why);
        if (status == GG_ENOMEM)
            return ggp_fail(err, status, "out of memory");
        if (status != GG_OK && ggp_complain(complaints, &why))
            status = GG_OK;
    }
    return status;
}

/* What loads: look at all of it. */
static void look(struct ggl_check *check)
{
    ggp_check_files(check);
    ggp_check_rules(check);
    ggp_check_reach(check);
    if (!check->arena.failed)
        ggp_check_unreached(check);
}

static gg_status check_folder(struct ggl_check *check, const char *folder,
                              const struct gg_policies_options *options,
                              struct gg_error *err)
{
    struct ggl_complaints complaints = {ggp_finding_take, check, 0};
    const struct ggl_origin origin = {.folder = folder};
    struct gg_error why;
    gg_status status;

    status = ggp_policies_open(&origin, options, &complaints, &check->policies,
                               &why);
    if (status == GG_EPOLICY) { /* of the set as a whole */
        (void)ggp_complain(&complaints, &why);
        return ggp_fail(err, status, "%s", why.message);
    }
    if (status != GG_OK)
        return ggp_fail(err, status, "%s", why.message);
    status = check_tests(check, folder, &complaints, err);
    if (status != GG_OK)
        return status;
    if (complaints.n > 0)
        return ggp_fail(err, GG_EPOLICY, "%s: does not load", folder);
    look(check);
    return GG_OK;
}

gg_status gg_policies_check(const char *folder,
                            const struct gg_policies_options *options,
                            gg_finding_fn report, void *payload,
                            struct gg_error *err)
{
    struct ggl_check check = {.policies = NULL};
    struct gg_policies_options whole = {0};
    gg_status status;

    if (!folder || !report)
        return ggp_fail(err, GG_EINVAL, "a folder and a report are required");
    if (options)
        whole = *options;
    whole.isolate_tenants = 0; /* nothing broken goes unsaid */
    status = check_folder(&check, folder, &whole, err);
    if (check.arena.failed)
        status = ggp_fail(err, GG_ENOMEM, "out of memory");
    if (status == GG_OK || status == GG_EPOLICY)
        ggp_findings_report(&check, report, payload);
    gg_policies_free(check.policies);
    ggp_arena_free(&check.arena);
    return status;
}
