/* SPDX-License-Identifier: MIT */
/*
 * lua_pattern.c - what Lua patterns are made of: classes, sets, items.
 *
 * Written from the reference manual (6.4.1).  A pattern is read as it is
 * matched, one item at a time, so that a mistake in a part never reached goes
 * unnoticed, as it does in Lua.
 */
#include "lua_pattern.h"

#include <string.h>

static int is_between(int c, int low, int high)
{
    return c >= low && c <= high;
}

static int is_alphanumeric(unsigned char c)
{
    return is_between(c | 32, 'a', 'z') || is_between(c, '0', '9');
}

/* Whether @c is in the class %@letter, lower case; -1 if there is none.  Not
 * <ctype.h>: a policy means the same under every locale. */
static int in_lower_class(unsigned char c, char letter)
{
    switch (letter) {
    case 'a':
        return is_between(c | 32, 'a', 'z');
    case 'c':
        return c < 32 || c == 127;
    case 'd':
        return is_between(c, '0', '9');
    case 'g':
        return is_between(c, 33, 126);
    case 'l':
        return is_between(c, 'a', 'z');
    case 'p':
        return is_between(c, 33, 126) && !is_alphanumeric(c);
    case 's':
        return c == ' ' || is_between(c, '\t', '\r');
    case 'u':
        return is_between(c, 'A', 'Z');
    case 'w':
        return is_alphanumeric(c);
    case 'x':
        return is_between(c, '0', '9') || is_between(c | 32, 'a', 'f');
    case 'z': /* not in the manual any more, but in Lua */
        return c == 0;
    default:
        return -1;
    }
}

int ggl_in_class(unsigned char c, char letter)
{
    int is_upper = is_between((unsigned char)letter, 'A', 'Z');
    int is_in = in_lower_class(c, is_upper ? (char)(letter | 32) : letter);

    if (is_in < 0)
        return c == (unsigned char)letter;
    return is_upper ? !is_in : is_in;
}

int ggl_in_set(struct ggl_matcher *m, unsigned char c, const char *p,
               const char *end)
{
    int is_in = 1;

    ggl_matcher_step(m, (size_t)(end - p) / GGL_BYTES_PER_STEP);
    end--;
    p++;
    if (*p == '^') {
        is_in = 0;
        p++;
    }
    while (p < end) {
        if (*p == '%') {
            if (ggl_in_class(c, p[1]))
                return is_in;
            p += 2;
        } else if (end - p > 2 && p[1] == '-') {
            if (is_between(c, (unsigned char)p[0], (unsigned char)p[2]))
                return is_in;
            p += 3;
        } else {
            if (c == (unsigned char)*p)
                return is_in;
            p++;
        }
    }
    return !is_in;
}

/* The end of the set whose '[' is at @p. */
static const char *set_end(struct ggl_matcher *m, const char *p)
{
    const char *start = p++;

    if (p < m->pattern_end && *p == '^')
        p++;
    do { /* a ']' in first place is a member, not the end */
        if (p >= m->pattern_end)
            luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p++ == '%' && p < m->pattern_end)
            p++;
    } while (p >= m->pattern_end || *p != ']');
    ggl_matcher_step(m, (size_t)(p - start) / GGL_BYTES_PER_STEP);
    return p + 1;
}

static void read_one(struct ggl_matcher *m, const char *p,
                     struct ggl_item *item)
{
    item->kind = GGL_ITEM_ONE;
    item->at = p;
    if (*p == '[') {
        item->end = set_end(m, p);
    } else if (*p == '%') {
        if (p + 1 >= m->pattern_end)
            luaL_error(m->L, "malformed pattern (ends with '%%')");
        item->end = p + 2;
    } else {
        item->end = p + 1;
    }
    item->next = item->end;
    if (item->end < m->pattern_end && *item->end != '\0' &&
        strchr("*+-?", *item->end)) {
        item->repeat = *item->end;
        item->next++;
    }
}

/* Read what only exists with a '%' at @p: returns 0 if it is none of them. */
static int read_escape(struct ggl_matcher *m, const char *p,
                       struct ggl_item *item)
{
    char letter = p + 1 < m->pattern_end ? p[1] : '\0';

    item->at = p + 2;
    if (letter == 'b') {
        if (m->pattern_end - p < 4)
            luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
        item->kind = GGL_ITEM_BALANCE;
        item->next = p + 4;
    } else if (letter == 'f') {
        if (m->pattern_end - p < 3 || p[2] != '[')
            luaL_error(m->L, "missing '[' after '%%f' in pattern");
        item->kind = GGL_ITEM_FRONTIER;
        item->end = set_end(m, p + 2);
        item->next = item->end;
    } else if (is_between((unsigned char)letter, '0', '9')) {
        item->kind = GGL_ITEM_BACKREF;
        item->at = p + 1;
        item->next = p + 2;
    } else {
        return 0;
    }
    return 1;
}

void ggl_read_item(struct ggl_matcher *m, const char *p, struct ggl_item *item)
{
    item->at = p;
    item->repeat = 0;
    item->next = p + 1;
    if (p == m->pattern_end) {
        item->kind = GGL_ITEM_END;
    } else if (*p == '(' && p + 1 < m->pattern_end && p[1] == ')') {
        item->kind = GGL_ITEM_POSITION;
        item->next = p + 2;
    } else if (*p == '(') {
        item->kind = GGL_ITEM_OPEN;
    } else if (*p == ')') {
        item->kind = GGL_ITEM_CLOSE;
    } else if (*p == '$' && p + 1 == m->pattern_end) {
        item->kind = GGL_ITEM_LAST;
    } else if (*p != '%' || !read_escape(m, p, item)) {
        read_one(m, p, item);
    }
}
