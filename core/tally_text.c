/* SPDX-License-Identifier: MIT */
/*
 * tally_text.c - counts as text, so that a later run can go on with them.
 *
 * One count or row on a line, words separated by a space:
 *
 *     provider NAME ACTIONS... VERDICTS...
 *     tenant NAME ACTIONS... VERDICTS...
 *     stray NAME
 *     strays COUNT
 *     missing REASON COUNT
 *     error TOKEN COUNT
 *
 * What is read back is checked as if a stranger had written it.
 */
#include "private.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_MAX ((uint64_t)1 << 53) /* sums of these do not overflow */

static void write_count(struct ggp_buf *buf, uint64_t count)
{
    ggp_buf_char(buf, ' ');
    ggp_buf_int(buf, (int64_t)count);
}

static void write_table(struct ggp_buf *buf, const char *kind,
                        const struct ggp_tally_table *table)
{
    size_t i;
    size_t n;

    for (i = 0; i < table->nrows; i++) {
        ggp_buf_string(buf, kind);
        ggp_buf_string(buf, table->rows[i].name);
        for (n = 0; n < GG_ACTION_COUNT; n++)
            write_count(buf, table->rows[i].actions[n]);
        for (n = 0; n < GG_SMTP_COUNT; n++)
            write_count(buf, table->rows[i].smtp[n]);
        ggp_buf_char(buf, '\n');
    }
}

gg_status gg_tally_save(const gg_tally *tally, char **text,
                        struct gg_error *err)
{
    struct ggp_buf buf = {0};
    size_t i;

    write_table(&buf, "provider ", &tally->providers);
    write_table(&buf, "tenant ", &tally->tenants);
    for (i = 0; i < tally->nstrays; i++) {
        ggp_buf_string(&buf, "stray ");
        ggp_buf_string(&buf, tally->strays[i]);
        ggp_buf_char(&buf, '\n');
    }
    ggp_buf_string(&buf, "strays");
    write_count(&buf, tally->stray_grants);
    ggp_buf_char(&buf, '\n');
    for (i = 0; i < tally->nreasons; i++) {
        ggp_buf_string(&buf, "missing ");
        ggp_buf_string(&buf, tally->reasons[i].why);
        write_count(&buf, tally->reasons[i].count);
        ggp_buf_char(&buf, '\n');
    }
    for (i = 0; i < GGP_STATUS_COUNT; i++) {
        if (tally->errors[i] == 0)
            continue;
        ggp_buf_string(&buf, "error ");
        ggp_buf_string(&buf, gg_status_token((gg_status)i));
        write_count(&buf, tally->errors[i]);
        ggp_buf_char(&buf, '\n');
    }
    *text = ggp_buf_take(&buf);
    return *text ? GG_OK : ggp_fail(err, GG_ENOMEM, "tally: out of memory");
}

/* --- reading -------------------------------------------------------------- */

/* A line that is being read, word by word. */
struct line {
    const char *at; /* NULL: it did not fit */
    const char *end;
};

/* Copy the next word.  Empty, and the line does not fit, if there is none. */
static void take_word(struct line *line, char *word, size_t size)
{
    const char *stop;
    size_t len;

    word[0] = '\0';
    if (!line->at)
        return;
    stop = memchr(line->at, ' ', (size_t)(line->end - line->at));
    len = (size_t)((stop ? stop : line->end) - line->at);
    if (len == 0 || len >= size || (stop && stop + 1 == line->end)) {
        line->at = NULL;
        return;
    }
    memcpy(word, line->at, len);
    word[len] = '\0';
    line->at += len + (stop != NULL);
}

static uint64_t take_count(struct line *line)
{
    char word[24];
    uint64_t count = 0;
    const char *p;

    take_word(line, word, sizeof(word));
    for (p = word; *p >= '0' && *p <= '9' && count < COUNT_MAX; p++)
        count = count * 10 + (uint64_t)(*p - '0');
    if (p == word || *p != '\0' || count >= COUNT_MAX)
        line->at = NULL;
    return count;
}

static int is_name(const char *name)
{
    return strcmp(name, "(none)") == 0 || strcmp(name, "(other)") == 0 ||
           ggp_is_tenant(name, strlen(name));
}

static void take_row(struct line *line, struct ggp_tally_table *table)
{
    char name[GGP_TALLY_NAME_BYTES];
    struct gg_tally_row *row;
    size_t nrows = table->nrows;
    size_t i;

    take_word(line, name, sizeof(name));
    if (!line->at || !is_name(name)) {
        line->at = NULL;
        return;
    }
    row = ggp_tally_row(table, name);
    if (table->nrows == nrows || strcmp(row->name, name) != 0) {
        line->at = NULL; /* twice, or too many */
        return;
    }
    for (i = 0; i < GG_ACTION_COUNT; i++)
        row->actions[i] = take_count(line);
    for (i = 0; i < GG_SMTP_COUNT; i++)
        row->smtp[i] = take_count(line);
}

static void take_stray(struct line *line, gg_tally *tally)
{
    char name[GGP_TALLY_NAME_BYTES];

    take_word(line, name, sizeof(name));
    if (line->at && is_name(name))
        ggp_tally_stray(tally, name);
    else
        line->at = NULL;
}

static void take_missing(struct line *line, gg_tally *tally)
{
    char why[sizeof(tally->reasons[0].why)];

    take_word(line, why, sizeof(why));
    ggp_tally_missing(tally, why, take_count(line));
}

static void take_error(struct line *line, gg_tally *tally)
{
    char token[32];
    size_t i = 0;

    take_word(line, token, sizeof(token));
    while (i < GGP_STATUS_COUNT &&
           strcmp(gg_status_token((gg_status)i), token) != 0)
        i++;
    if (i < GGP_STATUS_COUNT)
        tally->errors[i] = take_count(line);
    else
        line->at = NULL;
}

/* Whether @text, a line of @len bytes, fits; it is taken up then. */
static int take_line(gg_tally *tally, const char *text, size_t len)
{
    struct line line = {text, text + len};
    char kind[16];

    take_word(&line, kind, sizeof(kind));
    if (strcmp(kind, "provider") == 0)
        take_row(&line, &tally->providers);
    else if (strcmp(kind, "tenant") == 0)
        take_row(&line, &tally->tenants);
    else if (strcmp(kind, "stray") == 0)
        take_stray(&line, tally);
    else if (strcmp(kind, "strays") == 0)
        tally->stray_grants = take_count(&line);
    else if (strcmp(kind, "missing") == 0)
        take_missing(&line, tally);
    else if (strcmp(kind, "error") == 0)
        take_error(&line, tally);
    else
        return 0;
    return line.at == line.end;
}

gg_status gg_tally_load(const char *text, gg_tally **out, struct gg_error *err)
{
    gg_tally *tally = NULL;
    gg_status status = gg_tally_new(&tally, err);
    int number = 0;

    while (status == GG_OK && *text) {
        size_t len = strcspn(text, "\n");

        number++;
        if (text[len] != '\n' || !take_line(tally, text, len))
            status = ggp_fail(err, GG_EINVAL, "line %d is none of saved counts",
                              number);
        else
            text += len + 1;
    }
    if (status != GG_OK)
        gg_tally_free(tally);
    else
        *out = tally;
    return status;
}
