/* SPDX-License-Identifier: MIT */
/*
 * lua_policies.c - policy sets, from a plain Lua program.
 *
 *     set, or nil and an error, = grantgate.policies "policies"
 *     set, or nil and an error, = grantgate.policies { files = { … } }
 *     for _, rule in ipairs(set:rules()) do … end
 *     local session = set:session { … }
 */
#include "lua_module.h"

#define POLICIES "grantgate.policies"

/* User value: 1 the folder, as text, or nil: it came from memory. */
struct policies {
    gg_policies *handle; /* NULL: closed */
};

gg_policies *ggl_checkpolicies(lua_State *L, int arg)
{
    const struct policies *policies = luaL_checkudata(L, arg, POLICIES);

    if (!policies->handle)
        luaL_error(L, "this policy set is closed");
    return policies->handle;
}

static int hold_gc(lua_State *L)
{
    struct policies *held = lua_touserdata(L, 1);

    gg_policies_free(held->handle);
    held->handle = NULL;
    return 0;
}

/* set:close() */
static int policies_close(lua_State *L)
{
    struct policies *policies = luaL_checkudata(L, 1, POLICIES);

    gg_policies_free(policies->handle); /* sessions have it as well */
    policies->handle = NULL;
    return 0;
}

/* Let the set in argument 1 stay open although a finalizer, which may run
 * wherever Lua allocates, closes it; pushes what holds it.  [-0, +1, v] */
static const gg_policies *hold(lua_State *L)
{
    static const luaL_Reg no_methods[] = {{NULL, NULL}};
    static const luaL_Reg metamethods[] = {{"__gc", hold_gc}, {NULL, NULL}};
    static const struct ggl_class class = {"grantgate.hold", no_methods,
                                           metamethods};
    struct policies *held = ggl_newhandle(L, &class, sizeof(*held), 0);

    held->handle = gg_policies_retain(ggl_checkpolicies(L, 1));
    return held->handle;
}

/* --- what a set is -------------------------------------------------------- */

/* digest = set:digest() */
static int policies_digest(lua_State *L)
{
    lua_pushstring(L, gg_policies_digest(ggl_checkpolicies(L, 1)));
    return 1;
}

/* boolean = set:has_tenant(name) */
static int policies_has_tenant(lua_State *L)
{
    const gg_policies *policies = ggl_checkpolicies(L, 1);

    luaL_checktype(L, 2, LUA_TSTRING);
    lua_pushboolean(
        L, gg_policies_has_tenant(policies, ggl_checktext(L, 2, "tenant")));
    return 1;
}

/* list of messages = set:broken() */
static int policies_broken(lua_State *L)
{
    const gg_policies *policies = hold(L);
    const char *message;
    size_t i;

    lua_newtable(L);
    for (i = 0; (message = gg_policies_broken(policies, i)) != NULL; i++) {
        lua_pushstring(L, message);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text); /* or nil */
    lua_setfield(L, -2, name);
}

/* list of rules = set:rules() */
static int policies_rules(lua_State *L)
{
    const gg_policies *policies = hold(L);
    const struct gg_rule *rule;
    size_t i;

    lua_newtable(L);
    for (i = 0; (rule = gg_policies_rule(policies, i)) != NULL; i++) {
        lua_createtable(L, 0, 4);
        set_text(L, "policy", rule->policy);
        set_text(L, "question", rule->question);
        set_text(L, "name", rule->name);
        set_text(L, "where", rule->where);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* --- testing and checking ------------------------------------------------- */

static int push_result(lua_State *L)
{
    const struct gg_test_result *result = lua_touserdata(L, 1);

    lua_createtable(L, 0, 6);
    set_text(L, "file", result->file);
    set_text(L, "name", result->name);
    lua_pushboolean(L, result->passed);
    lua_setfield(L, -2, "passed");
    set_text(L, "message", result->message);
    set_text(L, "expected", result->expected);
    set_text(L, "actual", result->actual);
    return 1;
}

/* gg_test_fn */
static void take_result(const struct gg_test_result *result, void *payload)
{
    ggp_list_add(payload, push_result, result);
}

/* list of results, or nil and an error, = set:test { pattern = … } */
static int policies_test(lua_State *L)
{
    enum { SET = 1, OPTIONS, ANCHOR, FOLDER };
    static const char *const names[] = {"pattern", NULL};
    struct gg_test_options chosen = {0};
    struct ggl_list results;
    gg_policies *policies;
    struct gg_error err;
    gg_status status;

    ggl_checkpolicies(L, SET);
    lua_settop(L, OPTIONS);
    ggl_opttable(L, OPTIONS);
    lua_newtable(L);
    ggl_checkkeys(L, OPTIONS, "set:test", names, 0);
    chosen.pattern = ggl_readtext(L, OPTIONS, ANCHOR, "pattern");
    if (lua_getiuservalue(L, SET, 1) != LUA_TSTRING)
        luaL_error(L, "a set that came from memory has no folder with tests");
    ggl_liststart(L, &results);
    policies = gg_policies_retain(ggl_checkpolicies(L, SET));
    status = gg_policies_test(policies, lua_tostring(L, FOLDER), &chosen,
                              take_result, &results, &err);
    gg_policies_free(policies);
    ggl_listend(&results);
    return status == GG_OK ? 1 : ggl_failure(L, &err);
}

static int push_finding(lua_State *L)
{
    const struct gg_finding *finding = lua_touserdata(L, 1);

    lua_createtable(L, 0, 5);
    set_text(L, "file", finding->file);
    if (finding->file) {
        lua_pushinteger(L, finding->line);
        lua_setfield(L, -2, "line");
    }
    lua_pushboolean(L, finding->is_error);
    lua_setfield(L, -2, "is_error");
    set_text(L, "name", finding->name);
    set_text(L, "message", finding->message);
    return 1;
}

/* gg_finding_fn */
static void take_finding(const struct gg_finding *finding, void *payload)
{
    ggp_list_add(payload, push_finding, finding);
}

/* Whether the set loads is the second answer: there are findings either way,
 * and who reads only the first is not to take them for a failure. */
int ggl_check(lua_State *L)
{
    struct ggl_list findings;
    const char *folder;
    struct gg_error err;
    gg_status status;

    luaL_checktype(L, 1, LUA_TSTRING);
    folder = ggl_checktext(L, 1, "folder");
    lua_settop(L, 1);
    ggl_liststart(L, &findings);
    status = gg_policies_check(folder, NULL, take_finding, &findings, &err);
    ggl_listend(&findings);
    if (status != GG_OK && status != GG_EPOLICY)
        return ggl_failure(L, &err);
    lua_pushboolean(L, status == GG_OK);
    return 2;
}

/* --- the set -------------------------------------------------------------- */

static int policies_tostring(lua_State *L)
{
    const struct policies *policies = luaL_checkudata(L, 1, POLICIES);

    if (policies->handle)
        lua_pushfstring(L, POLICIES ": %s",
                        gg_policies_digest(policies->handle));
    else
        lua_pushliteral(L, POLICIES " (closed)");
    return 1;
}

static const luaL_Reg methods[] = {
    {"broken", policies_broken}, {"close", policies_close},
    {"digest", policies_digest}, {"has_tenant", policies_has_tenant},
    {"rules", policies_rules},   {"session", ggl_session},
    {"test", policies_test},     {NULL, NULL}};
static const luaL_Reg metamethods[] = {{"__gc", policies_close},
                                       {"__close", policies_close},
                                       {"__tostring", policies_tostring},
                                       {NULL, NULL}};
static const struct ggl_class class = {POLICIES, methods, metamethods};

/* Let argument 1 be a table of options, whichever way it was given. */
static void check_options(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING) {
        lua_settop(L, 1);
        lua_createtable(L, 0, 1);
        lua_insert(L, 1);
        lua_setfield(L, 1, "folder");
    } else if (!lua_istable(L, 1)) {
        luaL_typeerror(L, 1, "folder or table");
    }
    lua_settop(L, 1);
}

/* Push the files of the table of texts by path on top, as a userdata whose
 * user value is that table.  [-1, +1, v] */
static const struct gg_policy_file *push_files(lua_State *L, size_t *n)
{
    struct gg_policy_file *files;
    int table = lua_gettop(L);
    size_t i = 0;

    lua_pushnil(L);
    for (*n = 0; lua_next(L, table); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING)
            luaL_argerror(L, 1, "'files' must be a table of texts by path");
        (void)ggl_checktext(L, -2, "a path in files");
        ++*n;
    }
    files = lua_newuserdatauv(L, (*n + 1) * sizeof(*files), 1);
    lua_pushnil(L);
    for (; lua_next(L, table) && i < *n; i++) {
        files[i].path = lua_tostring(L, -2);
        files[i].text = lua_tolstring(L, -1, &files[i].len);
        lua_pop(L, 1);
    }
    lua_insert(L, table);
    lua_setiuservalue(L, table, 1);
    return files;
}

/* As gg_policies_open() or gg_policies_open_memory(), by what the table of
 * options at @options names. */
static gg_status open(lua_State *L, int options,
                      const struct gg_policies_options *chosen,
                      struct policies *policies, struct gg_error *err)
{
    const struct gg_policy_file *files;
    size_t n;

    if (lua_getfield(L, options, "folder") != LUA_TNIL)
        return gg_policies_open(lua_tostring(L, -1), chosen, &policies->handle,
                                err);
    lua_getfield(L, options, "files");
    files = push_files(L, &n);
    return gg_policies_open_memory(files, n, chosen, &policies->handle, err);
}

int ggl_policies(lua_State *L)
{
    enum { OPTIONS = 1, ANCHOR, HANDLE };
    static const char *const names[] = {"files", "folder", "isolate_tenants",
                                        "limits", NULL};
    struct gg_policies_options chosen = {0};
    struct gg_limits limits = {0};
    struct policies *policies;
    struct gg_error err;
    int has_folder;
    int has_files;
    gg_status status;

    check_options(L);
    lua_newtable(L);
    ggl_checkkeys(L, OPTIONS, POLICIES, names, 0);
    has_folder = ggl_readtext(L, OPTIONS, ANCHOR, "folder") != NULL;
    has_files = lua_getfield(L, OPTIONS, "files") != LUA_TNIL;
    luaL_argcheck(L, !has_files || lua_istable(L, -1), 1,
                  "'files' must be a table of texts by path");
    lua_pop(L, 1);
    if (!has_folder && !has_files)
        return luaL_argerror(L, 1, "'folder' is missing");
    if (has_folder && has_files)
        return luaL_argerror(L, 1, "'folder' and 'files' exclude each other");
    chosen.isolate_tenants = ggl_readflag(L, OPTIONS, "isolate_tenants");
    ggl_readlimits(L, OPTIONS, &limits);
    chosen.instructions = limits.instructions;
    chosen.memory_bytes = limits.memory_bytes;
    chosen.time_ms = limits.time_ms;

    policies = ggl_newhandle(L, &class, sizeof(*policies), 1);
    lua_getfield(L, OPTIONS, "folder");
    lua_setiuservalue(L, -2, 1);
    status = open(L, OPTIONS, &chosen, policies, &err);
    if (status != GG_OK)
        return ggl_failure(L, &err);
    lua_settop(L, HANDLE);
    return 1;
}
