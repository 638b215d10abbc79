/* SPDX-License-Identifier: MIT */
/*
 * host.c - the smallest useful host: grants in, one on a line; records out.
 *
 *     cc host.c $(pkg-config --cflags --libs grantgate) -o host
 *     ./host FOLDER [TIME] <grants.ndjson
 */
#define _POSIX_C_SOURCE 200809L
#include <grantgate.h>
#include <stdio.h>
#include <stdlib.h>

/* Print the record of the grant @json; returns 1 if there is none. */
static int decide(gg_session *session, const char *json, size_t len,
                  int64_t now)
{
    const struct gg_decision *decision;
    struct gg_error err;
    char *record;

    if (gg_session_evaluate(session, json, len, NULL, now, &decision, &err) ||
        gg_decision_record(decision, &record, &err)) {
        fprintf(stderr, "host: %s\n", err.message);
        return 1;
    }
    puts(record);
    gg_free(record);
    return 0;
}

int main(int argc, char **argv)
{
    const struct gg_session_options options = {
        .caller = {.client_id = "YOUR_CLIENT_ID",
                   .redirect_uri = "https://example.com/callback"}};
    const char *folder = argc > 1 ? argv[1] : "policies";
    gg_policies *policies = NULL;
    gg_session *session = NULL;
    struct gg_error err;
    int64_t now = 0; /* the clock */
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    int failed = 0;

    if (gg_policies_open(folder, NULL, &policies, &err) ||
        gg_session_open(policies, &options, &session, &err) ||
        (argc > 2 && gg_time_parse(argv[2], &now, &err))) {
        fprintf(stderr, "host: %s\n", err.message);
        return EXIT_FAILURE; /* the system takes back what was opened */
    }
    while ((len = getline(&line, &size, stdin)) > 0)
        failed |= decide(session, line, (size_t)len, now);
    free(line);
    gg_session_free(session);
    gg_policies_free(policies);
    failed |= ferror(stdin) || fflush(stdout) || ferror(stdout);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
