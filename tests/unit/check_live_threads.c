/* SPDX-License-Identifier: MIT */
/*
 * check_live_threads.c - threads that ask while the set in force changes: no
 * answer is of two sets, or of another than the session says.
 */
#include "suites.h"

#include "live_sets.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

#define NTHREADS 8
#define NTAKERS  3
#define NCHANGES 1000
#define NRELOADS 50

static struct live_sets sets;

/* What the threads share.  Each change lets one question begin, and waits
 * until fewer than all threads have one: so some are always under way. */
static sem_t begun;
static sem_t ended;
static atomic_int is_last; /* nothing changes any more */

/* A thread that asks. */
struct asker {
    pthread_t thread;
    gg_session *session;
    const char *problem; /* or NULL */
    long nquestions;
    long nmoves; /* how often it was another set than before */
};

static struct asker askers[NTHREADS];

static void setup(void)
{
    live_sets_open(&sets);
    memset(askers, 0, sizeof(askers));
    atomic_store(&is_last, 0);
    ck_assert_int_eq(sem_init(&begun, 0, 0), 0);
    ck_assert_int_eq(sem_init(&ended, 0, 0), 0);
}

static void teardown(void)
{
    live_sets_free(&sets);
    sem_destroy(&begun);
    sem_destroy(&ended);
}

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0)
        ; /* a signal came */
}

static void ask_one(struct asker *asker)
{
    const char *problem;
    char before[65];

    memcpy(before, gg_session_digest(asker->session), sizeof(before));
    problem = live_sets_ask(&sets, asker->session,
                            (int)(asker->nquestions % LIVE_NGRANTS));
    if (!asker->problem)
        asker->problem = problem;
    asker->nmoves += strcmp(before, gg_session_digest(asker->session)) != 0;
    asker->nquestions++;
}

/* Ask the first set, then whichever is in force, and the last one. */
static void *ask_on(void *self)
{
    struct asker *asker = self;

    ask_one(asker);
    sem_post(&ended);
    wait_for(&begun);
    while (!atomic_load(&is_last)) {
        ask_one(asker);
        sem_post(&ended);
        wait_for(&begun);
    }
    ask_one(asker);
    return NULL;
}

/* Reload the two folders in turn, whatever else goes on. */
static void *reload_on(void *problem)
{
    int i;

    for (i = 0; i < NRELOADS; i++) {
        if (gg_live_reload(sets.live, sets.folders[i % 2], NULL, NULL) != GG_OK)
            *(const char **)problem = "did not reload";
    }
    return NULL;
}

/* Put the other set in force, one way or another. */
static const char *change(int i)
{
    struct gg_error err;

    if (i % 10 == 3)
        return gg_live_reload(sets.live, sets.folders[i % 2], NULL, &err) ==
                       GG_OK
                   ? NULL
                   : "did not reload";
    if (i % 10 == 6)
        return gg_live_reload(sets.live, sets.folders[LIVE_BROKEN], NULL,
                              &err) == GG_EPOLICY &&
                       strstr(err.message, "tenants/acme.lua:3: ")
                   ? NULL
                   : "loaded what is broken";
    gg_live_replace(sets.live, sets.sets[i % 2]);
    return NULL;
}

static const char *change_on(void)
{
    const char *problem = NULL;
    int i;

    for (i = 0; i < NCHANGES; i++) {
        const char *why = change(i);

        if (!problem)
            problem = why;
        sem_post(&begun);
        wait_for(&ended);
    }
    return problem;
}

static void start_askers(void)
{
    int i;

    for (i = 0; i < NTHREADS; i++) {
        askers[i].session = live_sets_follow(&sets);
        ck_assert_int_eq(
            pthread_create(&askers[i].thread, NULL, ask_on, &askers[i]), 0);
    }
    for (i = 0; i < NTHREADS; i++)
        wait_for(&ended);
    for (i = 0; i < NTHREADS - 1; i++)
        sem_post(&begun);
}

static void end_askers(void)
{
    int i;

    gg_live_replace(sets.live, sets.sets[1]);
    atomic_store(&is_last, 1);
    for (i = 0; i < NTHREADS; i++)
        sem_post(&begun);
    for (i = 0; i < NTHREADS; i++)
        pthread_join(askers[i].thread, NULL);
}

START_TEST(tears_no_answer_apart)
{
    const char *reload_problem = NULL;
    const char *problem;
    pthread_t reloader;
    long questions = 0;
    long moves = 0;
    int i;

    start_askers();
    ck_assert_int_eq(
        pthread_create(&reloader, NULL, reload_on, &reload_problem), 0);
    problem = change_on();
    pthread_join(reloader, NULL);
    end_askers();

    ck_assert_msg(!problem, "%s", problem);
    ck_assert_msg(!reload_problem, "%s", reload_problem);
    for (i = 0; i < NTHREADS; i++) {
        ck_assert_msg(!askers[i].problem, "an answer %s", askers[i].problem);
        ck_assert_str_eq(gg_session_digest(askers[i].session), sets.digests[1]);
        ck_assert_int_gt(askers[i].nmoves, 0);
        questions += askers[i].nquestions;
        moves += askers[i].nmoves;
        gg_session_free(askers[i].session);
    }
    ck_assert_int_ge(questions, NCHANGES);
    ck_assert_int_gt(moves, NTHREADS);
}
END_TEST

/* --- references --- */

/* Take the set in force and give it back, as fast as can be. */
static void *take_on(void *self)
{
    struct asker *asker = self;

    while (!atomic_load(&is_last)) {
        gg_policies *policies = gg_live_policies(sets.live);
        const char *digest = gg_policies_digest(policies);

        if (strcmp(digest, sets.digests[0]) != 0 &&
            strcmp(digest, sets.digests[1]) != 0)
            asker->problem = "a set that is gone";
        gg_policies_free(policies);
    }
    return NULL;
}

START_TEST(hands_out_no_set_that_is_gone)
{
    int is_reloaded = 1;
    int i;

    for (i = 0; i < NTAKERS; i++)
        ck_assert_int_eq(
            pthread_create(&askers[i].thread, NULL, take_on, &askers[i]), 0);
    for (i = 0; i < 2 * NRELOADS; i++) /* each drops the set before it */
        is_reloaded &= gg_live_reload(sets.live, sets.folders[(i + 1) % 2],
                                      NULL, NULL) == GG_OK;
    atomic_store(&is_last, 1);
    for (i = 0; i < NTAKERS; i++) {
        pthread_join(askers[i].thread, NULL);
        ck_assert_msg(!askers[i].problem, "%s", askers[i].problem);
    }
    ck_assert(is_reloaded);
}
END_TEST

Suite *live_threads_suite(void)
{
    Suite *suite = suite_create("live_threads");
    TCase *test = tcase_create("threads");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_set_timeout(test, 300);
    tcase_add_test(test, tears_no_answer_apart);
    tcase_add_test(test, hands_out_no_set_that_is_gone);
    suite_add_tcase(suite, test);
    return suite;
}
