/* SPDX-License-Identifier: MIT */
/*
 * fault.c - the misbehaviours that were ordered, and whose turn it is.
 *
 * Whether a share of the requests is met depends on the target and on how
 * often it was asked for, not on the order in which requests come: clients
 * that ask in parallel meet the same faults every time.
 */
#include "fake.h"

#include <stdlib.h>
#include <string.h>

#define AMOUNT_MAX ((int64_t)1 << 34)

static const struct kind {
    const char *name;
    enum fault_kind kind;
    int64_t amount; /* unless an argument says otherwise */
    int takes_amount;
} kinds[] = {
    {"bad-gzip", FAULT_BAD_GZIP, 0, 0},
    {"chunk-cut", FAULT_CHUNK_CUT, 0, 0},
    {"chunked", FAULT_CHUNKED, 0, 0},
    {"deep", FAULT_DEEP, 10000, 1},
    {"drop", FAULT_DROP, 0, 0},
    {"duplicate-key", FAULT_DUPLICATE_KEY, 0, 0},
    {"echo", FAULT_ECHO, 0, 0},
    {"empty", FAULT_EMPTY, 0, 0},
    {"garbage", FAULT_GARBAGE, 0, 0},
    {"gzip", FAULT_GZIP, 0, 0},
    {"gzip-bomb", FAULT_GZIP_BOMB, (int64_t)64 << 20, 1},
    {"gzip-cut", FAULT_GZIP_CUT, 0, 0},
    {"header-flood", FAULT_HEADER_FLOOD, (int64_t)1 << 20, 1},
    {"huge", FAULT_HUGE, (int64_t)1 << 30, 1},
    {"interim", FAULT_INTERIM, 0, 0},
    {"no-length", FAULT_NO_LENGTH, 0, 0},
    {"not-http", FAULT_NOT_HTTP, 0, 0},
    {"reset", FAULT_RESET, 0, 0},
    {"same-page", FAULT_SAME_PAGE, 0, 0},
    {"silent", FAULT_SILENT, 0, 0},
    {"slow", FAULT_SLOW, 1000, 1},
    {"stall", FAULT_STALL, 0, 0},
    {"truncated", FAULT_TRUNCATED, 0, 0},
    {"wrong-id", FAULT_WRONG_ID, 0, 0},
    {"wrong-length", FAULT_WRONG_LENGTH, 0, 0},
    {"wrong-shape", FAULT_WRONG_SHAPE, 0, 0},
};

static const char *const shapes[] = {
    [SHAPE_API] = "api",
    [SHAPE_OAUTH] = "oauth",
    [SHAPE_TOPLEVEL] = "toplevel",
    [SHAPE_BARE] = "bare",
    [SHAPE_NO_REQUEST_ID] = "no-request-id",
    [SHAPE_HTML] = "html",
    [SHAPE_EMPTY] = "empty",
};

/* What follows @name and a '=' in @word; NULL if that is not its name. */
static const char *value_of(const char *word, const char *name)
{
    size_t len = strlen(name);

    return strncmp(word, name, len) == 0 && word[len] == '=' ? word + len + 1
                                                             : NULL;
}

static void read_shape(struct fault *fault, const char *name)
{
    size_t i;

    for (i = 0; i < COUNT(shapes); i++) {
        if (strcmp(name, shapes[i]) == 0) {
            fault->shape = (enum shape)i;
            return;
        }
    }
    fail("--fault: no such shape of an error: %s", name);
}

/* An argument of a status: retry-after=S, retry-date=S or shape=NAME. */
static void read_status_argument(struct fault *fault, const char *word)
{
    const char *seconds = value_of(word, "retry-after");
    const char *date = value_of(word, "retry-date");
    const char *shape = value_of(word, "shape");

    if (seconds || date) {
        fault->retry_after = number_read(word, seconds ? seconds : date, 86400);
        fault->is_retry_date = date != NULL;
    } else if (shape) {
        read_shape(fault, shape);
    } else {
        fail("--fault: a status has no argument '%s'", word);
    }
}

static void read_status(struct fault *fault, char *text)
{
    char *word = strtok(text, ":");

    fault->kind = FAULT_STATUS;
    fault->status = (int)number_read("--fault", word, 599);
    if (!answer_reason(fault->status) || fault->status < 400)
        fail("--fault: no error has the status %s", word);
    while ((word = strtok(NULL, ":")))
        read_status_argument(fault, word);
}

static void read_kind(struct fault *fault, char *text)
{
    char *argument = strchr(text, ':');
    size_t i;

    if (text[0] >= '0' && text[0] <= '9') {
        read_status(fault, text);
        return;
    }
    if (argument)
        *argument++ = '\0';
    if (strcmp(text, "redirect") == 0 && argument) {
        fault->kind = FAULT_REDIRECT;
        fault->url = argument;
        return;
    }
    for (i = 0; i < COUNT(kinds) && strcmp(kinds[i].name, text) != 0; i++)
        ;
    if (i == COUNT(kinds) || (argument && !kinds[i].takes_amount))
        fail("--fault: no such fault: %s", fault->text);
    fault->kind = kinds[i].kind;
    fault->amount = argument ? number_read(text, argument, AMOUNT_MAX)
                             : kinds[i].amount;
}

/* One of the words that stand alone, or id=ID; 0 if it is none of them. */
static int read_plain_when(struct fault *fault, const char *word)
{
    const char *id = value_of(word, "id");

    if (id)
        fault->id = ggp_text_of(id);
    else if (strcmp(word, "list") == 0)
        fault->is_for_lists = 1;
    else if (strcmp(word, "get") == 0)
        fault->is_for_gets = 1;
    else
        return strcmp(word, "always") == 0;
    return 1;
}

static int read_counted_when(struct fault *fault, const char *word)
{
    struct {
        const char *name;
        int64_t *number;
        int64_t max;
    } numbers[] = {
        {"after", &fault->after, INT64_MAX},
        {"first", &fault->first, INT64_MAX},
        {"each", &fault->each, INT64_MAX},
        {"every", &fault->every, INT64_MAX},
        {"share", &fault->share, 100},
        {"offset", &fault->offset, INT64_MAX},
    };
    size_t i;

    for (i = 0; i < COUNT(numbers); i++) {
        const char *value = value_of(word, numbers[i].name);

        if (value) {
            *numbers[i].number = number_read(word, value, numbers[i].max);
            return 1;
        }
    }
    return 0;
}

static void read_when(struct fault *fault, char *text)
{
    char *word;

    for (word = strtok(text, ","); word; word = strtok(NULL, ",")) {
        if (!read_plain_when(fault, word) && !read_counted_when(fault, word))
            fail("--fault: no such time for a fault: %s", word);
    }
}

void faults_add(struct faults *faults, char *text)
{
    struct fault *fault = &faults->all[faults->n];
    char *order = not_null(strdup(text));
    char *when = strrchr(order, '@');

    if (faults->n == FAULTS_MAX)
        fail("--fault: at most %d", FAULTS_MAX);
    *fault = (struct fault){
        .text = text, .room = order, .retry_after = -1, .offset = -1};
    if (when)
        *when++ = '\0';
    read_kind(fault, order); /* strtok() is done with it before the next */
    if (when)
        read_when(fault, when);
    faults->n++;
}

static int concerns(const struct fault *fault, const struct occasion *occasion)
{
    int is_list = !occasion->id.at;

    if (fault->id.at &&
        (is_list || ggp_text_compare(fault->id, occasion->id) != 0))
        return 0;
    if (fault->offset >= 0 && (!is_list || occasion->offset != fault->offset))
        return 0;
    if (fault->kind == FAULT_WRONG_ID && is_list)
        return 0;
    if (fault->kind == FAULT_SAME_PAGE && !is_list)
        return 0;
    return (!fault->is_for_lists || is_list) &&
           (!fault->is_for_gets || !is_list);
}

/* Whether it is the turn of the fault with number @i, which concerns it. */
static int is_due(struct faults *faults, size_t i,
                  const struct occasion *occasion)
{
    struct fault *fault = &faults->all[i];
    uint64_t chance = hash_add(faults->seed * FAULTS_MAX + i, occasion->target);
    int64_t nth = ++fault->nseen - fault->after;

    if (nth <= 0 || (fault->first && nth > fault->first))
        return 0;
    if (fault->each && occasion->attempt > fault->each)
        return 0;
    if (fault->every && nth % fault->every != 0)
        return 0;
    chance = mix(chance + (uint64_t)occasion->attempt);
    return !fault->share || chance % 100 < (uint64_t)fault->share;
}

const struct fault *faults_choose(struct faults *faults,
                                  const struct occasion *occasion)
{
    size_t i;

    for (i = 0; i < faults->n; i++) {
        if (concerns(&faults->all[i], occasion) && is_due(faults, i, occasion))
            return &faults->all[i];
    }
    return NULL;
}

void faults_free(struct faults *faults)
{
    size_t i;

    for (i = 0; i < faults->n; i++)
        free(faults->all[i].room);
}
