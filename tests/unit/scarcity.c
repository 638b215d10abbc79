/* SPDX-License-Identifier: MIT */
/* scarcity.c - memory that runs out when a test says so. */
#include "scarcity.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <yyjson.h>

/* The linker's names: __wrap_x is called in the place of x, which is
 * __real_x. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *ptr, size_t size);
void __real_free(void *ptr);
yyjson_alc *__real_yyjson_alc_dyn_new(void);
yyjson_mut_doc *__real_yyjson_mut_doc_new(const yyjson_alc *alc);
EVP_MD_CTX *__real_EVP_MD_CTX_new(void);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void __wrap_free(void *ptr);
yyjson_alc *__wrap_yyjson_alc_dyn_new(void);
yyjson_mut_doc *__wrap_yyjson_mut_doc_new(const yyjson_alc *alc);
EVP_MD_CTX *__wrap_EVP_MD_CTX_new(void);

/* Set by the test's thread while no other runs; the library's threads count. */
static atomic_int is_scarce;
static enum scarcity kind;
static atomic_long left;
static atomic_long refused;
static atomic_long blocks;

/* The functions of an allocator of yyjson, whose memory is not malloc's: the
 * same for all of its kind. */
static yyjson_alc growing;
static pthread_once_t growing_once = PTHREAD_ONCE_INIT;

void scarcity_begin(enum scarcity how, long n)
{
    kind = how;
    atomic_store(&left, n);
    atomic_store(&refused, 0);
    atomic_store(&is_scarce, 1);
}

void scarcity_end(void)
{
    atomic_store(&is_scarce, 0);
}

long scarcity_refused(void)
{
    return atomic_load(&refused);
}

long scarcity_blocks(void)
{
    return atomic_load(&blocks);
}

static int refuses(void)
{
    long n;

    if (!atomic_load_explicit(&is_scarce, memory_order_relaxed))
        return 0;
    n = atomic_fetch_sub(&left, 1);
    if (n > 0 || (n < 0 && kind == SCARCITY_ONE))
        return 0;
    atomic_fetch_add(&refused, 1);
    return 1;
}

/* Count @ptr, a new block unless NULL. */
static void *counted(void *ptr)
{
    if (ptr)
        atomic_fetch_add_explicit(&blocks, 1, memory_order_relaxed);
    return ptr;
}

void *__wrap_malloc(size_t size)
{
    return refuses() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refuses() ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *ptr, size_t size)
{
    void *fresh;

    if (refuses())
        return NULL;
    fresh = __real_realloc(ptr, size);
    return ptr ? fresh : counted(fresh);
}

void __wrap_free(void *ptr)
{
    if (ptr)
        atomic_fetch_sub_explicit(&blocks, 1, memory_order_relaxed);
    __real_free(ptr);
}

/* --- yyjson --- */

static void *grow_malloc(void *context, size_t size)
{
    return refuses() ? NULL : growing.malloc(context, size);
}

static void *grow_realloc(void *context, void *ptr, size_t old, size_t size)
{
    return refuses() ? NULL : growing.realloc(context, ptr, old, size);
}

static void learn_growing(void)
{
    yyjson_alc *alc = __real_yyjson_alc_dyn_new();

    if (!alc)
        abort();
    growing = *alc;
    yyjson_alc_dyn_free(alc);
}

yyjson_alc *__wrap_yyjson_alc_dyn_new(void)
{
    yyjson_alc *alc;

    pthread_once(&growing_once, learn_growing);
    alc = refuses() ? NULL : __real_yyjson_alc_dyn_new();
    if (!alc)
        return NULL;
    alc->malloc = grow_malloc;
    alc->realloc = grow_realloc;
    return alc;
}

static void *plain_malloc(void *context, size_t size)
{
    (void)context;
    return __wrap_malloc(size);
}

static void *plain_realloc(void *context, void *ptr, size_t old, size_t size)
{
    (void)context;
    (void)old;
    return __wrap_realloc(ptr, size);
}

static void plain_free(void *context, void *ptr)
{
    (void)context;
    __wrap_free(ptr);
}

yyjson_mut_doc *__wrap_yyjson_mut_doc_new(const yyjson_alc *alc)
{
    static const yyjson_alc plain = {plain_malloc, plain_realloc, plain_free,
                                     NULL};

    return __real_yyjson_mut_doc_new(alc ? alc : &plain);
}

/* --- OpenSSL --- */

EVP_MD_CTX *__wrap_EVP_MD_CTX_new(void)
{
    return refuses() ? NULL : __real_EVP_MD_CTX_new();
}
