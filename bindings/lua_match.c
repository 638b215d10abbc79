/* SPDX-License-Identifier: MIT */
/*
 * lua_match.c - match Lua patterns, each step charged.
 *
 * What can be done in a loop is; what must be able to come back (repetition,
 * captures) recurses, at most GGL_MAX_MATCH_DEPTH deep.  Time has no such
 * natural limit: the charges are what end `(".-"):rep(8)`.
 */
#include "lua_pattern.h"

#include <string.h>

/* Steps are charged in lots: a charge costs more than a step. */
enum { STEPS_PER_CHARGE = 64 };

static const char *match(struct ggl_matcher *m, const char *s, const char *p);

void ggl_matcher_settle(struct ggl_matcher *matcher)
{
    size_t steps = matcher->steps;

    matcher->steps = 0;
    if (steps > 0)
        ggl_charge(matcher->L, steps);
}

void ggl_matcher_step(struct ggl_matcher *matcher, size_t steps)
{
    matcher->steps += steps;
    if (matcher->steps >= STEPS_PER_CHARGE)
        ggl_matcher_settle(matcher);
}

/* Whether the character at @s is what @item stands for. */
static int is_one(struct ggl_matcher *m, const char *s,
                  const struct ggl_item *item)
{
    unsigned char c;

    if (s >= m->subject_end)
        return 0;
    ggl_matcher_step(m, 1);
    c = (unsigned char)*s;
    switch (*item->at) {
    case '.':
        return 1;
    case '%':
        return ggl_in_class(c, item->at[1]);
    case '[':
        return ggl_in_set(m, c, item->at, item->end);
    default:
        return c == (unsigned char)*item->at;
    }
}

/* %bxy: past the y that balances the x at @s, or NULL. */
static const char *skip_balanced(struct ggl_matcher *m, const char *s,
                                 const char *pair)
{
    size_t nopen = 0;

    if (s >= m->subject_end || *s != pair[0])
        return NULL;
    for (s++; s < m->subject_end; s++) {
        ggl_matcher_step(m, 1);
        if (*s == pair[1]) { /* first: x and y may be the same */
            if (nopen == 0)
                return s + 1;
            nopen--;
        } else if (*s == pair[0]) {
            nopen++;
        }
    }
    return NULL;
}

/* %f: whether the set holds at @s and did not before; both ends of the
 * subject count as '\0'. */
static int is_frontier(struct ggl_matcher *m, const char *s,
                       const struct ggl_item *set)
{
    unsigned char before = s == m->subject ? 0 : (unsigned char)s[-1];
    unsigned char after = s == m->subject_end ? 0 : (unsigned char)*s;

    return !ggl_in_set(m, before, set->at, set->end) &&
           ggl_in_set(m, after, set->at, set->end);
}

/* %1: past a copy of the capture at @s, or NULL. */
static const char *skip_copy(struct ggl_matcher *m, const char *s, char digit)
{
    int index = digit - '1';
    ptrdiff_t len;

    if (index < 0 || index >= m->ncaptures ||
        m->captures[index].len == GGL_CAPTURE_OPEN)
        luaL_error(m->L, "invalid capture index %%%d", index + 1);
    len = m->captures[index].len;
    if (len == GGL_CAPTURE_POSITION || len > m->subject_end - s)
        return NULL;
    ggl_matcher_step(m, (size_t)len / GGL_BYTES_PER_STEP);
    return memcmp(s, m->captures[index].at, (size_t)len) == 0 ? s + len : NULL;
}

/* Match @item alone, not what follows: past what it took, or NULL. */
static const char *match_item(struct ggl_matcher *m, const char *s,
                              const struct ggl_item *item)
{
    switch (item->kind) {
    case GGL_ITEM_LAST:
        return s == m->subject_end ? s : NULL;
    case GGL_ITEM_BALANCE:
        return skip_balanced(m, s, item->at);
    case GGL_ITEM_FRONTIER:
        return is_frontier(m, s, item) ? s : NULL;
    case GGL_ITEM_BACKREF:
        return skip_copy(m, s, *item->at);
    default:
        return is_one(m, s, item) ? s + 1 : NULL;
    }
}

static const char *open_capture(struct ggl_matcher *m, const char *s,
                                const struct ggl_item *item)
{
    const char *end;

    if (m->ncaptures >= GGL_MAX_CAPTURES)
        luaL_error(m->L, "too many captures");
    m->captures[m->ncaptures].at = s;
    m->captures[m->ncaptures].len = item->kind == GGL_ITEM_POSITION
                                        ? GGL_CAPTURE_POSITION
                                        : GGL_CAPTURE_OPEN;
    m->ncaptures++;
    end = match(m, s, item->next);
    if (!end)
        m->ncaptures--;
    return end;
}

static const char *close_capture(struct ggl_matcher *m, const char *s,
                                 const struct ggl_item *item)
{
    const char *end;
    int i = m->ncaptures - 1;

    while (i >= 0 && m->captures[i].len != GGL_CAPTURE_OPEN)
        i--;
    if (i < 0)
        luaL_error(m->L, "invalid pattern capture");
    m->captures[i].len = s - m->captures[i].at;
    end = match(m, s, item->next);
    if (!end)
        m->captures[i].len = GGL_CAPTURE_OPEN;
    return end;
}

static int is_capture(const struct ggl_item *item)
{
    return item->kind == GGL_ITEM_OPEN || item->kind == GGL_ITEM_POSITION ||
           item->kind == GGL_ITEM_CLOSE;
}

/* `*` and `+` where the character at @s matches: as many as there are, then
 * fewer, until the rest matches too. */
static const char *match_most(struct ggl_matcher *m, const char *s,
                              const struct ggl_item *item)
{
    const char *least = item->repeat == '+' ? s + 1 : s;
    const char *last = s + 1;
    const char *end;

    while (is_one(m, last, item))
        last++;
    end = match(m, last, item->next);
    while (!end && last > least) {
        last--;
        end = match(m, last, item->next);
    }
    return end;
}

/* `-`: as few as will do for the rest to match. */
static const char *match_least(struct ggl_matcher *m, const char *s,
                               const struct ggl_item *item)
{
    const char *end = match(m, s, item->next);

    while (!end && is_one(m, s, item)) {
        s++;
        end = match(m, s, item->next);
    }
    return end;
}

/* Match @item and all that follows, where there are several ways to. */
static const char *match_rest(struct ggl_matcher *m, const char *s,
                              const struct ggl_item *item)
{
    if (item->kind == GGL_ITEM_CLOSE)
        return close_capture(m, s, item);
    if (item->kind != GGL_ITEM_ONE)
        return open_capture(m, s, item);
    return item->repeat == '-' ? match_least(m, s, item)
                               : match_most(m, s, item);
}

/*
 * Match the pattern from @p at @s: the end of the match, or NULL.  @s is
 * NULL once the items so far do not match.
 */
static const char *match(struct ggl_matcher *m, const char *s, const char *p)
{
    const char *end = NULL;
    struct ggl_item item;

    if (m->depth == 0)
        luaL_error(m->L, "pattern too complex");
    m->depth--;
    while (s && !end) {
        ggl_matcher_step(m, 1);
        ggl_read_item(m, p, &item);
        p = item.next;
        if (item.kind == GGL_ITEM_END) {
            end = s;
        } else if (item.repeat && !is_one(m, s, &item)) {
            if (item.repeat == '+')
                s = NULL; /* the others do without */
        } else if (item.repeat == '?') {
            end = match(m, s + 1, p);
        } else if (item.repeat || is_capture(&item)) {
            end = match_rest(m, s, &item);
            s = NULL;
        } else {
            s = match_item(m, s, &item);
        }
    }
    m->depth++;
    return end;
}

/*
 * The first place at or after @at where a match can start: NULL if there is
 * none.  A pattern that starts with a plain character needs that character.
 */
static const char *next_start(struct ggl_matcher *m, const char *at)
{
    const char *p = m->pattern;
    const char *start;

    if (p == m->pattern_end || (*p != '\0' && strchr("%[.()$", *p)))
        return at;
    if (p + 1 < m->pattern_end && p[1] != '\0' && strchr("*-?", p[1]))
        return at;
    start = memchr(at, *p, (size_t)(m->subject_end - at));
    ggl_matcher_step(m, (size_t)((start ? start : m->subject_end) - at) /
                            GGL_BYTES_PER_STEP);
    return start;
}

void ggl_matcher_start(struct ggl_matcher *matcher, lua_State *L,
                       int subject_arg, int pattern_arg, int may_anchor)
{
    size_t len;

    memset(matcher, 0, sizeof(*matcher));
    matcher->L = L;
    matcher->depth = GGL_MAX_MATCH_DEPTH;
    matcher->subject = luaL_checklstring(L, subject_arg, &len);
    matcher->subject_end = matcher->subject + len;
    matcher->pattern = luaL_checklstring(L, pattern_arg, &len);
    matcher->pattern_end = matcher->pattern + len;
    matcher->steps = 1 + len / GGL_BYTES_PER_STEP;
    if (may_anchor && len > 0 && *matcher->pattern == '^') {
        matcher->is_anchored = 1;
        matcher->pattern++;
    }
}

const char *ggl_matcher_next(struct ggl_matcher *matcher, const char **at,
                             const char *last)
{
    const char *s = *at;
    const char *end;

    do {
        if (!matcher->is_anchored)
            s = next_start(matcher, s);
        if (!s)
            return NULL;
        matcher->ncaptures = 0;
        end = match(matcher, s, matcher->pattern);
        if (end && end != last) {
            *at = s;
            return end;
        }
        s++;
    } while (!matcher->is_anchored && s <= matcher->subject_end);
    return NULL;
}

void ggl_matcher_pushcapture(struct ggl_matcher *matcher, int index,
                             const char *at, const char *end)
{
    ptrdiff_t len = end - at;

    if (index < matcher->ncaptures) {
        at = matcher->captures[index].at;
        len = matcher->captures[index].len;
    } else if (index > 0) {
        luaL_error(matcher->L, "invalid capture index %%%d", index + 1);
    }
    if (len == GGL_CAPTURE_OPEN)
        luaL_error(matcher->L, "unfinished capture");
    if (len == GGL_CAPTURE_POSITION) {
        lua_pushinteger(matcher->L, at - matcher->subject + 1);
        return;
    }
    ggl_matcher_step(matcher, (size_t)len / GGL_BYTES_PER_STEP);
    lua_pushlstring(matcher->L, at, (size_t)len);
}

int ggl_matcher_pushcaptures(struct ggl_matcher *matcher, const char *at,
                             const char *end)
{
    int n = matcher->ncaptures == 0 && at ? 1 : matcher->ncaptures;
    int i;

    luaL_checkstack(matcher->L, n, "too many captures");
    for (i = 0; i < n; i++)
        ggl_matcher_pushcapture(matcher, i, at, end);
    return n;
}
