/* SPDX-License-Identifier: MIT */
/*
 * host_live.c - the policy set in force, for hosts that reload while they run.
 *
 * A policy set never changes; what changes is which one is in force.  A session
 * that follows it looks once at the start of each question, by one atomic load:
 * it holds a reference to the set it has, so no other can have that address.
 * Only when that differs is the lock taken, which keeps the set in force from
 * being given back before the session has its own reference.
 */
#include "host.h"

#include <pthread.h>
#include <stdlib.h>

struct gg_live {
    atomic_int references;
    _Atomic(gg_policies *) policies; /* changes only under `lock` */
    pthread_mutex_t lock;
    pthread_mutex_t reloading; /* one at a time, or an old folder might win */
};

gg_status gg_live_open(gg_policies *first, gg_live **out, struct gg_error *err)
{
    gg_live *live;

    if (!first || !out)
        return ggp_fail(err, GG_EINVAL, "a policy set is required");
    live = calloc(1, sizeof(*live));
    if (!live)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    if (pthread_mutex_init(&live->lock, NULL) != 0) {
        free(live);
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    }
    if (pthread_mutex_init(&live->reloading, NULL) != 0) {
        pthread_mutex_destroy(&live->lock);
        free(live);
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    }
    atomic_init(&live->references, 1);
    atomic_init(&live->policies, gg_policies_retain(first));
    *out = live;
    return GG_OK;
}

void gg_live_free(gg_live *live)
{
    if (!live || atomic_fetch_sub(&live->references, 1) > 1)
        return;
    gg_policies_free(atomic_load(&live->policies));
    pthread_mutex_destroy(&live->lock);
    pthread_mutex_destroy(&live->reloading);
    free(live);
}

gg_policies *gg_live_policies(gg_live *live)
{
    gg_policies *policies;

    pthread_mutex_lock(&live->lock);
    policies = gg_policies_retain(atomic_load(&live->policies));
    pthread_mutex_unlock(&live->lock);
    return policies;
}

void gg_live_replace(gg_live *live, gg_policies *next)
{
    gg_policies *last;

    gg_policies_retain(next);
    pthread_mutex_lock(&live->lock);
    last = atomic_exchange(&live->policies, next);
    pthread_mutex_unlock(&live->lock);
    gg_policies_free(last);
}

/* --- reloading --- */

/* Whether @policies, read but not loaded, is the set in force. */
static int is_in_force(gg_live *live, const gg_policies *policies)
{
    gg_policies *current = gg_live_policies(live);
    int is_same = ggp_policies_is_same(current, policies);

    gg_policies_free(current);
    return is_same;
}

static gg_status reload(gg_live *live, const struct ggl_origin *origin,
                        const struct gg_policies_options *options,
                        struct gg_error *err)
{
    gg_policies *next;
    gg_status status = ggp_policies_read(origin, options, NULL, &next, err);

    if (status != GG_OK)
        return status;
    if (!is_in_force(live, next)) {
        status = ggp_policies_load(next, NULL, err);
        if (status == GG_OK)
            gg_live_replace(live, next);
    }
    gg_policies_free(next);
    return status;
}

gg_status gg_live_reload(gg_live *live, const char *folder,
                         const struct gg_policies_options *options,
                         struct gg_error *err)
{
    const struct ggl_origin origin = {.folder = folder};
    gg_status status;

    if (!live || !folder)
        return ggp_fail(err, GG_EINVAL,
                        "a set in force and a folder are "
                        "required");
    pthread_mutex_lock(&live->reloading);
    status = reload(live, &origin, options, err);
    pthread_mutex_unlock(&live->reloading);
    return status;
}

/* --- sessions --- */

gg_status gg_session_open_live(gg_live *live,
                               const struct gg_session_options *options,
                               gg_session **out, struct gg_error *err)
{
    gg_policies *policies;
    gg_status status;

    if (!live || !out)
        return ggp_fail(err, GG_EINVAL, "a set in force is required");
    policies = gg_live_policies(live);
    status = gg_session_open(policies, options, out, err);
    gg_policies_free(policies);
    if (status != GG_OK)
        return status;
    atomic_fetch_add(&live->references, 1);
    (*out)->live = live;
    return GG_OK;
}

gg_status ggp_session_follow(gg_session *session, struct gg_error *err)
{
    gg_live *live = session->live;
    gg_policies *next;
    gg_status status;

    if (!live || atomic_load_explicit(&live->policies, memory_order_relaxed) ==
                     session->policies)
        return GG_OK;
    next = gg_live_policies(live);
    status = ggp_session_move(session, next, err);
    gg_policies_free(next);
    return status;
}
