/* SPDX-License-Identifier: MIT */
/*
 * host_compile.c - turn the table a policy file returns into data.
 *
 * Conditions and constant answers become C structures, which every session
 * shares; functions become numbered slots, which each session fills by
 * running the file once more in its own state.  One walk does both, so slot
 * numbers agree.
 */
#include "host.h"
#include "host_keys.h"

#include <string.h>

const char *const ggl_policy_keys[] = {"about",    "connect", "evaluate",
                                       "inherits", "mandate", NULL};
const char *const ggl_mandate_keys[] = {"connect", "evaluate", NULL};

struct compiler {
    lua_State *L;
    struct ggl_policy *policy;
    struct ggp_arena *arena;
    int functions; /* stack index of the table of functions */
    int names;     /* stack index of the set of rule names */
    size_t taken;  /* bytes of `arena` that are off the limit */
};

/* What is compiled counts as memory of the file: take it off the limit, and
 * raise if that, or @more bytes to come, are past it. */
static void take_memory(struct compiler *compiler, size_t more)
{
    struct ggl_state *state = ggp_state_of(compiler->L);
    size_t compiled = compiler->arena->bytes - compiler->taken;
    size_t used = state->used_bytes;
    size_t room = state->ceiling_bytes > used ? state->ceiling_bytes - used : 0;

    if (compiled > room || more > room - compiled) {
        state->limit = GG_EMEMORY;
        luaL_error(compiler->L, "used more than %I KiB of memory",
                   (LUAI_UACINT)(state->memory_limit_bytes / 1024));
    }
    state->ceiling_bytes -= compiled;
    compiler->taken += compiled;
}

static void *alloc(struct compiler *compiler, size_t n, size_t size)
{
    void *memory;

    take_memory(compiler, n * size);
    memory = ggp_arena_alloc(compiler->arena, n * size);

    if (!memory)
        ggl_nomemory(compiler->L);
    return memory;
}

/* Errors from here on belong to the line that sets @key. */
static void place_key(struct compiler *compiler, const char *key)
{
    const struct ggl_source *source = compiler->policy->source;

    ggp_state_place(ggp_state_of(compiler->L), source->path,
                    ggp_source_line(source, key));
}

/* The same for where the rule on top, which is @value, is written. */
static void place_rule(struct compiler *compiler,
                       const struct ggl_rule_value *value,
                       struct ggl_spot *spot)
{
    const struct ggl_source *source = compiler->policy->source;
    const char *path;

    lua_getiuservalue(compiler->L, -1, 3);
    path = lua_tostring(compiler->L, -1);
    spot->path = source->path;
    spot->line = value->line;
    if (path && strcmp(path, source->path) != 0)
        spot->path = ggp_arena_string(compiler->arena, path); /* or NULL */
    ggp_state_place(ggp_state_of(compiler->L), spot->path, spot->line);
    lua_pop(compiler->L, 1);
}

/* The same of a part whose one answer, a function or a table, is on top. */
static void place_part(struct compiler *compiler, const char *key,
                       struct ggl_spot *spot)
{
    const struct ggl_source *source = compiler->policy->source;
    lua_Debug ar;

    spot->path = source->path;
    spot->line = ggp_source_line(source, key);
    if (!lua_isfunction(compiler->L, -1))
        return;
    lua_pushvalue(compiler->L, -1);
    lua_getinfo(compiler->L, ">S", &ar);
    if (ar.linedefined < 1)
        return; /* a C function has no line */
    spot->line = ar.linedefined;
    if (strcmp(ar.source + 1, source->path) != 0)
        spot->path = ggp_arena_string(compiler->arena, ar.source + 1);
}

/* Take the function at the top of the stack, which is popped. */
static struct ggl_slot add_function(struct compiler *compiler)
{
    struct ggl_slot slot = {.number = ++compiler->policy->nfunctions};
    lua_Debug ar;

    lua_pushvalue(compiler->L, -1);
    lua_getinfo(compiler->L, ">S", &ar);
    slot.line = ar.linedefined;
    lua_rawseti(compiler->L, compiler->functions, slot.number);
    return slot;
}

/* --- conditions --- */

/* The value on top, a string, number or boolean, as @value. */
static int read_scalar(lua_State *L, struct ggp_value *value)
{
    memset(value, 0, sizeof(*value));
    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
        value->kind = GGP_TEXT;
        value->text.at = lua_tolstring(L, -1, &value->text.len);
        return 1;
    case LUA_TBOOLEAN:
        value->kind = GGP_BOOLEAN;
        value->integer = lua_toboolean(L, -1);
        return 1;
    case LUA_TNUMBER:
        value->kind = lua_isinteger(L, -1) ? GGP_INTEGER : GGP_REAL;
        value->integer = lua_tointeger(L, -1);
        value->real = lua_tonumber(L, -1);
        return 1;
    default:
        return 0;
    }
}

static void fail_rule(lua_State *L, const char *name,
                      const struct gg_error *err)
{
    if (err->status == GG_ENOMEM)
        ggl_nomemory(L);
    luaL_error(L, "rule \"%s\": %s", name, err->message);
}

/* Compile the value on top as the next pattern of @test. */
static void add_pattern(struct compiler *compiler, const char *name,
                        const char *key, const struct ggp_subject *subject,
                        struct ggp_test *test)
{
    lua_State *L = compiler->L;
    struct ggp_value value;
    struct gg_error err;

    if (!read_scalar(L, &value))
        luaL_error(L,
                   "rule \"%s\": '%s' must be a string, a number, a boolean "
                   "or a list of them, got %s",
                   name, key, luaL_typename(L, -1));
    take_memory(compiler, value.text.len);
    if (ggp_pattern_read(&test->patterns[test->npatterns], compiler->arena,
                         test, subject, &value, &err) != GG_OK)
        fail_rule(L, name, &err);
    test->npatterns++;
}

/* Compile the value on top, which is entry @key, as @test. */
static void add_test(struct compiler *compiler, const char *name,
                     struct ggp_text key, const struct ggp_subject *subject,
                     struct ggp_test *test)
{
    lua_State *L = compiler->L;
    struct gg_error err;
    const char *odd;
    lua_Unsigned n;
    lua_Unsigned i;

    take_memory(compiler, key.len);
    if (ggp_test_field(test, compiler->arena, subject, key, &err) != GG_OK)
        fail_rule(L, name, &err);
    if (!lua_istable(L, -1)) {
        test->patterns = alloc(compiler, 1, sizeof(*test->patterns));
        add_pattern(compiler, name, key.at, subject, test);
        return;
    }
    ggl_pushreal(L, -1);
    n = lua_rawlen(L, -1);
    odd = ggl_pushoddkey(L, -1, n, NULL, 0);
    if (odd)
        luaL_error(L, "rule \"%s\": '%s' must be a list, and has the key '%s'",
                   name, key.at, odd);
    if (n == 0)
        luaL_error(L,
                   "rule \"%s\": '%s' is an empty list, which nothing "
                   "matches",
                   name, key.at);
    test->patterns = alloc(compiler, n, sizeof(*test->patterns));
    for (i = 1; i <= n; i++) {
        ggl_charge(L, 1);
        lua_rawgeti(L, -1, (lua_Integer)i);
        add_pattern(compiler, name, key.at, subject, test);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Compile the table on top. */
static void add_condition(struct compiler *compiler, const char *name,
                          const struct ggp_subject *subject,
                          struct ggp_condition *condition)
{
    lua_State *L = compiler->L;
    const struct ggp_text *keys;
    size_t n;
    size_t i;

    ggl_pushreal(L, -1);
    keys = ggl_pushkeys(L, lua_gettop(L), &n);
    if (!keys)
        luaL_error(L, "rule \"%s\": 'when' must name its fields", name);
    if (n == 0)
        luaL_error(L,
                   "rule \"%s\": 'when' is empty; write \"always\" if that "
                   "is meant",
                   name);
    condition->tests = alloc(compiler, n, sizeof(*condition->tests));
    for (i = 0; i < n; i++) {
        lua_pushlstring(L, keys[i].at, keys[i].len);
        lua_rawget(L, -3);
        add_test(compiler, name, keys[i], subject,
                 &condition->tests[condition->ntests++]);
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
}

/* --- answers --- */

/* Compile the connect fields on top. */
static void add_connect(struct compiler *compiler, struct ggp_opinion *opinion)
{
    lua_State *L = compiler->L;
    struct gg_connect connect = {0};
    const char *odd = ggl_pushoddkey(L, -1, 0, NULL, 1);

    if (odd) {
        place_key(compiler, odd);
        luaL_error(L, "connect has an unknown key '%s'", odd);
    }
    lua_newtable(L); /* anchor */
    ggl_readconnect(L, lua_gettop(L) - 1, lua_gettop(L), &connect);
    ggl_checkconnect(L, &connect);
    ggp_connect_copy(&opinion->connect, &connect, compiler->arena);
    lua_pop(L, 1);
}

/* Compile the answer on top, which stays. */
static void add_answer(struct compiler *compiler, enum ggl_question question,
                       struct ggl_rule *rule)
{
    lua_State *L = compiler->L;
    const struct ggp_opinion *opinion = ggl_toopinion(L, -1);

    if (lua_isfunction(L, -1)) {
        lua_pushvalue(L, -1);
        rule->answer_function = add_function(compiler);
    } else if (question == GGL_EVALUATE && opinion) {
        ggp_opinion_copy(&rule->opinion, opinion, compiler->arena);
    } else if (question == GGL_CONNECT && lua_istable(L, -1)) {
        add_connect(compiler, &rule->opinion);
    } else {
        luaL_error(L, "rule \"%s\": its answer must be %s or a function",
                   rule->id.name,
                   question == GGL_EVALUATE ? "a decision"
                                            : "a table of connect fields");
    }
    take_memory(compiler, 0);
}

/* Refuse a second rule of the same name. */
static void add_name(struct compiler *compiler, const char *name)
{
    lua_State *L = compiler->L;

    if (lua_getfield(L, compiler->names, name) != LUA_TNIL)
        luaL_error(L,
                   "there are two rules named \"%s\"; a trace could not "
                   "tell them apart",
                   name);
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
    lua_setfield(L, compiler->names, name);
}

/* Compile the rule on top. */
static void add_rule(struct compiler *compiler, enum ggl_question question,
                     struct ggl_rule *rule)
{
    lua_State *L = compiler->L;
    const struct ggl_rule_value *value = ggl_torule(L, -1);
    const struct ggp_subject *subject = question == GGL_EVALUATE
                                            ? &ggp_grant_subject
                                            : &ggp_request_subject;

    if (!value)
        luaL_error(L, "%s is a list of rules, and holds a %s",
                   question == GGL_EVALUATE ? "evaluate" : "connect",
                   luaL_typename(L, -1));
    place_rule(compiler, value, &rule->spot);
    add_name(compiler, value->name);
    rule->id.name = ggp_arena_string(compiler->arena, value->name);
    lua_getiuservalue(L, -1, 1);
    if (lua_isfunction(L, -1)) {
        rule->when = GGL_FUNCTION;
        lua_pushvalue(L, -1);
        rule->when_function = add_function(compiler);
    } else if (lua_istable(L, -1)) {
        rule->when = GGL_CONDITION;
        add_condition(compiler, value->name, subject, &rule->condition);
    }
    lua_pop(L, 1);
    lua_getiuservalue(L, -1, 2);
    add_answer(compiler, question, rule);
    lua_pop(L, 1);
}

/* --- parts --- */

/* Whether the table on top is a list, an empty one included if @empty. */
static int is_list(lua_State *L, int empty)
{
    int result;

    ggl_pushreal(L, -1);
    lua_pushnil(L);
    if (lua_next(L, -2)) {
        lua_pop(L, 2);
        result = lua_rawlen(L, -1) > 0;
    } else {
        result = empty;
    }
    lua_pop(L, 1);
    return result;
}

static void add_rules(struct compiler *compiler, enum ggl_question question,
                      struct ggl_part *part)
{
    lua_State *L = compiler->L;
    const char *odd;
    lua_Unsigned n;
    lua_Unsigned i;

    ggl_pushreal(L, -1);
    n = lua_rawlen(L, -1);
    odd = ggl_pushoddkey(L, -1, n, NULL, 0);
    if (odd)
        luaL_error(L, "a list of rules has the odd key '%s'", odd);
    if (n > 0)
        part->rules = alloc(compiler, n, sizeof(*part->rules));
    for (i = 0; i < n; i++) {
        ggl_charge(L, 1);
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        add_rule(compiler, question, &part->rules[part->nrules++]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Compile member @key of the table on top, if there is one. */
static void add_part(struct compiler *compiler, enum ggl_question question,
                     struct ggl_part *part)
{
    static const char *const keys[] = {"connect", "evaluate"};
    lua_State *L = compiler->L;
    const char *key = keys[question];

    place_key(compiler, key);
    ggl_pushreal(L, -1);
    lua_getfield(L, -1, key);
    if (lua_istable(L, -1) && is_list(L, question == GGL_EVALUATE)) {
        add_rules(compiler, question, part);
    } else if (lua_isfunction(L, -1) ||
               (question == GGL_CONNECT && lua_istable(L, -1))) {
        part->rules = alloc(compiler, 1, sizeof(*part->rules));
        part->nrules = 1;
        place_part(compiler, key, &part->rules->spot);
        add_answer(compiler, question, part->rules);
    } else if (!lua_isnil(L, -1)) {
        luaL_error(
            L, "'%s' must be a function or a list of rules%s, got %s", key,
            question == GGL_CONNECT ? " or a table of connect fields" : "",
            luaL_typename(L, -1));
    }
    lua_pop(L, 2);
}

static void check_keys(struct compiler *compiler, const char *what,
                       const char *const *names)
{
    const char *odd = ggl_pushoddkey(compiler->L, -1, 0, names, 0);

    if (!odd)
        return;
    place_key(compiler, odd);
    luaL_error(compiler->L, "%s has an unknown key '%s'", what, odd);
}

static void add_mandate(struct compiler *compiler)
{
    lua_State *L = compiler->L;
    struct ggl_part *mandates = compiler->policy->mandates;

    place_key(compiler, "mandate");
    ggl_pushreal(L, -1);
    if (lua_getfield(L, -1, "mandate") != LUA_TNIL) {
        if (!lua_istable(L, -1))
            luaL_error(L, "'mandate' must be a table, got %s",
                       luaL_typename(L, -1));
        check_keys(compiler, "mandate", ggl_mandate_keys);
        add_part(compiler, GGL_CONNECT, &mandates[GGL_CONNECT]);
        add_part(compiler, GGL_EVALUATE, &mandates[GGL_EVALUATE]);
    }
    lua_pop(L, 2);
}

/* `inherits` and `about`. */
static void add_texts(struct compiler *compiler)
{
    lua_State *L = compiler->L;
    struct ggl_policy *policy = compiler->policy;
    const char *inherits;

    lua_newtable(L); /* anchor */
    place_key(compiler, "about");
    (void)ggl_readtext(L, -2, lua_gettop(L), "about");
    place_key(compiler, "inherits");
    inherits = ggl_readtext(L, -2, lua_gettop(L), "inherits");
    if (inherits && (!policy->tenant || policy->provider))
        luaL_error(L, "only a file tenants/<tenant>.lua can inherit");
    if (inherits && !ggp_is_tenant(inherits, strlen(inherits)))
        luaL_error(L, "'inherits' must name a tenant");
    policy->inherits = ggp_arena_string(compiler->arena, inherits);
    lua_pop(L, 1);
}

void ggl_compile(lua_State *L, struct ggl_policy *policy,
                 struct ggp_arena *arena)
{
    struct compiler compiler = {L, policy, arena, 0, 0, arena->bytes};
    int file = lua_gettop(L);

    luaL_checkstack(L, 32, NULL);
    lua_newtable(L);
    compiler.functions = lua_gettop(L);
    lua_newtable(L);
    compiler.names = lua_gettop(L);
    lua_pushvalue(L, file);
    check_keys(&compiler, "the file", ggl_policy_keys);
    add_texts(&compiler);
    add_mandate(&compiler);
    add_part(&compiler, GGL_CONNECT, &policy->parts[GGL_CONNECT]);
    add_part(&compiler, GGL_EVALUATE, &policy->parts[GGL_EVALUATE]);
    if (arena->failed)
        ggl_nomemory(L);
    lua_settop(L, compiler.functions);
    lua_replace(L, file);
    lua_settop(L, file);
}
