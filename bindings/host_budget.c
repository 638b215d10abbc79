/* SPDX-License-Identifier: MIT */
/*
 * host_budget.c - one lua_State, and the limits nothing in it can escape.
 *
 * Instructions are counted by a hook and, inside C functions, by
 * ggl_charge(); memory, and the strings that an instruction makes, by the
 * allocator; wall time is looked at whenever either counts.  A limit raises an
 * ordinary Lua error: policies have no pcall, coroutine, finalizer or metatable
 * to catch it with, so it reaches ggp_guard(), the one door from C into Lua.
 */
#include "host_sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Instructions between two looks at the budget.  Any hook costs almost the
 * same, whatever its period; this one is short enough for wall time. */
#define PERIOD 250

/* Steps of C functions that are taken from the budget together. */
#define MOST_UNCHARGED 1000

/* Some instructions (`..`, `==`, `<`, t[s]) take time in proportion to a
 * string, and no hook sees inside them: the longest `<` of this many bytes
 * takes a few 100 ms.  Between two looks at the clock that is all there can
 * be. */
#define PERIOD_BYTES ((size_t)4 << 20)

/* Shorter strings may be shared: whether one is made depends on what ran
 * before, and no charge may. */
#define OWN_STRING_BYTES 128

/* How close to its memory limit, one part in so many, a question may come
 * before its answer could depend on what ran before it. */
#define TIGHT 8

/* Questions leave garbage, and a sandbox is some 100 KiB: collect once there is
 * as much again four times over.  A ceiling that is met collects at once. */
#define PAUSE 400

/* What opening a sandbox may take; a policy's ceiling is set by its limits. */
#define OPEN_BYTES ((size_t)64 << 20)

/* A path and its line, as text. */
#define PLACE_BYTES 256

static void on_count(lua_State *L, lua_Debug *ar);

static int64_t clock_ms(void)
{
    return ggp_clock_us() / 1000;
}

/* Look at the budget after every @period instructions from now on.  Those
 * since the last look are not known: they cost what they may have been. */
static void shorten_period(struct ggl_state *state, int period)
{
    if (!state->L || period > state->period / 2)
        return;
    state->uncharged += state->period;
    state->period = period;
    lua_sethook(state->L, on_count, LUA_MASKCOUNT, period);
}

/* A string of @bytes is made.  Lua makes it inside an instruction as well as
 * for C functions, so this is where all are charged. */
static void charge_string(struct ggl_state *state, size_t bytes)
{
    size_t period = PERIOD_BYTES / bytes;

    state->uncharged += (int64_t)(bytes / GGL_BYTES_PER_STEP);
    if (period < PERIOD)
        shorten_period(state, period > 0 ? (int)period : 1);
}

/* Lua's memory.  Shrinking and freeing never fail. */
static void *allocate(void *ud, void *ptr, size_t old_bytes, size_t bytes)
{
    struct ggl_state *state = ud;
    size_t old = ptr ? old_bytes : 0; /* without ptr it is a type tag */
    void *fresh;

    if (bytes == 0) {
        free(ptr);
        state->used_bytes -= old;
        return NULL;
    }
    if (bytes > old &&
        (state->used_bytes > state->ceiling_bytes ||
         bytes - old > state->ceiling_bytes - state->used_bytes)) {
        state->refused = GG_EMEMORY;
        shorten_period(state, 1); /* Lua collects all garbage now */
        return NULL;
    }
    if (!ptr && old_bytes == LUA_TSTRING && bytes >= OWN_STRING_BYTES)
        charge_string(state, bytes);
    fresh = realloc(ptr, bytes);
    if (!fresh && bytes <= old)
        fresh = ptr;
    if (!fresh) {
        state->refused = GG_ENOMEM;
        return NULL;
    }
    state->used_bytes = state->used_bytes - old + bytes;
    state->was_tight |= state->used_bytes > state->tight_bytes;
    return fresh;
}

/* The allocator is the mark of our own states: a host's extra space or
 * registry is not ours to look into. */
struct ggl_state *ggp_state_of(lua_State *L)
{
    void *ud;

    return lua_getallocf(L, &ud) == allocate ? ud : NULL;
}

static int64_t limit_number(const struct ggl_state *state)
{
    return state->limit == GG_EINSTRUCTIONS ? state->step_limit
                                            : state->time_limit_ms;
}

void ggl_raiselimit(lua_State *L, gg_status limit)
{
    struct ggl_state *state = ggp_state_of(L);
    const char *text = "interrupted";

    state->limit = limit;
    if (limit == GG_EINSTRUCTIONS)
        text = "ran longer than %I instructions";
    else if (limit == GG_ETIME)
        text = "ran longer than %I ms";
    luaL_checkstack(L, 4, NULL);
    ggl_pushwhere(L);
    lua_pushfstring(L, text, (LUAI_UACINT)limit_number(state));
    lua_concat(L, 2);
    lua_error(L);
}

void ggl_checkclock(lua_State *L)
{
    const struct ggl_state *state = ggp_state_of(L);

    if (ggp_call_is_interrupted(state->call))
        ggl_raiselimit(L, GG_EINTERRUPTED);
    if (clock_ms() > state->deadline_ms)
        ggl_raiselimit(L, GG_ETIME);
}

/* Take @steps, and look at everything that may end the question. */
static void spend(lua_State *L, struct ggl_state *state, int64_t steps)
{
    state->steps -= steps;
    if (state->steps <= 0)
        ggl_raiselimit(L, GG_EINSTRUCTIONS);
    ggl_checkclock(L);
}

static void on_count(lua_State *L, lua_Debug *ar)
{
    struct ggl_state *state = ggp_state_of(L);
    int64_t steps = state->period + state->uncharged;

    (void)ar;
    state->uncharged = 0;
    spend(L, state, steps);
}

void ggl_charge(lua_State *L, size_t steps)
{
    struct ggl_state *state = ggp_state_of(L);

    if (!state)
        return; /* a plain Lua program: nobody counts */
    if (steps > (size_t)INT32_MAX)
        steps = (size_t)INT32_MAX;
    state->uncharged += (int64_t)steps;
    if (state->uncharged < MOST_UNCHARGED && state->uncharged < state->steps)
        return;
    steps = (size_t)state->uncharged;
    state->uncharged = 0;
    spend(L, state, (int64_t)steps);
}

void ggp_budget_begin(struct ggl_state *state, const struct gg_limits *limits)
{
    int64_t start_ms = clock_ms();
    size_t base = state->used_bytes;

    /* garbage of the last question must not be room for this one */
    if (state->phase == GGL_ASKING)
        base = state->loaded_bytes;
    state->steps = limits->instructions;
    state->step_limit = limits->instructions;
    state->uncharged = 0;
    state->time_limit_ms = limits->time_ms;
    state->deadline_ms = limits->time_ms < INT64_MAX - start_ms
                             ? start_ms + limits->time_ms
                             : INT64_MAX;
    state->ceiling_bytes = limits->memory_bytes < SIZE_MAX - base
                               ? base + limits->memory_bytes
                               : SIZE_MAX;
    state->tight_bytes = state->ceiling_bytes - limits->memory_bytes / TIGHT;
    state->was_tight = 0;
    state->refused = GG_OK;
    state->memory_limit_bytes = limits->memory_bytes;
    state->limit = GG_OK;
    state->period = limits->instructions < PERIOD ? (int)limits->instructions
                                                  : PERIOD;
    lua_sethook(state->L, on_count, LUA_MASKCOUNT, state->period);
}

void ggl_nomemory(lua_State *L)
{
    struct ggl_state *state = ggp_state_of(L);

    if (state)
        state->limit = GG_ENOMEM;
    luaL_error(L, "not enough memory");
}

int ggl_pushrunning(lua_State *L)
{
    lua_Debug ar;
    int level;

    for (level = 0; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        if (ar.currentline > 0) {
            /* after '=', the whole path; short_src may be cut */
            lua_pushstring(L, ar.source + 1);
            return ar.currentline;
        }
    }
    lua_pushnil(L);
    return 0;
}

/* "tenants/acme.lua:12: " of where errors of C code belong, in @room, or "". */
static const char *place_text(const struct ggl_state *state,
                              char room[PLACE_BYTES])
{
    const struct ggl_spot *place = &state->place;

    if (!place->path)
        return "";
    snprintf(room, PLACE_BYTES, "%s:%d: ", place->path, place->line);
    return room;
}

void ggl_pushwhere(lua_State *L)
{
    int line = ggl_pushrunning(L);

    char room[PLACE_BYTES];

    if (line > 0)
        lua_pushfstring(L, "%s:%d: ", lua_tostring(L, -1), line);
    else
        lua_pushstring(L, place_text(ggp_state_of(L), room));
    lua_remove(L, -2);
}

void ggp_state_place(struct ggl_state *state, const char *path, int line)
{
    state->place.path = path;
    state->place.line = line;
}

/* Whether @text starts with a place, "tenants/acme.lua:12: ". */
static int has_place(const char *text)
{
    const char *end = text + strcspn(text, " \n:");

    if (end - text < 4 || strncmp(end - 4, ".lua:", 5) != 0)
        return 0;
    end += 1 + strspn(end + 1, "0123456789");
    return end[0] == ':' && end[1] == ' ';
}

/* Lua cuts off a long path in messages: put @where, on top, in its place.
 * Returns whether it did. */
static int mend_place(lua_State *L, const char *text, const char *where)
{
    size_t len = LUA_IDSIZE - 1;

    if (strcspn(where, ":") <= len || strncmp(text, where, len) != 0 ||
        text[len] != ':')
        return 0;
    lua_pushlstring(L, where, strcspn(where, ":"));
    lua_pushstring(L, text + len);
    lua_concat(L, 2);
    return 1;
}

/* Message handler: any error value becomes text with a place. */
static int body_message(lua_State *L)
{
    enum { ERROR = 1, WHERE };

    if (lua_type(L, ERROR) == LUA_TSTRING && has_place(lua_tostring(L, ERROR)))
        return 1;
    ggl_pushwhere(L);
    if (lua_type(L, ERROR) == LUA_TSTRING &&
        mend_place(L, lua_tostring(L, ERROR), lua_tostring(L, WHERE)))
        return 1;
    if (lua_type(L, ERROR) == LUA_TSTRING || lua_isnumber(L, ERROR))
        lua_pushvalue(L, ERROR);
    else
        lua_pushfstring(L,
                        "raised a %s; raise a string, so that people can "
                        "read it",
                        luaL_typename(L, ERROR));
    lua_concat(L, 2);
    return 1;
}

/* Put the outcome of a failed call, whose message is on top, into @err. */
static gg_status report(struct ggl_state *state, int rc, struct gg_error *err)
{
    const char *text = lua_tostring(state->L, -1);
    gg_status status = GG_EPOLICY;
    char room[PLACE_BYTES];

    if (state->limit != GG_OK)
        status = state->limit;
    if (status == GG_ENOMEM ||
        (rc == LUA_ERRMEM && state->refused == GG_ENOMEM))
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    /* a policy can raise the very value that Lua does */
    if (rc == LUA_ERRMEM && state->refused == GG_EMEMORY)
        return ggp_fail(err, GG_EMEMORY, "%sused more than %zu KiB of memory",
                        place_text(state, room),
                        state->memory_limit_bytes / 1024);
    if (rc == LUA_ERRMEM) /* past the message handler */
        return ggp_fail(err, status, "%s%s", place_text(state, room), text);
    return ggp_fail(err, status, "%s", text ? text : "failed without a word");
}

gg_status ggp_guard(struct ggl_state *state, lua_CFunction body, void *args,
                    struct gg_error *err)
{
    lua_State *L = state->L;
    locale_t host = uselocale(state->locale);
    int top = lua_gettop(L);
    gg_status status = GG_OK;
    int rc;

    state->outside = host;
    lua_pushcfunction(L, body_message);
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, args);
    rc = lua_pcall(L, 1, 0, top + 1);
    uselocale(host);
    if (rc != LUA_OK)
        status = report(state, rc, err);
    state->place.path = NULL;
    lua_settop(L, top);
    return status;
}

static int body_open(lua_State *L)
{
    ggl_opensandbox(L);
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

gg_status ggp_state_open(struct ggl_state *state,
                         const struct ggl_sources *sources,
                         struct gg_error *err)
{
    static const struct gg_limits opening = {100000000, OPEN_BYTES, 60000};
    gg_status status;

    memset(state, 0, sizeof(*state));
    state->sources = sources;
    state->ceiling_bytes = OPEN_BYTES;
    state->phase = GGL_LOADING;
    /* no panic function: nothing runs outside ggp_guard() that could need it */
    state->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (state->locale)
        state->L = lua_newstate(allocate, state);
    if (!state->L) {
        ggp_state_close(state);
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    }
    lua_gc(state->L, LUA_GCINC, PAUSE, 100, 0);
    ggp_budget_begin(state, &opening);
    status = ggp_guard(state, body_open, NULL, err);
    state->loaded_bytes = state->used_bytes;
    if (status != GG_OK)
        ggp_state_close(state);
    return status;
}

void ggp_state_close(struct ggl_state *state)
{
    if (state->L)
        lua_close(state->L);
    state->L = NULL;
    if (state->locale)
        freelocale(state->locale);
    state->locale = (locale_t)0;
    ggp_buf_free(&state->scratch);
}
