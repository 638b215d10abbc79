/* SPDX-License-Identifier: MIT */
/*
 * lua_client.c - fetching grants from a plain Lua program.
 *
 *     client, or nil and an error, = grantgate.client { api_key = … }
 *     grant, or nil and an error, = client:get(id)
 *     for grant in client:grants { provider = "imap" } do … end
 *
 * A `for` loop would take the nil of a failure for the end of the list, so
 * the loop is given a value to close, and closing raises what was not seen.
 */
#include "lua_module.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define CLIENT  "grantgate.client"
#define LISTING "grantgate.listing"

/* --- options -------------------------------------------------------------- */

enum option_kind { TEXT, COUNT, RETRIES, MILLISECONDS, BYTES };

static const struct option {
    const char *name;
    enum option_kind kind;
    size_t offset; /* in struct gg_client_options */
} options[] = {
#define ROW(name, kind)                                                        \
    {                                                                          \
#name, kind, offsetof(struct gg_client_options, name)                  \
    }
    ROW(api_key, TEXT),
    ROW(region, TEXT),
    ROW(api_url, TEXT),
    ROW(ca_file, TEXT),
    ROW(proxy, TEXT),
    ROW(no_proxy, TEXT),
    ROW(parallel, COUNT),
    ROW(rate, COUNT),
    ROW(retries, RETRIES),
    ROW(backoff_ms, MILLISECONDS),
    ROW(connect_time_ms, MILLISECONDS),
    ROW(time_ms, MILLISECONDS),
    ROW(max_body_bytes, BYTES),
#undef ROW
};

#define NOPTIONS (sizeof(options) / sizeof(options[0]))

/* In the C struct 0 is the default, and -1 is none.  [-0, +0, v] */
static int read_retries(lua_State *L, int index)
{
    lua_Integer retries;

    if (!ggl_readinteger(L, index, "retries", 0, &retries))
        return 0;
    if (retries == 0)
        return -1;
    return retries < INT_MAX ? (int)retries : INT_MAX;
}

static void read_option(lua_State *L, int index, int anchor,
                        const struct option *option,
                        struct gg_client_options *into)
{
    char *member = (char *)into + option->offset;
    lua_Integer value = 0;

    switch (option->kind) {
    case TEXT:
        *(const char **)member = ggl_readtext(L, index, anchor, option->name);
        break;
    case COUNT:
        ggl_readinteger(L, index, option->name, 1, &value);
        *(unsigned *)member = value < UINT_MAX ? (unsigned)value : UINT_MAX;
        break;
    case MILLISECONDS:
        ggl_readinteger(L, index, option->name, 1, &value);
        *(int64_t *)member = value;
        break;
    case BYTES:
        ggl_readinteger(L, index, option->name, 1, &value);
        *(size_t *)member = (size_t)value;
        break;
    case RETRIES:
        *(int *)member = read_retries(L, index);
        break;
    }
}

/* --- grants --------------------------------------------------------------- */

/* Push nil and { code =, message =, status = }. */
static int push_failure(lua_State *L, const char *code, const char *message,
                        int http_status)
{
    luaL_pushfail(L);
    lua_createtable(L, 0, 3);
    lua_pushstring(L, code);
    lua_setfield(L, -2, "code");
    lua_pushstring(L, message);
    lua_setfield(L, -2, "message");
    if (http_status != 0) {
        lua_pushinteger(L, http_status);
        lua_setfield(L, -2, "status");
    }
    return 2;
}

/* A grant's JSON that outlives a raise. */
struct text {
    struct ggp_buf buf;
    struct ggp_document document;
};

static int text_gc(lua_State *L)
{
    struct text *text = lua_touserdata(L, 1);

    ggp_buf_free(&text->buf);
    ggp_document_free(&text->document);
    return 0;
}

static const luaL_Reg text_methods[] = {{NULL, NULL}};
static const luaL_Reg text_metamethods[] = {{"__gc", text_gc}, {NULL, NULL}};
static const struct ggl_class text_class = {"grantgate.text", text_methods,
                                            text_metamethods};

static struct text *push_text(lua_State *L)
{
    return ggl_newhandle(L, &text_class, sizeof(struct text), 0);
}

/* Push the grant in @text as a table, or nil and an error. */
static int push_grant(lua_State *L, struct text *text)
{
    struct gg_error err;

    if (ggp_document_read(&text->document, text->buf.bytes, text->buf.len,
                          &err) != GG_OK)
        return ggl_failure(L, &err);
    ggl_pushjson(L, ggp_document_root(&text->document), GGP_SHOW);
    return 1;
}

struct ggl_client *ggl_toclient(lua_State *L, int index)
{
    return luaL_testudata(L, index, CLIENT);
}

static struct ggl_client *check_client(lua_State *L)
{
    struct ggl_client *client = luaL_checkudata(L, 1, CLIENT);

    if (!client->handle)
        luaL_error(L, "this client is closed");
    return client;
}

struct got {
    struct text *text;
    char code[32];
    int http_status;
    struct gg_error err;
};

/* gg_fetched_fn */
static gg_status take(const struct gg_fetched *fetched, void *payload,
                      struct gg_error *err)
{
    struct got *got = payload;

    if (!fetched->code) {
        ggp_buf_add(&got->text->buf, fetched->json, fetched->len);
        return got->text->buf.failed == GG_OK
                   ? GG_OK
                   : ggp_fail(err, GG_ENOMEM, "out of memory for a grant");
    }
    (void)snprintf(got->code, sizeof(got->code), "%s", fetched->code);
    got->http_status = fetched->http_status;
    (void)ggp_fail(&got->err, GG_EFETCH, "%s", fetched->message);
    return GG_OK;
}

/* grant, or nil and an error, = client:get(id) */
static int client_get(lua_State *L)
{
    enum { ID = 2 };
    struct got got = {.code = ""};
    struct gg_error err;
    const char *id;

    check_client(L);
    id = ggl_checktext(L, ID, "id");
    lua_settop(L, ID);
    got.text = push_text(L);
    if (gg_client_fetch(check_client(L)->handle, &id, 1, take, &got, &err) !=
        GG_OK)
        return ggl_failure(L, &err);
    if (got.code[0] != '\0')
        return push_failure(L, got.code, got.err.message, got.http_status);
    return push_grant(L, got.text);
}

/* --- the list ------------------------------------------------------------- */

/* User values: 1 the query's texts, 2 the client. */
struct listing {
    struct ggp_listing listing;
    struct ggl_client *client;
    int is_open;
    int is_unseen; /* it broke off, and a loop would take it for the end */
    struct gg_error err;
};

static void listing_close(struct listing *listing)
{
    if (!listing->is_open)
        return;
    ggp_listing_close(&listing->listing);
    listing->client->nlistings--;
    listing->is_open = 0;
}

static int listing_gc(lua_State *L)
{
    listing_close(luaL_checkudata(L, 1, LISTING));
    return 0;
}

/* The loop is over: raise what it took for the end of the list. */
static int listing_tbc(lua_State *L)
{
    struct listing *listing = luaL_checkudata(L, 1, LISTING);

    listing_close(listing);
    if (!listing->is_unseen)
        return 0;
    listing->is_unseen = 0;
    return luaL_error(L, "%s", listing->err.message);
}

/* Push what failed, and remember it for the end of the loop. */
static int fail_listing(lua_State *L, struct listing *listing,
                        const struct gg_fetched *fetched)
{
    listing_close(listing);
    listing->is_unseen = 1;
    if (listing->err.status != GG_EFETCH)
        return ggl_failure(L, &listing->err);
    return push_failure(L, fetched->code, listing->err.message,
                        fetched->http_status);
}

/* The iterator: the next grant, nil, or nil and an error. */
static int listing_next(lua_State *L)
{
    struct listing *listing = lua_touserdata(L, lua_upvalueindex(1));
    struct gg_fetched fetched = {0};
    struct text *text = push_text(L);
    int has = 0;

    if (!listing->is_open)
        return 0;
    if (ggp_listing_next(&listing->listing, &fetched, &has, &listing->err) !=
        GG_OK)
        return fail_listing(L, listing, &fetched);
    if (!has) {
        listing_close(listing);
        return 0;
    }
    ggp_buf_add(&text->buf, fetched.json, fetched.len);
    if (text->buf.failed != GG_OK)
        return ggl_outofmemory(L);
    return push_grant(L, text);
}

static const luaL_Reg listing_methods[] = {{NULL, NULL}};
static const luaL_Reg listing_metamethods[] = {
    {"__gc", listing_gc}, {"__close", listing_tbc}, {NULL, NULL}};
static const struct ggl_class listing_class = {LISTING, listing_methods,
                                               listing_metamethods};

/* next, nil, nil, closing, or nil and an error, = client:grants(query) */
static int client_grants(lua_State *L)
{
    enum { CLIENT_AT = 1, QUERY, ANCHOR };
    static const char *const names[] = {
        "provider", "grant_status", "email", "workspace_id",
        "since",    "before",       NULL};
    struct ggl_client *client = check_client(L);
    struct gg_grants_query query = {0};
    struct listing *listing;

    lua_settop(L, QUERY);
    ggl_opttable(L, QUERY);
    lua_newtable(L);
    ggl_checkkeys(L, QUERY, "client:grants", names, 0);
    query.provider = ggl_readtext(L, QUERY, ANCHOR, "provider");
    query.grant_status = ggl_readtext(L, QUERY, ANCHOR, "grant_status");
    query.email = ggl_readtext(L, QUERY, ANCHOR, "email");
    query.workspace_id = ggl_readtext(L, QUERY, ANCHOR, "workspace_id");
    query.since = ggl_readtime(L, QUERY, "since");
    query.before = ggl_readtime(L, QUERY, "before");

    listing = ggl_newhandle(L, &listing_class, sizeof(*listing), 2);
    lua_pushvalue(L, ANCHOR); /* the texts of the query */
    lua_setiuservalue(L, -2, 1);
    lua_pushvalue(L, CLIENT_AT);
    lua_setiuservalue(L, -2, 2);
    listing->client = client;
    if (ggp_listing_open(&listing->listing, check_client(L)->handle, &query,
                         &listing->err) != GG_OK)
        return ggl_failure(L, &listing->err);
    listing->is_open = 1;
    client->nlistings++;

    lua_pushvalue(L, -1);
    lua_pushcclosure(L, listing_next, 1);
    lua_pushnil(L);
    lua_pushnil(L);
    lua_pushvalue(L, -4); /* listing, next, nil, nil, listing */
    return 4;
}

/* --- the client ----------------------------------------------------------- */

static int client_gc(lua_State *L)
{
    struct ggl_client *client = luaL_checkudata(L, 1, CLIENT);

    gg_client_free(client->handle);
    client->handle = NULL;
    return 0;
}

/* client:close() */
static int client_close(lua_State *L)
{
    const struct ggl_client *client = luaL_checkudata(L, 1, CLIENT);

    if (client->nlistings > 0)
        return luaL_error(L, "a list of this client is being read");
    if (client->nsessions > 0)
        return luaL_error(L, "a session that uses this client is open");
    return client_gc(L);
}

static int client_tostring(lua_State *L)
{
    const struct ggl_client *client = luaL_checkudata(L, 1, CLIENT);

    lua_pushstring(L, client->handle ? CLIENT : CLIENT " (closed)");
    return 1;
}

static const luaL_Reg client_methods[] = {{"get", client_get},
                                          {"grants", client_grants},
                                          {"close", client_close},
                                          {NULL, NULL}};
static const luaL_Reg client_metamethods[] = {{"__gc", client_gc},
                                              {"__close", client_close},
                                              {"__tostring", client_tostring},
                                              {NULL, NULL}};
static const struct ggl_class client_class = {CLIENT, client_methods,
                                              client_metamethods};

int ggl_client(lua_State *L)
{
    enum { OPTIONS = 1, ANCHOR };
    const char *names[NOPTIONS + 1] = {NULL};
    struct gg_client_options chosen = {0};
    struct gg_error err;
    struct ggl_client *client;
    size_t i;

    luaL_checktype(L, OPTIONS, LUA_TTABLE);
    lua_settop(L, OPTIONS);
    lua_newtable(L);
    for (i = 0; i < NOPTIONS; i++)
        names[i] = options[i].name;
    ggl_checkkeys(L, OPTIONS, "grantgate.client", names, 0);
    for (i = 0; i < NOPTIONS; i++)
        read_option(L, OPTIONS, ANCHOR, &options[i], &chosen);

    client = ggl_newhandle(L, &client_class, sizeof(*client), 0);
    if (gg_client_open(&chosen, &client->handle, &err) != GG_OK)
        return ggl_failure(L, &err);
    return 1;
}
