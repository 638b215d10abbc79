/* SPDX-License-Identifier: MIT */
/*
 * arena.c - memory given back all at once.
 *
 * A chain of blocks, of which those up to `current` are in use.  A reset
 * starts over at the first, so a session that answers the same kind of
 * question allocates nothing after the first few.  `failed` is forgotten by
 * a reset: one question that ran out of memory does not spoil the next.
 */
#include "private.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)4096)
#define ALIGNMENT   alignof(max_align_t)

struct ggp_block {
    struct ggp_block *next;
    size_t size; /* of what follows the header */
    size_t used;
};

/* Where the bytes begin: the header, rounded up. */
#define HEADER                                                                 \
    ((sizeof(struct ggp_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

static struct ggp_block *new_block(size_t size)
{
    size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
    struct ggp_block *block = malloc(HEADER + room);

    if (!block)
        return NULL;
    block->next = NULL;
    block->size = room;
    block->used = 0;
    return block;
}

/*
 * Make `current` a block with @size bytes to spare.  Blocks after the current
 * one are left from before a reset; those too small are dropped rather than
 * passed over, so that the chain stays as long as one question needs.
 */
static int make_room(struct ggp_arena *arena, size_t size)
{
    struct ggp_block **link;
    struct ggp_block *next;

    link = arena->current ? &arena->current->next : &arena->first;
    while (*link && (*link)->size < size) {
        next = (*link)->next;
        free(*link);
        *link = next;
    }
    if (!*link)
        *link = new_block(size);
    if (!*link)
        return 0;
    arena->current = *link;
    arena->current->used = 0;
    return 1;
}

void *ggp_arena_alloc(struct ggp_arena *arena, size_t size)
{
    size_t whole;
    char *at;

    if (arena->failed || size > SIZE_MAX / 2) {
        arena->failed = 1;
        return NULL;
    }
    whole = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!arena->current ||
        whole > arena->current->size - arena->current->used) {
        if (!make_room(arena, whole)) {
            arena->failed = 1;
            return NULL;
        }
    }
    at = (char *)arena->current + HEADER + arena->current->used;
    arena->current->used += whole;
    arena->bytes += whole;
    memset(at, 0, whole);
    return at;
}

char *ggp_arena_copy(struct ggp_arena *arena, const char *text, size_t len)
{
    char *copy;

    if (!text)
        return NULL;
    if (len == SIZE_MAX) {
        arena->failed = 1;
        return NULL;
    }
    copy = ggp_arena_alloc(arena, len + 1);
    if (copy && len > 0)
        memcpy(copy, text, len);
    return copy;
}

char *ggp_arena_string(struct ggp_arena *arena, const char *text)
{
    return text ? ggp_arena_copy(arena, text, strlen(text)) : NULL;
}

void ggp_arena_reset(struct ggp_arena *arena)
{
    arena->current = arena->first;
    if (arena->current)
        arena->current->used = 0;
    arena->bytes = 0;
    arena->failed = 0;
}

void ggp_arena_free(struct ggp_arena *arena)
{
    struct ggp_block *block = arena->first;

    while (block) {
        struct ggp_block *next = block->next;

        free(block);
        block = next;
    }
    memset(arena, 0, sizeof(*arena));
}
