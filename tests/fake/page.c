/* SPDX-License-Identifier: MIT */
/*
 * page.c - a list of grants: its query, and what it holds.
 *
 * Paging is by offset into what there is at that moment, as Nylas does it:
 * what comes and goes meanwhile shifts the rest.
 */
#include "fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Digits only; 0 unless it is a number of at most 15 of them. */
static int read_number(struct ggp_text text, int64_t *number)
{
    int64_t value = 0;
    size_t i;

    if (text.len == 0 || text.len > 15)
        return 0;
    for (i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return 0;
        value = value * 10 + (text.at[i] - '0');
    }
    *number = value;
    return 1;
}

/* 1 for @yes, 0 for @no; -1 is neither. */
static int read_choice(struct ggp_text text, const char *yes, const char *no)
{
    if (ggp_text_is(text, yes))
        return 1;
    return ggp_text_is(text, no) ? 0 : -1;
}

static int read_limit(struct ggp_text value, int64_t *limit)
{
    return read_number(value, limit) && *limit >= 1 && *limit <= PAGE_MAX;
}

static int take(struct page *page, struct ggp_text name, struct ggp_text value)
{
    struct {
        const char *name;
        struct ggp_text *text;
    } texts[] = {
        {"email", &page->email},
        {"grant_status", &page->grant_status},
        {"provider", &page->provider},
        {"workspace_id", &page->workspace_id},
        {"account_id", &page->account_id},
    };
    size_t i;

    for (i = 0; i < COUNT(texts); i++) {
        if (ggp_text_is(name, texts[i].name)) {
            *texts[i].text = value;
            return texts[i].text != &page->grant_status ||
                   read_choice(value, "valid", "invalid") >= 0;
        }
    }
    if (ggp_text_is(name, "limit"))
        return read_limit(value, &page->limit);
    if (ggp_text_is(name, "offset"))
        return read_number(value, &page->offset);
    if (ggp_text_is(name, "since"))
        return read_number(value, &page->since);
    if (ggp_text_is(name, "before"))
        return read_number(value, &page->before);
    if (ggp_text_is(name, "sort_by")) {
        page->is_by_update = read_choice(value, "updated_at", "created_at");
        return page->is_by_update >= 0;
    }
    if (ggp_text_is(name, "order_by")) {
        page->is_ascending = read_choice(value, "asc", "desc");
        return page->is_ascending >= 0;
    }
    return 0;
}

/* In a query '+' is a space. */
static int decode(struct page *page, struct ggp_text raw, struct ggp_text *text)
{
    struct ggp_buf plain = {0};
    struct ggp_buf buf = {0};
    int is_good;
    size_t i;

    for (i = 0; i < raw.len; i++)
        ggp_buf_char(&plain, raw.at[i] == '+' ? ' ' : raw.at[i]);
    is_good = request_decode(&buf, (struct ggp_text){plain.bytes, plain.len});
    text->len = buf.len;
    text->at = not_null(ggp_arena_copy(
        &page->arena, not_null((char *)ggp_buf_text(&buf)), buf.len));
    ggp_buf_free(&plain);
    ggp_buf_free(&buf);
    return is_good;
}

/* One name=value; empty ones are skipped. */
static int read_pair(struct page *page, struct ggp_text pair, char message[128])
{
    const char *sign = pair.len ? memchr(pair.at, '=', pair.len) : NULL;
    struct ggp_text name = pair;
    struct ggp_text value = {"", 0};

    if (pair.len == 0)
        return 1;
    if (sign) {
        name.len = (size_t)(sign - pair.at);
        value = (struct ggp_text){sign + 1, pair.len - name.len - 1};
    }
    if (decode(page, name, &name) && decode(page, value, &value) &&
        take(page, name, value))
        return 1;
    snprintf(message, 128, "Invalid query parameter: %.60s", name.at);
    return 0;
}

int page_read(struct page *page, struct ggp_text query, char message[128])
{
    size_t start = 0;
    size_t i;

    memset(page, 0, sizeof(*page));
    page->limit = PAGE_DEFAULT;
    page->before = INT64_MAX;
    for (i = 0; i <= query.len; i++) {
        if (i < query.len && query.at[i] != '&')
            continue;
        if (i > start &&
            !read_pair(page, (struct ggp_text){query.at + start, i - start},
                       message))
            return 0;
        start = i + 1;
    }
    return 1;
}

static int is_as(struct ggp_text wanted, struct ggp_text text)
{
    return !wanted.at || (text.at && ggp_text_compare(wanted, text) == 0);
}

static int holds(const struct page *page, const struct grant *grant)
{
    return !grant->is_gone && grant->created_at >= page->since &&
           grant->created_at <= page->before &&
           is_as(page->email, grant->email) &&
           is_as(page->grant_status, grant->grant_status) &&
           is_as(page->provider, grant->provider) &&
           is_as(page->workspace_id, grant->workspace_id) &&
           is_as(page->account_id, grant->account_id);
}

/* The grant in place @i of the page's order. */
static struct grant *in_place(const struct page *page,
                              const struct grants *grants, size_t i)
{
    struct grant **order = page->is_by_update ? grants->by_updated
                                              : grants->by_created;

    return order[page->is_ascending ? i : grants->n - 1 - i];
}

void page_write(const struct page *page, const struct grants *grants,
                int is_brief, struct ggp_buf *buf)
{
    int64_t place = 0;
    size_t i;

    ggp_buf_string(buf, "[");
    for (i = 0; i < grants->n && place < page->offset + page->limit; i++) {
        const struct grant *grant = in_place(page, grants, i);
        struct ggp_text json = is_brief ? grant->brief : grant->json;

        if (!holds(page, grant))
            continue;
        if (place >= page->offset) {
            ggp_json_comma(buf);
            ggp_buf_add(buf, json.at, json.len);
        }
        place++;
    }
    ggp_buf_string(buf, "]");
}

void page_forget(const struct page *page, struct grants *grants, int64_t n,
                 void (*gone)(void *self, const struct grant *), void *self)
{
    int64_t listed = page->offset + page->limit;
    size_t i;

    for (i = 0; i < grants->n && n > 0 && listed > 0; i++) {
        struct grant *grant = in_place(page, grants, i);

        if (!holds(page, grant))
            continue;
        grant->is_gone = 1;
        gone(self, grant);
        listed--;
        n--;
    }
}

void page_free(struct page *page)
{
    ggp_arena_free(&page->arena);
}
