/* SPDX-License-Identifier: MIT */
/*
 * random_grant.h - grants made up from a seed, for the tests.
 *
 * Each is made twice: as plain data, for the reference, and as what the
 * library reads from JSON.  The same seed makes the same grants everywhere.
 */
#ifndef RANDOM_GRANT_H
#define RANDOM_GRANT_H

#include "private.h"

#include "reference.h"

#define RANDOM_COUNT(array) ((unsigned)(sizeof(array) / sizeof((array)[0])))
#define RANDOM_OF(array)    ((array)[random_below(RANDOM_COUNT(array))])

void random_seed(uint64_t seed);
unsigned random_below(unsigned n);
int random_one_in(unsigned n);

/* Without control characters; blank now and then. */
void random_text(struct plain *text);
void random_number(struct plain *number);

/* What keys there may be in settings and context, and in objects of theirs. */
#define RANDOM_NSETTINGS 9
#define RANDOM_NCONTEXT  6
extern const char *const random_settings[RANDOM_NSETTINGS];
extern const char *const random_context[RANDOM_NCONTEXT];

/* What a policy sees of the next grant, and the grant; its verdict is any.
 * Both live until the next one. */
const struct plain *random_grant(const struct ggp_grant **grant);

/* What the grant was read from. */
const char *random_grant_json(void);

void random_grant_free(void);

#endif
