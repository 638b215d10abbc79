/* SPDX-License-Identifier: MIT */
/*
 * host_set.h - a policy set: its files, its rules, its layers.
 *
 * Immutable once it is open, and shared by sessions.
 */
#ifndef GGL_HOST_SET_H
#define GGL_HOST_SET_H

#include "ggl.h"

#include <stdatomic.h>

/* --- host_source.c: the text of one policy file --- */

#define GGL_SOURCE_MAX 65536

struct ggl_source {
    const char *path; /* in the set: "tenants/acme.lua" */
    const char *text;
    size_t len;
};

/* The line on which @source sets a field named @key, outside comments and
 * strings; 1 if it cannot be found. */
int ggp_source_line(const struct ggl_source *source, const char *key);

/* The line on which @text first stands in @source, or 1. */
int ggp_source_text_line(const struct ggl_source *source, const char *text);

/* --- host_function.c: what the host offers --- */

struct ggl_functions {
    const struct gg_function *list; /* by name, costs filled in */
    const char *const *names;       /* the same, NULL at the end */
    size_t n;
};

/* Check the functions of @options and copy them.  GG_EINVAL, or GG_ENOMEM. */
gg_status ggp_functions_copy(const struct gg_policies_options *options,
                             struct ggp_arena *arena, struct ggl_functions *out,
                             struct gg_error *err);

/* Whether a set with @a's functions answers as one with @b's. */
int ggp_functions_are_same(const struct ggl_functions *a,
                           const struct ggl_functions *b);

/* The one named @name, or NULL; so where @functions is NULL. */
const struct gg_function *
ggp_functions_find(const struct ggl_functions *functions, struct ggp_text name);

/* --- host_policies.c: what is wrong, file by file --- */

/* Takes what is wrong with each file, so that one does not hide the next. */
struct ggl_complaints {
    void (*take)(void *self, const struct gg_error *err);
    void *self;
    size_t n; /* so far */
};

/* Hand @err to @complaints and return 1; or return 0 if they are NULL: then
 * the first thing that is wrong ends it all. */
int ggp_complain(struct ggl_complaints *complaints, const struct gg_error *err);

/* --- host_place.c: the place of a file in a policy set --- */

struct ggl_sources {
    struct ggl_source *list; /* by path, in byte order */
    size_t n;
    const struct ggl_functions *functions; /* they may use; NULL: none */
};

/* Files on their way to being sources.  Fill the first two. */
struct ggl_gathering {
    struct ggp_arena *arena; /* takes what the sources are made of */
    int tests;               /* gather the *_test.lua files, and those only */
    struct ggl_source *list; /* malloc'd */
    size_t n;
    size_t cap;
};

/*
 * Learn whether the file at @path is one to add.  What a set does not hold is
 * passed over: hidden files, those that are not .lua, and tests or, if they
 * are gathered, all others.
 *
 * Returns GG_OK; GG_EPOLICY for a file where none belongs; or GG_ETOOLONG for
 * one too many.
 */
gg_status ggp_place_check(const struct ggl_gathering *gathering,
                          const char *path, int *is_wanted,
                          struct gg_error *err);

/* Copy a file that is to be added; GG_EPOLICY if it is too big, GG_ENOMEM. */
gg_status ggp_place_add(struct ggl_gathering *gathering, const char *path,
                        const char *text, size_t len, struct gg_error *err);

/* Put what was added in order; GG_EINVAL if a path is there twice,
 * GG_ENOMEM. */
gg_status ggp_place_finish(struct ggl_gathering *gathering,
                           struct ggl_sources *out, struct gg_error *err);

/* Free a gathering, finished or not; the sources stay. */
void ggp_place_free(struct ggl_gathering *gathering);

/* The source at @path, or NULL. */
const struct ggl_source *ggp_sources_find(const struct ggl_sources *sources,
                                          const char *path);

/* --- host_folder.c, host_buffers.c: where the files come from --- */

/*
 * Read the .lua files of a policy set, or with @tests its *_test.lua files,
 * into @arena.
 *
 * Returns GG_OK, GG_EIO, GG_EPOLICY for a file where none belongs (unless
 * @complaints takes that), GG_ETOOLONG for too many, or GG_ENOMEM.
 */
gg_status ggp_folder_read(const char *folder, int tests,
                          struct ggp_arena *arena, struct ggl_sources *out,
                          struct ggl_complaints *complaints,
                          struct gg_error *err);

/* Copy the @n files of a policy set, all but its *_test.lua files, into
 * @arena.  As ggp_folder_read(), and GG_EINVAL for a path that no folder would
 * have, or one that comes twice. */
gg_status ggp_buffers_read(const struct gg_policy_file *files, size_t n,
                           struct ggp_arena *arena, struct ggl_sources *out,
                           struct gg_error *err);

/* --- host_compile.c: a file's table as data --- */

enum ggl_question { GGL_CONNECT, GGL_EVALUATE, GGL_NQUESTIONS };
enum ggl_when { GGL_ALWAYS, GGL_CONDITION, GGL_FUNCTION };

/* Where something is written. */
struct ggl_spot {
    const char *path; /* in the set: "tenants/acme.lua" */
    int line;
};

/* A function: its place among the file's functions, from 1, and its line. */
struct ggl_slot {
    int number;
    int line;
};

/* One rule.  A part that is one function or one table is one rule too, that
 * always holds and has no name. */
struct ggl_rule {
    struct gg_rule id;    /* ggl_compile() fills its name */
    struct ggl_spot spot; /* a library may have written it */
    enum ggl_when when;
    struct ggp_condition condition;
    struct ggl_slot when_function;
    struct ggl_slot answer_function; /* number 0: the answer is constant */
    struct ggp_opinion opinion; /* constant: for connect only its connect */
};

struct ggl_part {
    struct ggl_rule *rules;
    size_t nrules;
};

struct ggl_policy {
    const struct ggl_source *source;
    const char *tenant;   /* or NULL */
    const char *provider; /* or NULL */
    struct ggl_part parts[GGL_NQUESTIONS];
    struct ggl_part mandates[GGL_NQUESTIONS];
    const char *inherits; /* or NULL */
    int nfunctions;
    const char *broken; /* message, when it did not load */
};

/* Compile the table at the top of the stack, which @policy's source returned,
 * into @policy (memory from @arena) and replace it by the table of its
 * functions.  [-1, +1, v] */
void ggl_compile(lua_State *L, struct ggl_policy *policy,
                 struct ggp_arena *arena);

/* Load, compile and freeze @policy, and push its functions.  [-0, +1, e] */
void ggl_loadpolicy(lua_State *L, struct ggl_policy *policy,
                    struct ggp_arena *arena);

/* --- host_policies.c, host_tenants.c, host_chain.c --- */

/* One line of tenants.lua. */
struct ggl_mapping {
    const char *pattern;
    const char *tenant;
    int is_pattern;
};

struct gg_policies {
    struct ggp_arena arena;
    struct ggl_sources sources;
    struct ggl_functions functions;
    unsigned char *required; /* by source: whether another one requires it */
    struct ggl_policy *list; /* by tenant, then provider */
    size_t n;
    const struct gg_rule **rules; /* of all of the list */
    size_t nrules;
    struct ggl_mapping *mappings; /* exact ones, then longest pattern first */
    size_t nexact;                /* those without a pattern, by name */
    size_t nmappings;
    struct gg_limits load_limits;
    int isolate_tenants;
    char digest[65];
    atomic_int references;
};

#define GGL_MAX_INHERITANCE 16
#define GGL_MAX_CHAIN       (2 * (GGL_MAX_INHERITANCE + 1) + 2)

/* The layers for a question, most specific first. */
struct ggl_chain {
    const struct ggl_policy *layers[GGL_MAX_CHAIN];
    size_t n;
    int is_stray; /* the tenant has no file and no mapping */
};

/* Where the files of a set are: in a folder, or in memory. */
struct ggl_origin {
    const char *folder; /* or NULL */
    const struct gg_policy_file *files;
    size_t nfiles;
};

/*
 * Read the set at @origin, which ggp_policies_load() then makes ready for use:
 * what it says is known, and its digest, but none of it has been run.
 *
 * As gg_policies_open(), but go on with the next file where one is broken and
 * @complaints (or NULL) takes that.  A set with complaints is there to be
 * looked at, not to be used.
 */
gg_status ggp_policies_read(const struct ggl_origin *origin,
                            const struct gg_policies_options *options,
                            struct ggl_complaints *complaints,
                            gg_policies **out, struct gg_error *err);

/* Run, compile and check what was read. */
gg_status ggp_policies_load(gg_policies *policies,
                            struct ggl_complaints *complaints,
                            struct gg_error *err);

/* Whether two sets that were read answer all questions alike: same files, and
 * same options. */
int ggp_policies_is_same(const gg_policies *a, const gg_policies *b);

/* Read and load. */
gg_status ggp_policies_open(const struct ggl_origin *origin,
                            const struct gg_policies_options *options,
                            struct ggl_complaints *complaints,
                            gg_policies **out, struct gg_error *err);

/* The policy of @tenant and @provider (either may be absent), or NULL. */
struct ggl_policy *ggp_policies_find(const gg_policies *policies,
                                     struct ggp_text tenant,
                                     struct ggp_text provider);

/* Whether @tenant has a file of any kind. */
int ggp_policies_has_files(const gg_policies *policies, struct ggp_text tenant);

/* Read tenants.lua, if there is one, into @policies.  [-0, +0, e] */
void ggl_loadtenants(lua_State *L, gg_policies *policies);

void ggp_chain_resolve(struct ggl_chain *chain, const gg_policies *policies,
                       struct ggp_text tenant, struct ggp_text provider);

/* The tenant whose files @tenant starts from; absent for a stray one. */
struct ggp_text ggp_chain_start(const gg_policies *policies,
                                struct ggp_text tenant);

/* The layers from the files of the tenant @start, or absent, onwards. */
void ggp_chain_follow(struct ggl_chain *chain, const gg_policies *policies,
                      struct ggp_text start, struct ggp_text provider);

/* Check where each tenant inherits from; GG_EPOLICY for what does not exist
 * and for a cycle, unless that is isolated or @complaints takes it. */
gg_status ggp_chain_link(gg_policies *policies, int isolate_tenants,
                         struct ggl_complaints *complaints,
                         struct gg_error *err);

#endif
