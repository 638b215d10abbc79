/* SPDX-License-Identifier: MIT */
/*
 * host_fetch.c - grantgate.fetch(id): another grant, asked for by a policy.
 *
 * What is fetched lives in the session until the question is over, is judged
 * like any grant, and is seen through the same read-only view.  Waiting for
 * the API counts as the question's wall time.
 */
#include "host.h"

#include <stdio.h>

#define FETCH_STEPS 1000 /* what a fetch takes from the budget */

void ggp_fetches_free(struct ggl_fetches *fetches)
{
    size_t i;

    for (i = 0; i < GGL_MAX_FETCHES; i++)
        ggp_input_free(&fetches->slots[i].input);
}

/* What one fetch is about. */
struct fetch {
    struct ggl_fetch *slot;
    int64_t now;
    struct gg_error err; /* why it did not come */
    char code[32];
    int http_status;
};

/* gg_fetched_fn: read and judge the grant, in the slot. */
static gg_status take(const struct gg_fetched *fetched, void *payload,
                      struct gg_error *err)
{
    struct fetch *fetch = payload;
    struct ggp_item *item = &fetch->slot->item;

    (void)err;
    fetch->http_status = fetched->http_status;
    if (fetched->code) {
        (void)snprintf(fetch->code, sizeof(fetch->code), "%s", fetched->code);
        return ggp_fail(&fetch->err, GG_EFETCH, "%s", fetched->message);
    }
    ggp_input_open(&fetch->slot->input, fetched->json, fetched->len);
    (void)ggp_input_next(&fetch->slot->input, item);
    if (item->status != GG_OK) {
        (void)snprintf(fetch->code, sizeof(fetch->code), "%s",
                       gg_status_token(item->status));
        fetch->err = item->error;
        return item->status;
    }
    item->grant.now = fetch->now;
    ggp_smtp_judge(&item->grant);
    return GG_OK;
}

static int is_interrupted(void *payload)
{
    const struct ggl_state *state = payload;

    return ggp_call_is_interrupted(state->call);
}

/* Fetch within the question's time.  Raises only what ends the question. */
static gg_status perform(lua_State *L, struct ggl_state *state, const char *id,
                         struct fetch *fetch)
{
    struct ggp_patience patience = {.deadline_us = INT64_MAX,
                                    .stop = {is_interrupted, state}};
    struct gg_error err = {0};
    gg_status status;

    if (state->deadline_ms < INT64_MAX / 1000)
        patience.deadline_us = state->deadline_ms * 1000;
    status = ggp_client_get(state->context.fetches->client, id, &patience, take,
                            fetch, &err);
    if (status == GG_ETIME || status == GG_EINTERRUPTED)
        ggl_raiselimit(L, status);
    if (status == GG_ENOMEM)
        ggl_nomemory(L);
    return status;
}

/* [-0, +2, m] */
static int push_failure(lua_State *L, const struct fetch *fetch)
{
    ggl_pusherror(L, &fetch->err);
    lua_pushstring(L, fetch->code);
    lua_setfield(L, -2, "code");
    if (fetch->http_status != 0) {
        lua_pushinteger(L, fetch->http_status);
        lua_setfield(L, -2, "status");
    }
    return 2;
}

int ggl_fetch(lua_State *L)
{
    enum { ID = 1 };
    struct ggl_state *state = ggp_state_of(L);
    struct ggl_fetches *fetches = state->context.fetches;
    struct fetch fetch = {.now = state->context.now};
    const char *id;

    lua_settop(L, ID);
    id = ggl_checktext(L, ID, "id");
    if (!fetches || !fetches->client)
        return luaL_error(L, "grantgate.fetch is not allowed in this run: the "
                             "host has to allow it (eval --allow-fetch)");
    if (fetches->n == GGL_MAX_FETCHES)
        return luaL_error(L, "more than %d fetches for one question",
                          GGL_MAX_FETCHES);
    ggl_charge(L, FETCH_STEPS);
    fetch.slot = &fetches->slots[fetches->n++];
    if (perform(L, state, id, &fetch) != GG_OK)
        return push_failure(L, &fetch);
    ggl_pushsubject(L, &ggp_grant_subject, &fetch.slot->item.grant);
    return 1;
}
