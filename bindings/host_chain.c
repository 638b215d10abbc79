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

static int compare_texts(struct ggp_text a, struct ggp_text b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.at, b.at, len) : 0;

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

static struct ggp_text text_of(const char *text)
{
    struct ggp_text result = {text, text ? strlen(text) : 0};

    return result;
}

/* What is looked for. */
struct key {
    struct ggp_text tenant;
    struct ggp_text provider;
};

static int by_key(const void *a, const void *b)
{
    const struct key *key = a;
    const struct ggl_policy *policy = b;
    int order = compare_texts(key->tenant, text_of(policy->tenant));

    return order != 0 ? order
                      : compare_texts(key->provider, text_of(policy->provider));
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

        if (compare_texts(text_of(policies->list[middle].tenant), tenant) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < policies->n && policies->list[low].tenant &&
           compare_texts(text_of(policies->list[low].tenant), tenant) == 0;
}

/* The tenant whose files @tenant starts from; nothing for a stray one. */
static struct ggp_text start_of(const gg_policies *policies,
                                struct ggp_text tenant)
{
    const struct ggl_mapping *mapping;
    size_t i;

    for (i = 0; i < policies->nmappings; i++) {
        mapping = &policies->mappings[i];
        if (mapping->is_pattern)
            break;
        if (ggp_text_is(tenant, mapping->pattern))
            return text_of(mapping->tenant);
    }
    if (ggp_policies_has_files(policies, tenant))
        return tenant;
    for (; i < policies->nmappings; i++) {
        mapping = &policies->mappings[i];
        if (ggp_glob(mapping->pattern, strlen(mapping->pattern), tenant.at,
                     tenant.len))
            return text_of(mapping->tenant);
    }
    return text_of(NULL);
}

static void add_layer(struct ggl_chain *chain, const struct ggl_policy *policy)
{
    if (policy && chain->n < GGL_MAX_CHAIN)
        chain->layers[chain->n++] = policy;
}

void ggp_chain_resolve(struct ggl_chain *chain, const gg_policies *policies,
                       struct ggp_text tenant, struct ggp_text provider)
{
    const struct ggp_text none = {NULL, 0};
    struct ggp_text start = none;
    int depth;

    chain->n = 0;
    chain->is_stray = 0;
    if (tenant.at) {
        start = start_of(policies, tenant);
        chain->is_stray = !start.at;
    }
    for (depth = 0; start.at && depth <= GGL_MAX_INHERITANCE; depth++) {
        const struct ggl_policy *own = ggp_policies_find(policies, start, none);

        if (provider.at)
            add_layer(chain, ggp_policies_find(policies, start, provider));
        add_layer(chain, own);
        start = text_of(own ? own->inherits : NULL);
    }
    if (provider.at)
        add_layer(chain, ggp_policies_find(policies, none, provider));
    add_layer(chain, ggp_policies_find(policies, none, none));
}

/* --- inheritance
 * ---------------------------------------------------------------- */

/* Whether following `inherits` from @policy ends; else why not, in @why. */
static int ends(const gg_policies *policies, const struct ggl_policy *policy,
                char *why, size_t size)
{
    const struct ggp_text none = {NULL, 0};
    const struct ggl_policy *at = policy;
    int depth = 0;

    while (at && at->inherits) {
        struct ggp_text parent = text_of(at->inherits);

        if (!ggp_policies_has_files(policies, parent)) {
            snprintf(why, size, "inherits '%s', but there is no tenants/%s.lua",
                     at->inherits, at->inherits);
            return 0;
        }
        at = ggp_policies_find(policies, parent, none);
        if (at == policy) {
            snprintf(why, size, "inherits itself, through '%s'",
                     policy->inherits);
            return 0;
        }
        if (++depth > GGL_MAX_INHERITANCE) {
            snprintf(why, size, "inherits through more than %d tenants",
                     GGL_MAX_INHERITANCE);
            return 0;
        }
    }
    return 1;
}

gg_status ggp_chain_link(gg_policies *policies, int isolate_tenants,
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
        if (!isolate_tenants) {
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
