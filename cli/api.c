/* SPDX-License-Identifier: MIT */
/*
 * api.c - the API to fetch from: flags, key, and what -v tells of requests.
 */
#include "api.h"
#include "lockdown.h"

#include <stdlib.h>
#include <string.h>

#define PARALLEL_MAX 1000
#define RATE_MAX     100000
#define RETRIES_MAX  100
#define TIME_MAX_MS  ((int64_t)3600 * 1000)
#define BODY_MAX     ((int64_t)64 << 20)

const struct flag_group api_flags = {
    "Requests",
    (const struct flag[]){
        {FLAG_API_KEY_FILE, 0, "api-key-file", "FILE",
         "the API key, in a file that only its owner may read (default: the "
         "variable NYLAS_API_KEY)"},
        {FLAG_PARALLEL, 0, "parallel", "N",
         "requests under way at a time (default: 16)"},
        {FLAG_RATE, 0, "rate", "R",
         "requests a second, evenly spread (default: 10; Nylas allows an "
         "application 50, live sign-ins included)"},
        {FLAG_RETRIES, 0, "retries", "N",
         "further tries of a request that failed for now (default: 5)"},
        {FLAG_BACKOFF, 0, "backoff", "TIME",
         "wait before the second try, doubled each time, at most 30s; what "
         "Retry-After says, if that is longer (default: 500ms)"},
        {FLAG_TIMEOUT, 0, "timeout", "TIME",
         "for one try, all of it (default: 60s)"},
        {FLAG_CONNECT_TIMEOUT, 0, "connect-timeout", "TIME",
         "to reach the API (default: 10s)"},
        {FLAG_MAX_BODY, 0, "max-body", "BYTES",
         "longest answer, inflated; K or M may follow (default: 16M)"},
        {FLAG_CA_FILE, 0, "ca-file", "FILE",
         "trust these certificates, in PEM, instead of the system's"},
        {0}}};

/* Flags that are whole numbers. */
static const struct number_flag {
    int id;
    const char *name;
    const char *wanted;
    const struct unit *units;
    int64_t low;
    int64_t high;
} numbers[] = {
    {FLAG_PARALLEL, "parallel", "a number from 1 to 1000", number_plain, 1,
     PARALLEL_MAX},
    {FLAG_RATE, "rate", "a number from 1 to 100000", number_plain, 1, RATE_MAX},
    {FLAG_RETRIES, "retries", "a number from 0 to 100", number_plain, 0,
     RETRIES_MAX},
    {FLAG_BACKOFF, "backoff", "a time up to 60m, like 500ms", number_time_ms, 1,
     TIME_MAX_MS},
    {FLAG_TIMEOUT, "timeout", "a time up to 60m, like 30s", number_time_ms, 1,
     TIME_MAX_MS},
    {FLAG_CONNECT_TIMEOUT, "connect-timeout", "a time up to 60m, like 5s",
     number_time_ms, 1, TIME_MAX_MS},
    {FLAG_MAX_BODY, "max-body", "a size up to 64M, like 4M", number_bytes, 1,
     BODY_MAX},
};

static void set_number(struct gg_client_options *options, int id,
                       int64_t number)
{
    switch (id) {
    case FLAG_PARALLEL:
        options->parallel = (unsigned)number;
        break;
    case FLAG_RATE:
        options->rate = (unsigned)number;
        break;
    case FLAG_RETRIES:
        options->retries = number > 0 ? (int)number : -1;
        break;
    case FLAG_BACKOFF:
        options->backoff_ms = number;
        break;
    case FLAG_TIMEOUT:
        options->time_ms = number;
        break;
    case FLAG_CONNECT_TIMEOUT:
        options->connect_time_ms = number;
        break;
    default: /* FLAG_MAX_BODY */
        options->max_body_bytes = (size_t)number;
        break;
    }
}

int api_take(const struct settings *settings, struct api *api, int id,
             const char *value)
{
    int64_t number;
    size_t i;

    if (id == FLAG_API_KEY_FILE)
        api->key_file = value;
    else if (id == FLAG_CA_FILE)
        api->options.ca_file = value;
    else {
        for (i = 0; i < COUNT(numbers) && numbers[i].id != id; i++)
            ;
        if (i == COUNT(numbers))
            return OPTIONS_DONE;
        if (number_read(value, numbers[i].units, numbers[i].low,
                        numbers[i].high, &number) != 0)
            return note_usage(settings->command,
                              "option '--%s': '%s' is not "
                              "%s",
                              numbers[i].name, value, numbers[i].wanted);
        set_number(&api->options, id, number);
    }
    api->was_told = 1;
    return 0;
}

/* gg_exchange_fn; @payload is struct settings. */
static void tell_exchange(const struct gg_exchange *exchange, void *payload)
{
    const struct settings *settings = payload;
    char again[64] = "";
    char status[32] = "no answer";

    if (!settings->is_verbose)
        return;
    if (exchange->http_status != 0)
        snprintf(status, sizeof(status), "HTTP %d", exchange->http_status);
    if (exchange->wait_ms >= 0)
        snprintf(again, sizeof(again), "; again in %lld ms",
                 (long long)exchange->wait_ms);
    note_hint("grantgate: GET %s: %s, %zu bytes, %lld ms, try %u%s%s%s%s%s",
              exchange->target, status, exchange->size_bytes,
              (long long)exchange->time_ms, exchange->attempt,
              exchange->request_id ? ", request " : "",
              exchange->request_id ? exchange->request_id : "",
              exchange->problem ? ": " : "",
              exchange->problem ? exchange->problem : "", again);
}

/* The first of @names that the environment holds, or NULL. */
static const char *variable(const char *const *names)
{
    for (; *names; names++) {
        const char *value = getenv(*names);

        if (value && *value)
            return value;
    }
    return NULL;
}

int api_open(struct settings *settings, struct api *api, gg_client **client)
{
    static const char *const proxies[] = {"https_proxy", "HTTPS_PROXY",
                                          "all_proxy", "ALL_PROXY", NULL};
    static const char *const exceptions[] = {"no_proxy", "NO_PROXY", NULL};
    struct gg_client_options options = api->options;
    struct gg_error err;
    gg_status status;
    int code = lockdown_forbid_core();
    char *key = code == 0 ? key_read(api->key_file) : NULL;

    if (!key)
        return EXIT_USAGE;
    options.api_key = key;
    options.region = settings->caller.region;
    options.api_url = settings->api_url;
    options.proxy = variable(proxies);
    options.no_proxy = variable(exceptions);
    options.stop.is_asked = stop_is_asked;
    options.exchange = tell_exchange;
    options.payload = settings;
    status = gg_client_open(&options, client, &err);
    key_wipe(key);
    if (status == GG_OK)
        return 0;
    note_failure(&err);
    return EXIT_USAGE;
}
