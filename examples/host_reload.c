/* SPDX-License-Identifier: MIT */
/*
 * host_reload.c - a host with several threads that takes up new policies while
 * it decides, offers them a function of its own, and keeps a decision log.
 *
 *     cc -pthread host_reload.c $(pkg-config --cflags --libs grantgate) \
 *         -o host_reload
 *     ./host_reload FOLDER PLANS <grants.ndjson >decisions.ndjson
 *
 * PLANS has a line for each tenant, "acme enterprise"; policies ask for it with
 * host.plan(grant.tenant), and get nil for a tenant that is not there.
 *
 * Each line of the log says which policies decided: {"policies":DIGEST,
 * "decision":RECORD}.  Change a file in FOLDER, and the next grants are decided
 * by it.  A file that does not load changes nothing and is told on stderr.
 */
#define _POSIX_C_SOURCE 200809L
#include <grantgate.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS = 4, PLANS_MAX = 1000 };

/* What the application knows; never changed once the threads run. */
struct plans {
    struct plan {
        char tenant[129];
        char name[33];
    } rows[PLANS_MAX];
    size_t n;
};

/* What the threads share. */
struct host {
    gg_live *live;
    pthread_mutex_t input;  /* stdin */
    pthread_mutex_t output; /* stdout */
    atomic_int running;     /* threads */
    atomic_int has_failed;
};

struct worker {
    struct host *host;
    gg_session *session;
    pthread_t thread;
};

/* --- what policies may call --- */

/* host.plan(tenant).  Called from all threads: it only reads. */
static gg_status plan_of(const struct gg_value *args, size_t nargs,
                         struct gg_value *result, void *payload,
                         struct gg_error *err)
{
    const struct plans *plans = payload;
    size_t i;

    (void)nargs; /* one: nrequired says so */
    (void)err;   /* it cannot fail */
    for (i = 0; i < plans->n; i++) {
        if (strcmp(plans->rows[i].tenant, args[0].string) == 0) {
            result->type = GG_STRING;
            result->string = plans->rows[i].name;
            result->len = strlen(plans->rows[i].name);
            break;
        }
    }
    return GG_OK;
}

static int read_plans(const char *name, struct plans *plans)
{
    FILE *file = fopen(name, "r");
    struct plan *row = plans->rows;

    if (!file) {
        perror(name);
        return 0;
    }
    while (plans->n < PLANS_MAX &&
           fscanf(file, "%128s %32s", row->tenant, row->name) == 2) {
        row++;
        plans->n++;
    }
    if (!feof(file))
        fprintf(stderr, "host_reload: %s: not all of it was read\n", name);
    fclose(file);
    return 1;
}

/* --- what the threads do --- */

/*
 * A gg_decision_fn: called by the thread that asked, just before it has its
 * answer.  Other threads may be here, too, so there is a lock around the file.
 */
static void keep(const struct gg_decision *decision, void *payload)
{
    const struct worker *worker = payload;
    struct host *host = worker->host;
    struct gg_error err;
    char *record;

    if (gg_decision_record(decision, &record, &err) != GG_OK) {
        fprintf(stderr, "host_reload: %s\n", err.message);
        atomic_store(&host->has_failed, 1);
        return;
    }
    pthread_mutex_lock(&host->output);
    printf("{\"policies\":\"%s\",\"decision\":%s}\n",
           gg_session_digest(worker->session), record);
    if (fflush(stdout) != 0)
        atomic_store(&host->has_failed, 1);
    pthread_mutex_unlock(&host->output);
    gg_free(record);
}

static ssize_t next_line(struct host *host, char **line, size_t *size)
{
    ssize_t len;

    pthread_mutex_lock(&host->input);
    len = getline(line, size, stdin);
    pthread_mutex_unlock(&host->input);
    return len;
}

/* Decide about grants until there are no more. */
static void *work(void *payload)
{
    struct worker *worker = payload;
    struct host *host = worker->host;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    while ((len = next_line(host, &line, &size)) > 0) {
        const struct gg_decision *decision; /* is in the log by then */
        struct gg_error err;

        if (gg_session_evaluate(worker->session, line, (size_t)len, NULL, 0,
                                &decision, &err) != GG_OK) {
            fprintf(stderr, "host_reload: %s\n", err.message);
            atomic_store(&host->has_failed, 1);
        }
    }
    free(line);
    atomic_fetch_sub(&host->running, 1);
    return NULL;
}

static int start(struct worker *worker, struct host *host)
{
    const struct gg_session_options options = {
        .caller = {.client_id = "YOUR_CLIENT_ID",
                   .redirect_uri = "https://example.com/callback"},
        .decided = keep,
        .payload = worker};
    struct gg_error err;

    worker->host = host;
    if (gg_session_open_live(host->live, &options, &worker->session, &err)) {
        fprintf(stderr, "host_reload: %s\n", err.message);
        return 0;
    }
    atomic_fetch_add(&host->running, 1);
    if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
        atomic_fetch_sub(&host->running, 1);
        gg_session_free(worker->session);
        return 0;
    }
    return 1;
}

/* --- what the first thread does meanwhile --- */

/* Say what is in force, if it is not what @said says. */
static void tell(gg_live *live, char said[65])
{
    gg_policies *policies = gg_live_policies(live);

    if (strcmp(said, gg_policies_digest(policies)) != 0) {
        snprintf(said, 65, "%s", gg_policies_digest(policies));
        fprintf(stderr, "host_reload: policies %s\n", said);
    }
    gg_policies_free(policies);
}

/*
 * Look for new policies while the threads run.  Where nothing changed that
 * costs little; inotify, or a signal, would do as well.
 */
static void reload(struct host *host, const char *folder,
                   const struct gg_policies_options *options)
{
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    char said[65] = "";
    char complaint[512] = "";
    struct gg_error err;

    while (atomic_load(&host->running) > 0) {
        if (gg_live_reload(host->live, folder, options, &err) == GG_OK) {
            complaint[0] = '\0';
        } else if (strcmp(complaint, err.message) != 0) {
            snprintf(complaint, sizeof(complaint), "%s", err.message);
            fprintf(stderr, "host_reload: nothing changes: %s\n", complaint);
        }
        tell(host->live, said);
        nanosleep(&pause, NULL);
    }
}

int main(int argc, char **argv)
{
    static struct plans plans;
    const struct gg_function functions[] = {{.name = "plan",
                                             .parameters = {GG_STRING},
                                             .nparameters = 1,
                                             .nrequired = 1,
                                             .result = GG_STRING,
                                             .call = plan_of,
                                             .payload = &plans}};
    const struct gg_policies_options options = {.functions = functions,
                                                .nfunctions = 1};
    struct host host = {.input = PTHREAD_MUTEX_INITIALIZER,
                        .output = PTHREAD_MUTEX_INITIALIZER};
    struct worker workers[THREADS] = {{.session = NULL}};
    gg_policies *first;
    struct gg_error err;
    int n = 0;

    if (argc != 3 || !read_plans(argv[2], &plans)) {
        fputs("usage: host_reload FOLDER PLANS <GRANTS\n", stderr);
        return 2;
    }
    if (gg_policies_open(argv[1], &options, &first, &err) != GG_OK ||
        gg_live_open(first, &host.live, &err) != GG_OK) {
        fprintf(stderr, "host_reload: %s\n", err.message);
        return EXIT_FAILURE;
    }
    gg_policies_free(first); /* host.live has its own reference */

    while (n < THREADS && start(&workers[n], &host))
        n++;
    reload(&host, argv[1], &options);
    while (n > 0) {
        pthread_join(workers[--n].thread, NULL);
        gg_session_free(workers[n].session);
    }
    gg_live_free(host.live);
    return atomic_load(&host.has_failed) || ferror(stdin) ? EXIT_FAILURE
                                                          : EXIT_SUCCESS;
}
