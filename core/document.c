/* SPDX-License-Identifier: MIT */
/*
 * document.c - reading JSON strictly.
 *
 * yyjson does the parsing, by RFC 8259 and without recursion, but accepts any
 * depth and duplicate keys.  One pass over its result refuses both.  That pass
 * runs for every grant of a batch: it allocates nothing and touches each value
 * at most once and each key twice.
 *
 * It uses yyjson's unchecked accessors and relies on the layout it documents
 * for what it reads: the values of a document are one array in the order of
 * the text, and a container knows where the value after it lies.
 *
 * The allocator keeps memory from one read to the next and is not
 * thread-safe, so a document belongs to one thread.
 */
#include "private.h"

#include <stdlib.h>
#include <string.h>

#define FEW_MEMBERS 32
#define KEY_SHOWN   64

/* --- duplicate keys ------------------------------------------------------- */

/* A byte that keys which differ rarely share. */
static unsigned key_mark(yyjson_val *key)
{
    const unsigned char *at = (const unsigned char *)unsafe_yyjson_get_str(key);
    size_t len = unsafe_yyjson_get_len(key);

    /* A NUL follows the text, so these are there even when it is empty. */
    return ((unsigned)len * 37U + at[0] * 7U + at[len / 2] * 13U +
            at[len * 3 / 4] * 31U) &
           255U;
}

static int is_same_key(yyjson_val *a, yyjson_val *b)
{
    size_t len = yyjson_get_len(a);

    return len == yyjson_get_len(b) &&
           memcmp(yyjson_get_str(a), yyjson_get_str(b), len) == 0;
}

/* Whether @key equals one of those before it in @object. */
static int is_repeated(yyjson_val *object, yyjson_val *key)
{
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    yyjson_val *earlier = yyjson_obj_iter_next(&iter);

    while (earlier && earlier != key) {
        if (is_same_key(earlier, key))
            return 1;
        earlier = yyjson_obj_iter_next(&iter);
    }
    return 0;
}

/*
 * The first key that @object, which has few, names again; or NULL.  Keys are
 * compared only when the mark of one was seen before.
 */
static yyjson_val *duplicate_of_few(yyjson_val *object, size_t nkeys)
{
    uint64_t seen[4] = {0};
    yyjson_val *key = unsafe_yyjson_get_first(object);

    for (; nkeys > 0; nkeys--) {
        unsigned mark = key_mark(key);
        uint64_t bit = UINT64_C(1) << (mark & 63U);

        if ((seen[mark >> 6] & bit) && is_repeated(object, key))
            return key;
        seen[mark >> 6] |= bit;
        key = unsafe_yyjson_get_next(key + 1);
    }
    return NULL;
}

static int by_length_and_bytes(const void *left, const void *right)
{
    yyjson_val *a = *(yyjson_val *const *)left;
    yyjson_val *b = *(yyjson_val *const *)right;
    size_t a_len = yyjson_get_len(a);
    size_t b_len = yyjson_get_len(b);

    if (a_len != b_len)
        return a_len < b_len ? -1 : 1;
    return memcmp(yyjson_get_str(a), yyjson_get_str(b), a_len);
}

/* The same for up to GGP_MAX_MEMBERS, by sorting: never quadratic. */
static yyjson_val *duplicate_of_many(yyjson_val *object)
{
    yyjson_val *keys[GGP_MAX_MEMBERS];
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    size_t nkeys = yyjson_obj_size(object);
    size_t i;

    for (i = 0; i < nkeys; i++)
        keys[i] = yyjson_obj_iter_next(&iter);
    qsort(keys, nkeys, sizeof(keys[0]), by_length_and_bytes);
    for (i = 1; i < nkeys; i++) {
        if (is_same_key(keys[i - 1], keys[i]))
            return keys[i];
    }
    return NULL;
}

/* Keys come from anywhere: name only one that is short and harmless. */
static gg_status fail_duplicate(yyjson_val *key, struct gg_error *err)
{
    const char *text = yyjson_get_str(key);
    size_t len = yyjson_get_len(key);
    size_t i;

    for (i = 0; i < len && i < KEY_SHOWN; i++) {
        if (text[i] < 0x20 || text[i] > 0x7e)
            break;
    }
    if (i < len)
        return ggp_fail(err, GG_EDUPLICATE, "an object names a key twice");
    return ggp_fail(err, GG_EDUPLICATE,
                    "an object names the key \"%.*s\" twice", (int)len, text);
}

static gg_status check_object(yyjson_val *object, struct gg_error *err)
{
    size_t nkeys = yyjson_obj_size(object);
    yyjson_val *key;

    if (nkeys > GGP_MAX_MEMBERS)
        return ggp_fail(err, GG_EJSON, "an object has more than %d members",
                        GGP_MAX_MEMBERS);
    key = nkeys <= FEW_MEMBERS ? duplicate_of_few(object, nkeys)
                               : duplicate_of_many(object);
    return key ? fail_duplicate(key, err) : GG_OK;
}

/* --- the pass ------------------------------------------------------------- */

/* Whether there is nothing inside @container but scalars and what is empty:
 * then the values that count, two for each member of an object, are all that
 * is before its end. */
static int is_flat(yyjson_val *container)
{
    size_t n = unsafe_yyjson_get_len(container);

    if (unsafe_yyjson_is_obj(container))
        n *= 2;
    return unsafe_yyjson_get_next(container) == container + 1 + n;
}

static gg_status check_values(yyjson_doc *doc, int is_loose,
                              struct gg_error *err)
{
    yyjson_val *ends[GGP_MAX_DEPTH]; /* of the containers around `value` */
    yyjson_val *value = yyjson_doc_get_root(doc);
    yyjson_val *end = value + yyjson_doc_get_val_count(doc);
    size_t depth = 0;

    while (value < end) {
        if (!unsafe_yyjson_is_ctn(value)) {
            value++;
            continue;
        }
        while (depth > 0 && value >= ends[depth - 1])
            depth--;
        if (depth == GGP_MAX_DEPTH)
            return ggp_fail(err, GG_EJSON, "the JSON is nested deeper than %d",
                            GGP_MAX_DEPTH);
        if (!is_loose && unsafe_yyjson_is_obj(value)) {
            gg_status status = check_object(value, err);

            if (status != GG_OK)
                return status;
        }
        /* at the last level, what is empty is too deep as well */
        if (depth < GGP_MAX_DEPTH - 1 && is_flat(value)) {
            value = unsafe_yyjson_get_next(value);
        } else {
            ends[depth++] = unsafe_yyjson_get_next(value);
            value++;
        }
    }
    return GG_OK;
}

static gg_status fail_read(const yyjson_read_err *why, struct gg_error *err)
{
    if (why->code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return ggp_fail(err, GG_ENOMEM, "out of memory while reading JSON");
    if (why->code == YYJSON_READ_ERROR_INVALID_PARAMETER)
        return ggp_fail(err, GG_EJSON, "invalid JSON at byte 0: no content");
    return ggp_fail(err, GG_EJSON, "invalid JSON at byte %zu: %s", why->pos,
                    why->msg ? why->msg : "unknown error");
}

/* What is only passed on keeps its digits and its odd bytes: whoever reads it
 * in the end judges those. */
#define LOOSE (YYJSON_READ_NUMBER_AS_RAW | YYJSON_READ_ALLOW_INVALID_UNICODE)

static gg_status read_document(struct ggp_document *document, const char *bytes,
                               size_t len, int is_loose, struct gg_error *err)
{
    yyjson_read_err why = {0};
    gg_status status;

    yyjson_doc_free(document->doc);
    document->doc = NULL;
    if (!document->alc)
        document->alc = yyjson_alc_dyn_new();
    if (!document->alc)
        return ggp_fail(err, GG_ENOMEM, "out of memory while reading JSON");
    /* The cast is yyjson's wish: only the in-situ flag makes it write. */
    document->doc = yyjson_read_opts((char *)(uintptr_t)bytes, len,
                                     is_loose ? LOOSE : 0, document->alc, &why);
    if (!document->doc)
        return fail_read(&why, err);
    status = check_values(document->doc, is_loose, err);
    if (status != GG_OK) {
        yyjson_doc_free(document->doc);
        document->doc = NULL;
    }
    return status;
}

gg_status ggp_document_read(struct ggp_document *document, const char *bytes,
                            size_t len, struct gg_error *err)
{
    return read_document(document, bytes, len, 0, err);
}

gg_status ggp_document_read_loosely(struct ggp_document *document,
                                    const char *bytes, size_t len,
                                    struct gg_error *err)
{
    return read_document(document, bytes, len, 1, err);
}

yyjson_val *ggp_document_root(const struct ggp_document *document)
{
    return yyjson_doc_get_root(document->doc);
}

void ggp_document_free(struct ggp_document *document)
{
    yyjson_doc_free(document->doc);
    if (document->alc)
        yyjson_alc_dyn_free(document->alc);
    document->doc = NULL;
    document->alc = NULL;
}
