/* SPDX-License-Identifier: MIT */
/*
 * facts.c - what the application knows of grants and the API does not say.
 *
 * A table is filled once, by the one place that cuts input into lines
 * (pipeline.c), then sorted by id and never written again: any number of
 * threads may look things up.  All it holds is in one arena.
 */
#include "private.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    struct ggp_text id;
    uint64_t line;
    struct ggp_facts facts;
};

struct gg_facts_table {
    struct ggp_arena arena;
    struct entry *entries;
    size_t nentries;
    size_t cap;
    struct ggp_document document; /* of the line being read */
};

/* --- one member ----------------------------------------------------------- */

static int read_text(struct ggp_text *text, yyjson_val *value)
{
    *text = ggp_text_of_json(value);
    return text->at != NULL;
}

static int fail_member(struct ggp_text key, const char *must,
                       struct gg_error *err)
{
    (void)ggp_fail(err, GG_EGRANT, "field '%.*s' must be %s", (int)key.len,
                   key.at, must);
    return -1;
}

int ggp_facts_member(struct ggp_facts *facts, struct ggp_text key,
                     yyjson_val *value, struct gg_error *err)
{
    int is_absent = yyjson_is_null(value);

    if (ggp_text_is(key, "tenant")) {
        struct ggp_text tenant = {0};

        if (!is_absent && (!read_text(&tenant, value) ||
                           !ggp_is_tenant(tenant.at, tenant.len)))
            return fail_member(key, "a tenant name", err);
        facts->tenant = tenant;
    } else if (ggp_text_is(key, "send_error")) {
        if (!is_absent && !read_text(&facts->send_error, value))
            return fail_member(key, "a string", err);
    } else if (ggp_text_is(key, "send_error_at")) {
        if (!is_absent && !ggp_value_time(value, &facts->send_error_at))
            return fail_member(key, "Unix seconds or RFC 3339", err);
        facts->has_send_error_at = !is_absent;
    } else if (ggp_text_is(key, "sent_at")) {
        if (!is_absent && !ggp_value_time(value, &facts->sent_at))
            return fail_member(key, "Unix seconds or RFC 3339", err);
        facts->has_sent_at = !is_absent;
    } else if (ggp_text_is(key, "context")) {
        if (!is_absent && !yyjson_is_obj(value))
            return fail_member(key, "an object", err);
        facts->context = is_absent ? NULL : value;
    } else {
        return 0;
    }
    return 1;
}

gg_status ggp_facts_take(struct ggp_facts *facts, const struct gg_facts *from,
                         struct gg_error *err)
{
    memset(facts, 0, sizeof(*facts));
    facts->tenant = ggp_text_of(from->tenant);
    if (from->tenant && !ggp_is_tenant(from->tenant, facts->tenant.len))
        return ggp_fail(err, GG_EINVAL, "the tenant is no tenant name");
    facts->send_error = ggp_text_of(from->send_error);
    facts->send_error_at = from->send_error_at;
    facts->has_send_error_at = from->send_error_at != 0;
    facts->sent_at = from->sent_at;
    facts->has_sent_at = from->sent_at != 0;
    return GG_OK;
}

void ggp_facts_join(struct ggp_facts *facts, const struct ggp_facts *more)
{
    if (!facts->tenant.at)
        facts->tenant = more->tenant;
    /* The time of one error says nothing of another. */
    if (!facts->send_error.at) {
        facts->send_error = more->send_error;
        if (!facts->has_send_error_at) {
            facts->has_send_error_at = more->has_send_error_at;
            facts->send_error_at = more->send_error_at;
        }
    }
    if (!facts->has_sent_at) {
        facts->has_sent_at = more->has_sent_at;
        facts->sent_at = more->sent_at;
    }
    if (!facts->context)
        facts->context = more->context;
}

/* --- filling a table ------------------------------------------------------ */

static void *context_malloc(void *arena, size_t size)
{
    return ggp_arena_alloc(arena, size);
}

static void *context_realloc(void *arena, void *old, size_t old_size,
                             size_t size)
{
    void *at = ggp_arena_alloc(arena, size);

    if (at && old)
        memcpy(at, old, old_size < size ? old_size : size);
    return at;
}

static void context_free(void *arena, void *at)
{
    (void)arena;
    (void)at;
}

/* A copy of @context in @arena, or NULL. */
static yyjson_val *keep_context(struct ggp_arena *arena, yyjson_val *context)
{
    yyjson_alc alc = {context_malloc, context_realloc, context_free, arena};
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *copy = yyjson_val_mut_copy(doc, context);
    yyjson_doc *kept = yyjson_mut_val_imut_copy(copy, &alc);

    yyjson_mut_doc_free(doc);
    if (!kept)
        arena->failed = 1;
    return yyjson_doc_get_root(kept);
}

static void keep_text(struct ggp_arena *arena, struct ggp_text *text)
{
    text->at = ggp_arena_copy(arena, text->at, text->len);
}

/* Copy @entry and all it borrows into the table. */
static gg_status add_entry(gg_facts_table *table, struct entry entry,
                           struct gg_error *err)
{
    struct ggp_arena *arena = &table->arena;

    if (table->nentries == table->cap) {
        size_t cap = table->cap ? table->cap * 2 : 64;
        struct entry *entries = NULL;

        if (cap < SIZE_MAX / 2 / sizeof(*entries))
            entries = realloc(table->entries, cap * sizeof(*entries));
        if (!entries)
            return ggp_fail(err, GG_ENOMEM, "facts: out of memory");
        table->entries = entries;
        table->cap = cap;
    }
    keep_text(arena, &entry.id);
    keep_text(arena, &entry.facts.tenant);
    keep_text(arena, &entry.facts.send_error);
    if (entry.facts.context)
        entry.facts.context = keep_context(arena, entry.facts.context);
    if (arena->failed)
        return ggp_fail(err, GG_ENOMEM, "facts: out of memory");
    table->entries[table->nentries++] = entry;
    return GG_OK;
}

static gg_status read_member(struct entry *entry, struct ggp_text key,
                             yyjson_val *value, struct gg_error *err)
{
    char room[GGP_PLAIN_MAX + 1];
    int found;

    if (ggp_text_is(key, "id")) {
        if (!read_text(&entry->id, value) ||
            !ggp_is_grant_id(entry->id.at, entry->id.len))
            return ggp_fail(err, GG_EGRANT, "field 'id' must be a grant id");
        return GG_OK;
    }
    found = ggp_facts_member(&entry->facts, key, value, err);
    if (found < 0)
        return GG_EGRANT;
    if (found == 0)
        return ggp_fail(err, GG_EGRANT, "unknown key '%s'",
                        ggp_plain_name(key, room));
    return GG_OK;
}

static gg_status read_object(struct entry *entry, yyjson_val *object,
                             struct gg_error *err)
{
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    yyjson_val *key;

    if (!yyjson_is_obj(object))
        return ggp_fail(err, GG_EGRANT, "expected an object");
    while ((key = yyjson_obj_iter_next(&iter)) != NULL) {
        struct ggp_text name = ggp_text_of_json(key);
        gg_status status = read_member(entry, name,
                                       yyjson_obj_iter_get_val(key), err);

        if (status != GG_OK)
            return status;
    }
    if (!entry->id.at)
        return ggp_fail(err, GG_EGRANT, "field 'id' is required");
    return GG_OK;
}

static gg_status read_line(gg_facts_table *table, const struct ggp_chunk *chunk,
                           struct ggp_text line, uint64_t number,
                           struct gg_error *err)
{
    struct entry entry = {.line = number};
    struct gg_error why = {0};
    gg_status status = ggp_document_read(&table->document, line.at, line.len,
                                         &why);

    if (status == GG_OK)
        status = read_object(&entry, ggp_document_root(&table->document), &why);
    if (status == GG_ENOMEM)
        return ggp_fail(err, status, "%s", why.message);
    if (status != GG_OK)
        return ggp_fail(err, GG_EINVAL, "%s:%llu: %s", chunk->source->name,
                        (unsigned long long)number, why.message);
    return add_entry(table, entry, err);
}

/* --- the work of the pipeline --------------------------------------------- */

static gg_status open_reader(void *self, void **worker, struct gg_error *err)
{
    (void)err;
    *worker = self;
    return GG_OK;
}

static gg_status read_chunk(void *worker, struct ggp_chunk *chunk,
                            struct gg_error *err)
{
    const char *at = chunk->bytes;
    size_t left = chunk->len;
    uint64_t number = chunk->line;

    if (chunk->is_too_long)
        return ggp_fail(err, GG_EINVAL, "%s:%llu: the line is over %zu bytes",
                        chunk->source->name, (unsigned long long)number,
                        GGP_MAX_LINE);
    while (left > 0) {
        const char *newline = memchr(at, '\n', left);
        struct ggp_text line = {at, newline ? (size_t)(newline - at) : left};
        size_t taken = line.len + (newline ? 1 : 0);
        gg_status status = GG_OK;

        if (!ggp_is_blank(line.at, line.len))
            status = read_line(worker, chunk, line, number, err);
        if (status != GG_OK)
            return status;
        at += taken;
        left -= taken;
        number++;
    }
    return GG_OK;
}

static gg_status take_chunk(void *self, struct ggp_chunk *chunk,
                            struct gg_error *err)
{
    (void)self;
    (void)chunk;
    (void)err;
    return GG_OK;
}

static void close_reader(void *self, void *worker)
{
    (void)self;
    (void)worker;
}

/* --- the table ------------------------------------------------------------ */

static int by_id_and_line(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = ggp_text_compare(a->id, b->id);

    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    return order;
}

static int find_id(const void *key, const void *member)
{
    return ggp_text_compare(*(const struct ggp_text *)key,
                            ((const struct entry *)member)->id);
}

/* Sort, and refuse the first line that says an id again. */
static gg_status finish(gg_facts_table *table, const char *name,
                        struct gg_error *err)
{
    const struct entry *entries = table->entries;
    const struct entry *again = NULL;
    size_t i;

    if (table->nentries > 1)
        qsort(table->entries, table->nentries, sizeof(*entries),
              by_id_and_line);
    for (i = 1; i < table->nentries; i++) {
        if (ggp_text_compare(entries[i - 1].id, entries[i].id) == 0 &&
            (!again || entries[i].line < again->line))
            again = &entries[i];
    }
    if (again)
        return ggp_fail(err, GG_EINVAL,
                        "%s:%llu: id '%s' comes twice (first on line %llu)",
                        name, (unsigned long long)again->line, again->id.at,
                        (unsigned long long)again[-1].line);
    return GG_OK;
}

gg_status gg_facts_table_read(const struct gg_source *source,
                              gg_facts_table **out, struct gg_error *err)
{
    struct ggp_work work = {open_reader, read_chunk, take_chunk, close_reader,
                            NULL};
    struct gg_source lines;
    struct ggp_inputs inputs = {.sources = &lines, .nsources = 1};
    gg_facts_table *table;
    gg_status status;

    if (!source || !source->read || !out)
        return ggp_fail(err, GG_EINVAL, "facts: a source is required");
    lines = *source;
    lines.is_document = 0;
    if (!lines.name)
        lines.name = "facts";
    table = calloc(1, sizeof(*table));
    if (!table)
        return ggp_fail(err, GG_ENOMEM, "facts: out of memory");
    work.self = table;
    status = ggp_pipeline_run(&inputs, 1, &work, err);
    if (status == GG_OK)
        status = finish(table, lines.name, err);
    ggp_document_free(&table->document);
    if (status != GG_OK) {
        gg_facts_table_free(table);
        return status;
    }
    *out = table;
    return GG_OK;
}

void gg_facts_table_free(gg_facts_table *table)
{
    if (!table)
        return;
    ggp_document_free(&table->document);
    ggp_arena_free(&table->arena);
    free(table->entries);
    free(table);
}

const struct ggp_facts *ggp_facts_table_find(const gg_facts_table *table,
                                             struct ggp_text id)
{
    const struct entry *entry;

    if (!table || table->nentries == 0 || !id.at)
        return NULL;
    entry = bsearch(&id, table->entries, table->nentries, sizeof(*entry),
                    find_id);
    return entry ? &entry->facts : NULL;
}
