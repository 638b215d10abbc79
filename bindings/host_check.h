/* SPDX-License-Identifier: MIT */
/*
 * host_check.h - the linter of policy sets: what the files that look at one
 * share.
 *
 * They look at compiled rules, never at the text.  A function is opaque: it
 * may hold or not, answer or not, and nothing is claimed of it.
 */
#ifndef GGL_HOST_CHECK_H
#define GGL_HOST_CHECK_H

#include "host_test.h"

/* What the walks saw of one rule. */
struct ggl_mark {
    int is_possible; /* its condition held, or may have */
    int is_reached;  /* and nobody had answered before */
    unsigned used;   /* bits of connect fields that were still open */
    unsigned loops;  /* bits of verdicts: see note_loop() */
    const struct ggl_policy *before_policy; /* who answered before it */
    const struct ggl_rule *before;
    int is_before_varied; /* more than one did */
};

struct ggl_layer {
    int is_asked;
    struct ggl_mark *marks[2][GGL_NQUESTIONS]; /* 1: mandates */
};

/* One look at a set. */
struct ggl_check {
    gg_policies *policies;
    struct ggl_sources tests;
    size_t *ncases;         /* by test */
    struct ggp_arena arena; /* of all that follows; look at its `failed` */
    struct gg_finding *findings;
    size_t nfindings;
    size_t max_findings;
    struct ggl_layer *layers; /* by policy */
    unsigned silent;          /* verdicts nobody has an opinion on, as bits */
};

/* --- host_finding.c --- */

/* Note that what @spot holds is to be looked at. */
void ggp_finding_add(struct ggl_check *check, const char *name,
                     struct ggl_spot spot, const char *format, ...)
    GGP_FORMAT(4, 5);

/* Note that a file does not load: take() of ggl_complaints. */
void ggp_finding_take(void *check, const struct gg_error *err);

/* By file, line, name; no two alike. */
void ggp_findings_report(struct ggl_check *check, gg_finding_fn report,
                         void *payload);

/* --- host_situation.c: questions that stand for many --- */

/*
 * A grant or request of which only some fields are known.  All situations of
 * a provider together stand for each of its questions.
 */
struct ggl_situation {
    const struct ggp_subject *subject;
    uint32_t known; /* bits by field of the subject */
    struct ggp_grant grant;
    struct ggp_request request;
};

/* Fill situation number @index of @provider (absent: a page where the user
 * picks).  Returns 0 past the last. */
int ggp_situation_at(struct ggl_situation *situation,
                     enum ggl_question question, struct ggp_text provider,
                     size_t index);

enum ggl_truth { GGL_NEVER, GGL_MAYBE, GGL_CERTAIN };

/* Whether @rule holds in @situation. */
enum ggl_truth ggp_situation_holds(const struct ggl_situation *situation,
                                   const struct ggl_rule *rule);

/* Provider number @index: those of Nylas, then one for any other, then
 * absent. */
struct ggp_text ggp_situation_provider(size_t index);

/* Whether Nylas has @provider. */
int ggp_provider_exists(struct ggp_text provider);

/* --- host_cover.c: conditions that say the same, or less --- */

/* Whether all that @narrow matches, @wide matches too. */
int ggp_rule_covers(const struct ggl_rule *wide, const struct ggl_rule *narrow);

/* --- host_reach.c --- */

const struct ggl_part *ggp_policy_part(const struct ggl_policy *policy,
                                       int is_mandate,
                                       enum ggl_question question);

/* The connect fields of @rule's constant answer, as bits. */
unsigned ggp_rule_fields(const struct ggl_rule *rule);

/* Fill check->layers and check->silent. */
void ggp_check_reach(struct ggl_check *check);

/* --- the looks: each adds its findings --- */

void ggp_check_unreached(struct ggl_check *check); /* host_unreached.c */
void ggp_check_rules(struct ggl_check *check);     /* host_advice.c */
void ggp_check_files(struct ggl_check *check);     /* host_upkeep.c */

#endif
