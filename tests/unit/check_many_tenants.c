/* SPDX-License-Identifier: MIT */
/*
 * check_many_tenants.c - 10,000 tenants, each with code of its own: a session
 * pays for those it is asked about, and for no other.
 */
#include "suites.h"

#include "policy_set.h"
#include "scarcity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANY 10000

/* The tenants that are asked about, which both sets have. */
static const int asked[] = {0, 4711, MANY - 1};

/* All of the tenants, and those that are asked about. */
static gg_policies *many;
static gg_policies *few;

static char paths[MANY][32];
static char texts[MANY][256];

static const char default_text[] =
    "return { evaluate = { rule { 'default', when = 'always', accept 'default' "
    "} } }";
static const char lib_text[] = "return { prefix = 't' }";

static struct gg_policy_file tenant_file(int i)
{
    int n = snprintf(texts[i], sizeof(texts[i]),
                     "local lib = require 'lib.names'\n"
                     "return { about = 'tenant %d', evaluate = {\n"
                     "rule { 'data', when = { blocked = true }, reject 'b' },\n"
                     "rule { 'code', when = 'always', function(grant) return "
                     "accept(lib.prefix .. '%d') end } } }",
                     i, i);

    snprintf(paths[i], sizeof(paths[i]), "tenants/t%d.lua", i);
    return (struct gg_policy_file){paths[i], texts[i], (size_t)n};
}

static void open_sets(void)
{
    struct gg_policy_file *files = calloc(MANY + 2, sizeof(*files));
    struct gg_error err;
    size_t n = 0;
    int i;

    ck_assert_ptr_nonnull(files);
    files[n++] = (struct gg_policy_file){"lib/names.lua", lib_text,
                                         sizeof(lib_text) - 1};
    files[n++] = (struct gg_policy_file){"default.lua", default_text,
                                         sizeof(default_text) - 1};
    for (i = 0; i < COUNT(asked); i++)
        files[n++] = tenant_file(asked[i]);
    ck_assert_int_eq(gg_policies_open_memory(files, n, NULL, &few, &err),
                     GG_OK);
    for (n = 2, i = 0; i < MANY; i++)
        files[n++] = tenant_file(i);
    ck_assert_msg(gg_policies_open_memory(files, n, NULL, &many, &err) == GG_OK,
                  "%s", err.message);
    free(files);
}

static void free_sets(void)
{
    gg_policies_free(many);
    gg_policies_free(few);
}

/* What a session costs that was asked about a few tenants. */
struct cost {
    long blocks_open; /* of memory, for opening it */
    long blocks;      /* with its answers */
    size_t lua_bytes; /* of files, in its state */
    int64_t steps;    /* that the last question left */
    size_t nloaded;   /* files */
};

static void ask(gg_session *session, int tenant)
{
    const struct gg_decision *decision;
    struct gg_error err;
    char json[128];
    char reason[16];

    snprintf(json, sizeof(json),
             "{\"grant\":{\"id\":\"g\",\"provider\":\"imap\"},\"tenant\":\"t%d"
             "\"}",
             tenant);
    snprintf(reason, sizeof(reason), "t%d", tenant);
    ck_assert_int_eq(gg_session_evaluate(session, json, strlen(json), NULL, NOW,
                                         &decision, &err),
                     GG_OK);
    ck_assert_str_eq(decision->reason, tenant < MANY ? reason : "default");
}

static struct cost cost_of(gg_policies *policies)
{
    long blocks = scarcity_blocks();
    struct cost cost = {0};
    gg_session *session;
    size_t i;
    int round;

    ck_assert_int_eq(gg_session_open(policies, NULL, &session, NULL), GG_OK);
    cost.blocks_open = scarcity_blocks() - blocks;
    for (round = 0; round < 2; round++) {
        ask(session, MANY); /* a stray one: no code at all */
        for (i = 0; i < COUNT(asked); i++)
            ask(session, asked[i]);
    }
    cost.blocks = scarcity_blocks() - blocks;
    cost.lua_bytes = session->state.loaded_bytes;
    cost.steps = session->state.steps;
    for (i = 0; i < policies->n; i++)
        cost.nloaded += session->functions[i] != 0;
    gg_session_free(session);
    return cost;
}

START_TEST(costs_a_session_what_it_is_asked_about)
{
    struct cost all = cost_of(many);
    struct cost some = cost_of(few);

    ck_assert_uint_eq(many->n, MANY + 1);
    ck_assert_uint_eq(some.nloaded, COUNT(asked));
    ck_assert_uint_eq(all.nloaded, COUNT(asked));
    ck_assert_int_eq(all.blocks_open, some.blocks_open);
    ck_assert_int_eq(all.blocks, some.blocks);
    ck_assert_uint_eq(all.lua_bytes, some.lua_bytes);
    ck_assert_int_eq(all.steps, some.steps);
}
END_TEST

START_TEST(takes_memory_in_proportion_to_its_files)
{
    /* of text and path, each file has some 250 bytes */
    ck_assert_uint_lt(many->arena.bytes, (size_t)MANY * 2500);
    ck_assert_uint_gt(many->arena.bytes, (size_t)MANY * 250);
    ck_assert_uint_eq(many->nrules, (size_t)MANY * 2 + 1);
}
END_TEST

START_TEST(moves_from_one_set_to_the_other)
{
    gg_session *session;
    gg_live *live;

    ck_assert_int_eq(gg_live_open(few, &live, NULL), GG_OK);
    ck_assert_int_eq(gg_session_open_live(live, NULL, &session, NULL), GG_OK);
    ask(session, asked[1]);
    gg_live_replace(live, many);
    ask(session, 17);
    ask(session, asked[1]);
    gg_live_replace(live, few);
    ask(session, asked[2]);
    gg_session_free(session);
    gg_live_free(live);
}
END_TEST

Suite *many_tenants_suite(void)
{
    Suite *suite = suite_create("many_tenants");
    TCase *test = tcase_create("many");

    tcase_add_unchecked_fixture(test, open_sets, free_sets);
    tcase_set_timeout(test, 120);
    tcase_add_test(test, costs_a_session_what_it_is_asked_about);
    tcase_add_test(test, takes_memory_in_proportion_to_its_files);
    tcase_add_test(test, moves_from_one_set_to_the_other);
    suite_add_tcase(suite, test);
    return suite;
}
