/* SPDX-License-Identifier: MIT */
/* check_digest.c - SHA-256, as hex. */
#include "private.h"

#include "suites.h"

#include <string.h>

static const struct {
    const char *text;
    const char *hex;
} vectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"nylas",
     "e96bf6686a3c3510e9e927db7069cb1cba9b99b022f49483a6ce3270809e68a2"},
};

START_TEST(computes_sha_256_as_lower_case_hex)
{
    char hex[65] = "";

    ck_assert_int_eq(
        ggp_sha256(vectors[_i].text, strlen(vectors[_i].text), hex, NULL),
        GG_OK);
    ck_assert_str_eq(hex, vectors[_i].hex);
}
END_TEST

START_TEST(digests_a_list_as_its_texts_after_their_lengths)
{
    static const char bytes[] = "\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\1c";
    struct ggp_text texts[] = {{"ab", 2}, {"c", 1}};
    char list[65] = "";
    char plain[65] = "";

    ck_assert_int_eq(ggp_digest(texts, 2, list, NULL), GG_OK);
    ck_assert_int_eq(ggp_sha256(bytes, sizeof(bytes) - 1, plain, NULL), GG_OK);
    ck_assert_str_eq(list, plain);
}
END_TEST

START_TEST(tells_lists_apart_that_join_to_the_same)
{
    struct ggp_text one[] = {{"ab", 2}, {"c", 1}};
    struct ggp_text other[] = {{"a", 1}, {"bc", 2}};
    struct ggp_text more[] = {{"ab", 2}, {"c", 1}, {"", 0}};
    char a[65] = "";
    char b[65] = "";
    char c[65] = "";

    ck_assert_int_eq(ggp_digest(one, 2, a, NULL), GG_OK);
    ck_assert_int_eq(ggp_digest(other, 2, b, NULL), GG_OK);
    ck_assert_int_eq(ggp_digest(more, 3, c, NULL), GG_OK);
    ck_assert_str_ne(a, b);
    ck_assert_str_ne(a, c);
}
END_TEST

START_TEST(digests_an_empty_list)
{
    char hex[65] = "";

    ck_assert_int_eq(ggp_digest(NULL, 0, hex, NULL), GG_OK);
    ck_assert_str_eq(hex, vectors[0].hex);
}
END_TEST

Suite *digest_suite(void)
{
    Suite *suite = suite_create("digest");
    TCase *tcase = tcase_create("digest");

    tcase_add_loop_test(tcase, computes_sha_256_as_lower_case_hex, 0,
                        (int)(sizeof(vectors) / sizeof(vectors[0])));
    tcase_add_test(tcase, digests_a_list_as_its_texts_after_their_lengths);
    tcase_add_test(tcase, tells_lists_apart_that_join_to_the_same);
    tcase_add_test(tcase, digests_an_empty_list);
    suite_add_tcase(suite, tcase);
    return suite;
}
