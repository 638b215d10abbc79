/* SPDX-License-Identifier: MIT */
/* scene.c - the policies that fuzz targets ask, and a question that every
 * input must leave as it was. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static struct fuzz_scene scene;

/* libFuzzer and the leak sanitizer look at what is left at the end. */
static void close_scene(void)
{
    free(scene.innocent);
    gg_session_free(scene.session);
    gg_policies_free(scene.policies);
}

struct gg_session_options fuzz_session_options(struct gg_limits limits)
{
    struct gg_session_options options = {.limits = limits, .trace = 1};

    options.caller.client_id = "fuzz-app";
    options.caller.redirect_uri = "https://fuzz.example/connected";
    return options;
}

struct fuzz_scene *fuzz_scene(void)
{
    static const struct gg_limits limits = {1000000, (size_t)4 << 20, 20000};
    static struct gg_session_options options;
    struct gg_error err = {0};
    gg_status status;

    if (scene.session)
        return &scene;
    options = fuzz_session_options(limits);
    status = gg_policies_open(FUZZ_POLICIES, NULL, &scene.policies, &err);
    require(status == GG_OK, "the policies load", err.message);
    status = gg_session_open(scene.policies, &options, &scene.session, &err);
    require(status == GG_OK, "a session opens", err.message);
    scene.innocent = fuzz_innocent(scene.session);
    (void)atexit(close_scene);
    return &scene;
}

char *fuzz_innocent(gg_session *session)
{
    static const char grant[] =
        "{\"grant\":{\"id\":\"innocent-1\",\"provider\":\"imap\",\"email\":"
        "\"ann@mail.example\",\"created_at\":1761990000,\"settings\":{"
        "\"imap_host\":\"imap.mail.example\",\"smtp_host\":"
        "\"smtp.mail.example\",\"smtp_port\":465}},\"tenant\":\"innocent\"}";
    const struct gg_decision *decision;
    struct gg_error err = {0};
    char *record = NULL;
    gg_status status = gg_session_evaluate(session, grant, sizeof(grant) - 1,
                                           NULL, FUZZ_NOW, &decision, &err);

    require(status == GG_OK, "the innocent question is answered", err.message);
    require(decision->action == GG_ACCEPT, "the innocent grant is accepted",
            decision->error_message);
    status = gg_decision_record(decision, &record, &err);
    require(status == GG_OK, "the innocent record is written", err.message);
    return record;
}

void require_innocent(const struct fuzz_scene *with)
{
    char *record = fuzz_innocent(with->session);

    require(strcmp(record, with->innocent) == 0,
            "the next question is as if nothing had been", record);
    free(record);
}
