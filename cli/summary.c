/* SPDX-License-Identifier: MIT */
/*
 * summary.c - what a batch came to, for people, on standard error.
 *
 * Tables (what was decided, what SMTP looked like) by provider and by tenant,
 * then a paragraph for each thing that needs somebody.  Not a format to parse:
 * that is what the records are for.
 */
#include "batch.h"
#include "show.h"

#include <inttypes.h>
#include <string.h>

#define COLUMNS_MAX    6
#define NAMES_SHOWN    8
#define NAME_MAX_BYTES 256

/* A table: some counts of each row, under headings. */
struct table {
    const char *title;
    const struct gg_tally_row *(*row)(const gg_tally *tally, size_t index);
    const uint64_t *(*counts)(const struct gg_tally_row *row);
    size_t ncolumns;
    struct column {
        const char *heading;
        size_t index; /* into the counts */
        int width;
    } columns[COLUMNS_MAX];
    int name_width;
    int total_width;
};

static const uint64_t *action_counts(const struct gg_tally_row *row)
{
    return row->actions;
}

static const uint64_t *smtp_counts(const struct gg_tally_row *row)
{
    return row->smtp;
}

uint64_t summary_records(const gg_tally *tally)
{
    uint64_t sum = 0;
    int i;

    for (i = 0; i < GG_ACTION_COUNT; i++)
        sum += gg_tally_actions(tally, (enum gg_action)i);
    return sum;
}

static uint64_t sum_smtp(const gg_tally *tally, enum gg_smtp smtp)
{
    const struct gg_tally_row *row;
    uint64_t sum = 0;
    size_t i;

    for (i = 0; (row = gg_tally_provider(tally, i)) != NULL; i++)
        sum += row->smtp[smtp];
    return sum;
}

/* Room for @heading and for a count of @most. */
static int width_of(const char *heading, uint64_t most)
{
    int digits = snprintf(NULL, 0, "%" PRIu64, most);
    int letters = (int)strlen(heading);

    return digits > letters ? digits : letters;
}

/* Add a column, if anything is in it. */
static void add_column(struct table *table, const char *heading, size_t index,
                       uint64_t total)
{
    struct column *column = &table->columns[table->ncolumns];

    if (total == 0)
        return;
    column->heading = heading;
    column->index = index;
    column->width = width_of(heading, total);
    table->ncolumns++;
}

static void fill_actions(struct table *table, const gg_tally *tally)
{
    static const enum gg_action order[] = {GG_ACCEPT, GG_REAUTH, GG_REPAIR,
                                           GG_DEFER,  GG_REJECT, GG_ERROR};
    size_t i;

    table->counts = action_counts;
    for (i = 0; i < COUNT(order); i++)
        add_column(table, gg_action_name(order[i]), order[i],
                   gg_tally_actions(tally, order[i]));
}

static void fill_smtp(struct table *table, const gg_tally *tally)
{
    static const enum gg_smtp order[] = {GG_SMTP_COMPLETE, GG_SMTP_INCOMPLETE,
                                         GG_SMTP_UNKNOWN,
                                         GG_SMTP_NOT_APPLICABLE, GG_SMTP_NONE};
    size_t i;

    table->counts = smtp_counts;
    for (i = 0; i < COUNT(order); i++) {
        const char *name = gg_smtp_name(order[i]);

        add_column(table, name ? name : "not read", order[i],
                   sum_smtp(tally, order[i]));
    }
}

static void print_row(FILE *stream, const struct table *table,
                      const char *provider, const uint64_t *counts)
{
    uint64_t total = 0;
    size_t i;

    fprintf(stream, "%-*s", table->name_width, provider);
    for (i = 0; i < table->ncolumns; i++) {
        const struct column *column = &table->columns[i];

        fprintf(stream, "  %*" PRIu64, column->width, counts[column->index]);
        total += counts[column->index];
    }
    fprintf(stream, "  %*" PRIu64 "\n", table->total_width, total);
}

/* Print the headings, the rows, and the sums if there are several. */
static void print_table(FILE *stream, struct table *table,
                        const gg_tally *tally, int is_bold)
{
    const struct gg_tally_row *row;
    uint64_t sums[GG_ACTION_COUNT + GG_SMTP_COUNT] = {0};
    uint64_t total = 0;
    char name[NAME_MAX_BYTES];
    size_t nrows;
    size_t i;

    if (table->ncolumns == 0)
        return;
    table->name_width = (int)strlen(table->title);
    for (nrows = 0; (row = table->row(tally, nrows)) != NULL; nrows++) {
        int len = (int)strlen(escape_terminal(name, sizeof(name), row->name));

        if (len > table->name_width)
            table->name_width = len;
        for (i = 0; i < table->ncolumns; i++) {
            size_t index = table->columns[i].index;

            sums[index] += table->counts(row)[index];
            total += table->counts(row)[index];
        }
    }
    table->total_width = width_of("total", total);

    fprintf(stream, "\n%s%-*s", is_bold ? "\033[1m" : "", table->name_width,
            table->title);
    for (i = 0; i < table->ncolumns; i++)
        fprintf(stream, "  %*s", table->columns[i].width,
                table->columns[i].heading);
    fprintf(stream, "  %*s%s\n", table->total_width, "total",
            is_bold ? "\033[0m" : "");
    for (i = 0; i < nrows; i++) {
        row = table->row(tally, i);
        escape_terminal(name, sizeof(name), row->name);
        print_row(stream, table, name, table->counts(row));
    }
    if (nrows > 1)
        print_row(stream, table, "total", sums);
}

static void explain_unknown(FILE *stream, const gg_tally *tally)
{
    uint64_t n = sum_smtp(tally, GG_SMTP_UNKNOWN);

    if (n == 0)
        return;
    fprintf(stream, "\n%" PRIu64 " %s unknown: ", n,
            n == 1 ? "grant is" : "grants are");
    option_wrap(stream,
                "there is no evidence either way, so they are not judged.  "
                "That is no reason to write to anybody or to delete anything.  "
                "Ways out:",
                0, 30);
    fputs("  - fetch the grants in detail once, and evaluate the answers;\n"
          "  - feed your application's own send results with --facts FILE;\n"
          "  - force SMTP at the next sign-in: connect = { smtp_required = "
          "true }.\n",
          stream);
}

static void explain_strays(FILE *stream, const gg_tally *tally)
{
    uint64_t n = gg_tally_stray_grants(tally);
    char name[NAME_MAX_BYTES];
    const char *tenant;
    size_t i;

    if (n == 0)
        return;
    fprintf(stream, "\n%" PRIu64 " %s to tenants that no policy file names:\n",
            n, n == 1 ? "grant belongs" : "grants belong");
    for (i = 0; (tenant = gg_tally_stray_tenant(tally, i)) != NULL; i++) {
        if (i < NAMES_SHOWN)
            fprintf(stream, "  %s\n",
                    escape_terminal(name, sizeof(name), tenant));
    }
    if (i > NAMES_SHOWN)
        fprintf(stream, "  and %zu more\n", i - NAMES_SHOWN);
    option_wrap(stream,
                "Only the provider's and the default policy were asked about "
                "them.  Add tenants/NAME.lua, or a line for them to "
                "tenants.lua.",
                0, 0);
}

static void explain_missing_urls(FILE *stream, const gg_tally *tally)
{
    static const struct {
        const char *why;
        const char *meaning;
    } reasons[] = {
        {"no_client_id", "no client id: --client-id, GRANTGATE_CLIENT_ID"},
        {"no_redirect_uri",
         "no redirect URI: --redirect-uri, GRANTGATE_REDIRECT_URI"},
        {"no_email", "the grant has no e-mail address"},
        {"no_hosted_signin", "the provider has no hosted sign-in"},
    };
    int is_first = 1;
    size_t i;

    for (i = 0; i < COUNT(reasons); i++) {
        uint64_t n = gg_tally_missing_url(tally, reasons[i].why);

        if (n == 0)
            continue;
        if (is_first)
            fputs("\nTo sign in again, but without a link:\n", stream);
        is_first = 0;
        fprintf(stream, "  %" PRIu64 "  %s (%s)\n", n, reasons[i].why,
                reasons[i].meaning);
    }
}

/* What each code means; those that no record has are not listed. */
static void list_errors(FILE *stream, const gg_tally *tally)
{
    static const struct {
        gg_status status;
        const char *meaning;
    } errors[] = {
#define XX(name, token, text) {GG_##name, text},
        GG_STATUS_MAP(XX)
#undef XX
    };
    size_t i;

    for (i = 0; i < COUNT(errors); i++) {
        uint64_t n = gg_tally_errors(tally, errors[i].status);

        if (n > 0)
            fprintf(stream, "  %" PRIu64 "  %s (%s)\n", n,
                    gg_status_token(errors[i].status), errors[i].meaning);
    }
}

static void explain_errors(FILE *stream, const struct summary *summary)
{
    uint64_t n = gg_tally_actions(summary->tally, GG_ERROR);
    char output[NAME_MAX_BYTES];

    if (n == 0)
        return;
    fprintf(stream, "\n%" PRIu64 " %s not decided:\n", n,
            n == 1 ? "record was" : "records were");
    list_errors(stream, summary->tally);
    fprintf(stream,
            "`error` in the record says more:\n"
            "  grep '\"action\":\"error\"' %s\n",
            summary->output
                ? escape_terminal(output, sizeof(output), summary->output)
                : "RECORDS");
}

/* How many records, and how fast they came. */
static void print_pace(FILE *stream, const struct summary *summary)
{
    uint64_t n = summary_records(summary->tally) - summary->before;
    double took_s = (double)summary->took_ms / 1000;

    fprintf(stream, "%" PRIu64 " %s in %.1f s", n,
            n == 1 ? "record" : "records", took_s);
    if (summary->took_ms > 0)
        fprintf(stream, ", %.0f a second", (double)n / took_s);
    if (summary->before > 0)
        fprintf(stream, "; %" PRIu64 " before", summary->before);
    fputs("\n", stream);
}

static void print_tables(FILE *stream, const gg_tally *tally)
{
    const struct gg_tally_row *tenant = gg_tally_tenant(tally, 0);
    struct table tables[] = {
        {.title = "decisions", .row = gg_tally_provider},
        {.title = "SMTP", .row = gg_tally_provider},
        {.title = "decisions by tenant", .row = gg_tally_tenant},
        {.title = "SMTP by tenant", .row = gg_tally_tenant},
    };
    size_t n = COUNT(tables);
    int is_bold = colour_is_welcome(stream);
    size_t i;

    /* Without tenants, what is counted by them says nothing. */
    if (!gg_tally_tenant(tally, 1) && tenant &&
        strcmp(tenant->name, "(none)") == 0)
        n = 2;
    for (i = 0; i < n; i++) {
        if (i % 2 == 0)
            fill_actions(&tables[i], tally);
        else
            fill_smtp(&tables[i], tally);
        print_table(stream, &tables[i], tally, is_bold);
    }
}

void summary_print(FILE *stream, const struct summary *summary)
{
    folder_headline(stream, summary->settings, summary->policies);
    print_pace(stream, summary);
    if (summary->is_cut)
        fputs("The run ended early; what follows was done before.\n", stream);
    if (summary_records(summary->tally) == 0)
        fputs("No grants.\n", stream);
    print_tables(stream, summary->tally);

    explain_unknown(stream, summary->tally);
    explain_strays(stream, summary->tally);
    explain_missing_urls(stream, summary->tally);
    explain_errors(stream, summary);
}
