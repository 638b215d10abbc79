/* SPDX-License-Identifier: MIT */
/*
 * host_policies.c - a policy set: read, loaded once to check and compile it,
 * and from then on immutable.
 *
 * The state it is loaded in is thrown away; sessions run the files that have
 * functions again, in states of their own.
 */
#include "host_trace.h"

#include <stdlib.h>
#include <string.h>

#define LOAD_INSTRUCTIONS 10000000
#define LOAD_BYTES        ((size_t)80 << 20)
#define LOAD_MS           10000

/* Split "tenants/acme/imap.lua" into what it is about. */
static void set_scope(struct ggl_policy *policy, struct ggp_arena *arena)
{
    const char *path = policy->source->path;
    const char *slash = strchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *inner = slash ? strchr(name, '/') : NULL;
    size_t tail = strlen(".lua");

    if (!slash)
        return;
    if (strncmp(path, "providers/", 10) == 0) {
        policy->provider = ggp_arena_copy(arena, name, strlen(name) - tail);
    } else if (inner) {
        policy->tenant = ggp_arena_copy(arena, name, (size_t)(inner - name));
        policy->provider = ggp_arena_copy(arena, inner + 1,
                                          strlen(inner + 1) - tail);
    } else {
        policy->tenant = ggp_arena_copy(arena, name, strlen(name) - tail);
    }
}

static int is_policy(const struct ggl_source *source)
{
    return strncmp(source->path, "lib/", 4) != 0 &&
           strcmp(source->path, "tenants.lua") != 0;
}

static int compare_names(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int by_scope(const void *a, const void *b)
{
    const struct ggl_policy *left = a;
    const struct ggl_policy *right = b;
    int order = compare_names(left->tenant, right->tenant);

    return order != 0 ? order : compare_names(left->provider, right->provider);
}

/* Make the list of policies from the sources. */
static gg_status list_policies(gg_policies *policies, struct gg_error *err)
{
    struct ggp_arena *arena = &policies->arena;
    size_t i;

    policies->list = ggp_arena_alloc(arena, (policies->sources.n + 1) *
                                                sizeof(*policies->list));
    for (i = 0; policies->list && i < policies->sources.n; i++) {
        const struct ggl_source *source = &policies->sources.list[i];

        if (is_policy(source)) {
            policies->list[policies->n].source = source;
            set_scope(&policies->list[policies->n++], arena);
        }
    }
    if (arena->failed)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    if (policies->n == 0)
        return ggp_fail(err, GG_EPOLICY,
                        "there is no policy in the set; start with a "
                        "default.lua");
    qsort(policies->list, policies->n, sizeof(*policies->list), by_scope);
    return GG_OK;
}

static gg_status digest_sources(gg_policies *policies, struct gg_error *err)
{
    size_t n = policies->sources.n * 2;
    struct ggp_text *texts = calloc(n + 1, sizeof(*texts));
    gg_status status;
    size_t i;

    if (!texts)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    for (i = 0; i < policies->sources.n; i++) {
        const struct ggl_source *source = &policies->sources.list[i];

        texts[i * 2] = (struct ggp_text){source->path, strlen(source->path)};
        texts[i * 2 + 1] = (struct ggp_text){source->text, source->len};
    }
    status = ggp_digest(texts, n, policies->digest, err);
    free(texts);
    return status;
}

/* --- loading --- */

int ggp_complain(struct ggl_complaints *complaints, const struct gg_error *err)
{
    if (!complaints)
        return 0;
    complaints->n++;
    complaints->take(complaints->self, err);
    return 1;
}

struct load {
    gg_policies *policies;
    struct ggl_complaints *complaints; /* or NULL */
    struct ggl_policy *policy;
    const struct ggl_source *library;
};

static int body_policy(lua_State *L)
{
    struct load *load = lua_touserdata(L, 1);

    ggl_loadpolicy(L, load->policy, &load->policies->arena);
    return 0;
}

static int body_library(lua_State *L)
{
    const struct load *load = lua_touserdata(L, 1);
    const char *path = load->library->path;

    lua_pushcfunction(L, ggl_require);
    lua_pushfstring(L, "lib.%s", path + strlen("lib/"));
    /* "lib.name.lua": without the tail */
    lua_pushlstring(L, lua_tostring(L, -1), lua_rawlen(L, -1) - strlen(".lua"));
    lua_remove(L, -2);
    lua_call(L, 1, 0);
    return 0;
}

static int body_tenants(lua_State *L)
{
    const struct load *load = lua_touserdata(L, 1);

    ggl_loadtenants(L, load->policies);
    return 0;
}

/* After a failure: what a file left half done shall not fail the next. */
static int body_forget(lua_State *L)
{
    ggl_forgetunfinished(L);
    return 0;
}

static int body_required(lua_State *L)
{
    const struct load *load = lua_touserdata(L, 1);
    const struct ggl_sources *sources = &load->policies->sources;
    size_t i;

    for (i = 0; i < sources->n; i++)
        load->policies->required[i] = (unsigned char)ggl_isrequired(
            L, sources->list[i].path);
    return 0;
}

/* Run @body within the limits of loading. */
static gg_status load_file(struct ggl_state *state, struct load *load,
                           lua_CFunction body, struct gg_error *err)
{
    gg_status status;

    ggp_budget_begin(state, &load->policies->load_limits);
    status = ggp_guard(state, body, load, err);
    if (status == GG_OK || status == GG_ENOMEM)
        return status;
    (void)ggp_guard(state, body_forget, NULL, NULL);
    /* whatever a file met, the set does not load */
    if (err)
        err->status = GG_EPOLICY;
    return GG_EPOLICY;
}

/* Whether loading goes on without @policy, which is broken for @why. */
static int goes_on(struct load *load, const struct ggl_policy *policy,
                   const struct gg_error *why)
{
    return (load->policies->isolate_tenants && policy->tenant) ||
           ggp_complain(load->complaints, why);
}

static gg_status load_policies(struct ggl_state *state, struct load *load,
                               struct gg_error *err)
{
    gg_policies *policies = load->policies;
    size_t i;

    for (i = 0; i < policies->n; i++) {
        struct gg_error why;
        gg_status status;

        load->policy = &policies->list[i];
        status = load_file(state, load, body_policy, &why);
        if (status == GG_OK)
            continue;
        if (status == GG_ENOMEM || !goes_on(load, load->policy, &why)) {
            if (err)
                *err = why;
            return status;
        }
        load->policy->inherits = NULL;
        load->policy->broken = ggp_arena_string(&policies->arena, why.message);
        if (!load->policy->broken)
            return ggp_fail(err, GG_ENOMEM, "out of memory");
    }
    return GG_OK;
}

static gg_status load_libraries(struct ggl_state *state, struct load *load,
                                struct gg_error *err)
{
    const struct ggl_sources *sources = &load->policies->sources;
    struct gg_error why;
    size_t i;

    for (i = 0; i < sources->n; i++) {
        gg_status status;

        load->library = &sources->list[i];
        if (strncmp(load->library->path, "lib/", 4) != 0)
            continue;
        status = load_file(state, load, body_library, &why);
        if (status == GG_OK ||
            (status != GG_ENOMEM && ggp_complain(load->complaints, &why)))
            continue;
        if (err)
            *err = why;
        return status;
    }
    return GG_OK;
}

/* tenants.lua, and what each tenant inherits from. */
static gg_status load_tenants(struct ggl_state *state, struct load *load,
                              struct gg_error *err)
{
    struct gg_error why;
    gg_status status = load_file(state, load, body_tenants, &why);

    if (status == GG_ENOMEM ||
        (status != GG_OK && !ggp_complain(load->complaints, &why))) {
        if (err)
            *err = why;
        return status;
    }
    return ggp_chain_link(load->policies, load->policies->isolate_tenants,
                          load->complaints, err);
}

/* Keep which libraries were asked for. */
static gg_status note_required(struct ggl_state *state, struct load *load,
                               struct gg_error *err)
{
    gg_policies *policies = load->policies;

    policies->required = ggp_arena_alloc(&policies->arena, policies->sources.n);
    if (!policies->required)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    return load_file(state, load, body_required, err);
}

static gg_status load_all(struct load *load, struct gg_error *err)
{
    struct ggl_state state;
    gg_status status = ggp_state_open(&state, &load->policies->sources, err);

    if (status != GG_OK)
        return status;
    status = load_libraries(&state, load, err);
    if (status == GG_OK)
        status = load_policies(&state, load, err);
    if (status == GG_OK)
        status = load_tenants(&state, load, err);
    if (status == GG_OK)
        status = note_required(&state, load, err);
    ggp_state_close(&state);
    return status;
}

static void set_options(gg_policies *policies,
                        const struct gg_policies_options *options)
{
    static const struct gg_policies_options defaults;
    struct gg_limits *limits = &policies->load_limits;

    if (!options)
        options = &defaults;
    policies->isolate_tenants = options->isolate_tenants != 0;
    limits->instructions = options->instructions > 0 ? options->instructions
                                                     : LOAD_INSTRUCTIONS;
    limits->memory_bytes = options->memory_bytes ? options->memory_bytes
                                                 : LOAD_BYTES;
    limits->time_ms = options->time_ms > 0 ? options->time_ms : LOAD_MS;
}

/* Every option that set_options() keeps counts. */
int ggp_policies_is_same(const gg_policies *a, const gg_policies *b)
{
    const struct gg_limits *left = &a->load_limits;
    const struct gg_limits *right = &b->load_limits;

    return strcmp(a->digest, b->digest) == 0 &&
           a->isolate_tenants == b->isolate_tenants &&
           left->instructions == right->instructions &&
           left->memory_bytes == right->memory_bytes &&
           left->time_ms == right->time_ms &&
           ggp_functions_are_same(&a->functions, &b->functions);
}

static gg_status read_sources(gg_policies *policies,
                              const struct ggl_origin *origin,
                              struct ggl_complaints *complaints,
                              struct gg_error *err)
{
    if (origin->folder)
        return ggp_folder_read(origin->folder, 0, &policies->arena,
                               &policies->sources, complaints, err);
    return ggp_buffers_read(origin->files, origin->nfiles, &policies->arena,
                            &policies->sources, err);
}

gg_status ggp_policies_read(const struct ggl_origin *origin,
                            const struct gg_policies_options *options,
                            struct ggl_complaints *complaints,
                            gg_policies **out, struct gg_error *err)
{
    gg_policies *policies = calloc(1, sizeof(*policies));
    gg_status status;

    if (!policies)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    atomic_init(&policies->references, 1);
    set_options(policies, options);
    status = read_sources(policies, origin, complaints, err);
    if (status == GG_OK)
        status = ggp_functions_copy(options, &policies->arena,
                                    &policies->functions, err);
    policies->sources.functions = &policies->functions;
    if (status == GG_OK)
        status = list_policies(policies, err);
    if (status == GG_OK)
        status = digest_sources(policies, err);
    if (status != GG_OK) {
        gg_policies_free(policies);
        return status;
    }
    *out = policies;
    return GG_OK;
}

gg_status ggp_policies_load(gg_policies *policies,
                            struct ggl_complaints *complaints,
                            struct gg_error *err)
{
    struct load load = {.policies = policies, .complaints = complaints};
    gg_status status = load_all(&load, err);

    return status == GG_OK ? ggp_rules_list(policies, err) : status;
}

gg_status ggp_policies_open(const struct ggl_origin *origin,
                            const struct gg_policies_options *options,
                            struct ggl_complaints *complaints,
                            gg_policies **out, struct gg_error *err)
{
    gg_policies *policies;
    gg_status status = ggp_policies_read(origin, options, complaints, &policies,
                                         err);

    if (status != GG_OK)
        return status;
    status = ggp_policies_load(policies, complaints, err);
    if (status != GG_OK) {
        gg_policies_free(policies);
        return status;
    }
    *out = policies;
    return GG_OK;
}

gg_status gg_policies_open(const char *folder,
                           const struct gg_policies_options *options,
                           gg_policies **out, struct gg_error *err)
{
    const struct ggl_origin origin = {.folder = folder};

    if (!folder || !out)
        return ggp_fail(err, GG_EINVAL, "a folder is required");
    return ggp_policies_open(&origin, options, NULL, out, err);
}

gg_status gg_policies_open_memory(const struct gg_policy_file *files, size_t n,
                                  const struct gg_policies_options *options,
                                  gg_policies **out, struct gg_error *err)
{
    const struct ggl_origin origin = {.files = files, .nfiles = n};

    if ((!files && n > 0) || !out)
        return ggp_fail(err, GG_EINVAL, "files are required");
    return ggp_policies_open(&origin, options, NULL, out, err);
}

gg_policies *gg_policies_retain(gg_policies *policies)
{
    atomic_fetch_add(&policies->references, 1);
    return policies;
}

void gg_policies_free(gg_policies *policies)
{
    if (!policies || atomic_fetch_sub(&policies->references, 1) > 1)
        return;
    ggp_arena_free(&policies->arena);
    free(policies);
}

const char *gg_policies_digest(const gg_policies *policies)
{
    return policies->digest;
}

int gg_policies_has_tenant(const gg_policies *policies, const char *tenant)
{
    const struct ggp_text none = {NULL, 0};
    struct ggp_text name = {tenant, tenant ? strlen(tenant) : 0};
    struct ggl_chain chain;

    if (!tenant)
        return 0;
    ggp_chain_resolve(&chain, policies, name, none);
    return !chain.is_stray;
}

const char *gg_policies_broken(const gg_policies *policies, size_t index)
{
    size_t i;

    for (i = 0; i < policies->n; i++) {
        if (policies->list[i].broken && index-- == 0)
            return policies->list[i].broken;
    }
    return NULL;
}
