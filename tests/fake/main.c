/* SPDX-License-Identifier: MIT */
/* main.c - the program fake-nylas: options, and how it ends. */
#include "fake.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: fake-nylas [OPTION...] [FILE...]\n"
    "\n"
    "Speak the grants API of Nylas on 127.0.0.1, about the grants in FILEs\n"
    "(one JSON object a line, bare or in an envelope), and misbehave on "
    "order.\n"
    "The one line on standard output is the address; then it serves until\n"
    "SIGTERM or SIGINT.\n"
    "\n"
    "Examples:\n"
    "  fake-nylas --generate 1000 --port 8025\n"
    "      a thousand made-up grants; try it in another terminal:\n"
    "      export NYLAS_API_KEY=any-will-do\n"
    "      grantgate fetch --all --api-url http://127.0.0.1:8025\n"
    "  fake-nylas --generate 1000 --fault 429:retry-after=2@share=10\n"
    "      every tenth request is told to come back in 2 seconds\n"
    "  fake-nylas --fault 401@each=1 --fault stall@id=a,first=2 grants.ndjson\n"
    "      a false 401 for the first try of everything; the first two\n"
    "      answers about the grant 'a' stop half-way\n"
    "  fake-nylas --generate 5 --print\n"
    "      show the grants, and end\n"
    "\n"
    "Data:\n"
    "      --generate N              add N made-up grants, always the same\n"
    "      --list-without-settings   lists leave settings out, as Nylas may\n"
    "      --delete-while-listing N  after each page N grants that it or one\n"
    "                                before it held disappear\n"
    "      --create-while-listing N  after each page N new grants appear\n"
    "      --print                   print the grants as NDJSON, and end\n"
    "\n"
    "Server:\n"
    "      --port N                  listen there (default 0: any free port)\n"
    "      --key KEY                 the only key that is good (default: any)\n"
    "      --delay MS                think so long before each answer\n"
    "      --seconds N               end by itself (default 3600)\n"
    "      --log FILE                write a line for each request, with its\n"
    "                                Authorization; 'early' marks one that\n"
    "                                came before its Retry-After had passed\n"
    "  -h, --help                    show this\n"
    "\n"
    "Faults:\n"
    "      --fault KIND[:ARG][@WHEN]  may be repeated; the first whose turn\n"
    "                                 it is applies\n"
    "      --seed N                   another choice of @share (default 1)\n"
    "\n"
    "  errors: 400 401 403 404 408 423 429 500 502 503 504, with any of\n"
    "      :retry-after=S  :retry-date=S (as a date)\n"
    "      :shape=api|oauth|toplevel|bare|no-request-id|html|empty\n"
    "  connections: drop (closed without a byte), silent (no answer),\n"
    "      slow:MS, stall (half an answer, then nothing), reset (half of it),\n"
    "      truncated (half of it, closed), not-http\n"
    "  lengths: wrong-length (too small), chunked (good), chunk-cut,\n"
    "      no-length (good), huge:BYTES, header-flood:BYTES, interim (good)\n"
    "  compression: gzip (good), gzip-cut, bad-gzip, gzip-bomb:BYTES\n"
    "  contents: garbage, empty, deep:LEVELS, wrong-shape, wrong-id,\n"
    "      duplicate-key, same-page (whatever the offset), redirect:URL,\n"
    "      echo (403, with the request's Authorization in it)\n"
    "\n"
    "  WHEN is a list with commas, all of which must hold:\n"
    "      always      the default\n"
    "      list, get   only lists, only single grants\n"
    "      id=ID       only this grant\n"
    "      offset=N    only this page\n"
    "      each=N      the first N tries of each target\n"
    "      after=N     all but the first N requests of those that the above\n"
    "                  leaves\n"
    "      first=N     the first N of them\n"
    "      every=N     each Nth of them\n"
    "      share=P     P percent: the same tries of the same targets always\n";

enum {
    OPT_HELP = 'h',
    OPT_GENERATE = 256,
    OPT_WITHOUT_SETTINGS,
    OPT_DELETE,
    OPT_CREATE,
    OPT_PRINT,
    OPT_PORT,
    OPT_KEY,
    OPT_DELAY,
    OPT_SECONDS,
    OPT_LOG,
    OPT_FAULT,
    OPT_SEED
};

static const struct option options[] = {
    {"help", no_argument, NULL, OPT_HELP},
    {"generate", required_argument, NULL, OPT_GENERATE},
    {"list-without-settings", no_argument, NULL, OPT_WITHOUT_SETTINGS},
    {"delete-while-listing", required_argument, NULL, OPT_DELETE},
    {"create-while-listing", required_argument, NULL, OPT_CREATE},
    {"print", no_argument, NULL, OPT_PRINT},
    {"port", required_argument, NULL, OPT_PORT},
    {"key", required_argument, NULL, OPT_KEY},
    {"delay", required_argument, NULL, OPT_DELAY},
    {"seconds", required_argument, NULL, OPT_SECONDS},
    {"log", required_argument, NULL, OPT_LOG},
    {"fault", required_argument, NULL, OPT_FAULT},
    {"seed", required_argument, NULL, OPT_SEED},
    {0},
};

struct order {
    struct service service;
    int64_t port;
    int64_t seconds;
    int is_print;
};

static volatile int is_stopped;

static void stop(int number)
{
    (void)number;
    is_stopped = 1;
}

static FILE *open_log(const char *path)
{
    FILE *log = fopen(path, "a");

    if (!log)
        fail("%s: %s", path, strerror(errno));
    return log;
}

static void take(struct order *order, int code)
{
    struct service *service = &order->service;

    switch (code) {
    case OPT_GENERATE:
        grants_generate(&service->grants,
                        (size_t)number_read("--generate", optarg, INT32_MAX));
        break;
    case OPT_WITHOUT_SETTINGS:
        service->is_brief = 1;
        break;
    case OPT_DELETE:
        service->ndelete = number_read("--delete-while-listing", optarg,
                                       PAGE_MAX);
        break;
    case OPT_CREATE:
        service->ncreate = number_read("--create-while-listing", optarg,
                                       PAGE_MAX);
        break;
    case OPT_PRINT:
        order->is_print = 1;
        break;
    case OPT_PORT:
        order->port = number_read("--port", optarg, 65535);
        break;
    case OPT_KEY:
        service->key = optarg;
        break;
    case OPT_DELAY:
        service->delay_ms = number_read("--delay", optarg, 3600000);
        break;
    case OPT_SECONDS:
        order->seconds = number_read("--seconds", optarg, 86400);
        break;
    case OPT_LOG:
        service->log = open_log(optarg);
        break;
    case OPT_FAULT:
        faults_add(&service->faults, optarg);
        break;
    case OPT_SEED:
        service->faults.seed = (uint64_t)number_read("--seed", optarg,
                                                     INT64_MAX);
        break;
    case OPT_HELP:
        fputs(help, stdout);
        exit(0);
    default:
        fail("see --help");
    }
}

static void print_grants(const struct grants *grants)
{
    size_t i;

    for (i = 0; i < grants->n; i++)
        printf("%s\n", grants->by_created[i]->json.at);
}

static void serve(struct order *order)
{
    struct sigaction action = {.sa_handler = stop};
    int listener = server_listen(&order->port);

    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    printf("http://127.0.0.1:%d\n", (int)order->port);
    if (fflush(stdout) != 0)
        fail("standard output: %s", strerror(errno));
    server_run(listener, &order->service, clock_ms() + order->seconds * 1000,
               &is_stopped);
}

int main(int argc, char **argv)
{
    struct order order = {.seconds = 3600, .service.faults.seed = 1};
    struct service *service = &order.service;
    int code;

    while ((code = getopt_long(argc, argv, "h", options, NULL)) != -1)
        take(&order, code);
    for (; optind < argc; optind++)
        grants_read(&service->grants, argv[optind]);
    grants_sort(&service->grants);

    if (order.is_print)
        print_grants(&service->grants);
    else
        serve(&order);
    grants_free(&service->grants);
    faults_free(&service->faults);
    targets_free(&service->targets);
    if (service->log)
        fclose(service->log);
    return 0;
}
