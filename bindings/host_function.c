/* SPDX-License-Identifier: MIT */
/* host_function.c - the functions that a host offers: checked, and copied into
 * the set. */
#include "host.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_COST 1000
#define MAX_COST     1000000000

#define LETTERS "abcdefghijklmnopqrstuvwxyz_"

static int is_name(const char *name)
{
    size_t len = name ? strlen(name) : 0;

    return len > 0 && len <= GG_FUNCTION_NAME_MAX &&
           strspn(name, LETTERS "0123456789") == len &&
           strspn(name, LETTERS) > 0;
}

static gg_status check_parameters(const struct gg_function *function,
                                  struct gg_error *err)
{
    size_t i;

    if (function->nparameters > GG_FUNCTION_PARAMETERS)
        return ggp_fail(err, GG_EINVAL,
                        "the host function '%s' has more than %d parameters",
                        function->name, GG_FUNCTION_PARAMETERS);
    if (function->nrequired > function->nparameters)
        return ggp_fail(err, GG_EINVAL,
                        "the host function '%s' requires more parameters than "
                        "it has",
                        function->name);
    for (i = 0; i < function->nparameters; i++) {
        if ((int)function->parameters[i] <= GG_NIL ||
            function->parameters[i] > GG_STRING)
            return ggp_fail(err, GG_EINVAL,
                            "parameter %zu of the host function '%s' has no "
                            "type",
                            i + 1, function->name);
    }
    return GG_OK;
}

static gg_status check(const struct gg_function *function, struct gg_error *err)
{
    if (!is_name(function->name))
        return ggp_fail(err, GG_EINVAL,
                        "the name of a host function must be a letter of a-z "
                        "or _, then up to %d of a-z 0-9 _",
                        GG_FUNCTION_NAME_MAX - 1);
    if (function->cost < 0 || function->cost > MAX_COST)
        return ggp_fail(err, GG_EINVAL,
                        "the cost of the host function '%s' must be from 0 to "
                        "%d",
                        function->name, MAX_COST);
    if ((int)function->result < GG_NIL || function->result > GG_STRING)
        return ggp_fail(err, GG_EINVAL,
                        "the result of the host function '%s' has no type",
                        function->name);
    return check_parameters(function, err);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct gg_function *)a)->name,
                  ((const struct gg_function *)b)->name);
}

/* Sort @list and take down the names, none of which may come twice. */
static gg_status name_all(struct gg_function *list, const char **names,
                          size_t n, struct gg_error *err)
{
    size_t i;

    if (n > 0)
        qsort(list, n, sizeof(*list), by_name);
    for (i = 0; i < n; i++) {
        names[i] = list[i].name;
        if (i > 0 && strcmp(names[i - 1], names[i]) == 0)
            return ggp_fail(err, GG_EINVAL,
                            "the host function '%s' is offered twice",
                            names[i]);
    }
    return GG_OK;
}

gg_status ggp_functions_copy(const struct gg_policies_options *options,
                             struct ggp_arena *arena, struct ggl_functions *out,
                             struct gg_error *err)
{
    size_t n = options ? options->nfunctions : 0;
    struct gg_function *list;
    const char **names;
    gg_status status;
    size_t i;

    if (n > GG_FUNCTIONS_MAX || (n > 0 && !options->functions))
        return ggp_fail(err, GG_EINVAL, "at most %d host functions, in a list",
                        GG_FUNCTIONS_MAX);
    list = ggp_arena_alloc(arena, (n + 1) * sizeof(*list));
    names = ggp_arena_alloc(arena, (n + 1) * sizeof(*names));
    for (i = 0; i < n && !arena->failed; i++) {
        status = check(&options->functions[i], err);
        if (status != GG_OK)
            return status;
        list[i] = options->functions[i];
        list[i].name = ggp_arena_string(arena, list[i].name);
        if (list[i].cost == 0)
            list[i].cost = DEFAULT_COST;
    }
    if (arena->failed)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    out->list = list;
    out->names = names;
    out->n = n;
    return name_all(list, names, n, err);
}

static int is_same(const struct gg_function *a, const struct gg_function *b)
{
    return strcmp(a->name, b->name) == 0 &&
           memcmp(a->parameters, b->parameters, sizeof(a->parameters)) == 0 &&
           a->nparameters == b->nparameters && a->nrequired == b->nrequired &&
           a->result == b->result && a->cost == b->cost && a->call == b->call &&
           a->payload == b->payload;
}

int ggp_functions_are_same(const struct ggl_functions *a,
                           const struct ggl_functions *b)
{
    size_t i;

    if (a->n != b->n)
        return 0;
    for (i = 0; i < a->n; i++) {
        if (!is_same(&a->list[i], &b->list[i]))
            return 0;
    }
    return 1;
}

const struct gg_function *
ggp_functions_find(const struct ggl_functions *functions, struct ggp_text name)
{
    size_t i;

    for (i = 0; functions && i < functions->n; i++) {
        if (ggp_text_is(name, functions->names[i]))
            return &functions->list[i];
    }
    return NULL;
}
