/* SPDX-License-Identifier: MIT */
/* host_finding.c - what a look at a policy set found, kept and put in order. */
#include "host_check.h"

#include <stdlib.h>
#include <string.h>

static struct gg_finding *new_finding(struct ggl_check *check)
{
    size_t max = check->max_findings ? check->max_findings * 2 : 64;
    struct gg_finding *list;

    if (check->nfindings < check->max_findings)
        return &check->findings[check->nfindings++];
    list = ggp_arena_alloc(&check->arena, max * sizeof(*list));
    if (!list)
        return NULL;
    if (check->nfindings > 0)
        memcpy(list, check->findings, check->nfindings * sizeof(*list));
    check->findings = list;
    check->max_findings = max;
    return &check->findings[check->nfindings++];
}

void ggp_finding_add(struct ggl_check *check, const char *name,
                     struct ggl_spot spot, const char *format, ...)
{
    struct gg_finding *finding = new_finding(check);
    char message[1024];
    va_list args;

    if (!finding)
        return;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    finding->name = name;
    finding->file = ggp_arena_string(&check->arena, spot.path);
    finding->line = spot.line;
    finding->message = ggp_arena_string(&check->arena, message);
}

/* Cut "tenants/acme.lua:12: " off the front of @text. */
static const char *cut_spot(const char *text, struct ggp_text *path, int *line)
{
    static const char tail[] = ".lua:";
    const char *end = strstr(text, tail);
    char *after;
    long number;

    if (!end || strcspn(text, " \n") < (size_t)(end - text))
        return text;
    number = strtol(end + strlen(tail), &after, 10);
    if (number < 1 || strncmp(after, ": ", 2) != 0)
        return text;
    path->at = text;
    path->len = (size_t)(end - text) + strlen(tail) - 1;
    *line = (int)number;
    return after + 2;
}

void ggp_finding_take(void *check, const struct gg_error *err)
{
    struct ggp_arena *arena = &((struct ggl_check *)check)->arena;
    struct gg_finding *finding = new_finding(check);
    struct ggp_text path = {NULL, 0};

    if (!finding)
        return;
    finding->is_error = 1;
    finding->name = "does-not-load";
    finding->message = ggp_arena_string(
        arena, cut_spot(err->message, &path, &finding->line));
    finding->file = ggp_arena_copy(arena, path.at, path.len);
}

static int order_of_texts(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int by_place(const void *a, const void *b)
{
    const struct gg_finding *left = a;
    const struct gg_finding *right = b;
    int order = order_of_texts(left->file, right->file);

    if (order == 0)
        order = (left->line > right->line) - (left->line < right->line);
    if (order == 0)
        order = strcmp(left->name, right->name);
    return order != 0 ? order : strcmp(left->message, right->message);
}

void ggp_findings_report(struct ggl_check *check, gg_finding_fn report,
                         void *payload)
{
    struct gg_finding *list = check->findings;
    size_t i;

    if (check->nfindings > 0)
        qsort(list, check->nfindings, sizeof(*list), by_place);
    for (i = 0; i < check->nfindings; i++) {
        if (i == 0 || by_place(&list[i - 1], &list[i]) != 0)
            report(&list[i], payload);
    }
}
