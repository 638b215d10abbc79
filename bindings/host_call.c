/* SPDX-License-Identifier: MIT */
/*
 * host_call.c - what surrounds a question that a host asks: it can be
 * interrupted, and it is counted.
 *
 * A batch asks its questions past all this: nobody else has its sessions.
 */
#include "host.h"

_Static_assert(ATOMIC_INT_LOCK_FREE == 2,
               "a signal handler may call gg_session_interrupt()");

gg_status ggp_call_begin(gg_session *session, struct gg_error *err)
{
    int idle = GGL_IDLE;

    if (!atomic_compare_exchange_strong(&session->call, &idle, GGL_UNDER_WAY))
        return ggp_fail(err, GG_EINVAL,
                        "the session is in the middle of a question; ask "
                        "this one of another session");
    session->called_us = ggp_clock_us();
    return GG_OK;
}

void ggp_call_end(gg_session *session, gg_status outcome)
{
    struct gg_session_stats *stats = &session->stats;

    stats->questions++;
    stats->outcomes[outcome]++;
    stats->time_us += ggp_clock_us() - session->called_us;
    atomic_store(&session->call, GGL_IDLE);
}

int ggp_call_is_interrupted(const atomic_int *call)
{
    return call &&
           atomic_load_explicit(call, memory_order_relaxed) == GGL_INTERRUPTED;
}

void gg_session_interrupt(gg_session *session)
{
    int under_way = GGL_UNDER_WAY;

    (void)atomic_compare_exchange_strong(&session->call, &under_way,
                                         GGL_INTERRUPTED);
}

void gg_session_stats(const gg_session *session, struct gg_session_stats *stats)
{
    *stats = session->stats;
}
