/* SPDX-License-Identifier: MIT */
/*
 * lua_subject.c - what a policy function is given: a grant, or a request.
 *
 * A read-only userdata that reads a field when asked.  It knows the number
 * of the question it belongs to and refuses to be read in any other; the
 * grant itself is gone by then.  An unknown field raises, so that a typo
 * never reads as nil.
 */
#include "host.h"

#include <string.h>

static const char SUBJECT[] = "grantgate.subject";
static const char VIEW[] = "grantgate.view";

/* Registry key of the subject of the question that is asked. */
static const char ASKED = 0;

/* User values of a subject: tables that were built for it. */
enum { CONTEXT = 1, RAW };

struct subject {
    const struct ggp_subject *subject;
    const void *self;
    unsigned serial;
    int has_tables; /* whether a user value is set */
};

/* An object or list inside a grant, read through a redaction. */
struct view {
    yyjson_val *json; /* NULL: empty */
    enum ggp_redaction redaction;
    unsigned serial;
};

static void check_serial(lua_State *L, unsigned serial, const char *noun)
{
    if (serial != ggp_state_of(L)->serial)
        luaL_error(L, "this %s belongs to a question that is over", noun);
}

static void push_view(lua_State *L, yyjson_val *json,
                      enum ggp_redaction redaction)
{
    struct view *view = lua_newuserdatauv(L, sizeof(*view), 0);

    view->json = json;
    view->redaction = redaction;
    view->serial = ggp_state_of(L)->serial;
    ggl_setclass(L, VIEW);
}

/* --- views --- */

static void push_redacted(lua_State *L, const struct view *view,
                          yyjson_val *key, yyjson_val *json)
{
    struct ggp_value value = ggp_redacted(view->redaction, key, json);

    if (value.kind == GGP_JSON_LIST || value.kind == GGP_JSON_OBJECT)
        push_view(L, json, ggp_redaction_below(view->redaction, key));
    else if (value.kind == GGP_TEXT)
        lua_pushlstring(L, value.text.at, value.text.len);
    else
        ggl_pushjson(L, json, view->redaction);
}

static struct view *check_view(lua_State *L)
{
    struct view *view = ggl_checkself(L, VIEW);

    check_serial(L, view->serial, "view of a grant");
    return view;
}

/* value = view[key]; an absent key is nil.  [-0, +1, v] */
static int view_index(lua_State *L)
{
    const struct view *view = check_view(L);
    yyjson_val *value = NULL;
    yyjson_val *key = NULL;
    yyjson_obj_iter iter;

    if (lua_type(L, 2) == LUA_TSTRING && yyjson_is_obj(view->json)) {
        size_t len;
        const char *name = lua_tolstring(L, 2, &len);

        yyjson_obj_iter_init(view->json, &iter);
        while ((key = yyjson_obj_iter_next(&iter))) {
            if (yyjson_equals_strn(key, name, len)) {
                value = yyjson_obj_iter_get_val(key);
                break;
            }
        }
        ggl_charge(L, 1 + yyjson_obj_size(view->json) / 8);
    } else if (lua_isinteger(L, 2) && yyjson_is_arr(view->json) &&
               lua_tointeger(L, 2) > 0) {
        size_t at = (size_t)lua_tointeger(L, 2) - 1;

        value = yyjson_arr_get(view->json, at);
        ggl_charge(L, value ? 1 + at / 8 : 1); /* it walks there */
    }
    if (value)
        push_redacted(L, view, key, value);
    else
        lua_pushnil(L);
    return 1;
}

static int view_len(lua_State *L)
{
    const struct view *view = check_view(L);

    lua_pushinteger(L, (lua_Integer)yyjson_arr_size(view->json));
    return 1;
}

/* Walk a table of the same contents.  [-1, +3, v] */
static int view_pairs(lua_State *L)
{
    const struct view *view = check_view(L);

    if (view->json)
        ggl_pushjson(L, view->json, view->redaction);
    else
        lua_newtable(L);
    lua_replace(L, 1);
    lua_settop(L, 1);
    return ggl_pairs(L);
}

static int refuse_write(lua_State *L)
{
    lua_settop(L, 2);
    ggl_pushtext(L, 2);
    return luaL_error(L, "cannot set '%s': a grant is read-only",
                      lua_tostring(L, -1));
}

/* --- subjects --- */

static void push_missing(lua_State *L, int64_t bits)
{
    lua_Integer n = 0;
    unsigned bit;

    lua_newtable(L);
    for (bit = 1; bit <= GG_MISSING_SMTP_PORT; bit <<= 1) {
        if (bits & (int64_t)bit) {
            lua_pushstring(L, gg_missing_name(bit));
            lua_rawseti(L, -2, ++n);
        }
    }
}

/* A list field; one string stands for a list of one. */
static void push_list(lua_State *L, yyjson_val *json)
{
    if (yyjson_is_str(json)) {
        lua_createtable(L, 1, 0);
        ggl_pushjson(L, json, GGP_SHOW);
        lua_rawseti(L, -2, 1);
    } else if (json) {
        ggl_pushjson(L, json, GGP_SHOW);
    } else {
        lua_newtable(L);
    }
}

/*
 * Push the table that `context` or `raw` is, built once for a question and
 * read-only, for one layer must not change what the next one sees.  It is
 * kept as a user value of the subject at 1.
 */
static void push_table(lua_State *L, int slot, yyjson_val *json,
                       enum ggp_redaction redaction)
{
    if (lua_getiuservalue(L, 1, slot) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    if (json)
        ggl_pushjson(L, json, redaction);
    else
        lua_newtable(L);
    ggl_freeze(L, -1);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, 1, slot);
    ((struct subject *)lua_touserdata(L, 1))->has_tables = 1;
}

static void push_field(lua_State *L, const struct ggp_field *field,
                       const struct ggp_value *value)
{
    if (field->kind == GGP_FIELD_RAW) {
        push_table(L, RAW, value->json, GGP_RAW);
    } else if (field->kind == GGP_FIELD_OBJECT) {
        if (strcmp(field->name, "settings") == 0)
            push_view(L, value->json, GGP_SETTINGS);
        else
            push_table(L, CONTEXT, value->json, GGP_SHOW);
    } else if (value->kind == GGP_MISSING) {
        push_missing(L, value->integer);
    } else if (field->kind == GGP_FIELD_LIST) {
        push_list(L, value->json);
    } else if (value->kind == GGP_TEXT) {
        ggl_charge(L, value->text.len / 16);
        lua_pushlstring(L, value->text.at, value->text.len);
    } else if (value->kind == GGP_INTEGER) {
        lua_pushinteger(L, value->integer);
    } else if (value->kind == GGP_BOOLEAN) {
        lua_pushboolean(L, value->integer != 0);
    } else {
        lua_pushnil(L);
    }
}

static const struct subject *check_subject(lua_State *L)
{
    const struct subject *subject = ggl_checkself(L, SUBJECT);

    check_serial(L, subject->serial, subject->subject->noun);
    return subject;
}

/* value = grant.field; an unknown one raises.  [-0, +1, v] */
static int subject_index(lua_State *L)
{
    const struct subject *subject = check_subject(L);
    struct ggp_value value;
    const char *name;
    size_t len;
    int field = -1;

    if (lua_type(L, 2) == LUA_TSTRING) {
        name = lua_tolstring(L, 2, &len);
        field = ggp_subject_field(subject->subject, name, len);
    }
    if (field < 0) {
        ggl_pushtext(L, 2);
        return luaL_error(L, "a %s has no field '%s'", subject->subject->noun,
                          lua_tostring(L, -1));
    }
    value = subject->subject->value(subject->self, field);
    push_field(L, &subject->subject->fields[field], &value);
    return 1;
}

static int subject_pairs(lua_State *L)
{
    const struct subject *subject = check_subject(L);

    return luaL_error(
        L, "a %s cannot be walked: read its fields by name%s",
        subject->subject->noun,
        subject->subject == &ggp_grant_subject ? ", or walk grant.raw" : "");
}

void ggl_pushsubject(lua_State *L, const struct ggp_subject *subject,
                     const void *self)
{
    struct subject *userdata = lua_newuserdatauv(L, sizeof(*userdata), 2);

    userdata->subject = subject;
    userdata->self = self;
    userdata->serial = ggp_state_of(L)->serial;
    userdata->has_tables = 0;
    ggl_setclass(L, SUBJECT);
}

/* Make the subject on top that of another question. */
static void reuse(lua_State *L, struct subject *asked,
                  const struct ggp_subject *subject, const void *self)
{
    asked->subject = subject;
    asked->self = self;
    asked->serial = ggp_state_of(L)->serial;
    if (!asked->has_tables)
        return;
    asked->has_tables = 0;
    lua_pushnil(L);
    lua_setiuservalue(L, -2, CONTEXT);
    lua_pushnil(L);
    lua_setiuservalue(L, -2, RAW);
}

void ggl_pushasked(lua_State *L, const struct ggp_subject *subject,
                   const void *self)
{
    struct subject *asked;

    lua_rawgetp(L, LUA_REGISTRYINDEX, &ASKED);
    asked = lua_touserdata(L, -1);
    if (!asked) {
        lua_pop(L, 1);
        ggl_pushsubject(L, subject, self);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &ASKED);
    } else if (asked->serial != ggp_state_of(L)->serial) {
        reuse(L, asked, subject, self);
    }
}

void ggl_forgetasked(lua_State *L)
{
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &ASKED);
}

static const luaL_Reg view_methods[] = {{"__index", view_index},
                                        {"__len", view_len},
                                        {"__newindex", refuse_write},
                                        {"__pairs", view_pairs},
                                        {NULL, NULL}};

static const luaL_Reg subject_methods[] = {{"__index", subject_index},
                                           {"__len", subject_pairs},
                                           {"__newindex", refuse_write},
                                           {"__pairs", subject_pairs},
                                           {NULL, NULL}};

void ggl_opensubjects(lua_State *L)
{
    ggl_newclass(L, SUBJECT, subject_methods);
    ggl_newclass(L, VIEW, view_methods);
}
