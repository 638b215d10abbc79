/* SPDX-License-Identifier: MIT */
/*
 * reference.h - what a condition means, over plain data.
 *
 * Written from what the policy guide says of `when`, with nothing of the
 * library: slow, and plain enough to be believed.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stddef.h>
#include <stdint.h>

enum plain_kind {
    PLAIN_NULL, /* absent is the same */
    PLAIN_TEXT,
    PLAIN_NUMBER,
    PLAIN_BOOLEAN,
    PLAIN_LIST,
    PLAIN_OBJECT
};

#define PLAIN_BYTES   48
#define PLAIN_MEMBERS 32

struct plain {
    enum plain_kind kind;
    char text[PLAIN_BYTES];
    size_t len;
    int64_t whole; /* a number is whole + thousandths / 1000 … */
    int thousandths;
    int is_real; /* … written as a real or as an integer */
    int truth;
    const char *keys[PLAIN_MEMBERS]; /* of an object */
    const struct plain *members[PLAIN_MEMBERS];
    size_t nmembers;
};

#define ENTRY_VALUES 4

/* One entry of a condition: a dotted field, and values any of which may be. */
struct entry {
    char key[64];
    struct plain values[ENTRY_VALUES];
    size_t nvalues;
};

/* What a policy sees in field @key of @grant, whose members are its fields.
 * Returns NULL if there is nothing.  What it returns may be one static. */
const struct plain *reference_field(const struct plain *grant, const char *key);

/* Whether every one of @entries holds for @grant. */
int reference_holds(const struct plain *grant, const struct entry *entries,
                    size_t nentries);

#endif
