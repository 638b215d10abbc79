/* SPDX-License-Identifier: MIT */
/*
 * host_trace.c - a note for every layer that was asked.
 *
 * One list of steps serves the trace of records and whoever explains an
 * answer.
 */
#include "host_trace.h"

#include <stdlib.h>
#include <string.h>

gg_status ggp_trace_open(gg_session *session, struct gg_error *err)
{
    if (!session->options.trace)
        return GG_OK;
    session->steps = calloc(GGL_MAX_STEPS, sizeof(*session->steps));
    if (!session->steps)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    session->explanation.steps = session->steps;
    session->explanation.fields = session->fields;
    return GG_OK;
}

void ggp_trace_start(gg_session *session)
{
    session->explanation.nsteps = 0;
    session->explanation.nfields = 0;
}

/* What a layer said, as JSON in the question's arena. */
static const char *answer_json(gg_session *session,
                               const struct ggl_asking *asking,
                               const struct ggl_answer *answer, int said)
{
    struct ggp_buf *buf = &session->text;

    if (said == 0)
        return "null";
    ggp_buf_clear(buf);
    if (said < 0)
        ggp_json_string(buf, "error");
    else if (asking->question == GGL_EVALUATE)
        ggp_json_string(buf, gg_action_name(answer->opinion.action));
    else
        ggp_connect_json(buf, &answer->opinion.connect);
    return ggp_session_keep(session, buf);
}

void ggp_trace_add(gg_session *session, const struct ggl_asking *asking,
                   const struct ggl_answer *answer, int said)
{
    struct gg_explanation *explanation = &session->explanation;
    struct gg_step step = {
        .policy = answer->policy,
        .question = ggp_question_name(asking->question, answer->is_mandate),
        .said = GG_SAID_NOTHING,
        .rule = answer->rule};

    if (!session->options.trace || explanation->nsteps == GGL_MAX_STEPS)
        return;
    if (said != 0)
        step.said = said > 0 ? GG_SAID_ANSWER : GG_SAID_ERROR;
    step.answer = answer_json(session, asking, answer, said);
    session->steps[explanation->nsteps++] = step;
}

void ggp_trace_fields(gg_session *session, const struct gg_connect *connect)
{
    struct gg_explanation *explanation = &session->explanation;
    struct ggp_buf *buf = &session->text;
    int i;

    if (!session->options.trace)
        return;
    for (i = 0; i < GGP_CONNECT_NFIELDS; i++) {
        struct gg_field *field = &session->fields[explanation->nfields];

        if (!ggp_connect_is_set(connect, i))
            continue;
        ggp_buf_clear(buf);
        ggp_connect_value(buf, connect, i);
        field->name = ggp_connect_info[i].name;
        field->value = ggp_session_keep(session, buf);
        field->origin = session->from[i];
        explanation->nfields++;
    }
}

const char *ggp_trace_take(gg_session *session)
{
    struct ggp_buf *buf = &session->text;
    size_t i;

    if (!session->options.trace)
        return NULL;
    ggp_buf_clear(buf);
    ggp_buf_char(buf, '[');
    for (i = 0; i < session->explanation.nsteps; i++) {
        const struct gg_step *step = &session->steps[i];

        ggp_json_comma(buf);
        ggp_buf_char(buf, '{');
        ggp_json_member(buf, "policy", step->policy);
        ggp_json_member(buf, "question", step->question);
        ggp_json_member(buf, "rule", step->rule ? step->rule->name : NULL);
        ggp_json_key(buf, "answer");
        ggp_buf_string(buf, step->answer ? step->answer : "null");
        ggp_buf_char(buf, '}');
    }
    ggp_buf_char(buf, ']');
    return ggp_session_keep(session, buf);
}

const struct gg_explanation *gg_session_explanation(const gg_session *session)
{
    return &session->explanation;
}
