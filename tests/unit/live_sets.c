/* SPDX-License-Identifier: MIT */
/* live_sets.c - two policy sets that take turns, and what each answers. */
#include "live_sets.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT(name)                                                          \
    "return { connect = function(request) return { state = '" name             \
    "-' .. request.purpose } end,\n"                                           \
    "evaluate = {\n"                                                           \
    "rule { 'rule-" name "', when = { id = 'rule' }, accept { reason = "       \
    "'rule_" name "', data = { set = '" name "', list = { 1, 2, 3 } } } },\n"  \
    "rule { 'link-" name "', when = { id = 'link' }, reauth { reason = "       \
    "'link_" name "', notify = '" name "' } } } }"

#define ACME(name)                                                             \
    "local lib = require 'lib.name'\n"                                         \
    "return { evaluate = function(grant)\n"                                    \
    "if grant.id == 'code' then log(lib.name) return accept { reason = "       \
    "'code_' .. lib.name, notify = '" name "', data = { set = lib.name, raw "  \
    "= grant.raw } } end\n"                                                    \
    "if grant.id == 'fails' then error('" name "-' .. lib.name, 0) end end }"

#define LIB(name) "return { name = '" name "' }"

/* The second has other files besides, so that all numbers differ. */
static const struct policy_file files_of_a[] = {{"default.lua", DEFAULT("a")},
                                                {"lib/name.lua", LIB("a")},
                                                {"tenants/acme.lua", ACME("a")},
                                                {NULL, NULL}};
static const struct policy_file files_of_b[] = {
    {"default.lua", DEFAULT("b")},
    {"lib/extra.lua", "return {}"},
    {"lib/name.lua", LIB("b")},
    {"tenants/aaa.lua", "return { evaluate = function() end }"},
    {"tenants/acme.lua", ACME("b")},
    {"tenants/acme/imap.lua", "return { evaluate = function() end }"},
    {NULL, NULL}};
static const struct policy_file files_that_fail[] = {
    {"default.lua", DEFAULT("c")},
    {"tenants/acme.lua", "return {\n\n evaluate = oops }"},
    {NULL, NULL}};

static const struct policy_file *const files[LIVE_NFOLDERS] = {
    files_of_a, files_of_b, files_that_fail};

#define GRANT(id)                                                              \
    "{\"grant\":{\"id\":\"" id "\",\"provider\":\"imap\",\"email\":\"a@b.c\"," \
    "\"settings\":{\"smtp_host\":\"h\"}},\"tenant\":\"acme\"}"

const char *const live_grants[LIVE_NGRANTS] = {GRANT("rule"), GRANT("code"),
                                               GRANT("link"), GRANT("fails")};

static const struct gg_session_options options = {
    .caller = {.client_id = "app", .redirect_uri = "https://host.example/cb"},
    .trace = 1};

/* What @set answers by itself. */
static void learn_records(struct live_sets *sets, int set)
{
    gg_session *session;
    int i;

    ck_assert_int_eq(gg_session_open(sets->sets[set], &options, &session, NULL),
                     GG_OK);
    for (i = 0; i < LIVE_NGRANTS; i++)
        ck_assert_int_eq(gg_decision_record(live_sets_decide(session, i),
                                            &sets->records[set][i], NULL),
                         GG_OK);
    gg_session_free(session);
}

void live_sets_open(struct live_sets *sets)
{
    struct gg_error err;
    gg_status status;
    int i;

    memset(sets, 0, sizeof(*sets));
    for (i = 0; i < LIVE_NFOLDERS; i++)
        policy_folder_write(files[i], sets->folders[i]);
    for (i = 0; i < 2; i++) {
        status = gg_policies_open(sets->folders[i], NULL, &sets->sets[i], &err);
        ck_assert_msg(status == GG_OK, "%s", err.message);
        memcpy(sets->digest_texts[i], gg_policies_digest(sets->sets[i]), 65);
        sets->digests[i] = sets->digest_texts[i];
        learn_records(sets, i);
    }
    ck_assert_int_eq(gg_live_open(sets->sets[0], &sets->live, &err), GG_OK);
}

void live_sets_free(struct live_sets *sets)
{
    int set;
    int i;

    gg_live_free(sets->live);
    for (i = 0; i < LIVE_NFOLDERS; i++)
        policy_folder_remove(files[i], sets->folders[i]);
    for (set = 0; set < 2; set++) {
        gg_policies_free(sets->sets[set]);
        for (i = 0; i < LIVE_NGRANTS; i++)
            gg_free(sets->records[set][i]);
    }
}

gg_session *live_sets_follow(struct live_sets *sets)
{
    gg_session *session;

    ck_assert_int_eq(gg_session_open_live(sets->live, &options, &session, NULL),
                     GG_OK);
    return session;
}

const struct gg_decision *live_sets_decide(gg_session *session, int grant)
{
    const struct gg_decision *decision;
    const char *json = live_grants[grant];
    struct gg_error err;
    gg_status status = gg_session_evaluate(session, json, strlen(json), NULL,
                                           NOW, &decision, &err);

    ck_assert_msg(status == GG_OK, "%s", err.message);
    return decision;
}

const char *live_sets_ask(const struct live_sets *sets, gg_session *session,
                          int grant)
{
    const struct gg_decision *decision;
    const char *json = live_grants[grant];
    const char *digest;
    char *record;
    int is_same;
    int set;

    if (gg_session_evaluate(session, json, strlen(json), NULL, NOW, &decision,
                            NULL) != GG_OK)
        return "was not asked";
    digest = gg_session_digest(session);
    for (set = 0; set < 2 && strcmp(digest, sets->digests[set]) != 0; set++)
        ;
    if (set == 2)
        return "another set decided";
    if (gg_decision_record(decision, &record, NULL) != GG_OK)
        return "has no record";
    is_same = strcmp(record, sets->records[set][grant]) == 0;
    gg_free(record);
    return is_same ? NULL : "is not what the set that decided says";
}
