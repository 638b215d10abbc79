/* SPDX-License-Identifier: MIT */
/* host_trace.h - how an answer came about: host_rule.c, host_trace.c. */
#ifndef GGL_HOST_TRACE_H
#define GGL_HOST_TRACE_H

#include "host.h"

/* --- host_rule.c: the rules of a set, numbered --- */

/* What is asked of a layer, as traces name it. */
const char *ggp_question_name(enum ggl_question question, int is_mandate);

/* Fill the identity of each rule of the loaded @policies, and list them. */
gg_status ggp_rules_list(gg_policies *policies, struct gg_error *err);

/* --- host_trace.c: the layers that were asked --- */

/* Each layer and its mandate, for two questions: a reauth asks connect too. */
#define GGL_MAX_STEPS ((size_t)4 * GGL_MAX_CHAIN)

/* All but ggp_trace_take() do nothing unless the session traces. */

/* Make room; GG_ENOMEM. */
gg_status ggp_trace_open(gg_session *session, struct gg_error *err);
void ggp_trace_start(gg_session *session);

/* Note what a layer said: 1, 0 for nothing, -1 for an error. */
void ggp_trace_add(gg_session *session, const struct ggl_asking *asking,
                   const struct ggl_answer *answer, int said);

/* Note the fields of a sign-in, whose origins are in session->from. */
void ggp_trace_fields(gg_session *session, const struct gg_connect *connect);

/* The steps so far as the JSON of records, in the question's arena; NULL
 * unless tracing. */
const char *ggp_trace_take(gg_session *session);

#endif
