/* SPDX-License-Identifier: MIT */
/*
 * session.c - what a host pays: for opening a session, for one evaluation, and
 * for calling the same function by plain lua_pcall, where nothing is read,
 * limited, checked or kept apart.
 *
 *     session FOLDER FILE    the set, one default.lua whose evaluate is a
 *                            function; and grants, one a line
 */
#include "lines.h"

#include <grantgate.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_GRANTS = 1000, ROUNDS = 9, OPENINGS = 50, PASSES = 20 };

static struct {
    char *json;
    size_t len;
} grants[MOST_GRANTS];
static size_t ngrants;

static void die(const char *what)
{
    fprintf(stderr, "session: %s\n", what);
    exit(2);
}

static double now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void keep(char *line, size_t len)
{
    if (ngrants == MOST_GRANTS)
        return;
    grants[ngrants].json = strndup(line, len);
    grants[ngrants].len = len;
    if (!grants[ngrants].json)
        die("out of memory");
    ngrants++;
}

/* --- ours --- */

static struct gg_session_options options = {
    .caller = {.client_id = "bench",
               .redirect_uri = "https://example.com/callback"}};
static gg_policies *policies;
static gg_session *session;

static void open_session(gg_session **out)
{
    struct gg_error err;

    if (gg_session_open(policies, &options, out, &err) != GG_OK)
        die(err.message);
}

static void evaluate(gg_session *asked, size_t i)
{
    const struct gg_decision *decision;
    struct gg_error err;

    if (gg_session_evaluate(asked, grants[i].json, grants[i].len, NULL,
                            1785578400, &decision, &err) != GG_OK ||
        decision->action == GG_ERROR)
        die("a grant was not decided");
}

/* With a question, for files are loaded when they are first asked. */
static void ask_once(void)
{
    gg_session *fresh;

    open_session(&fresh);
    evaluate(fresh, 0);
    gg_session_free(fresh);
}

static void evaluate_all(void)
{
    size_t i;

    for (i = 0; i < ngrants; i++)
        evaluate(session, i);
}

/* --- plain Lua, on a table that is ready --- */

static lua_State *L;
static int evaluate_ref;
static int grant_ref;

static const char prelude[] =
    "local function constructor(action)\n"
    "  return function(fields)\n"
    "    if type(fields) == 'string' then fields = {reason = fields} end\n"
    "    fields.action = action\n"
    "    return fields\n"
    "  end\n"
    "end\n"
    "for _, action in ipairs {'accept', 'reauth', 'defer'} do\n"
    "  _G[action] = constructor(action)\n"
    "end\n"
    "return {grant_status = 'valid', smtp = 'complete',\n"
    "  settings = {smtp_port = 587}}";

static void open_plain(const char *folder)
{
    char path[4096];

    L = luaL_newstate();
    if (!L)
        die("out of memory");
    luaL_openlibs(L);
    if (luaL_dostring(L, prelude) != LUA_OK)
        die(lua_tostring(L, -1));
    grant_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    snprintf(path, sizeof(path), "%s/default.lua", folder);
    if (luaL_dofile(L, path) != LUA_OK)
        die(lua_tostring(L, -1));
    lua_getfield(L, -1, "evaluate");
    evaluate_ref = luaL_ref(L, LUA_REGISTRYINDEX);
}

static void call_plainly(void)
{
    size_t i;

    for (i = 0; i < ngrants; i++) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, evaluate_ref);
        lua_rawgeti(L, LUA_REGISTRYINDEX, grant_ref);
        if (lua_pcall(L, 1, 1, 0) != LUA_OK || !lua_istable(L, -1))
            die("plain Lua did not decide");
        lua_pop(L, 1);
    }
}

static void do_nothing(lua_State *state, lua_Debug *ar)
{
    (void)state;
    (void)ar;
}

static void call_hooked(void)
{
    lua_sethook(L, do_nothing, LUA_MASKCOUNT, 250);
    call_plainly();
    lua_sethook(L, NULL, 0, 0);
}

/* --- measuring --- */

static struct measured {
    const char *what;
    void (*run)(void);
    int times;
    int per_grant;
    double ns[ROUNDS];
} all[] = {
    {"open a session, ask once, close it", ask_once, OPENINGS, 0, {0}},
    {"evaluate a grant", evaluate_all, PASSES, 1, {0}},
    {"plain lua_pcall of the same function", call_plainly, PASSES, 1, {0}},
    {"the same with a count hook", call_hooked, PASSES, 1, {0}},
};
#define COUNT (sizeof(all) / sizeof(*all))

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(struct measured *one, size_t round)
{
    double start = now_ns();
    int i;

    for (i = 0; i < one->times; i++)
        one->run();
    one->ns[round] = (now_ns() - start) / one->times /
                     (one->per_grant ? (double)ngrants : 1);
}

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
    struct gg_error err;
    size_t round;
    size_t i;

    if (!file || lines_read(file, keep) != 0 || ngrants == 0)
        die("usage: session FOLDER FILE");
    if (gg_policies_open(argv[1], NULL, &policies, &err) != GG_OK)
        die(err.message);
    open_session(&session);
    open_plain(argv[1]);

    for (round = 0; round < ROUNDS; round++)
        for (i = 0; i < COUNT; i++)
            measure(&all[i], round);
    printf("| embedded | ns |\n| --- | --- |\n");
    for (i = 0; i < COUNT; i++) {
        qsort(all[i].ns, ROUNDS, sizeof(double), by_size);
        printf("| %s | %.0f |\n", all[i].what, all[i].ns[ROUNDS / 2]);
    }
    gg_session_free(session);
    gg_policies_free(policies);
    lua_close(L);
    for (i = 0; i < ngrants; i++)
        free(grants[i].json);
    return 0;
}
