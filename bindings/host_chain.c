/* SPDX-License-Identifier: MIT */
/*
 * host_chain.c - which files are asked, and in what order.
 *
 * For acme inheriting enterprise, and an IMAP grant:
 * acme/imap, acme, enterprise/imap, enterprise, providers/imap, default.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is looked for. */
struct key {
    struct ggp_text tenant;
    struct ggp_text provider;
};

static int by_key(const void *a, const void *b)
{
    const struct key *key = a;
    const struct ggl_policy *policy = b;
    int order = ggp_text_compare(key->tenant, ggp_text_of(policy->tenant));

    return order != 0
               ? order
               : ggp_text_compare(key->provider, ggp_text_of(policy->provider));
}

struct ggl_policy *ggp_policies_find(const gg_policies *policies,
                                     struct ggp_text tenant,
                                     struct ggp_text provider)
{
    struct key key = {tenant, provider};

    if (policies->n == 0)
        return NULL;
    return bsearch(&key, policies->list, policies->n, sizeof(*policies->list),
                   by_key);
}

/* Files of a tenant stand next to one another in the list; its first would
 * stand where `tenants/<tenant>.lua` does. */
int ggp_policies_has_files(const gg_policies *policies, struct ggp_text tenant)
{
    size_t low = 0;
    size_t high = policies->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ggp_text_compare(ggp_text_of(policies->list[middle].tenant),
                             tenant) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < policies->n && policies->list[low].tenant &&
           ggp_text_compare(ggp_text_of(policies->list[low].tenant), tenant) ==
               0;
}

static int by_name(const void *a, const void *b)
{
    const struct ggp_text *name = a;
    const struct ggl_mapping *mapping = b;

    return ggp_text_compare(*name, ggp_text_of(mapping->pattern));
}

struct ggp_text ggp_chain_start(const gg_policies *policies,
                                struct ggp_text tenant)
{
    const struct ggl_mapping *mapping = NULL;
    size_t i;

    if (policies->nexact > 0)
        mapping = bsearch(&tenant, policies->mappings, policies->nexact,
                          sizeof(*mapping), by_name);
    if (mapping)
        return ggp_text_of(mapping->tenant);
    if (ggp_policies_has_files(policies, tenant))
        return tenant;
    for (i = policies->nexact; i < policies->nmappings; i++) {
        mapping = &policies->mappings[i];
        if (ggp_glob(mapping->pattern, strlen(mapping->pattern), tenant.at,
                     tenant.len))
            return ggp_text_of(mapping->tenant);
    }
    return ggp_text_of(NULL);
}

static void add_layer(struct ggl_chain *chain, const struct ggl_policy *policy)
{
    if (policy && chain->n < GGL_MAX_CHAIN)
        chain->layers[chain->n++] = policy;
}

void ggp_chain_follow(struct ggl_chain *chain, const gg_policies *policies,
                      struct ggp_text start, struct ggp_text provider)
{
    const struct ggp_text none = {NULL, 0};
    int depth;

    chain->n = 0;
    for (depth = 0; start.at && depth <= GGL_MAX_INHERITANCE; depth++) {
        const struct ggl_policy *own = ggp_policies_find(policies, start, none);

        if (provider.at)
            add_layer(chain, ggp_policies_find(policies, start, provider));
        add_layer(chain, own);
        start = ggp_text_of(own ? own->inherits : NULL);
    }
    if (provider.at)
        add_layer(chain, ggp_policies_find(policies, none, provider));
    add_layer(chain, ggp_policies_find(policies, none, none));
}

void ggp_chain_resolve(struct ggl_chain *chain, const gg_policies *policies,
                       struct ggp_text tenant, struct ggp_text provider)
{
    struct ggp_text start = {NULL, 0};

    if (tenant.at)
        start = ggp_chain_start(policies, tenant);
    chain->is_stray = tenant.at && !start.at;
    ggp_chain_follow(chain, policies, start, provider);
}

/* --- inheritance --- */

static int is_among(const struct ggl_policy *policy,
                    const struct ggl_policy *const *seen, size_t n)
{
    while (n-- > 0) {
        if (seen[n] == policy)
            return 1;
    }
    return 0;
}

/*
 * Whether following `inherits` from @policy comes to an end; else why not, in
 * @why.  What is wrong with a file further on is that file's to tell.  Takes no
 * more steps than are allowed, however long the line of heirs is.
 */
static int ends(const gg_policies *policies, const struct ggl_policy *policy,
                char *why, size_t size)
{
    const struct ggp_text none = {NULL, 0};
    const struct ggl_policy *seen[GGL_MAX_INHERITANCE];
    const struct ggl_policy *at = policy;
    size_t n = 0;

    if (policy->inherits &&
        !ggp_policies_has_files(policies, ggp_text_of(policy->inherits))) {
        snprintf(why, size, "inherits '%s', but there is no tenants/%s.lua",
                 policy->inherits, policy->inherits);
        return 0;
    }
    while (at && at->inherits) {
        if (n == GGL_MAX_INHERITANCE) {
            snprintf(why, size, "inherits through more than %d tenants",
                     GGL_MAX_INHERITANCE);
            return 0;
        }
        seen[n++] = at;
        at = ggp_policies_find(policies, ggp_text_of(at->inherits), none);
        if (at == policy) {
            snprintf(why, size, "inherits itself, through '%s'",
                     policy->inherits);
            return 0;
        }
        if (is_among(at, seen, n))
            return 1; /* it leads into a circle that it is no part of */
    }
    return 1;
}

gg_status ggp_chain_link(gg_policies *policies, int isolate_tenants,
                         struct ggl_complaints *complaints,
                         struct gg_error *err)
{
    size_t i;

    for (i = 0; i < policies->n; i++) {
        struct ggl_policy *policy = &policies->list[i];
        char why[400];
        struct gg_error message;

        if (policy->broken || ends(policies, policy, why, sizeof(why)))
            continue;
        ggp_fail(&message, GG_EPOLICY, "%s:%d: %s", policy->source->path,
                 ggp_source_line(policy->source, "inherits"), why);
        if (!isolate_tenants && !ggp_complain(complaints, &message)) {
            if (err)
                *err = message;
            return GG_EPOLICY;
        }
        policy->broken = ggp_arena_string(&policies->arena, message.message);
        if (!policy->broken)
            return ggp_fail(err, GG_ENOMEM, "out of memory");
    }
    return GG_OK;
}
