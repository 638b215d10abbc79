/* SPDX-License-Identifier: MIT */
/* policy_set.c - policy sets for tests, written from tables of text. */
#include "policy_set.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void join(char *path, size_t size, const char *folder, const char *name)
{
    int n = snprintf(path, size, "%s/%s", folder, name);

    ck_assert(n > 0 && (size_t)n < size);
}

/* Make the folders on the way to @path, which starts with @folder. */
static void make_parents(const char *folder, char *path)
{
    char *slash = path + strlen(folder);

    while ((slash = strchr(slash + 1, '/'))) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

static void remove_parents(const char *folder, char *path)
{
    char *slash;

    while ((slash = strrchr(path, '/')) > path + strlen(folder)) {
        *slash = '\0';
        rmdir(path); /* fails while others are in it */
    }
}

void policy_folder_write(const struct policy_file *files, char folder[64])
{
    char path[1024];
    FILE *file;

    strncpy(folder, "/tmp/grantgate-XXXXXX", 64);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (; files->path; files++) {
        join(path, sizeof(path), folder, files->path);
        make_parents(folder, path);
        file = fopen(path, "w");
        ck_assert_msg(file != NULL, "%s", path);
        ck_assert_int_ge(fputs(files->text, file), 0);
        ck_assert_int_eq(fclose(file), 0);
    }
}

void policy_folder_remove(const struct policy_file *files, const char *folder)
{
    char path[1024];

    for (; files->path; files++) {
        join(path, sizeof(path), folder, files->path);
        unlink(path);
        remove_parents(folder, path);
    }
    ck_assert_int_eq(rmdir(folder), 0);
}

static void keep_log(const char *where, const char *grant_id, const char *text,
                     void *payload)
{
    struct policy_set *set = payload;
    size_t len = strlen(set->log);

    snprintf(set->log + len, sizeof(set->log) - len, "%s %s %s\n", where,
             grant_id ? grant_id : "-", text);
}

gg_status policy_set_try(struct policy_set *set,
                         const struct policy_file *files,
                         const struct gg_policies_options *options)
{
    struct gg_session_options *session = &set->options;
    gg_status status;
    char folder[64];

    policy_folder_write(files, folder);
    status = gg_policies_open(folder, options, &set->policies, &set->error);
    policy_folder_remove(files, folder);
    if (status != GG_OK)
        return status;
    if (!session->caller.client_id)
        session->caller.client_id = "app";
    if (!session->caller.redirect_uri)
        session->caller.redirect_uri = "https://host.example/cb";
    session->log = keep_log;
    session->payload = set;
    return gg_session_open(set->policies, session, &set->session, &set->error);
}

void policy_set_open(struct policy_set *set, const struct policy_file *files)
{
    gg_status status = policy_set_try(set, files, NULL);

    ck_assert_msg(status == GG_OK, "%s", set->error.message);
}

void policy_set_open_default(struct policy_set *set, const char *text)
{
    const struct policy_file files[] = {{"default.lua", text}, {NULL, NULL}};

    policy_set_open(set, files);
}

void policy_set_free(struct policy_set *set)
{
    gg_session_free(set->session);
    gg_policies_free(set->policies);
    set->session = NULL;
    set->policies = NULL;
}

const struct gg_decision *policy_set_decide(struct policy_set *set,
                                            const char *json)
{
    const struct gg_decision *decision = NULL;
    gg_status status = gg_session_evaluate(set->session, json, strlen(json),
                                           NULL, NOW, &decision, &set->error);

    ck_assert_msg(status == GG_OK, "%s", set->error.message);
    return decision;
}

char *policy_set_record(struct policy_set *set, const char *json)
{
    char *record = NULL;
    gg_status status = gg_decision_record(policy_set_decide(set, json), &record,
                                          &set->error);

    ck_assert_msg(status == GG_OK, "%s", set->error.message);
    return record;
}

const struct gg_connect_answer *
policy_set_connect(struct policy_set *set,
                   const struct gg_connect_request *request)
{
    const struct gg_connect_answer *answer = NULL;
    gg_status status = gg_session_connect(set->session, request, NOW, &answer,
                                          &set->error);

    ck_assert_msg(status == GG_OK, "%s", set->error.message);
    return answer;
}

const char *policy_set_data(struct policy_set *set, const char *code)
{
    const struct gg_decision *decision;
    char text[4096];
    int n = snprintf(text, sizeof(text),
                     "return { evaluate = function(grant) %s end }", code);

    ck_assert(n > 0 && (size_t)n < sizeof(text));
    policy_set_open_default(set, text);
    decision = policy_set_decide(
        set,
        "{\"grant\":{\"id\":\"g-1\",\"provider\":\"imap\",\"email\":"
        "\"ann@Mail.Example\",\"blocked\":false,\"scope\":[\"a\",\"b\"],"
        "\"created_at\":1785578340,\"settings\":{\"imap_host\":\"h\","
        "\"imap_port\":993,\"imap_password\":\"hunter2\",\"list\":[1,"
        "\"two\",{\"smtp_host\":\"s\",\"key\":\"k\"}]},\"extra\":"
        "{\"big\":9007199254740993,\"half\":0.5,\"yes\":true,\"none\":null,"
        "\"token\":\"t0ps3cret\",\"list\":[3,2,1]}},\"tenant\":\"acme\","
        "\"send_error\":\"no route\",\"send_error_at\":1785578390,"
        "\"context\":{\"plan\":\"pro\",\"seats\":[1,2],\"deep\":{\"a\":"
        "{\"b\":1}}}}");
    if (decision->action == GG_ERROR)
        return decision->error_message;
    return decision->data ? decision->data : decision->reason;
}

void expect_part(const char *text, const char *part)
{
    if (part)
        ck_assert_msg(text && strstr(text, part), "\"%s\" lacks \"%s\"",
                      text ? text : "(null)", part);
}

void expect_no_address(const char *text)
{
    ck_assert_msg(!text || !strstr(text, "0x"), "%s", text ? text : "");
}
