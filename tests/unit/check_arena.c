/* SPDX-License-Identifier: MIT */
/* check_arena.c - memory given back all at once. */
#include "private.h"

#include "suites.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

START_TEST(hands_out_zeroed_aligned_memory_of_any_size)
{
    static const size_t sizes[] = {0, 1, 7, 16, 4095, 4096, 4097, 100000};
    struct ggp_arena arena = {0};
    size_t i;
    size_t k;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        unsigned char *bytes = ggp_arena_alloc(&arena, sizes[i]);

        ck_assert_ptr_nonnull(bytes);
        ck_assert_uint_eq((uintptr_t)bytes % alignof(max_align_t), 0);
        for (k = 0; k < sizes[i]; k++)
            ck_assert_uint_eq(bytes[k], 0);
        if (sizes[i] > 0)
            memset(bytes, 0xaa, sizes[i]);
    }
    ggp_arena_free(&arena);
}
END_TEST

START_TEST(keeps_earlier_allocations_intact)
{
    struct ggp_arena arena = {0};
    char *texts[200];
    char wanted[16];
    int i;

    for (i = 0; i < 200; i++) {
        (void)snprintf(wanted, sizeof(wanted), "n%d", i);
        texts[i] = ggp_arena_string(&arena, wanted);
        (void)ggp_arena_alloc(&arena, (size_t)(i * 37 % 1000));
    }
    for (i = 0; i < 200; i++) {
        (void)snprintf(wanted, sizeof(wanted), "n%d", i);
        ck_assert_str_eq(texts[i], wanted);
    }
    ggp_arena_free(&arena);
}
END_TEST

START_TEST(gives_the_same_zeroed_memory_again_after_a_reset)
{
    struct ggp_arena arena = {0};
    char *first = ggp_arena_alloc(&arena, 100);
    char *large = ggp_arena_alloc(&arena, 20000);
    int round;

    for (round = 0; round < 3; round++) {
        memset(first, 'x', 100);
        memset(large, 'x', 20000);
        ggp_arena_reset(&arena);
        ck_assert_ptr_eq(ggp_arena_alloc(&arena, 100), first);
        ck_assert_ptr_eq(ggp_arena_alloc(&arena, 20000), large);
        ck_assert_int_eq(first[99], 0);
        ck_assert_int_eq(large[19999], 0);
    }
    ggp_arena_free(&arena);
}
END_TEST

START_TEST(drops_kept_blocks_that_are_too_small)
{
    struct ggp_arena arena = {0};
    size_t size;
    char *bytes;

    for (size = 5000; size < 50000; size += 1000) {
        (void)ggp_arena_alloc(&arena, 4000);
        bytes = ggp_arena_alloc(&arena, size);
        ck_assert_ptr_nonnull(bytes);
        memset(bytes, 'x', size);
        ggp_arena_reset(&arena);
    }
    ggp_arena_free(&arena);
}
END_TEST

START_TEST(copies_text_with_a_terminator)
{
    struct ggp_arena arena = {0};
    char *copy = ggp_arena_copy(&arena, "a\0bc", 3);

    ck_assert_mem_eq(copy, "a\0b", 4);
    ck_assert_str_eq(ggp_arena_copy(&arena, "", 0), "");
    ck_assert_ptr_null(ggp_arena_copy(&arena, NULL, 0));
    ck_assert_ptr_null(ggp_arena_string(&arena, NULL));
    ck_assert_int_eq(arena.failed, 0);
    ggp_arena_free(&arena);
}
END_TEST

START_TEST(stays_failed_until_it_is_reset)
{
    struct ggp_arena arena = {0};

    ck_assert_ptr_nonnull(ggp_arena_alloc(&arena, 8));
    ck_assert_ptr_null(ggp_arena_alloc(&arena, SIZE_MAX));
    ck_assert_int_ne(arena.failed, 0);
    ck_assert_ptr_null(ggp_arena_string(&arena, "no more"));
    ggp_arena_reset(&arena);
    ck_assert_int_eq(arena.failed, 0);
    ck_assert_str_eq(ggp_arena_string(&arena, "again"), "again");
    ggp_arena_free(&arena);
}
END_TEST

START_TEST(can_be_freed_twice_and_used_again)
{
    struct ggp_arena arena = {0};

    ggp_arena_free(&arena);
    ggp_arena_reset(&arena);
    ck_assert_ptr_nonnull(ggp_arena_alloc(&arena, 1));
    ggp_arena_free(&arena);
    ggp_arena_free(&arena);
    ck_assert_ptr_null(arena.first);
}
END_TEST

Suite *arena_suite(void)
{
    Suite *suite = suite_create("arena");
    TCase *tcase = tcase_create("arena");

    tcase_add_test(tcase, hands_out_zeroed_aligned_memory_of_any_size);
    tcase_add_test(tcase, keeps_earlier_allocations_intact);
    tcase_add_test(tcase, gives_the_same_zeroed_memory_again_after_a_reset);
    tcase_add_test(tcase, drops_kept_blocks_that_are_too_small);
    tcase_add_test(tcase, copies_text_with_a_terminator);
    tcase_add_test(tcase, stays_failed_until_it_is_reset);
    tcase_add_test(tcase, can_be_freed_twice_and_used_again);
    suite_add_tcase(suite, tcase);
    return suite;
}
