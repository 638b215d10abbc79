/* SPDX-License-Identifier: MIT */
/*
 * lua_format.c - string.format.
 *
 * A specification is taken apart and checked against what its conversion
 * allows before any of it reaches snprintf(), with at most two digits each
 * of width and precision; that bounds what a number can grow to.  There is
 * no %p: no address ever becomes text.
 */
#include "lua_pattern.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MAX_MODIFIERS = 20,
    MAX_FORM = MAX_MODIFIERS + 8, /* '%', "ll", conversion, NUL */
    MAX_NUMBER = 512,             /* "%99.99f" of the largest: 410 */
    MAX_PAD = 99
};

/* What may stand between the '%' and the conversion. */
static const char MODIFIERS[] = "-+#0 .123456789";

static const struct conversion {
    char letter;
    const char *flags;
    int has_precision;
} conversions[] = {
    {'a', "-+#0 ", 1}, {'A', "-+#0 ", 1}, {'c', "-", 0},     {'d', "-+0 ", 1},
    {'e', "-+#0 ", 1}, {'E', "-+#0 ", 1}, {'f', "-+#0 ", 1}, {'g', "-+#0 ", 1},
    {'G', "-+#0 ", 1}, {'i', "-+0 ", 1},  {'o', "-#0", 1},   {'q', "", 0},
    {'s', "-", 1},     {'u', "-0", 1},    {'x', "-#0", 1},   {'X', "-#0", 1},
};

struct spec {
    char form[MAX_FORM]; /* "%-5.3d", as written */
    size_t len;          /* of form */
    char letter;
    int is_left;
    int width;
    int precision; /* INT_MAX: none */
};

struct formatter {
    lua_State *L;
    luaL_Buffer buffer;
    int arg; /* the one in use */
};

static const struct conversion *find_conversion(char letter)
{
    size_t i;

    for (i = 0; i < sizeof(conversions) / sizeof(conversions[0]); i++) {
        if (conversions[i].letter == letter)
            return &conversions[i];
    }
    return NULL;
}

/* Read up to two digits at @p into @number; returns past them. */
static const char *read_digits(const char *p, int *number)
{
    const char *end = p + 2;

    *number = 0;
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        *number = *number * 10 + (*p - '0');
    return p;
}

/* Take spec->form apart; raise if @conversion does not allow it. */
static void check_form(lua_State *L, struct spec *spec,
                       const struct conversion *conversion)
{
    size_t nflags = strspn(spec->form + 1, conversion->flags);
    const char *p = spec->form + 1 + nflags;

    spec->is_left = memchr(spec->form, '-', 1 + nflags) != NULL;
    spec->width = 0;
    spec->precision = INT_MAX;
    if (*p != '0')
        p = read_digits(p, &spec->width);
    if (*p == '.' && conversion->has_precision)
        p = read_digits(p + 1, &spec->precision);
    if (p != spec->form + spec->len - 1)
        luaL_error(L, "invalid conversion specification: '%s'", spec->form);
}

/* Read the specification after the '%' before @p; returns past it. */
static const char *read_spec(lua_State *L, const char *p, struct spec *spec)
{
    size_t n = strspn(p, MODIFIERS); /* a NUL ends it: Lua adds one */
    const struct conversion *conversion;

    if (n > MAX_MODIFIERS)
        luaL_error(L, "invalid format (too long)");
    spec->form[0] = '%';
    memcpy(spec->form + 1, p, n + 1);
    spec->len = n + 2;
    spec->form[spec->len] = '\0';
    spec->letter = p[n];
    conversion = find_conversion(spec->letter);
    if (!conversion)
        luaL_error(L, "invalid conversion '%s' to 'format'", spec->form);
    if (spec->letter == 'q' && n > 0)
        luaL_error(L, "specifier '%%q' cannot have modifiers");
    check_form(L, spec, conversion);
    return p + n + 1;
}

/* Add what snprintf() made of a number, with a '.' whatever the locale. */
static void add_number(struct formatter *f, char *text, int len)
{
    size_t n = len > 0 && len < MAX_NUMBER ? (size_t)len : 0;

    ggl_charge(f->L, 1 + n); /* digits cost more than copies */
    luaL_addlstring(&f->buffer, text, ggl_plainpoint(text, n));
}

static void add_integer(struct formatter *f, const struct spec *spec)
{
    char form[MAX_FORM];
    char text[MAX_NUMBER];
    lua_Integer value = ggl_checkinteger(f->L, f->arg);

    memcpy(form, spec->form, spec->len - 1);
    form[spec->len - 1] = 'l';
    form[spec->len] = 'l';
    form[spec->len + 1] = spec->letter;
    form[spec->len + 2] = '\0';
    add_number(f, text, snprintf(text, sizeof(text), form, (long long)value));
}

static void add_real(struct formatter *f, const struct spec *spec)
{
    char text[MAX_NUMBER];
    lua_Number value;

    if (lua_type(f->L, f->arg) == LUA_TSTRING)
        ggl_charge(f->L, lua_rawlen(f->L, f->arg) / GGL_BYTES_PER_STEP);
    value = luaL_checknumber(f->L, f->arg);
    add_number(f, text, snprintf(text, sizeof(text), spec->form, value));
}

static void add_spaces(struct formatter *f, int n)
{
    char *spaces;

    if (n <= 0)
        return;
    spaces = luaL_prepbuffsize(&f->buffer, MAX_PAD);
    memset(spaces, ' ', (size_t)n);
    luaL_addsize(&f->buffer, (size_t)n);
}

/* Add @len bytes at @text, which may be the value on top of the stack, in
 * the width of @spec. */
static void add_padded(struct formatter *f, const struct spec *spec,
                       const char *text, size_t len)
{
    int nspaces = len < (size_t)spec->width ? spec->width - (int)len : 0;

    if (!spec->is_left)
        add_spaces(f, nspaces);
    luaL_addlstring(&f->buffer, text, len);
    if (spec->is_left)
        add_spaces(f, nspaces);
}

static void add_character(struct formatter *f, const struct spec *spec)
{
    char c = (char)(unsigned char)ggl_checkinteger(f->L, f->arg);

    ggl_charge(f->L, 1);
    add_padded(f, spec, &c, 1);
}

static void add_text(struct formatter *f, const struct spec *spec)
{
    lua_State *L = f->L;
    const char *text;
    size_t len;

    /* the buffer wants the top of the stack, so the text takes the place of
     * the argument */
    ggl_pushtext(L, f->arg);
    lua_replace(L, f->arg);
    text = lua_tolstring(L, f->arg, &len);
    ggl_charge(L, 1 + len / GGL_BYTES_PER_STEP);
    luaL_argcheck(L, spec->len == 2 || strlen(text) == len, f->arg,
                  "string contains zeros");
    if (spec->precision != INT_MAX && len > (size_t)spec->precision)
        len = (size_t)spec->precision;
    add_padded(f, spec, text, len);
}

/* --- %q: what Lua reads back --- */

static void add_quoted(struct formatter *f, const char *text, size_t len)
{
    char code[8];
    size_t i;

    ggl_charge(f->L, 1 + len);
    luaL_addchar(&f->buffer, '"');
    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        int is_digit_next = i + 1 < len && text[i + 1] >= '0' &&
                            text[i + 1] <= '9';

        if (c == '"' || c == '\\' || c == '\n') {
            luaL_addchar(&f->buffer, '\\');
            luaL_addchar(&f->buffer, text[i]);
        } else if (c < 32 || c == 127) {
            snprintf(code, sizeof(code), is_digit_next ? "\\%03d" : "\\%d", c);
            luaL_addstring(&f->buffer, code);
        } else {
            luaL_addchar(&f->buffer, text[i]);
        }
    }
    luaL_addchar(&f->buffer, '"');
}

static void add_literal_number(struct formatter *f)
{
    char text[MAX_NUMBER];
    lua_Number real = lua_tonumber(f->L, f->arg);
    lua_Integer integer = lua_tointeger(f->L, f->arg);
    int len;

    if (!lua_isinteger(f->L, f->arg)) {
        if (isnan(real))
            len = snprintf(text, sizeof(text), "(0/0)");
        else if (isinf(real))
            len = snprintf(text, sizeof(text), "%s1e9999", real < 0 ? "-" : "");
        else
            len = snprintf(text, sizeof(text), "%a", real);
    } else if (integer == LUA_MININTEGER) { /* has no decimal literal */
        len = snprintf(text, sizeof(text), "0x%llx",
                       (unsigned long long)integer);
    } else {
        len = snprintf(text, sizeof(text), "%lld", (long long)integer);
    }
    add_number(f, text, len);
}

static void add_literal(struct formatter *f)
{
    lua_State *L = f->L;
    const char *text;
    size_t len;

    switch (lua_type(L, f->arg)) {
    case LUA_TSTRING:
        text = lua_tolstring(L, f->arg, &len);
        add_quoted(f, text, len);
        break;
    case LUA_TNUMBER:
        add_literal_number(f);
        break;
    case LUA_TNIL:
    case LUA_TBOOLEAN:
        ggl_pushtext(L, f->arg);
        luaL_addvalue(&f->buffer);
        break;
    default:
        luaL_argerror(L, f->arg, "value has no literal form");
    }
}

static void add_argument(struct formatter *f, const struct spec *spec)
{
    switch (spec->letter) {
    case 'c':
        add_character(f, spec);
        break;
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
        add_integer(f, spec);
        break;
    case 'q':
        add_literal(f);
        break;
    case 's':
        add_text(f, spec);
        break;
    default:
        add_real(f, spec);
    }
}

/* s = string.format(format, values …) */
int ggl_string_format(lua_State *L)
{
    enum { FORMAT = 1 };
    int nargs = lua_gettop(L);
    struct formatter f = {.L = L, .arg = FORMAT};
    struct spec spec;
    size_t len;
    const char *p = luaL_checklstring(L, FORMAT, &len);
    const char *end = p + len;
    const char *mark;

    ggl_charge(L, 1 + len / GGL_BYTES_PER_STEP);
    luaL_buffinit(L, &f.buffer);
    for (mark = memchr(p, '%', len); mark;
         mark = memchr(p, '%', (size_t)(end - p))) {
        luaL_addlstring(&f.buffer, p, (size_t)(mark - p));
        p = mark + 1;
        if (*p == '%') {
            luaL_addchar(&f.buffer, *p++);
            continue;
        }
        if (++f.arg > nargs)
            return luaL_argerror(L, f.arg, "no value");
        p = read_spec(L, p, &spec);
        add_argument(&f, &spec);
    }
    luaL_addlstring(&f.buffer, p, (size_t)(end - p));
    luaL_pushresult(&f.buffer);
    return 1;
}
