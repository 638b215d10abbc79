/* SPDX-License-Identifier: MIT */
/*
 * grants.c - the data: read from files, or made up.
 *
 * Both ways end in the same function, which reads a grant's JSON, so that a
 * made-up grant is as good as one from a file.
 */
#include "fake.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_MOMENT  ((int64_t)1700000000)
#define GENERATED_MAX ((size_t)2000000)

static struct ggp_text keep(struct grants *grants, const char *at, size_t len)
{
    struct ggp_text text = {not_null(ggp_arena_copy(&grants->arena, at, len)),
                            len};

    return text;
}

static struct ggp_text keep_member(struct grants *grants, yyjson_val *object,
                                   const char *name)
{
    yyjson_val *value = yyjson_obj_get(object, name);
    struct ggp_text none = {0};

    return yyjson_is_str(value)
               ? keep(grants, yyjson_get_str(value), yyjson_get_len(value))
               : none;
}

static struct ggp_text keep_json(struct grants *grants, yyjson_val *object)
{
    struct ggp_text text;
    size_t len;
    char *json = not_null(yyjson_val_write(object, 0, &len));

    text = keep(grants, json, len);
    free(json);
    return text;
}

static struct ggp_text keep_brief(struct grants *grants, yyjson_val *object)
{
    yyjson_mut_doc *doc = not_null(yyjson_mut_doc_new(NULL));
    yyjson_mut_val *copy = not_null(yyjson_val_mut_copy(doc, object));
    struct ggp_text text;
    size_t len;
    char *json;

    yyjson_mut_obj_remove_key(copy, "settings");
    json = not_null(yyjson_mut_val_write(copy, 0, &len));
    text = keep(grants, json, len);
    free(json);
    yyjson_mut_doc_free(doc);
    return text;
}

/* Seconds, from a number or from text. */
static int64_t moment_of(yyjson_val *value)
{
    int64_t seconds = 0;

    if (yyjson_is_int(value))
        return yyjson_get_sint(value);
    if (yyjson_is_str(value))
        ggp_moment_parse(yyjson_get_str(value), yyjson_get_len(value),
                         &seconds);
    return seconds;
}

static void grow(struct grants *grants)
{
    if (grants->n < grants->cap)
        return;
    grants->cap = grants->cap ? grants->cap * 2 : 256;
    grants->by_created = not_null(
        realloc(grants->by_created, grants->cap * sizeof(*grants->by_created)));
    grants->by_updated = not_null(
        realloc(grants->by_updated, grants->cap * sizeof(*grants->by_updated)));
}

/* Add the grant that @json is, or holds as "grant". */
static struct grant *add(struct grants *grants, const char *where, char *json,
                         size_t len)
{
    yyjson_doc *doc = yyjson_read(json, len, 0);
    yyjson_val *object = yyjson_doc_get_root(doc);
    yyjson_val *inner = yyjson_obj_get(object, "grant");
    struct grant *grant;

    if (inner)
        object = inner;
    grant = not_null(ggp_arena_alloc(&grants->arena, sizeof(*grant)));
    grant->id = keep_member(grants, object, "id");
    if (!grant->id.at)
        fail("%s: this is no grant with an id: %.60s", where, json);
    grant->provider = keep_member(grants, object, "provider");
    grant->email = keep_member(grants, object, "email");
    grant->grant_status = keep_member(grants, object, "grant_status");
    grant->workspace_id = keep_member(grants, object, "workspace_id");
    grant->account_id = keep_member(grants, object, "account_id");
    grant->created_at = moment_of(yyjson_obj_get(object, "created_at"));
    grant->updated_at = moment_of(yyjson_obj_get(object, "updated_at"));
    grant->json = keep_json(grants, object);
    grant->brief = keep_brief(grants, object);
    yyjson_doc_free(doc);

    grow(grants);
    grant->number = grants->n;
    grants->by_created[grants->n] = grant;
    grants->by_updated[grants->n] = grant;
    grants->n++;
    return grant;
}

void grants_read(struct grants *grants, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;

    if (!file)
        fail("%s: %s", path, strerror(errno));
    while ((len = getline(&line, &cap, file)) >= 0) {
        if (!ggp_is_blank(line, (size_t)len))
            add(grants, path, line, (size_t)len);
    }
    if (ferror(file))
        fail("%s: %s", path, strerror(errno));
    free(line);
    fclose(file);
}

static void write_settings(struct ggp_buf *buf, size_t i)
{
    char text[256];

    snprintf(text, sizeof(text),
             ",\"settings\":{\"imap_host\":\"imap.mail%zu.example\","
             "\"imap_port\":993,\"imap_username\":\"owner%zu@mail%zu.example\"",
             i % 50, i, i % 50);
    ggp_buf_string(buf, text);
    if (i % 3 != 0) {
        snprintf(text, sizeof(text),
                 ",\"smtp_host\":\"smtp.mail%zu.example\",\"smtp_port\":%d",
                 i % 50, i % 5 ? 587 : 465);
        ggp_buf_string(buf, text);
    }
    ggp_buf_string(buf, "}");
}

/* One made-up grant, created at @moment. */
static struct grant *generate(struct grants *grants, int64_t moment)
{
    static const char *const providers[] = {
        "google", "imap", "microsoft",       "imap", "icloud", "imap",
        "yahoo",  "ews",  "virtual-calendar"};
    size_t i = grants->ngenerated++;
    const char *provider = providers[i % COUNT(providers)];
    uint64_t high = mix(2 * i);
    uint64_t low = mix(2 * i + 1);
    struct ggp_buf buf = {0};
    struct grant *grant;
    char text[640];

    snprintf(text, sizeof(text),
             "{\"id\":\"%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-8%03" PRIx64
             "-%012" PRIx64 "\",\"provider\":\"%s\",\"grant_status\":\"%s\","
             "\"email\":\"owner%zu@mail%zu.example\","
             "\"scope\":[\"https://scopes.example/auth/mail.send\"],"
             "\"user_agent\":\"Mozilla/5.0\",\"ip\":\"192.0.2.10\","
             "\"state\":\"onboarding-%zu\",\"created_at\":%" PRId64
             ",\"updated_at\":%" PRId64 ",\"workspace_id\":\"workspace-%zu\"",
             high >> 32, high >> 16 & 0xffff, high >> 4 & 0xfff,
             low >> 48 & 0xfff, low & 0xffffffffffff, provider,
             i % 17 == 16 ? "invalid" : "valid", i, i % 50, i, moment,
             moment + (int64_t)(i % 7), i % 4);
    ggp_buf_string(&buf, text);
    if (strcmp(provider, "imap") == 0)
        write_settings(&buf, i);
    ggp_buf_string(&buf, "}");
    ggp_buf_text(&buf);
    not_null(buf.bytes);
    grant = add(grants, "generated", buf.bytes, buf.len);
    ggp_buf_free(&buf);
    return grant;
}

void grants_generate(struct grants *grants, size_t n)
{
    size_t i;

    if (n > GENERATED_MAX)
        fail("--generate: at most %zu", GENERATED_MAX);
    for (i = 0; i < n; i++)
        generate(grants, FIRST_MOMENT + (int64_t)i * 60);
}

static int compare(int64_t a, int64_t b, const struct grant *one,
                   const struct grant *other)
{
    if (a != b)
        return a < b ? -1 : 1;
    return one->number < other->number ? -1 : one->number > other->number;
}

static int compare_created(const void *a, const void *b)
{
    const struct grant *one = *(struct grant *const *)a;
    const struct grant *other = *(struct grant *const *)b;

    return compare(one->created_at, other->created_at, one, other);
}

static int compare_updated(const void *a, const void *b)
{
    const struct grant *one = *(struct grant *const *)a;
    const struct grant *other = *(struct grant *const *)b;

    return compare(one->updated_at, other->updated_at, one, other);
}

void grants_sort(struct grants *grants)
{
    if (grants->n == 0)
        return;
    qsort(grants->by_created, grants->n, sizeof(*grants->by_created),
          compare_created);
    qsort(grants->by_updated, grants->n, sizeof(*grants->by_updated),
          compare_updated);
}

struct grant *grants_create(struct grants *grants)
{
    int64_t newest = FIRST_MOMENT;

    if (grants->ngenerated >= GENERATED_MAX)
        return NULL;
    if (grants->n > 0) {
        int64_t created = grants->by_created[grants->n - 1]->created_at;
        int64_t updated = grants->by_updated[grants->n - 1]->updated_at;

        newest = created > updated ? created : updated;
    }
    return generate(grants, newest + 1);
}

struct grant *grants_find(const struct grants *grants, struct ggp_text id)
{
    size_t i;

    for (i = 0; i < grants->n; i++) {
        struct grant *grant = grants->by_created[i];

        if (!grant->is_gone && ggp_text_compare(grant->id, id) == 0)
            return grant;
    }
    return NULL;
}

void grants_free(struct grants *grants)
{
    ggp_arena_free(&grants->arena);
    free(grants->by_created);
    free(grants->by_updated);
}
