/* SPDX-License-Identifier: MIT */
/*
 * scarcity.h - memory that runs out when a test says so.
 *
 * The linker leads what the library asks of malloc() and its kin, and of the
 * libraries that allocate for it, through here (--wrap in tests.mk); sanitizers
 * see the same calls as ever.  Nothing is refused until a test asks for it.
 */
#ifndef SCARCITY_H
#define SCARCITY_H

/* Which requests are refused. */
enum scarcity {
    SCARCITY_ONE,  /* one, so that trying again goes well */
    SCARCITY_LASTS /* that one and all that follow */
};

/* Refuse from the request after the next @n on. */
void scarcity_begin(enum scarcity kind, long n);

/* Refuse nothing any more. */
void scarcity_end(void);

/* How many requests were refused since the beginning. */
long scarcity_refused(void);

/* How many blocks the library holds. */
long scarcity_blocks(void);

/* From one request that is refused to the next, where each is tried in turn:
 * a sanitizer makes that so slow that it sees a part of them. */
#ifdef SANITIZED
#define SCARCITY_STRIDE 23
#else
#define SCARCITY_STRIDE 1
#endif

#endif
