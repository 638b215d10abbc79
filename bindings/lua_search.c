/* SPDX-License-Identifier: MIT */
/*
 * lua_search.c - string.find, match, gmatch and gsub.
 *
 * The matcher only borrows the subject and the pattern: they stay where they
 * are on the stack, or in upvalues, while it runs.
 */
#include "lua_pattern.h"

#include <string.h>

enum { SUBJECT = 1, PATTERN, INIT };

/* A long needle is compared in parts, so that each can be charged. */
enum { NEEDLE_PART = 1024 };

size_t ggl_string_offset(lua_Integer position, size_t len)
{
    lua_Unsigned from_end = 0 - (lua_Unsigned)position;

    if (position > 0 && (lua_Unsigned)position - 1 > len)
        return len + 1;
    if (position > 0)
        return (size_t)position - 1;
    if (position == 0 || from_end > len)
        return 0;
    return len - (size_t)from_end;
}

/* Whether no character of @pattern is special outside captures and sets. */
static int is_plain(const char *pattern, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (pattern[i] != '\0' && strchr("^$*+?.([%-", pattern[i]))
            return 0;
    }
    return 1;
}

static int is_same(struct ggl_matcher *m, const char *s, const char *needle,
                   size_t len)
{
    size_t part;

    for (; len > 0; len -= part, s += part, needle += part) {
        part = len < NEEDLE_PART ? len : NEEDLE_PART;
        ggl_matcher_step(m, 1 + part / GGL_BYTES_PER_STEP);
        if (memcmp(s, needle, part) != 0)
            return 0;
    }
    return 1;
}

/* The first copy of the pattern, taken literally, at or after @s, or NULL. */
static const char *find_plain(struct ggl_matcher *m, const char *s)
{
    size_t len = (size_t)(m->pattern_end - m->pattern);
    const char *last;  /* where a copy can start */
    const char *found; /* its first character */

    if (len == 0)
        return s;
    if (len > (size_t)(m->subject_end - s))
        return NULL;
    last = m->subject_end - len;
    for (; s <= last; s = found + 1) {
        found = memchr(s, *m->pattern, (size_t)(last - s) + 1);
        ggl_matcher_step(m, (size_t)((found ? found : last) - s) /
                                GGL_BYTES_PER_STEP);
        if (!found || is_same(m, found, m->pattern, len))
            return found;
    }
    return NULL;
}

/* Where INIT says the search starts: an offset into SUBJECT, or -1 if that is
 * past its end. */
static ptrdiff_t check_start(lua_State *L)
{
    size_t len;
    size_t offset;

    luaL_checklstring(L, SUBJECT, &len);
    luaL_checkstring(L, PATTERN);
    offset = ggl_string_offset(ggl_optinteger(L, INIT, 1), len);
    return offset > len ? -1 : (ptrdiff_t)offset;
}

static int push_plain(struct ggl_matcher *m, ptrdiff_t offset)
{
    const char *at = find_plain(m, m->subject + offset);

    ggl_matcher_settle(m);
    if (!at) {
        luaL_pushfail(m->L);
        return 1;
    }
    lua_pushinteger(m->L, at - m->subject + 1);
    lua_pushinteger(m->L, at - m->subject + (m->pattern_end - m->pattern));
    return 2;
}

/* first, last, captures …, or nil, = string.find(s, pattern, init, plain) */
int ggl_string_find(lua_State *L)
{
    enum { PLAIN = INIT + 1 };
    ptrdiff_t offset = check_start(L);
    struct ggl_matcher m;
    const char *at;
    const char *end;
    int n;

    if (offset < 0) {
        luaL_pushfail(L);
        return 1;
    }
    ggl_matcher_start(&m, L, SUBJECT, PATTERN, 0);
    if (lua_toboolean(L, PLAIN) ||
        is_plain(m.pattern, (size_t)(m.pattern_end - m.pattern)))
        return push_plain(&m, offset);

    ggl_matcher_start(&m, L, SUBJECT, PATTERN, 1);
    at = m.subject + offset;
    end = ggl_matcher_next(&m, &at, NULL);
    if (!end) {
        ggl_matcher_settle(&m);
        luaL_pushfail(L);
        return 1;
    }
    lua_pushinteger(L, at - m.subject + 1);
    lua_pushinteger(L, end - m.subject);
    n = 2 + ggl_matcher_pushcaptures(&m, NULL, NULL);
    ggl_matcher_settle(&m);
    return n;
}

/* captures …, or nil, = string.match(s, pattern, init) */
int ggl_string_match(lua_State *L)
{
    ptrdiff_t offset = check_start(L);
    struct ggl_matcher m;
    const char *at;
    const char *end = NULL;
    int n = 1;

    ggl_matcher_start(&m, L, SUBJECT, PATTERN, 1);
    at = m.subject;
    if (offset >= 0) {
        at += offset;
        end = ggl_matcher_next(&m, &at, NULL);
    }
    if (end)
        n = ggl_matcher_pushcaptures(&m, at, end);
    else
        luaL_pushfail(L);
    ggl_matcher_settle(&m);
    return n;
}

/* Upvalues of an iterator of gmatch: the strings, as SUBJECT and PATTERN,
 * where to go on, and where the last match ended, as offsets. */
enum { NEXT = 3, LAST, NUPVALUES = LAST };

static int next_match(lua_State *L)
{
    lua_Integer next = lua_tointeger(L, lua_upvalueindex(NEXT));
    lua_Integer last = lua_tointeger(L, lua_upvalueindex(LAST));
    struct ggl_matcher m;
    const char *at;
    const char *end;
    int n;

    ggl_matcher_start(&m, L, lua_upvalueindex(SUBJECT),
                      lua_upvalueindex(PATTERN), 0);
    if (next > m.subject_end - m.subject)
        return 0;
    at = m.subject + next;
    end = ggl_matcher_next(&m, &at, last < 0 ? NULL : m.subject + last);
    ggl_matcher_settle(&m);
    if (!end)
        return 0;
    lua_pushinteger(L, end - m.subject);
    lua_pushvalue(L, -1);
    lua_replace(L, lua_upvalueindex(NEXT));
    lua_replace(L, lua_upvalueindex(LAST));
    n = ggl_matcher_pushcaptures(&m, at, end);
    ggl_matcher_settle(&m);
    return n;
}

/* iterator = string.gmatch(s, pattern, init) */
int ggl_string_gmatch(lua_State *L)
{
    size_t len;
    ptrdiff_t offset = check_start(L);

    luaL_checklstring(L, SUBJECT, &len);
    lua_settop(L, PATTERN);
    lua_pushinteger(L, offset < 0 ? (lua_Integer)len + 1 : offset);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, next_match, NUPVALUES);
    return 1;
}

/* --- gsub --- */

enum { REPLACEMENT = 3, MAX_REPLACED };

static void add_bytes(struct ggl_matcher *m, luaL_Buffer *buffer,
                      const char *bytes, size_t len)
{
    ggl_matcher_step(m, len / GGL_BYTES_PER_STEP);
    luaL_addlstring(buffer, bytes, len);
}

/* Add the capture that @digit stands for: %0 is the match. */
static void add_capture(struct ggl_matcher *m, luaL_Buffer *buffer, char digit,
                        const char *at, const char *end)
{
    if (digit == '0') {
        add_bytes(m, buffer, at, (size_t)(end - at));
        return;
    }
    ggl_matcher_pushcapture(m, digit - '1', at, end);
    luaL_tolstring(m->L, -1, NULL); /* a position is a number */
    lua_remove(m->L, -2);
    luaL_addvalue(buffer);
}

/* Add the string REPLACEMENT with its %0 to %9 and %% filled in. */
static void add_template(struct ggl_matcher *m, luaL_Buffer *buffer,
                         const char *at, const char *end)
{
    size_t len;
    const char *p = lua_tolstring(m->L, REPLACEMENT, &len);
    const char *p_end = p + len;
    const char *mark = memchr(p, '%', len);

    ggl_matcher_step(m, 1 + len / GGL_BYTES_PER_STEP);
    for (; mark; mark = memchr(p, '%', (size_t)(p_end - p))) {
        add_bytes(m, buffer, p, (size_t)(mark - p));
        p = mark + 2;
        ggl_matcher_step(m, 1);
        if (mark + 1 < p_end && mark[1] == '%')
            luaL_addchar(buffer, '%');
        else if (mark + 1 < p_end && mark[1] >= '0' && mark[1] <= '9')
            add_capture(m, buffer, mark[1], at, end);
        else
            luaL_error(m->L, "invalid use of '%%' in replacement string");
    }
    add_bytes(m, buffer, p, (size_t)(p_end - p));
}

/* Add what the table or function REPLACEMENT says of the match. */
static void add_answer(struct ggl_matcher *m, luaL_Buffer *buffer,
                       const char *at, const char *end)
{
    lua_State *L = m->L;
    int n;

    if (lua_istable(L, REPLACEMENT)) {
        ggl_matcher_pushcapture(m, 0, at, end);
        lua_gettable(L, REPLACEMENT);
    } else {
        lua_pushvalue(L, REPLACEMENT);
        n = ggl_matcher_pushcaptures(m, at, end);
        lua_call(L, n, 1);
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        add_bytes(m, buffer, at, (size_t)(end - at));
    } else if (!lua_isstring(L, -1)) {
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    } else {
        ggl_pushtext(L, -1); /* of a number, too */
        lua_remove(L, -2);
        ggl_matcher_step(m, lua_rawlen(L, -1) / GGL_BYTES_PER_STEP);
        luaL_addvalue(buffer);
    }
}

/* s, n = string.gsub(s, pattern, replacement, max) */
int ggl_string_gsub(lua_State *L)
{
    int type = lua_type(L, REPLACEMENT);
    lua_Integer max;
    lua_Integer n = 0;
    struct ggl_matcher m;
    luaL_Buffer buffer;
    const char *rest; /* not yet in the buffer */
    const char *at;
    const char *end;

    ggl_matcher_start(&m, L, SUBJECT, PATTERN, 1);
    max = ggl_optinteger(L, MAX_REPLACED, LUA_MAXINTEGER);
    luaL_argexpected(L,
                     type == LUA_TNUMBER || type == LUA_TSTRING ||
                         type == LUA_TFUNCTION || type == LUA_TTABLE,
                     REPLACEMENT, "string/function/table");
    lua_settop(L, REPLACEMENT);
    if (type == LUA_TNUMBER) {
        ggl_pushtext(L, REPLACEMENT);
        lua_replace(L, REPLACEMENT);
    }

    luaL_buffinit(L, &buffer);
    rest = m.subject;
    end = NULL;
    while (n < max) {
        at = rest;
        end = ggl_matcher_next(&m, &at, end);
        if (!end)
            break;
        n++;
        add_bytes(&m, &buffer, rest, (size_t)(at - rest));
        if (type == LUA_TTABLE || type == LUA_TFUNCTION)
            add_answer(&m, &buffer, at, end);
        else
            add_template(&m, &buffer, at, end);
        rest = end;
        if (m.is_anchored)
            break;
    }
    add_bytes(&m, &buffer, rest, (size_t)(m.subject_end - rest));
    ggl_matcher_settle(&m);
    luaL_pushresult(&buffer);
    lua_pushinteger(L, n);
    return 2;
}
