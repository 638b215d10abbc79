/* SPDX-License-Identifier: MIT */
/*
 * listing.c - every grant of the list, once.
 *
 * The list has pages by offset and no cursor, and grants are made and deleted
 * while it is read.  Oldest first, new ones come at the end; but each one
 * deleted moves those behind it up, and a page that began where the last one
 * ended would miss as many.  So a page begins with the last grant of the one
 * before: where it does, nothing is between them; where it does not, go back
 * until it does.  What was handed out before is known again by its id.
 *
 * A page shorter than asked for is the last.
 */
#include "fetch.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 200 /* what official clients give as the most */

/* --- what was seen -------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Write what @grant is known by: its id or, without one, all of it. */
static const char *name_of(struct ggp_listing *listing, yyjson_val *grant)
{
    const char *id = ggp_text_of_json(yyjson_obj_get(grant, "id")).at;

    ggp_buf_clear(&listing->name);
    if (id)
        ggp_buf_string(&listing->name, id);
    else
        ggp_json_value(&listing->name, grant);
    return ggp_buf_text(&listing->name);
}

static gg_status out_of_memory(struct gg_error *err)
{
    return ggp_fail(err, GG_ENOMEM, "out of memory for the list of grants");
}

/* Remember @grant; *@is_new is whether it was not seen before. */
static gg_status remember(struct ggp_listing *listing, yyjson_val *grant,
                          int *is_new, struct gg_error *err)
{
    const char *name = name_of(listing, grant);
    char *kept;

    if (!name)
        return out_of_memory(err);
    *is_new = tfind(name, &listing->seen, compare_names) == NULL;
    if (!*is_new)
        return GG_OK;
    kept = ggp_arena_string(&listing->names, name);
    if (!kept || !tsearch(kept, &listing->seen, compare_names))
        return out_of_memory(err);
    listing->nseen++;
    listing->nstale = 0;
    return GG_OK;
}

/* --- pages ---------------------------------------------------------------- */

static void add_time(struct ggp_buf *buf, const char *name, int64_t seconds)
{
    if (seconds == 0)
        return;
    ggp_url_name(buf, name);
    ggp_buf_int(buf, seconds);
}

static void write_page(void *self, size_t index, struct ggp_transfer *transfer)
{
    const struct ggp_listing *listing = self;
    const struct gg_grants_query *query = &listing->query;
    struct ggp_buf *bufs[2] = {&transfer->target, &transfer->shown};
    int i;

    (void)index;
    for (i = 0; i < 2; i++) {
        ggp_buf_string(bufs[i], "/v3/grants?limit=");
        ggp_buf_int(bufs[i], PAGE);
        ggp_buf_string(bufs[i], "&offset=");
        ggp_buf_int(bufs[i], (int64_t)listing->offset);
        ggp_buf_string(bufs[i], "&sort_by=created_at&order_by=asc");
        ggp_url_param(bufs[i], "provider", query->provider);
        ggp_url_param(bufs[i], "grant_status", query->grant_status);
        if (query->email && i == 1)
            ggp_buf_string(bufs[i], "&email=***");
        else
            ggp_url_param(bufs[i], "email", query->email);
        ggp_url_param(bufs[i], "workspace_id", query->workspace_id);
        add_time(bufs[i], "since", query->since);
        add_time(bufs[i], "before", query->before);
    }
}

/* How many grants a page that is not the last has: the API may allow fewer
 * than were asked for, and then says so. */
static size_t full_page(const struct ggp_transfer *transfer)
{
    yyjson_val *limit = yyjson_obj_get(ggp_document_root(&transfer->document),
                                       "limit");
    long most = 0;

    if (yyjson_is_raw(limit)) /* as numbers of a document read loosely are */
        most = strtol(yyjson_get_raw(limit), NULL, 10);
    return most > 0 && most < PAGE ? (size_t)most : PAGE;
}

static gg_status take_page(void *self, size_t index,
                           struct ggp_transfer *transfer, struct gg_error *err)
{
    struct ggp_listing *listing = self;

    (void)index;
    if (transfer->reply.status != GG_OK) {
        listing->failure = transfer->reply;
        return ggp_fail(err, GG_EFETCH, "the list of grants breaks off: %s",
                        transfer->reply.error.message);
    }
    listing->page = yyjson_arr_iter_with(transfer->reply.data);
    listing->nlisted = yyjson_arr_size(transfer->reply.data);
    listing->is_short = listing->nlisted < full_page(transfer);
    return GG_OK;
}

static gg_status get_page(struct ggp_listing *listing, struct gg_error *err)
{
    struct ggp_errand errand = {.n = 1,
                                .is_list = 1,
                                .write = write_page,
                                .take = take_page,
                                .self = listing};

    return ggp_dispatch_run(listing->dispatch, &errand, err);
}

/* Whether nothing can have been missed between the page at hand and those
 * before: it is the first, or begins with a grant that was seen. */
static gg_status check_joined(struct ggp_listing *listing, int *is_joined,
                              struct gg_error *err)
{
    yyjson_arr_iter page = listing->page;
    yyjson_val *first = yyjson_arr_iter_next(&page);
    const char *name;

    *is_joined = listing->offset == 0;
    if (*is_joined || !first)
        return GG_OK;
    name = name_of(listing, first);
    if (!name)
        return out_of_memory(err);
    *is_joined = tfind(name, &listing->seen, compare_names) != NULL;
    return GG_OK;
}

static gg_status break_off(struct ggp_listing *listing, const char *why,
                           struct gg_error *err)
{
    memset(&listing->failure, 0, sizeof(listing->failure));
    ggp_reply_fail(&listing->failure, "invalid_answer", GGP_RETRY_NEVER,
                   "at offset %zu %s", listing->offset, why);
    return ggp_fail(err, GG_EFETCH, "the list of grants breaks off: %s",
                    listing->failure.error.message);
}

/* After going back pages may hold nothing new, but no more of them than it
 * takes to come forward again; else the API gives the same pages for ever. */
static gg_status check_progress(struct ggp_listing *listing,
                                struct gg_error *err)
{
    if (listing->nlisted < 2)
        return break_off(listing, "the API gives pages of one grant", err);
    if (listing->nstale > listing->nseen / (listing->nlisted - 1) + 2)
        return break_off(listing, "the API repeats its pages", err);
    return GG_OK;
}

/* Get the page after the one at hand, which is used up. */
static gg_status turn_page(struct ggp_listing *listing, struct gg_error *err)
{
    size_t back = 0;
    int joined = 0;
    gg_status status = GG_OK;

    if (listing->nlisted > 0) {
        status = check_progress(listing, err);
        listing->offset += listing->nlisted - 1;
    }
    while (status == GG_OK && !joined) {
        listing->offset -= back < listing->offset ? back : listing->offset;
        status = get_page(listing, err);
        listing->nstale++;
        if (status == GG_OK)
            status = check_joined(listing, &joined, err);
        back = PAGE;
    }
    return status;
}

/* --- the listing ---------------------------------------------------------- */

static gg_status check_query(const struct gg_grants_query *query,
                             struct gg_error *err)
{
    const char *status = query->grant_status;

    if (query->provider &&
        !ggp_is_provider(query->provider, strlen(query->provider)))
        return ggp_fail(err, GG_EINVAL,
                        "provider must be [a-z0-9][a-z0-9-]{0,31}");
    if (status && strcmp(status, "valid") != 0 &&
        strcmp(status, "invalid") != 0)
        return ggp_fail(err, GG_EINVAL,
                        "grant_status must be \"valid\" or \"invalid\"");
    if (query->email &&
        (!strchr(query->email, '@') || strlen(query->email) > GGP_EMAIL_MAX ||
         ggp_has_control(query->email, strlen(query->email))))
        return ggp_fail(err, GG_EINVAL, "email must be an e-mail address");
    if (query->workspace_id &&
        !ggp_is_grant_id(query->workspace_id, strlen(query->workspace_id)))
        return ggp_fail(err, GG_EINVAL,
                        "workspace_id must be [A-Za-z0-9][A-Za-z0-9_-]{0,127}");
    return GG_OK;
}

gg_status ggp_listing_open(struct ggp_listing *listing, gg_client *client,
                           const struct gg_grants_query *query,
                           struct gg_error *err)
{
    gg_status status;

    memset(listing, 0, sizeof(*listing));
    listing->client = client;
    if (query)
        listing->query = *query;
    status = check_query(&listing->query, err);
    if (status != GG_OK)
        return status;
    return ggp_dispatch_borrow(client, &listing->dispatch, err);
}

gg_status ggp_listing_next(struct ggp_listing *listing,
                           struct gg_fetched *fetched, int *has,
                           struct gg_error *err)
{
    gg_status status = GG_OK;
    int is_new = 0;

    *has = 0;
    while (status == GG_OK && !is_new) {
        yyjson_val *grant = yyjson_arr_iter_next(&listing->page);

        if (grant)
            status = remember(listing, grant, &is_new, err);
        else if (listing->is_short)
            return GG_OK;
        else
            status = turn_page(listing, err);
        if (is_new) {
            *has = 1;
            return ggp_fetched_fill(&listing->room, grant, fetched, err);
        }
    }
    if (status == GG_EFETCH)
        ggp_fetched_fail(fetched, NULL, &listing->failure);
    return status;
}

void ggp_listing_close(struct ggp_listing *listing)
{
    if (listing->dispatch)
        ggp_dispatch_return(listing->client, listing->dispatch);
    while (listing->seen) /* its root is the node of some name */
        tdelete(*(char *const *)listing->seen, &listing->seen, compare_names);
    ggp_arena_free(&listing->names);
    ggp_buf_free(&listing->name);
    ggp_fetched_free(&listing->room);
    memset(listing, 0, sizeof(*listing));
}
