/* SPDX-License-Identifier: MIT */
/*
 * report_counts.c - what the records come to.
 *
 * Sign-in links are kept as the rows they become, the first few of them: who
 * has more takes them from the records.
 */
#include "report.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_SHOWN 50

int report_counts_open(struct report_counts *counts)
{
    if (ranking_open(&counts->providers) != 0 ||
        ranking_open(&counts->tenants) != 0 ||
        ranking_open(&counts->incomplete) != 0 ||
        ranking_open(&counts->reasons) != 0 ||
        ranking_open(&counts->linkless) != 0)
        return -1;
    counts->links = open_memstream(&counts->link_text, &counts->link_len);
    return counts->links ? 0 : -1;
}

void report_counts_close(struct report_counts *counts)
{
    ranking_close(&counts->providers);
    ranking_close(&counts->tenants);
    ranking_close(&counts->incomplete);
    ranking_close(&counts->reasons);
    ranking_close(&counts->linkless);
    if (counts->links)
        fclose(counts->links);
    free(counts->link_text);
}

/* Count something wrong in @record; the first few are kept. */
static void add_error(struct report_errors *errors,
                      const struct gg_record *record, const char *grant_id,
                      const char *message)
{
    struct report_example *example;

    if (errors->count++ >= REPORT_EXAMPLES)
        return;
    example = &errors->examples[errors->count - 1];
    snprintf(example->file, sizeof(example->file), "%s", record->file);
    example->line = record->line;
    snprintf(example->grant_id, sizeof(example->grant_id), "%s",
             grant_id ? grant_id : "");
    snprintf(example->message, sizeof(example->message), "%s",
             message ? message : "");
}

static void add_link(struct report_counts *counts,
                     const struct gg_decision *decision)
{
    FILE *page = counts->links;

    if (counts->nlinks++ >= REPORT_LINKS)
        return;
    fputs("<tr>", page);
    markup_name(page, decision->grant_id ? decision->grant_id : "(none)");
    markup_text_cell(page, decision->tenant);
    markup_text_cell(page, decision->provider);
    markup_text_cell(page, decision->reason);
    markup_link(page, decision->auth_url);
    fputs("</tr>\n", page);
}

static void add_all(struct ranking_row *all, const struct gg_decision *decision)
{
    all->total++;
    all->actions[decision->action]++;
    all->smtp[decision->smtp]++;
}

void report_counts_add(struct report_counts *counts,
                       const struct gg_record *record)
{
    const struct gg_decision *decision = record->decision;

    if (!decision) {
        add_error(&counts->bad, record, NULL, record->problem);
        return;
    }
    add_all(&counts->all, decision);
    ranking_add(&counts->providers, decision->provider, decision);
    ranking_add(&counts->tenants, decision->tenant, decision);
    if (decision->smtp == GG_SMTP_INCOMPLETE)
        ranking_add(&counts->incomplete, decision->tenant, decision);
    if (decision->action == GG_ERROR)
        add_error(&counts->errors[decision->error], record, decision->grant_id,
                  decision->error_message);
    else
        ranking_add(&counts->reasons, decision->reason, decision);
    if (decision->action == GG_REAUTH && decision->auth_url)
        add_link(counts, decision);
    else if (decision->action == GG_REAUTH)
        ranking_add(&counts->linkless, decision->auth_url_missing, decision);
}

int report_counts_finish(struct report_counts *counts)
{
    size_t total = offsetof(struct ranking_row, total);

    ranking_finish(&counts->providers, total, ROWS_SHOWN);
    ranking_finish(&counts->tenants, total, ROWS_SHOWN);
    ranking_finish(&counts->incomplete, total, ROWS_SHOWN);
    ranking_finish(&counts->reasons, total, ROWS_SHOWN);
    ranking_finish(&counts->linkless, total, ROWS_SHOWN);
    return fflush(counts->links) == 0 && !ferror(counts->links) ? 0 : -1;
}
