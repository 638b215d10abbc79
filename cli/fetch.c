/* SPDX-License-Identifier: MIT */
/*
 * fetch.c - the command fetch: grants of the API, one on each line.
 *
 * What could not be fetched is a line too, in the form that eval turns into
 * a record with an error: in a pipe nothing gets lost without a word.
 */
#include "api.h"
#include "files.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct fetch {
    struct settings settings;
    struct api api;
    struct gg_grants_query query;
    const char *ids_path; /* --ids */
    const char *output;
    enum gg_choice progress_wanted;
    int is_all;
    int is_detailed;
    int has_filter;

    struct ids ids; /* to fetch one by one */
    int is_listing; /* else one by one */
    struct output sink;
    struct progress progress;
    time_t start;
    uint64_t ngrants;
    uint64_t nfailed;
};

static const struct flag_group what_flags = {
    "What to fetch, beside IDs as operands",
    (const struct flag[]){
        {FLAG_IDS, 0, "ids", "FILE|-",
         "the grants whose ids are in FILE, one on each line"},
        {FLAG_ALL, 0, "all", NULL,
         "all grants of the application, the oldest first"},
        {FLAG_GRANT_PROVIDER, 0, "grant-provider", "NAME",
         "with --all: of this provider"},
        {FLAG_STATUS, 0, "status", "valid|invalid",
         "with --all: with this grant_status"},
        {FLAG_EMAIL, 0, "email", "EMAIL", "with --all: of this mailbox"},
        {FLAG_SINCE, 0, "since", "TIME",
         "with --all: made at this time or later; Unix seconds or RFC 3339"},
        {FLAG_BEFORE, 0, "before", "TIME",
         "with --all: made at this time or earlier"},
        {FLAG_WORKSPACE, 0, "workspace", "ID", "with --all: of this workspace"},
        {FLAG_DETAIL, 0, "detail", NULL,
         "with --all: fetch each IMAP grant that the list gives without "
         "settings by itself; these come last"},
        {0}}};

static const struct flag_group output_flags = {
    "Output", (const struct flag[]){
                  {FLAG_OUTPUT, 'o', "output", "FILE",
                   "lines go to FILE; it is FILE.part until it is complete"},
                  {FLAG_NO_PROGRESS, 0, "no-progress", NULL,
                   "do not show on a terminal how far it has come"},
                  {0}}};

/* --- flags ---------------------------------------------------------------- */

static int take_time(struct fetch *fetch, const char *flag, const char *value,
                     int64_t *seconds)
{
    struct gg_error err;

    if (gg_time_parse(value, seconds, &err) != GG_OK)
        return note_usage(fetch->settings.command, "option '--%s': %s", flag,
                          err.message);
    if (*seconds <= 0)
        return note_usage(fetch->settings.command,
                          "option '--%s': the time must be after 1970", flag);
    return 0;
}

/* A filter of the list: 0, an exit code, or OPTIONS_DONE if it is none. */
static int take_filter(struct fetch *fetch, int id, const char *value)
{
    struct gg_grants_query *query = &fetch->query;

    fetch->has_filter = 1;
    switch (id) {
    case FLAG_GRANT_PROVIDER:
        query->provider = value;
        return 0;
    case FLAG_STATUS:
        query->grant_status = value;
        return 0;
    case FLAG_EMAIL:
        query->email = value;
        return 0;
    case FLAG_WORKSPACE:
        query->workspace_id = value;
        return 0;
    case FLAG_SINCE:
        return take_time(fetch, "since", value, &query->since);
    case FLAG_BEFORE:
        return take_time(fetch, "before", value, &query->before);
    case FLAG_DETAIL:
        fetch->is_detailed = 1;
        return 0;
    default:
        fetch->has_filter = 0;
        return OPTIONS_DONE;
    }
}

static int fetch_take(void *self, int id, const char *value)
{
    struct fetch *fetch = self;
    int had_filter = fetch->has_filter;
    int code;

    switch (id) {
    case FLAG_IDS:
        fetch->ids_path = value;
        return 0;
    case FLAG_ALL:
        fetch->is_all = 1;
        return 0;
    case FLAG_OUTPUT:
        fetch->output = strcmp(value, "-") == 0 ? NULL : value;
        return 0;
    case FLAG_NO_PROGRESS:
        fetch->progress_wanted = GG_NO;
        return 0;
    default:
        break;
    }
    code = take_filter(fetch, id, value);
    fetch->has_filter |= had_filter;
    if (code == OPTIONS_DONE)
        code = api_take(&fetch->settings, &fetch->api, id, value);
    return code == OPTIONS_DONE ? settings_take(&fetch->settings, id, value)
                                : code;
}

/* One of ids, --ids and --all, and filters only where they filter. */
static int check_usage(const struct fetch *fetch, int nids)
{
    const struct command *command = fetch->settings.command;
    int nways = (nids > 0) + (fetch->ids_path != NULL) + fetch->is_all;

    if (nways == 0)
        return note_usage(command, "name grants by id, or say --ids FILE or "
                                   "--all");
    if (nways > 1)
        return note_usage(command,
                          "ids, --ids and --all are three different wishes");
    if (fetch->has_filter && !fetch->is_all)
        return note_usage(command, "filters and --detail go with --all");
    return 0;
}

/* --- lines ---------------------------------------------------------------- */

static gg_status put(struct fetch *fetch, const char *text, size_t len,
                     struct gg_error *err)
{
    gg_status status = output_write(&fetch->sink, text, len, err);

    return status == GG_OK ? output_write(&fetch->sink, "\n", 1, err) : status;
}

/* The line of a grant that did not come. */
static void print_failure(FILE *line, const struct gg_fetched *fetched)
{
    fputs("{\"grant\":{\"id\":", line);
    escape_json(line, fetched->id);
    fputs("},\"fetch_error\":{\"code\":", line);
    escape_json(line, fetched->code);
    if (fetched->http_status != 0)
        fprintf(line, ",\"status\":%d", fetched->http_status);
    fputs(",\"message\":", line);
    escape_json(line, fetched->message);
    fputs("}}", line);
}

/* The line that ends a list which broke off: no id is known to blame. */
static void print_break(FILE *line, const char *message)
{
    fputs("{\"error\":{\"type\":\"fetch_failed\",\"message\":", line);
    escape_json(line, message);
    fputs("}}", line);
}

/* Put a line about a failure: of @fetched or, if that is NULL, @message. */
static gg_status put_failure(struct fetch *fetch,
                             const struct gg_fetched *fetched,
                             const char *message, struct gg_error *err)
{
    char *text = NULL;
    size_t len = 0;
    FILE *line = open_memstream(&text, &len);
    gg_status status = GG_ENOMEM;

    fetch->nfailed++;
    if (line) {
        if (fetched)
            print_failure(line, fetched);
        else
            print_break(line, message);
        if (fclose(line) == 0)
            status = put(fetch, text, len, err);
    }
    free(text);
    if (status == GG_ENOMEM) {
        err->status = status;
        snprintf(err->message, sizeof(err->message), "no memory for a line");
    }
    return status;
}

static void show_progress(struct fetch *fetch)
{
    char total[32] = "";
    char failures[48] = "";
    long long seconds = (long long)(time(NULL) - fetch->start);

    if (!progress_is_due(&fetch->progress))
        return;
    if (!fetch->is_listing)
        snprintf(total, sizeof(total), " of %zu", fetch->ids.n);
    if (fetch->nfailed > 0)
        snprintf(failures, sizeof(failures), ", %llu failed",
                 (unsigned long long)fetch->nfailed);
    progress_show(&fetch->progress, "%s %llu%s grants in %lld s%s",
                  fetch->is_listing ? "listed" : "fetched",
                  (unsigned long long)fetch->ngrants, total, seconds, failures);
}

/* Remember to fetch @id by itself. */
static gg_status keep_id(struct fetch *fetch, const char *id,
                         struct gg_error *err)
{
    if (ids_add(&fetch->ids, id) == 0)
        return GG_OK;
    err->status = GG_ENOMEM;
    snprintf(err->message, sizeof(err->message), "the list is cut short");
    return GG_ENOMEM;
}

/* gg_fetched_fn */
static gg_status take(const struct gg_fetched *fetched, void *payload,
                      struct gg_error *err)
{
    struct fetch *fetch = payload;
    gg_status status = GG_OK;

    if (fetched->code) {
        status = put_failure(fetch, fetched, NULL, err);
    } else if (fetch->is_listing && fetch->is_detailed && fetched->id &&
               fetched->smtp == GG_SMTP_UNKNOWN &&
               strcmp(fetched->provider, "imap") == 0) {
        status = keep_id(fetch, fetched->id, err);
    } else {
        status = put(fetch, fetched->json, fetched->len, err);
        fetch->ngrants++;
    }
    show_progress(fetch);
    return status;
}

/* --- the run -------------------------------------------------------------- */

/* Say how long the requests for the ids will take. */
static void tell_time(const struct fetch *fetch)
{
    unsigned rate = fetch->api.options.rate ? fetch->api.options.rate : 10;
    unsigned long long seconds = fetch->ids.n / rate + 1;

    note_aside(&fetch->settings,
               "%zu IMAP grants came without settings; fetching each, %u a "
               "second, takes about %llu %s",
               fetch->ids.n, rate, seconds < 120 ? seconds : seconds / 60,
               seconds < 120 ? "seconds" : "minutes");
}

static gg_status list(struct fetch *fetch, gg_client *client,
                      struct gg_error *err)
{
    struct gg_error why = {0};
    gg_status status;

    fetch->is_listing = 1;
    status = gg_client_list(client, &fetch->query, take, fetch, err);
    fetch->is_listing = 0;
    if (status != GG_EFETCH)
        return status;
    note_failure(err);
    status = put_failure(fetch, NULL, err->message, &why);
    if (status != GG_OK)
        *err = why;
    return status;
}

static gg_status fetch_grants(struct fetch *fetch, gg_client *client,
                              struct gg_error *err)
{
    gg_status status = fetch->is_all ? list(fetch, client, err) : GG_OK;

    if (status != GG_OK)
        return status;
    if (fetch->is_all && fetch->ids.n > 0)
        tell_time(fetch);
    return gg_client_fetch(client, (const char *const *)fetch->ids.list,
                           fetch->ids.n, take, fetch, err);
}

/* Tell how it ended.  An exit code. */
static int tell_end(const struct fetch *fetch, gg_status status,
                    const struct gg_error *err)
{
    if (status == GG_EINTERRUPTED) {
        note_error("interrupted",
                   "stopped by a signal; what was fetched is written");
        return EXIT_INTERRUPTED;
    }
    if (status != GG_OK) {
        note_failure(err);
        return EXIT_USAGE;
    }
    if (fetch->nfailed == 0)
        return EXIT_RAN;
    note_warning(&fetch->settings,
                 "%llu %s could not be fetched: see the lines with an error",
                 (unsigned long long)fetch->nfailed,
                 fetch->nfailed == 1 ? "request" : "requests");
    return EXIT_API;
}

static int run_client(struct fetch *fetch, gg_client *client)
{
    struct gg_error err = {0};
    gg_status status;
    int code;

    fetch->sink.is_live = 1;
    code = output_open(&fetch->sink, fetch->output);
    if (code != 0)
        return code;
    fetch->start = time(NULL);
    progress_start(&fetch->progress, &fetch->settings, fetch->progress_wanted);
    status = fetch_grants(fetch, client, &err);
    progress_end(&fetch->progress);
    code = fetch->sink.is_broken_pipe ? EXIT_PIPE
                                      : tell_end(fetch, status, &err);
    return exit_worse(code, output_close(&fetch->sink, status == GG_OK));
}

static int prepare(struct fetch *fetch, char **ids, int nids)
{
    struct gg_error err = {0};
    int code;
    int i;

    if (stop_catch(&err) != 0) {
        note_failure(&err);
        return EXIT_USAGE;
    }
    code = output_check(fetch->output);
    code = exit_worse(code, settings_finish(&fetch->settings));
    for (i = 0; code == 0 && i < nids; i++)
        code = ids_add(&fetch->ids, ids[i]);
    if (code == 0 && fetch->ids_path)
        code = ids_read(&fetch->ids, fetch->ids_path);
    if (code == 0 && fetch->ids.nrepeated > 0)
        note_aside(&fetch->settings, "%zu ids came twice and are fetched once",
                   fetch->ids.nrepeated);
    return code;
}

static int fetch_run(const struct command *command, int argc, char **argv)
{
    struct fetch fetch = {.settings = {.command = command}};
    gg_client *client = NULL;
    int first = 0;
    int code = options_read(command, argc, argv, fetch_take, &fetch, &first);

    if (code != OPTIONS_DONE)
        return code;
    code = check_usage(&fetch, argc - first);
    if (code == 0)
        code = prepare(&fetch, argv + first, argc - first);
    if (code == 0)
        code = api_open(&fetch.settings, &fetch.api, &client);
    if (code == 0)
        code = run_client(&fetch, client);
    gg_client_free(client);
    ids_free(&fetch.ids);
    return code;
}

const struct command fetch_command = {
    "fetch",
    "grants from the API, as lines that eval reads",
    "ID...|--ids FILE|--all",
    "Fetch grants from Nylas and print each as JSON on one line.  A grant that "
    "cannot be fetched is a line too: {\"grant\":{\"id\":...},"
    "\"fetch_error\":{...}}, which eval turns into a record with an error.  "
    "Requests that fail for now are tried again: answers 408, 429, 500, 502, "
    "503 and 504, a 401 once, and requests that got no whole answer.\n\n"
    "The list of the API may leave out what a single answer has, and a filter "
    "may not know yet what was made a minute ago.",
    (const struct example[]){
        {"grantgate fetch --all | grantgate eval",
         "decide about every grant of the application"},
        {"grantgate fetch --all --grant-provider imap --detail -o "
         "grants.ndjson",
         "IMAP grants, with their settings as far as the API gives them"},
        {"grantgate fetch --ids ids.txt --rate 40 >grants.ndjson",
         "those, faster; leave some of 50 a second to live sign-ins"},
        {"grantgate fetch 4f3e... --api-key-file key -v",
         "one, and how the request went"},
        {0}},
    (const struct flag_group *const[]){&what_flags, &output_flags,
                                       &settings_place_flags, &api_flags,
                                       &settings_general_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "everything was fetched"},
        {EXIT_USAGE, "usage, configuration, key, input or output"},
        {EXIT_API, "something could not be fetched, after all tries"},
        {EXIT_INTERRUPTED, "interrupted; what was fetched is written"},
        {0}},
    fetch_run};
