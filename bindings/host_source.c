/* SPDX-License-Identifier: MIT */
/*
 * host_source.c - find the line of a key in the text of a policy file.
 *
 * A table knows nothing of the lines it was written on, and a typo in a key
 * deserves one.  This is no parser: it skips comments and strings, and takes
 * the name (or ["name"]) before an equals sign that the fewest braces are
 * around; outside of braces it is more likely a variable of that name.
 */
#include "host.h"

#include <limits.h>
#include <string.h>

/* A place in the text.  Never moves past the end. */
struct cursor {
    const char *at;
    const char *end;
    int line;
    int depth; /* of braces */
};

static int peek(const struct cursor *cursor, size_t ahead)
{
    size_t left = (size_t)(cursor->end - cursor->at);

    return ahead < left ? (unsigned char)cursor->at[ahead] : 0;
}

static void advance(struct cursor *cursor, size_t n)
{
    while (n-- > 0 && cursor->at < cursor->end) {
        if (*cursor->at == '\n')
            cursor->line++;
        cursor->at++;
    }
}

static int is_name_char(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

/* The number of '=' of the long bracket that opens here, or -1. */
static int long_bracket(const struct cursor *cursor)
{
    size_t level = 0;

    if (peek(cursor, 0) != '[')
        return -1;
    while (peek(cursor, 1 + level) == '=')
        level++;
    return peek(cursor, 1 + level) == '[' ? (int)level : -1;
}

static void skip_long(struct cursor *cursor, int level)
{
    size_t n;

    advance(cursor, (size_t)level + 2);
    while (cursor->at < cursor->end) {
        if (peek(cursor, 0) == ']') {
            for (n = 0; peek(cursor, 1 + n) == '='; n++)
                ;
            if (n == (size_t)level && peek(cursor, 1 + n) == ']') {
                advance(cursor, n + 2);
                return;
            }
        }
        advance(cursor, 1);
    }
}

static void skip_comment(struct cursor *cursor)
{
    int level;

    advance(cursor, 2);
    level = long_bracket(cursor);
    if (level >= 0) {
        skip_long(cursor, level);
        return;
    }
    while (cursor->at < cursor->end && *cursor->at != '\n')
        advance(cursor, 1);
}

/* Skip a quoted string; returns its contents. */
static struct ggp_text skip_quoted(struct cursor *cursor)
{
    int quote = peek(cursor, 0);
    struct ggp_text inside;

    advance(cursor, 1);
    inside.at = cursor->at;
    while (cursor->at < cursor->end && *cursor->at != quote &&
           *cursor->at != '\n')
        advance(cursor, *cursor->at == '\\' ? 2 : 1);
    inside.len = (size_t)(cursor->at - inside.at);
    advance(cursor, 1);
    return inside;
}

/* Whether an assignment's '=' comes next; brackets and space may precede. */
static int is_assigned(const struct cursor *cursor)
{
    size_t i = 0;
    int c;

    do {
        c = peek(cursor, i++);
    } while (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ']');
    return c == '=' && peek(cursor, i) != '=';
}

/* Take the next thing: a name or string as @word, or something to skip, of
 * which a brace counts. */
static void take_word(struct cursor *cursor, struct ggp_text *word)
{
    int c = peek(cursor, 0);
    int level = long_bracket(cursor);

    if (c == '-' && peek(cursor, 1) == '-') {
        skip_comment(cursor);
    } else if (level >= 0) {
        skip_long(cursor, level);
    } else if (c == '"' || c == '\'') {
        *word = skip_quoted(cursor);
    } else if (is_name_char(c)) {
        word->at = cursor->at;
        while (is_name_char(peek(cursor, 0)))
            advance(cursor, 1);
        word->len = (size_t)(cursor->at - word->at);
    } else {
        cursor->depth += (c == '{') - (c == '}');
        advance(cursor, 1);
    }
}

int ggp_source_line(const struct ggl_source *source, const char *key)
{
    struct cursor cursor = {source->text, source->text + source->len, 1, 0};
    int least = INT_MAX;
    int found = 1;

    while (cursor.at < cursor.end) {
        struct ggp_text word = {NULL, 0};
        int line = cursor.line;
        int depth;

        take_word(&cursor, &word);
        depth = cursor.depth > 0 ? cursor.depth : INT_MAX - 1;
        if (word.at && depth < least && ggp_text_is(word, key) &&
            is_assigned(&cursor)) {
            least = depth;
            found = line;
        }
    }
    return found;
}

int ggp_source_text_line(const struct ggl_source *source, const char *text)
{
    const char *found = strstr(source->text, text);
    const char *at;
    int line = 1;

    for (at = source->text; found && at < found; at++)
        line += *at == '\n';
    return line;
}
