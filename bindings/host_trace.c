/* SPDX-License-Identifier: MIT */
/* host_trace.c - a note for every layer that was asked, as JSON. */
#include "host.h"

static const char *question_name(const struct ggl_asking *asking,
                                 const struct ggl_answer *answer)
{
    if (asking->question == GGL_EVALUATE)
        return answer->is_mandate ? "mandate.evaluate" : "evaluate";
    return answer->is_mandate ? "mandate.connect" : "connect";
}

void ggp_trace_add(gg_session *session, const struct ggl_asking *asking,
                   const struct ggl_answer *answer, int said)
{
    struct ggp_buf *trace = &session->trace;

    if (!session->options.trace)
        return;
    if (trace->len == 0)
        ggp_buf_char(trace, '[');
    ggp_json_comma(trace);
    ggp_buf_char(trace, '{');
    ggp_json_member(trace, "policy", answer->policy);
    ggp_json_member(trace, "question", question_name(asking, answer));
    ggp_json_member(trace, "rule", answer->rule);
    ggp_json_key(trace, "answer");
    if (said < 0)
        ggp_json_string(trace, "error");
    else if (said == 0)
        ggp_buf_string(trace, "null");
    else if (asking->question == GGL_EVALUATE)
        ggp_json_string(trace, gg_action_name(answer->opinion.action));
    else
        ggp_connect_json(trace, &answer->opinion.connect);
    ggp_buf_char(trace, '}');
}

const char *ggp_trace_take(gg_session *session)
{
    struct ggp_buf *trace = &session->trace;

    if (!session->options.trace)
        return NULL;
    if (trace->len == 0)
        ggp_buf_char(trace, '[');
    ggp_buf_char(trace, ']');
    return ggp_session_keep(session, trace);
}
