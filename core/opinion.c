/* SPDX-License-Identifier: MIT */
/*
 * opinion.c - what a policy decided, before the engine completes it.
 *
 * A field that does not belong to the action is an error rather than ignored:
 * a policy that says `accept` with an `after` means something else than what
 * it would get.
 */
#include "private.h"

#include <string.h>

#define NOTIFY_MAX 256
#define HOST_MAX   255

static const char *const names[GG_ACTION_COUNT] = {
    [GG_ERROR] = "error",   [GG_ACCEPT] = "accept", [GG_REAUTH] = "reauth",
    [GG_REPAIR] = "repair", [GG_DEFER] = "defer",   [GG_REJECT] = "reject",
};

const char *gg_action_name(enum gg_action action)
{
    size_t i = (size_t)action;

    return i < GG_ACTION_COUNT ? names[i] : names[GG_ERROR];
}

/* UTF-8 without controls, at most @max bytes. */
static int is_plain(const char *text, size_t max)
{
    size_t len = strlen(text);

    return len <= max && ggp_is_utf8(text, len) && !ggp_has_control(text, len);
}

static gg_status check_common(const struct ggp_opinion *opinion,
                              const char *name, struct gg_error *err)
{
    if (!opinion->reason)
        return ggp_fail(err, GG_EPOLICY, "%s: reason is required", name);
    if (!ggp_is_reason(opinion->reason, strlen(opinion->reason)))
        return ggp_fail(err, GG_EPOLICY,
                        "%s: reason must be [a-z0-9_]+, at most 64 characters",
                        name);
    if (opinion->notify && !is_plain(opinion->notify, NOTIFY_MAX))
        return ggp_fail(err, GG_EPOLICY,
                        "%s: notify must be at most %d bytes of UTF-8 without "
                        "control characters",
                        name, NOTIFY_MAX);
    return GG_OK;
}

static gg_status check_after(const struct ggp_opinion *opinion,
                             const char *name, struct gg_error *err)
{
    if (!opinion->has_after)
        return GG_OK;
    if (opinion->action != GG_DEFER)
        return ggp_fail(err, GG_EPOLICY, "%s: after belongs to defer", name);
    if (opinion->after < 0 || opinion->after > GGP_DURATION_MAX)
        return ggp_fail(err, GG_EPOLICY,
                        "%s: after must be 0 seconds to 10 years", name);
    return GG_OK;
}

static gg_status check_connect(const struct ggp_opinion *opinion,
                               const char *name, struct gg_error *err)
{
    static const struct gg_connect nothing;
    struct gg_error why;
    int i;

    if (memcmp(&opinion->connect, &nothing, sizeof(nothing)) == 0)
        return GG_OK; /* nearly always */
    for (i = 0; i < GGP_CONNECT_NFIELDS; i++) {
        if (!ggp_connect_is_set(&opinion->connect, i))
            continue;
        if (opinion->action != GG_REAUTH)
            return ggp_fail(err, GG_EPOLICY, "%s: %s belongs to reauth", name,
                            ggp_connect_info[i].name);
        if (ggp_connect_check(&opinion->connect, i, &why) != GG_OK)
            return ggp_fail(err, GG_EPOLICY, "%s: %s", name, why.message);
    }
    return GG_OK;
}

/* The settings that a repair carries. */
static gg_status check_settings(const struct ggp_opinion *opinion,
                                const char *name, struct gg_error *err)
{
    const char *host = opinion->smtp_host;
    const char *user = opinion->smtp_username;

    if (!host)
        return ggp_fail(err, GG_EPOLICY, "%s: smtp_host is required", name);
    if (*host == '\0' || !is_plain(host, HOST_MAX) || strchr(host, ' '))
        return ggp_fail(err, GG_EPOLICY,
                        "%s: smtp_host must be a host name of at most %d bytes",
                        name, HOST_MAX);
    if (opinion->smtp_port == 0)
        return ggp_fail(err, GG_EPOLICY, "%s: smtp_port is required", name);
    if (opinion->smtp_port < 1 || opinion->smtp_port > GGP_PORT_MAX)
        return ggp_fail(err, GG_EPOLICY, "%s: smtp_port must be 1 to 65535",
                        name);
    if (user &&
        (ggp_is_blank(user, strlen(user)) || !is_plain(user, GGP_EMAIL_MAX)))
        return ggp_fail(err, GG_EPOLICY,
                        "%s: smtp_username must not be blank, at most %d bytes "
                        "of UTF-8 without control characters",
                        name, GGP_EMAIL_MAX);
    return GG_OK;
}

static gg_status check_repair(const struct ggp_opinion *opinion,
                              const char *name, struct gg_error *err)
{
    const char *stray = NULL;

    if (opinion->action == GG_REPAIR)
        return check_settings(opinion, name, err);
    if (opinion->smtp_host)
        stray = "smtp_host";
    else if (opinion->smtp_port != 0)
        stray = "smtp_port";
    else if (opinion->smtp_username)
        stray = "smtp_username";
    if (stray)
        return ggp_fail(err, GG_EPOLICY, "%s: %s belongs to repair", name,
                        stray);
    return GG_OK;
}

gg_status ggp_opinion_check(const struct ggp_opinion *opinion,
                            struct gg_error *err)
{
    const char *name = gg_action_name(opinion->action);
    gg_status status;

    if (strcmp(name, "error") == 0)
        return ggp_fail(err, GG_EPOLICY,
                        "only accept, reauth, repair, defer and reject are "
                        "decisions");
    status = check_common(opinion, name, err);
    if (status == GG_OK)
        status = check_after(opinion, name, err);
    if (status == GG_OK)
        status = check_connect(opinion, name, err);
    if (status == GG_OK)
        status = check_repair(opinion, name, err);
    return status;
}

void ggp_opinion_copy(struct ggp_opinion *to, const struct ggp_opinion *from,
                      struct ggp_arena *arena)
{
    struct ggp_opinion copy = *from; /* @to may be @from */

    copy.reason = ggp_arena_string(arena, from->reason);
    copy.notify = ggp_arena_string(arena, from->notify);
    copy.data = ggp_arena_string(arena, from->data);
    copy.smtp_host = ggp_arena_string(arena, from->smtp_host);
    copy.smtp_username = ggp_arena_string(arena, from->smtp_username);
    ggp_connect_copy(&copy.connect, &from->connect, arena);
    *to = copy;
}
