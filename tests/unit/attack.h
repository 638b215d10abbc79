/* SPDX-License-Identifier: MIT */
/*
 * attack.h - hostile policies: one of them beside an innocent tenant's.
 *
 * The hostile file is that of the tenant evil, in a set where a broken tenant
 * is isolated.  Whatever it does ends as its row says; the tenant good, asked
 * before and after in the same session, gets the same record; memory stays
 * within the limit and no file is left open.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include <check.h>

struct attack {
    const char *code;
    const char *outcome; /* an action, or the code of an error */
    const char *part;    /* of the record; NULL: anything */
};

/* Run @attack, whose code is the body of evaluate, a function of `grant`. */
void attack_evaluate(const struct attack *attack);

/* Run @attack, whose code is a whole file. */
void attack_load(const struct attack *attack);

/* A suite named @name that runs each of the @n rows of @test. */
#define ATTACK_SUITE(suite, test, rows)                                        \
    do {                                                                       \
        TCase *tcase_ = tcase_create(#test);                                   \
                                                                               \
        tcase_set_timeout(tcase_, 60);                                         \
        tcase_add_loop_test(tcase_, test, 0,                                   \
                            (int)(sizeof(rows) / sizeof((rows)[0])));          \
        suite_add_tcase(suite, tcase_);                                        \
    } while (0)

#endif
