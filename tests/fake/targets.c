/* SPDX-License-Identifier: MIT */
/*
 * targets.c - how often each target was asked for, and when it may be again.
 *
 * A hash table that grows.  Two targets with one hash would be taken for one:
 * with 64 bits that does not happen.
 */
#include "fake.h"

#include <stdlib.h>

#define FIRST_CAP ((size_t)1024)

static struct target *slot_of(const struct targets *targets, uint64_t hash)
{
    size_t i = (size_t)hash & (targets->cap - 1);

    while (targets->all[i].hash && targets->all[i].hash != hash)
        i = (i + 1) & (targets->cap - 1);
    return &targets->all[i];
}

static void grow(struct targets *targets)
{
    struct targets wider = {.n = targets->n};
    size_t i;

    wider.cap = targets->cap ? targets->cap * 2 : FIRST_CAP;
    wider.all = not_null(calloc(wider.cap, sizeof(*wider.all)));
    for (i = 0; i < targets->cap; i++) {
        if (targets->all[i].hash)
            *slot_of(&wider, targets->all[i].hash) = targets->all[i];
    }
    free(targets->all);
    *targets = wider;
}

struct target *targets_find(struct targets *targets, struct ggp_text text)
{
    uint64_t hash = hash_add(1, text) | 1;
    struct target *target;

    if (targets->n >= targets->cap / 2)
        grow(targets);
    target = slot_of(targets, hash);
    if (!target->hash) {
        target->hash = hash;
        targets->n++;
    }
    return target;
}

void targets_free(struct targets *targets)
{
    free(targets->all);
}
