/* SPDX-License-Identifier: MIT */
/*
 * fuzz_policy.c - any text as a tenant's policy.
 *
 * It loads or it does not; what it answers is a decision or an error, within
 * its limits; and the tenant beside it is answered as ever.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_BYTES ((size_t)2 << 20)

static const struct gg_limits limits = {100000, LIMIT_BYTES, 20000};

/* Twice a secret. */
#define GRANT                                                                  \
    "{\"grant\":{\"id\":\"g-1\",\"provider\":\"imap\",\"email\":"              \
    "\"ann@Mail.Example\",\"scope\":[\"a\",\"b\"],\"created_at\":1785578340,"  \
    "\"settings\":{\"imap_host\":\"h\",\"imap_port\":993,\"imap_password\":"   \
    "\"%s\",\"smtp_host\":\"s\"},\"extra\":{\"half\":0.5,\"token\":\"%s\"}},"  \
    "\"tenant\":\"acme\",\"send_error\":\"no route\",\"context\":{\"plan\":"   \
    "\"pro\",\"seats\":[1,2]}}"

static char grant[sizeof(GRANT) + 64];
static char secret[32];

/* A secret that no input can hold: it is made from the input. */
static void make_grant(const uint8_t *bytes, size_t len)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    size_t i;

    for (i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
    (void)snprintf(secret, sizeof(secret), "s%016llx",
                   (unsigned long long)hash);
    (void)snprintf(grant, sizeof(grant), GRANT, secret, secret);
}

/* --- the folder --- */

static char folder[4096];
static char file[4200];

static void remove_folder(void)
{
    static const char *const parts[] = {"default.lua", "lib", "providers",
                                        "tenants/innocent.lua",
                                        "tenants/acme.lua"};
    char path[4200];
    size_t i;

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, parts[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof(path), "%s/tenants", folder);
    (void)rmdir(path);
    (void)rmdir(folder);
}

/* What is fixed is there by links; tenants/acme.lua is the input. */
static void make_folder(void)
{
    static const char *const links[] = {"default.lua", "lib", "providers",
                                        "tenants/innocent.lua"};
    const char *parent = getenv("TMPDIR");
    char target[4200];
    char path[4200];
    size_t i;

    (void)snprintf(folder, sizeof(folder), "%s/grantgate-XXXXXX",
                   parent && *parent ? parent : "/tmp");
    require(mkdtemp(folder) != NULL, "a folder is made", folder);
    (void)atexit(remove_folder);
    (void)snprintf(path, sizeof(path), "%s/tenants", folder);
    require(mkdir(path, 0700) == 0, "a folder for tenants is made", path);
    for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        (void)snprintf(target, sizeof(target), "%s/%s", FUZZ_POLICIES,
                       links[i]);
        (void)snprintf(path, sizeof(path), "%s/%s", folder, links[i]);
        require(symlink(target, path) == 0, "a link is made", path);
    }
    (void)snprintf(file, sizeof(file), "%s/tenants/acme.lua", folder);
}

static void write_policy(const uint8_t *bytes, size_t len)
{
    int fd;

    if (!folder[0])
        make_folder();
    fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(fd >= 0, "the policy's file opens", file);
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        require(n > 0, "the policy is written", file);
        bytes += n;
        len -= (size_t)n;
    }
    (void)close(fd);
}

/* --- the questions --- */

static void require_memory(const gg_session *session)
{
    const struct ggl_state *state = &session->state;

    require(!session->is_open ||
                state->used_bytes <= state->loaded_bytes + LIMIT_BYTES,
            "a question keeps to its memory", NULL);
}

static void require_no_secret(const char *text)
{
    require(!strstr(text, secret), "no secret comes out", text);
}

static void evaluate(gg_session *session)
{
    const struct gg_decision *decision;
    struct gg_error err = {0};
    char *record = NULL;
    gg_status status = gg_session_evaluate(session, grant, strlen(grant), NULL,
                                           FUZZ_NOW, &decision, &err);

    require(status == GG_OK, "whatever the policy, there is a decision",
            err.message);
    require_decision(decision);
    require_memory(session);
    status = gg_decision_record(decision, &record, &err);
    require(status == GG_OK, "a record is written", err.message);
    yyjson_doc_free(require_record(record, strlen(record)));
    require_no_secret(record);
    gg_free(record);
}

static void sign_in(gg_session *session)
{
    const struct gg_connect_request request = {.tenant = "acme",
                                               .provider = "imap",
                                               .email = "ann@mail.example",
                                               .context = "{\"plan\":\"pro\"}"};
    const struct gg_connect_answer *answer;
    struct gg_error err = {0};
    gg_status status = gg_session_connect(session, &request, FUZZ_NOW, &answer,
                                          &err);

    require(status == GG_OK, "whatever the policy, there is an answer",
            err.message);
    require((answer->error == GG_OK) == (answer->auth_url != NULL),
            "there is a URL or an error", answer->error_message);
    require((answer->error == GG_OK) == (answer->error_message == NULL),
            "an error has a message", answer->error_message);
    require_memory(session);
}

/* The tenant beside it, asked in a session that nobody else has used. */
static const char *innocent_record(void)
{
    return fuzz_scene()->innocent;
}

static void ask(gg_policies *policies)
{
    struct gg_session_options options = fuzz_session_options(limits);
    struct gg_error err = {0};
    gg_session *session = NULL;
    gg_status status = gg_session_open(policies, &options, &session, &err);
    char *record;

    require(status == GG_OK, "a session opens", err.message);
    evaluate(session);
    sign_in(session);
    record = fuzz_innocent(session);
    require(strcmp(record, innocent_record()) == 0,
            "the tenant beside it is answered as ever", record);
    gg_free(record);
    gg_session_free(session);
}

/* Answers its argument, or fails without one. */
static gg_status echo(const struct gg_value *args, size_t nargs,
                      struct gg_value *result, void *payload,
                      struct gg_error *err)
{
    (void)payload;
    (void)err;
    if (nargs == 0)
        return GG_EIO;
    require(args[0].type == GG_STRING && strlen(args[0].string) == args[0].len,
            "an argument is a string that ends", NULL);
    result->type = GG_STRING;
    result->string = args[0].string;
    result->len = args[0].len;
    return GG_OK;
}

static const struct gg_function functions[] = {{.name = "echo",
                                                .parameters = {GG_STRING},
                                                .nparameters = 1,
                                                .result = GG_STRING,
                                                .call = echo},
                                               {.name = "only_a_name"}};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct gg_policies_options options = {
        .memory_bytes = 2 * LIMIT_BYTES,
        .instructions = 200000,
        .time_ms = 20000,
        .functions = functions,
        .nfunctions = 2};
    gg_policies *policies = NULL;
    struct gg_error err;
    gg_status status;

    make_grant(bytes, len);
    write_policy(bytes, len);
    status = gg_policies_open(folder, &options, &policies, &err);
    if (status == GG_OK) {
        ask(policies);
    } else {
        require(status == GG_EPOLICY && !policies,
                "what does not load is the policy's fault", err.message);
        require_error(status, &err);
    }
    gg_policies_free(policies);
    return 0;
}
