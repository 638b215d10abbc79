/* SPDX-License-Identifier: MIT */
/* main.c - run the unit tests: all suites, or those named as arguments, or with
 * the argument I/N each Nth of them, from the Ith on. */
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *noun;
    Suite *(*suite)(void);
} suites[] = {
#define XX(noun) {#noun, noun##_suite},
    SUITES(XX)
#undef XX
};

static int is_wanted(size_t index, int argc, char **argv)
{
    size_t first;
    size_t step;
    int i;

    if (argc == 2 && sscanf(argv[1], "%zu/%zu", &first, &step) == 2)
        return step > 0 && index % step == first;
    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], suites[index].noun) == 0)
            return 1;
    }
    return argc < 2;
}

int main(int argc, char **argv)
{
    SRunner *runner = srunner_create(NULL);
    size_t i;
    int ran;
    int failed;

    for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        if (is_wanted(i, argc, argv))
            srunner_add_suite(runner, suites[i].suite());
    }
    srunner_run_all(runner, CK_NORMAL);
    ran = srunner_ntests_run(runner);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (ran == 0)
        fprintf(stderr, "no such suite\n");
    return failed == 0 && ran > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
