/* SPDX-License-Identifier: MIT */
/*
 * lua_pattern.h - patterns, and the functions of `string` built on them.
 *
 * ggl_ functions may raise; see ggl.h for the indicators.
 */
#ifndef LUA_PATTERN_H
#define LUA_PATTERN_H

#include "ggl.h"

#define GGL_MAX_CAPTURES 32

/* Stack frames of the matcher: what Lua allows, and says so. */
#define GGL_MAX_MATCH_DEPTH 200

/* Special lengths of a capture. */
enum { GGL_CAPTURE_OPEN = -1, GGL_CAPTURE_POSITION = -2 };

/*
 * One pattern at work on one subject.  Both are strings that the caller
 * keeps on the Lua stack.
 */
struct ggl_matcher {
    lua_State *L;
    const char *subject;
    const char *subject_end;
    const char *pattern; /* after the anchor, if there is one */
    const char *pattern_end;
    int is_anchored;
    int depth;    /* frames left */
    size_t steps; /* not charged yet */
    int ncaptures;
    struct {
        const char *at;
        ptrdiff_t len;
    } captures[GGL_MAX_CAPTURES];
};

/* --- lua_pattern.c: what patterns are made of --- */

enum ggl_item_kind {
    GGL_ITEM_END,      /* of the pattern */
    GGL_ITEM_OPEN,     /* ( */
    GGL_ITEM_POSITION, /* () */
    GGL_ITEM_CLOSE,    /* ) */
    GGL_ITEM_LAST,     /* $ */
    GGL_ITEM_BALANCE,  /* %bxy */
    GGL_ITEM_FRONTIER, /* %f[set] */
    GGL_ITEM_BACKREF,  /* %1 */
    GGL_ITEM_ONE       /* a character, class or set, perhaps repeated */
};

struct ggl_item {
    enum ggl_item_kind kind;
    const char *at;   /* xy of %bxy, the digit of %1, the set, the one */
    const char *end;  /* of a set or one, without the repetition */
    const char *next; /* the item after */
    char repeat;      /* one of * + - ? or 0 */
};

/* Read the item at @p, which is in the pattern or at its end.  [-0, +0, v] */
void ggl_read_item(struct ggl_matcher *m, const char *p, struct ggl_item *item);

/* Whether @c is what %@letter stands for. */
int ggl_in_class(unsigned char c, char letter);

/* Whether @c is in the set from the '[' at @p to the ']' before @end.
 * [-0, +0, v] */
int ggl_in_set(struct ggl_matcher *m, unsigned char c, const char *p,
               const char *end);

/* --- lua_match.c: the matcher --- */

/*
 * Make @matcher ready for the strings at @subject_arg and @pattern_arg.
 * A '^' at the start is an anchor if @may_anchor.  [-0, +0, v]
 */
void ggl_matcher_start(struct ggl_matcher *matcher, lua_State *L,
                       int subject_arg, int pattern_arg, int may_anchor);

/*
 * Find the first match at or after *@at, other than an empty one at @last
 * (which may be NULL), and move *@at to its start.
 *
 * Returns the end of the match, or NULL: then *@at is untouched.  The
 * captures hold until the next call.  [-0, +0, v]
 */
const char *ggl_matcher_next(struct ggl_matcher *matcher, const char **at,
                             const char *last);

/* Note @steps, to be charged in lots.  [-0, +0, v] */
void ggl_matcher_step(struct ggl_matcher *matcher, size_t steps);

/* Charge what has been noted and not charged yet.  [-0, +0, v] */
void ggl_matcher_settle(struct ggl_matcher *matcher);

/* Push capture @index, from 0; capture 0 of a pattern without captures is
 * the match itself, from @at to @end.  [-0, +1, v] */
void ggl_matcher_pushcapture(struct ggl_matcher *matcher, int index,
                             const char *at, const char *end);

/* Push all captures and return how many.  If there are none: the match
 * itself, or nothing if @at is NULL.  [-0, +n, v] */
int ggl_matcher_pushcaptures(struct ggl_matcher *matcher, const char *at,
                             const char *end);

/* --- lua_search.c: the functions of `string` that take patterns ---------- */

/* As lua_CFunctions: [.., .., e] */
int ggl_string_find(lua_State *L);
int ggl_string_match(lua_State *L);
int ggl_string_gmatch(lua_State *L);
int ggl_string_gsub(lua_State *L);

/* The offset that @position means in a string of @len bytes, from its end if
 * negative; @len + 1 if it is past the end. */
size_t ggl_string_offset(lua_Integer position, size_t len);

/* --- lua_format.c -------------------------------------------------------- */

/* As a lua_CFunction: [.., .., v] */
int ggl_string_format(lua_State *L);

#endif
