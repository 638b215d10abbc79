/* SPDX-License-Identifier: MIT */
/* live_sets.h - two policy sets that take turns, and what each answers. */
#ifndef LIVE_SETS_H
#define LIVE_SETS_H

#include "policy_set.h"

/* What is asked: of rules in C, of code, of layers for a link, of code that
 * fails. */
enum { LIVE_RULE, LIVE_CODE, LIVE_LINK, LIVE_FAILS, LIVE_NGRANTS };

extern const char *const live_grants[LIVE_NGRANTS];

/* Folders: of the two sets, and of one that does not load. */
enum { LIVE_BROKEN = 2, LIVE_NFOLDERS };

struct live_sets {
    gg_policies *sets[2];
    const char *digests[2]; /* outlive the sets */
    char digest_texts[2][65];
    char folders[LIVE_NFOLDERS][64];
    char *records[2][LIVE_NGRANTS]; /* what each set says by itself */
    gg_live *live;                  /* the first is in force */
};

void live_sets_open(struct live_sets *sets);
void live_sets_free(struct live_sets *sets);

/* A session on sets->live, that traces; the caller closes it. */
gg_session *live_sets_follow(struct live_sets *sets);

/* Decide about a grant, which must work. */
const struct gg_decision *live_sets_decide(gg_session *session, int grant);

/*
 * Ask about a grant and compare the answer, all of it, with that of the set
 * which the session says decided.  NULL, or what is wrong.  May be called from
 * any thread.
 */
const char *live_sets_ask(const struct live_sets *sets, gg_session *session,
                          int grant);

#endif
