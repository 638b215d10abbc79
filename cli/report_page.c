/* SPDX-License-Identifier: MIT */
/*
 * report_page.c - the page about a batch.
 *
 * Each chart is a table: its bars show what its numbers say.  Nothing on the
 * page depends on when or where it is made.
 */
#include "report.h"

#include <inttypes.h>
#include <string.h>

#define FILES_SHOWN 20

/* The actions in the order people read them. */
static const enum gg_action actions[] = {GG_ACCEPT, GG_REAUTH, GG_REPAIR,
                                         GG_DEFER,  GG_REJECT, GG_ERROR};

static const char *const meanings[GG_ACTION_COUNT] = {
    [GG_ACCEPT] = "nothing to do",
    [GG_REAUTH] = "the owner is to sign in again",
    [GG_REPAIR] = "all settings can be sent again",
    [GG_DEFER] = "to be asked again later",
    [GG_REJECT] = "not to be used for this tenant",
    [GG_ERROR] = "not decided: no reason to do anything"};

static const char *noun(uint64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

/* --- the top -------------------------------------------------------------- */

static void put_header(FILE *page, const struct report_counts *counts,
                       const struct gg_source *inputs, size_t n)
{
    size_t i;

    fputs("<body>\n<header>\n<h1>", page);
    markup_count(page, counts->all.total);
    fprintf(page, " %s</h1>\n<p>Decisions of grantgate, read from ",
            noun(counts->all.total, "grant", "grants"));
    for (i = 0; i < n && i < FILES_SHOWN; i++) {
        fputs(i > 0 ? ", " : "", page);
        escape_xml(page, strcmp(inputs[i].name, "-") == 0 ? "standard input"
                                                          : inputs[i].name);
    }
    if (n > i)
        fprintf(page, " and %zu more", n - i);
    fputs(".</p>\n</header>\n<main>\n", page);
}

static void put_cards(FILE *page, const struct report_counts *counts)
{
    size_t i;

    fputs("<dl class=\"cards\">\n", page);
    for (i = 0; i < COUNT(actions); i++) {
        const char *name = gg_action_name(actions[i]);

        fprintf(page, "<div class=\"%s\"><dt>%s</dt><dd>", name, name);
        markup_count(page, counts->all.actions[actions[i]]);
        fputs("</dd><dd class=\"soft\">", page);
        markup_share(page, counts->all.actions[actions[i]], counts->all.total);
        fputs("</dd></div>\n", page);
    }
    fputs("</dl>\n", page);
}

/* The first of what is wrong, as items of a list. */
static void put_examples(FILE *page, const struct report_errors *errors)
{
    size_t i;

    for (i = 0; i < REPORT_EXAMPLES && i < errors->count; i++) {
        const struct report_example *example = &errors->examples[i];

        fputs("<li>", page);
        escape_xml(page, example->file);
        fprintf(page, ":%" PRIu64 ": ", example->line);
        if (example->grant_id[0]) {
            escape_xml(page, example->grant_id);
            fputs(": ", page);
        }
        escape_xml(page, example->message);
        fputs("</li>\n", page);
    }
}

static void put_bad(FILE *page, const struct report_errors *bad)
{
    if (bad->count == 0)
        return;
    fputs("<div class=\"warning\" id=\"bad\">\n<p><strong>", page);
    markup_count(page, bad->count);
    fprintf(page, " %s</strong>, and so not counted below:</p>\n<ul>\n",
            noun(bad->count, "line is no record", "lines are no records"));
    put_examples(page, bad);
    fputs("</ul>\n</div>\n", page);
}

/* --- charts --------------------------------------------------------------- */

static void put_actions(FILE *page, const struct report_counts *counts)
{
    size_t i;

    markup_section(page, "actions", "By action");
    markup_table(page, "Grants by action");
    fputs("<thead><tr><th scope=\"col\">action</th><th scope=\"col\">meaning"
          "</th><th scope=\"col\" class=\"n\">grants</th><th scope=\"col\" "
          "class=\"n\">share</th><td></td></tr></thead>\n<tbody>\n",
          page);
    for (i = 0; i < COUNT(actions); i++) {
        const char *name = gg_action_name(actions[i]);
        uint64_t n = counts->all.actions[actions[i]];

        fputs("<tr>", page);
        markup_name(page, name);
        markup_text_cell(page, meanings[actions[i]]);
        markup_count_cell(page, n);
        markup_share_cell(page, n, counts->all.total);
        markup_bar(page, &name, &n, 1, counts->all.total);
        fputs("</tr>\n", page);
    }
    fputs("</tbody>\n", page);
    markup_table_end(page);
    markup_section_end(page);
}

/* The row of one name in a chart of actions, its bar as long as its share in
 * @most. */
static void put_row(FILE *page, const struct ranking_row *row, uint64_t most)
{
    const char *names[COUNT(actions)];
    uint64_t values[COUNT(actions)];
    size_t i;

    fputs("<tr>", page);
    markup_name(page, row->name);
    for (i = 0; i < COUNT(actions); i++) {
        names[i] = gg_action_name(actions[i]);
        values[i] = row->actions[actions[i]];
        markup_count_cell(page, values[i]);
    }
    markup_count_cell(page, row->total);
    markup_bar(page, names, values, COUNT(actions), most);
    fputs("</tr>\n", page);
}

/* The highest total there is. */
static uint64_t highest(const struct ranking *ranking)
{
    const struct ranking_row *row;
    uint64_t most = 0;
    size_t i;

    for (i = 0; (row = ranking_at(ranking, i)) != NULL; i++)
        most = row->total > most ? row->total : most;
    return most;
}

/* A chart of the actions by name. */
static void put_chart(FILE *page, const char *id, const char *heading,
                      const char *column, const struct ranking *ranking)
{
    const struct ranking_row *row;
    size_t i;

    if (!ranking_at(ranking, 0))
        return;
    markup_section(page, id, heading);
    markup_table(page, heading);
    fprintf(page, "<thead><tr><th scope=\"col\">%s</th>", column);
    for (i = 0; i < COUNT(actions); i++)
        fprintf(page, "<th scope=\"col\" class=\"n key %s\">%s</th>",
                gg_action_name(actions[i]), gg_action_name(actions[i]));
    fputs("<th scope=\"col\" class=\"n\">all</th><td></td></tr></thead>\n"
          "<tbody>\n",
          page);
    for (i = 0; (row = ranking_at(ranking, i)) != NULL; i++)
        put_row(page, row, highest(ranking));
    fputs("</tbody>\n", page);
    markup_table_end(page);
    markup_section_end(page);
}

/* --- what is incomplete --------------------------------------------------- */

static void put_verdict(FILE *page, const struct report_counts *counts,
                        enum gg_smtp smtp)
{
    static const char *const colours[GG_SMTP_COUNT] = {
        [GG_SMTP_NONE] = "error",
        [GG_SMTP_COMPLETE] = "accept",
        [GG_SMTP_INCOMPLETE] = "reauth",
        [GG_SMTP_UNKNOWN] = "defer",
        [GG_SMTP_NOT_APPLICABLE] = "accept"};
    const char *name = gg_smtp_name(smtp);
    uint64_t n = counts->all.smtp[smtp];

    fputs("<tr>", page);
    markup_name(page, name ? name : "not judged");
    markup_count_cell(page, n);
    markup_share_cell(page, n, counts->all.total);
    markup_bar(page, &colours[smtp], &n, 1, counts->all.total);
    fputs("</tr>\n", page);
}

static void put_verdicts(FILE *page, const struct report_counts *counts)
{
    enum gg_smtp smtp;

    markup_section(page, "smtp", "Able to send");
    markup_table(page, "Grants by SMTP verdict");
    fputs("<thead><tr><th scope=\"col\">SMTP settings</th><th scope=\"col\" "
          "class=\"n\">grants</th><th scope=\"col\" class=\"n\">share</th>"
          "<td></td></tr></thead>\n<tbody>\n",
          page);
    for (smtp = GG_SMTP_COMPLETE; smtp < GG_SMTP_COUNT; smtp++)
        put_verdict(page, counts, smtp);
    put_verdict(page, counts, GG_SMTP_NONE);
    fputs("</tbody>\n", page);
    markup_table_end(page);
    markup_section_end(page);
}

static void put_incomplete_row(FILE *page, const struct ranking_row *row,
                               uint64_t most)
{
    static const char *const colour = "reauth";
    size_t i;

    fputs("<tr>", page);
    markup_name(page, row->name);
    for (i = 0; i < RANKING_MISSING; i++)
        markup_count_cell(page, row->missing[i]);
    markup_count_cell(page, row->total);
    markup_bar(page, &colour, &row->total, 1, most);
    fputs("</tr>\n", page);
}

static void put_incomplete(FILE *page, const struct report_counts *counts)
{
    const struct ranking *ranking = &counts->incomplete;
    const struct ranking_row *row;
    size_t i;

    if (!ranking_at(ranking, 0))
        return;
    markup_section(page, "incomplete",
                   "Incomplete grants, and what is missing");
    fputs("<p class=\"soft\">A grant may lack several things. Where nothing is "
          "named, a send that failed tells.</p>\n",
          page);
    markup_table(page, "Incomplete grants by tenant, and what is missing");
    fputs("<thead><tr><th scope=\"col\">tenant</th>", page);
    for (i = 0; i + 1 < RANKING_MISSING; i++)
        fprintf(page, "<th scope=\"col\" class=\"n\">%s</th>",
                gg_missing_name(1U << i));
    fputs("<th scope=\"col\" class=\"n\">not named</th><th scope=\"col\" "
          "class=\"n\">incomplete</th><td></td></tr></thead>\n<tbody>\n",
          page);
    for (i = 0; (row = ranking_at(ranking, i)) != NULL; i++)
        put_incomplete_row(page, row, highest(ranking));
    fputs("</tbody>\n", page);
    markup_table_end(page);
    markup_section_end(page);
}

/* --- errors --------------------------------------------------------------- */

static void put_errors(FILE *page, const struct report_counts *counts)
{
    size_t code;

    if (counts->all.actions[GG_ERROR] == 0)
        return;
    markup_section(page, "errors", "Errors");
    markup_table(page, "Errors by code");
    fputs("<thead><tr><th scope=\"col\">code</th><th scope=\"col\" "
          "class=\"n\">grants</th><th scope=\"col\">the first of them</th>"
          "</tr></thead>\n<tbody>\n",
          page);
    for (code = 0; code < COUNT(counts->errors); code++) {
        const struct report_errors *errors = &counts->errors[code];

        if (errors->count == 0)
            continue;
        fputs("<tr>", page);
        markup_name(page, gg_status_token((gg_status)code));
        markup_count_cell(page, errors->count);
        fputs("<td><ul class=\"examples\">\n", page);
        put_examples(page, errors);
        fputs("</ul></td></tr>\n", page);
    }
    fputs("</tbody>\n", page);
    markup_table_end(page);
    markup_section_end(page);
}

/* --- links ---------------------------------------------------------------- */

static void put_link_table(FILE *page, const struct report_counts *counts)
{
    if (counts->nlinks > REPORT_LINKS) {
        fprintf(page, "<p id=\"more\">The first %d of ", REPORT_LINKS);
        markup_count(page, counts->nlinks);
        fputs("; ", page);
        markup_count(page, counts->nlinks - REPORT_LINKS);
        fputs(" more are in the records, as <code>auth_url</code>.</p>\n",
              page);
    }
    markup_table(page, "Sign-in links");
    fputs("<thead><tr><th scope=\"col\">grant</th><th scope=\"col\">tenant</th>"
          "<th scope=\"col\">provider</th><th scope=\"col\">reason</th>"
          "<th scope=\"col\">link</th><td></td></tr></thead>\n<tbody>\n",
          page);
    fwrite(counts->link_text, 1, counts->link_len, page);
    fputs("</tbody>\n", page);
    markup_table_end(page);
}

static void put_linkless(FILE *page, const struct ranking *linkless)
{
    const struct ranking_row *row;
    size_t i;

    if (!ranking_at(linkless, 0))
        return;
    fputs("<p>To sign in again, but without a link:</p>\n<ul "
          "id=\"linkless\">\n",
          page);
    for (i = 0; (row = ranking_at(linkless, i)) != NULL; i++) {
        fputs("<li>", page);
        escape_xml(page, row->name);
        fputs(": ", page);
        markup_count(page, row->total);
        fputs("</li>\n", page);
    }
    fputs("</ul>\n", page);
}

static void put_links(FILE *page, const struct report_counts *counts)
{
    if (counts->all.actions[GG_REAUTH] == 0)
        return;
    markup_section(page, "links", "Sign-in links");
    put_linkless(page, &counts->linkless);
    if (counts->nlinks > 0)
        put_link_table(page, counts);
    markup_section_end(page);
}

int report_page(FILE *page, const struct report_counts *counts,
                const struct gg_source *inputs, size_t n)
{
    if (page_head(page, "grantgate report") != 0)
        return -1;
    put_header(page, counts, inputs, n);
    put_bad(page, &counts->bad);
    if (counts->all.total == 0) {
        fputs("<p>There are no records.</p>\n", page);
    } else {
        put_cards(page, counts);
        put_actions(page, counts);
        put_chart(page, "providers", "By provider", "provider",
                  &counts->providers);
        put_chart(page, "tenants", "By tenant", "tenant", &counts->tenants);
        put_verdicts(page, counts);
        put_incomplete(page, counts);
        put_chart(page, "reasons", "Reasons", "reason", &counts->reasons);
        put_errors(page, counts);
        put_links(page, counts);
    }
    fprintf(page,
            "</main>\n<footer><p class=\"soft\">Made by grantgate %s.</p>"
            "</footer>\n</body>\n</html>\n",
            gg_version());
    return ferror(page) ? -1 : 0;
}
