/* SPDX-License-Identifier: MIT */
/*
 * report.h - what the files of the report share.
 *
 * Records are counted as they are read, into tables of a bounded size; the
 * page is made of the counts when all are read.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli.h"

/* --- ranking.c: counts by name -------------------------------------------- */

#define RANKING_NAMES      1000
#define RANKING_NAME_BYTES 129
#define RANKING_MISSING    5 /* the bits of gg_missing, and none of them */

/* Of the grants of one name. */
struct ranking_row {
    char name[RANKING_NAME_BYTES];
    uint64_t total;
    uint64_t actions[GG_ACTION_COUNT];
    uint64_t smtp[GG_SMTP_COUNT];
    uint64_t missing[RANKING_MISSING]; /* of those that are incomplete */
};

/*
 * The first RANKING_NAMES names, by name until ranking_finish(), then
 * whatever its order says; the rest is one row, "(other)".
 */
struct ranking {
    struct ranking_row *rows;
    size_t nrows;
    size_t last; /* the row found last: likely the next one too */
    struct ranking_row other;
};

/* 0, or -1: out of memory. */
int ranking_open(struct ranking *ranking);

/* Count @decision under @name; NULL is "(none)". */
void ranking_add(struct ranking *ranking, const char *name,
                 const struct gg_decision *decision);

/* Put the rows with the highest *@key, a member of each, first and keep
 * @most of them; what is left goes to "(other)". */
void ranking_finish(struct ranking *ranking, size_t key, size_t most);

/* Row @index, "(other)" last and only if it counts any; NULL past that. */
const struct ranking_row *ranking_at(const struct ranking *ranking,
                                     size_t index);
void ranking_close(struct ranking *ranking);

/* --- markup.c: text and tables as HTML ------------------------------------ */

/* Print @number with its thousands apart. */
void markup_count(FILE *page, uint64_t number);

/* Print the share of @part in @whole, in percent. */
void markup_share(FILE *page, uint64_t part, uint64_t whole);

/* A section with a heading of its own, and a table in it that may be wider
 * than the window. */
void markup_section(FILE *page, const char *id, const char *heading);
void markup_section_end(FILE *page);
void markup_table(FILE *page, const char *label);
void markup_table_end(FILE *page);

/* Cells: a number, greyed if it is 0; a share; a text, escaped. */
void markup_count_cell(FILE *page, uint64_t number);
void markup_share_cell(FILE *page, uint64_t part, uint64_t whole);
void markup_text_cell(FILE *page, const char *text);

/* The head cell of a row, its name escaped. */
void markup_name(FILE *page, const char *name);

/* A cell with a bar: a piece for each of @n counts, as long as its share in
 * @whole.  `names` are classes of the style. */
void markup_bar(FILE *page, const char *const *names, const uint64_t *counts,
                size_t n, uint64_t whole);

/* A link, if @url is one that a browser may be sent to: https.  Escaped. */
void markup_link(FILE *page, const char *url);

/* --- page_style.c --------------------------------------------------------- */

/* Print the head of the page: that it may load nothing and run nothing, and
 * how it looks.  0, or -1. */
int page_head(FILE *page, const char *title);

/* --- report_counts.c: what the records come to ---------------------------- */

#define REPORT_LINKS    1000
#define REPORT_EXAMPLES 3
#define REPORT_TEXT     512

/* Where something is wrong, and what. */
struct report_example {
    char file[REPORT_TEXT];
    uint64_t line;
    char grant_id[RANKING_NAME_BYTES];
    char message[REPORT_TEXT];
};

struct report_errors {
    uint64_t count;
    struct report_example examples[REPORT_EXAMPLES];
};

/* Zero-initialise, then report_counts_open(). */
struct report_counts {
    struct ranking_row all;
    struct ranking providers;
    struct ranking tenants;    /* by number of grants */
    struct ranking incomplete; /* tenants, by number of incomplete grants */
    struct ranking reasons;
    struct ranking linkless; /* why there is no link */
    struct report_errors errors[GG_EINTERRUPTED + 1];
    struct report_errors bad; /* lines that are no records */
    uint64_t nlinks;
    FILE *links; /* the rows of the first REPORT_LINKS */
    char *link_text;
    size_t link_len;
};

/* 0, or -1: out of memory. */
int report_counts_open(struct report_counts *counts);
void report_counts_add(struct report_counts *counts,
                       const struct gg_record *record);

/* Nothing more comes.  0, or -1: out of memory. */
int report_counts_finish(struct report_counts *counts);
void report_counts_close(struct report_counts *counts);

/* --- report_page.c: the page ---------------------------------------------- */

/* Print the page about @n inputs.  0, or -1. */
int report_page(FILE *page, const struct report_counts *counts,
                const struct gg_source *inputs, size_t n);

#endif
