/* SPDX-License-Identifier: MIT */
/*
 * condition.c - the `when` of a rule, compiled.
 *
 * What can never match is refused here, when a policy loads, so that a typo
 * does not wait for the grant that needed the rule.  Matching then allocates
 * nothing and costs the policy no instructions.
 */
#include "private.h"

#include <string.h>

#define MAX_PARTS 16 /* of a dotted field */
#define NAME_ROOM 33 /* field names that a typo is compared with */

/* What one step of matching pays for. */
#define BYTES_PER_STEP 16
#define KEYS_PER_STEP  8

/* --- fields --------------------------------------------------------------- */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions and replacements that turn @text into @name. */
static size_t edit_distance(struct ggp_text text, const char *name)
{
    size_t row[NAME_ROOM];
    size_t len = strlen(name);
    size_t i;
    size_t n;

    if (len >= NAME_ROOM || text.len > len + 2)
        return SIZE_MAX;
    for (n = 0; n <= len; n++)
        row[n] = n;
    for (i = 0; i < text.len; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (n = 1; n <= len; n++) {
            size_t replaced = diagonal + (text.at[i] != name[n - 1]);

            diagonal = row[n];
            row[n] = smaller(replaced, smaller(row[n], row[n - 1]) + 1);
        }
    }
    return row[len];
}

static gg_status fail_unknown(const struct ggp_subject *subject,
                              struct ggp_text name, struct gg_error *err)
{
    char room[GGP_PLAIN_MAX + 1];
    const char *nearest = NULL;
    size_t least = 3;
    int i;

    for (i = 0; i < subject->nfields; i++) {
        size_t distance = edit_distance(name, subject->fields[i].name);

        if (distance < least && distance < name.len &&
            subject->fields[i].kind != GGP_FIELD_RAW) {
            least = distance;
            nearest = subject->fields[i].name;
        }
    }
    if (nearest)
        return ggp_fail(err, GG_EPOLICY,
                        "unknown field '%s' (did you mean '%s'?)",
                        ggp_plain_name(name, room), nearest);
    return ggp_fail(err, GG_EPOLICY,
                    "unknown field '%s': a %s has no such field",
                    ggp_plain_name(name, room), subject->noun);
}

/* Cut @rest, what follows the first dot, into @test's path. */
static gg_status read_path(struct ggp_test *test, struct ggp_arena *arena,
                           const char *name, struct ggp_text rest,
                           struct gg_error *err)
{
    struct ggp_text parts[MAX_PARTS];
    size_t nparts = 0;
    const char *dot;

    do {
        dot = memchr(rest.at, '.', rest.len);
        if (nparts == MAX_PARTS)
            return ggp_fail(err, GG_EPOLICY, "field '%s' has over %d dots",
                            name, MAX_PARTS);
        parts[nparts].at = rest.at;
        parts[nparts].len = dot ? (size_t)(dot - rest.at) : rest.len;
        if (parts[nparts].len == 0)
            return ggp_fail(err, GG_EPOLICY,
                            "field '%s' has an empty key after a dot", name);
        if (dot) {
            rest.at = dot + 1;
            rest.len -= parts[nparts].len + 1;
        }
        nparts++;
    } while (dot);

    test->path = ggp_arena_alloc(arena, nparts * sizeof(*test->path));
    for (test->npath = 0; test->path && test->npath < nparts; test->npath++) {
        struct ggp_text *part = &test->path[test->npath];

        part->len = parts[test->npath].len;
        part->at = ggp_arena_copy(arena, parts[test->npath].at, part->len);
    }
    if (arena->failed)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    return GG_OK;
}

gg_status ggp_test_field(struct ggp_test *test, struct ggp_arena *arena,
                         const struct ggp_subject *subject, struct ggp_text key,
                         struct gg_error *err)
{
    const char *dot = key.len ? memchr(key.at, '.', key.len) : NULL;
    struct ggp_text first = {key.at, dot ? (size_t)(dot - key.at) : key.len};
    const struct ggp_field *field;

    test->field = ggp_subject_field(subject, first.at, first.len);
    test->path = NULL;
    test->npath = 0;
    if (test->field < 0)
        return fail_unknown(subject, first, err);
    field = &subject->fields[test->field];
    if (field->kind == GGP_FIELD_RAW)
        return ggp_fail(err, GG_EPOLICY,
                        "field '%s' is for functions, no condition reads it",
                        field->name);
    if (field->kind == GGP_FIELD_OBJECT && !dot)
        return ggp_fail(err, GG_EPOLICY,
                        "field '%s' needs a key, as in [\"%s.key\"]",
                        field->name, field->name);
    if (field->kind != GGP_FIELD_OBJECT && dot)
        return ggp_fail(err, GG_EPOLICY,
                        "field '%s' has no keys to reach with a dot",
                        field->name);
    if (dot) {
        struct ggp_text rest = {dot + 1, key.len - first.len - 1};

        return read_path(test, arena, field->name, rest, err);
    }
    return GG_OK;
}

/* --- matching ------------------------------------------------------------- */

/* Whether @value, no list, matches one of @test's patterns.  As
 * ggp_condition_holds(), and so are those below. */
static int scalar_holds(const struct ggp_test *test,
                        const struct ggp_value *value, int64_t *steps)
{
    size_t len = value->kind == GGP_TEXT ? value->text.len : 0;
    size_t i;

    for (i = 0; i < test->npatterns; i++) {
        const struct ggp_pattern *pattern = &test->patterns[i];

        *steps -= 1 + (int64_t)(len / BYTES_PER_STEP);
        if (*steps < 0)
            return -1;
        /* nearly always two texts, most of them not even of one length */
        if (value->kind == GGP_TEXT && pattern->kind == GGP_MATCH_EXACT &&
            pattern->text.len != len)
            continue;
        if (ggp_pattern_holds(pattern, value))
            return 1;
    }
    return 0;
}

static int missing_holds(const struct ggp_test *test, int64_t bits,
                         int64_t *steps)
{
    int holds = 0;
    unsigned bit;

    for (bit = 1; gg_missing_name(bit) && holds == 0; bit <<= 1) {
        struct ggp_value name = ggp_value_text(gg_missing_name(bit));

        if (bits & bit)
            holds = scalar_holds(test, &name, steps);
    }
    return holds;
}

/* A member of an object, and how it may be seen. */
struct member {
    enum ggp_redaction redaction;
    yyjson_val *key;
};

static int value_holds(const struct ggp_test *test,
                       const struct ggp_value *value, struct member member,
                       int64_t *steps)
{
    yyjson_arr_iter iter;
    yyjson_val *element;
    int holds = 0;

    if (value->kind == GGP_MISSING)
        return missing_holds(test, value->integer, steps);
    if (value->kind != GGP_JSON_LIST)
        return scalar_holds(test, value, steps);
    if (yyjson_is_str(value->json)) {
        struct ggp_value only = ggp_value_of(value->json);

        return scalar_holds(test, &only, steps);
    }
    iter = yyjson_arr_iter_with(value->json);
    while (holds == 0 && (element = yyjson_arr_iter_next(&iter)) != NULL) {
        struct ggp_value shown = ggp_redacted(member.redaction, member.key,
                                              element);

        holds = scalar_holds(test, &shown, steps);
    }
    return holds;
}

/* The key of @object that is @name, or NULL. */
static yyjson_val *find_key(yyjson_val *object, const struct ggp_text *name)
{
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    yyjson_val *key;

    while ((key = yyjson_obj_iter_next(&iter)) != NULL) {
        if (yyjson_get_len(key) == name->len &&
            memcmp(yyjson_get_str(key), name->at, name->len) == 0)
            return key;
    }
    return NULL;
}

/* What @test's path leads to inside @object. */
static struct ggp_value follow(const struct ggp_test *test, yyjson_val *object,
                               struct member *member, int64_t *steps)
{
    struct ggp_value value = {.kind = GGP_JSON_OBJECT, .json = object};
    size_t i;

    for (i = 0; i < test->npath; i++) {
        if (value.kind == GGP_JSON_OBJECT && i > 0)
            member->redaction = ggp_redaction_below(member->redaction,
                                                    member->key);
        member->key = NULL;
        *steps -= 1 + (int64_t)(yyjson_obj_size(value.json) / KEYS_PER_STEP);
        if (value.kind == GGP_JSON_OBJECT)
            member->key = find_key(value.json, &test->path[i]);
        if (!member->key)
            return ggp_value_text(NULL);
        value = ggp_redacted(member->redaction, member->key,
                             yyjson_obj_iter_get_val(member->key));
    }
    return value;
}

int ggp_condition_holds(const struct ggp_condition *condition,
                        const struct ggp_subject *subject, const void *self,
                        int64_t *steps)
{
    int holds = 1;
    size_t i;

    for (i = 0; i < condition->ntests && holds > 0; i++) {
        const struct ggp_test *test = &condition->tests[i];
        struct ggp_value value = subject->value(self, test->field);
        struct member member = {GGP_SHOW, NULL};

        if (test->npath > 0) {
            if (subject == &ggp_grant_subject &&
                test->field == GGP_GRANT_SETTINGS)
                member.redaction = GGP_SETTINGS;
            value = follow(test, value.json, &member, steps);
        }
        holds = value_holds(test, &value, member, steps);
    }
    return holds;
}
