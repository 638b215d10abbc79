/* SPDX-License-Identifier: MIT */
/* change.c - one grant about which two policy folders disagree, shown. */
#include "show.h"

static void print_side(FILE *stream, const struct gg_decision *decision)
{
    char clean[1024];

    fputs(gg_action_name(decision->action), stream);
    if (decision->action == GG_ERROR)
        fprintf(stream, " %s", gg_status_token(decision->error));
    if (decision->reason)
        fprintf(stream, " %s",
                escape_terminal(clean, sizeof(clean), decision->reason));
    if (decision->policy)
        fprintf(stream, " (%s%s%s)",
                escape_terminal(clean, sizeof(clean), decision->policy),
                decision->rule ? " " : "",
                decision->rule ? decision->rule : "");
}

void change_print(FILE *stream, const struct gg_pair *pair)
{
    const struct gg_decision *before = pair->before;
    char clean[1024];
    size_t i;

    fputs(before->grant_id
              ? escape_terminal(clean, sizeof(clean), before->grant_id)
              : "(no id)",
          stream);
    if (before->provider)
        fprintf(stream, " %s",
                escape_terminal(clean, sizeof(clean), before->provider));
    if (before->tenant)
        fprintf(stream, " of %s",
                escape_terminal(clean, sizeof(clean), before->tenant));
    fputs(": ", stream);
    print_side(stream, before);
    fputs(" -> ", stream);
    print_side(stream, pair->after);
    fputs("; differs in", stream);
    for (i = 0; pair->fields[i]; i++)
        fprintf(stream, "%s %s", i > 0 ? "," : "", pair->fields[i]);
    fputc('\n', stream);
}

/* Add a side's record; 0, or -1 with @err filled. */
static int add_side(struct json *json, const char *key,
                    const struct gg_decision *decision, struct gg_error *err)
{
    char *record = NULL;

    if (gg_decision_record(decision, &record, err) != GG_OK)
        return -1;
    json_raw(json, key, record);
    gg_free(record);
    return 0;
}

gg_status change_json(FILE *stream, const struct gg_pair *pair,
                      struct gg_error *err)
{
    struct json json = {stream, 0};
    size_t i;

    json_text(&json, "file", pair->file);
    if (pair->line > 0)
        json_number(&json, "line", pair->line);
    json_text(&json, "grant_id", pair->before->grant_id);
    json_text(&json, "tenant", pair->before->tenant);
    json_text(&json, "provider", pair->before->provider);
    json_key(&json, "fields");
    for (i = 0; pair->fields[i]; i++) {
        fputc(i == 0 ? '[' : ',', stream);
        escape_json(stream, pair->fields[i]);
    }
    fputc(']', stream);
    if (add_side(&json, "before", pair->before, err) != 0 ||
        add_side(&json, "after", pair->after, err) != 0)
        return err->status;
    json_end(&json);
    fputc('\n', stream);
    return GG_OK;
}
