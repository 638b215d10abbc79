/* SPDX-License-Identifier: MIT */
/* check_glob.c - patterns with a star. */
#include "private.h"

#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
    const char *pattern;
    const char *text;
    int matches;
} globs[] = {
    {"", "", 1},
    {"", "a", 0},
    {"*", "", 1},
    {"*", "anything", 1},
    {"***", "", 1},
    {"a", "a", 1},
    {"a", "A", 0},
    {"a", "ab", 0},
    {"a*", "a", 1},
    {"a*", "abc", 1},
    {"a*", "ba", 0},
    {"*a", "ba", 1},
    {"*a", "ab", 0},
    {"a*a", "a", 0},
    {"a*a", "aa", 1},
    {"a*b*c", "aXbYc", 1},
    {"a*b*c", "acb", 0},
    {"*ab*ab*", "abab", 1},
    {"*ab*ab*", "aba", 0},
    {"*aab*", "aaaab", 1},
    {"*abab", "ababab", 1},
    {"x*yy", "xy", 0},
    {"trial-*", "trial-7", 1},
    {"*.acme.example", "mail.acme.example", 1},
    {"*.acme.example", "acme.example", 0},
    {"*.acme.example", ".acme.example", 1},
    {"a?c", "abc", 0},
    {"[ab]", "a", 0},
};

START_TEST(matches_a_star_with_any_run_of_bytes)
{
    const char *pattern = globs[_i].pattern;
    const char *text = globs[_i].text;

    ck_assert_msg(ggp_glob(pattern, strlen(pattern), text, strlen(text)) ==
                      globs[_i].matches,
                  "\"%s\" and \"%s\"", pattern, text);
}
END_TEST

/* What a match is, said as plainly as can be. */
static int matches(const char *pattern, const char *text)
{
    if (*pattern == '\0')
        return *text == '\0';
    if (*pattern == '*')
        return matches(pattern + 1, text) ||
               (*text != '\0' && matches(pattern, text + 1));
    return *pattern == *text && matches(pattern + 1, text + 1);
}

/* The @n-th word over @letters, shortest first. */
static void spell(char *word, const char *letters, unsigned n)
{
    unsigned base = (unsigned)strlen(letters);

    while (n > 0) {
        *word++ = letters[(n - 1) % base];
        n = (n - 1) / base;
    }
    *word = '\0';
}

START_TEST(agrees_with_the_plain_definition_on_every_short_pair)
{
    char pattern[16];
    char text[16];
    unsigned p;
    unsigned t;

    for (p = 0; p < 1093; p++) { /* up to 6 of "ab*" */
        spell(pattern, "ab*", p);
        for (t = 0; t < 511; t++) { /* up to 8 of "ab" */
            spell(text, "ab", t);
            if (ggp_glob(pattern, strlen(pattern), text, strlen(text)) !=
                matches(pattern, text))
                ck_abort_msg("\"%s\" and \"%s\"", pattern, text);
        }
    }
}
END_TEST

START_TEST(finds_every_word_where_it_is_in_a_longer_text)
{
    char word[16];
    char pattern[20];
    char text[1024];
    unsigned w;
    unsigned seed = 12345;
    size_t i;

    for (i = 0; i + 1 < sizeof(text); i++) {
        seed = seed * 1103515245U + 12345U;
        text[i] = "ab"[seed >> 16 & 1];
    }
    text[i] = '\0';
    for (w = 1; w < 16383; w++) { /* up to 13 of "ab" */
        spell(word, "ab", w);
        (void)snprintf(pattern, sizeof(pattern), "*%s*", word);
        if (ggp_glob(pattern, strlen(pattern), text, strlen(text)) !=
            (strstr(text, word) != NULL))
            ck_abort_msg("\"%s\"", word);
    }
}
END_TEST

/* A quadratic search would take minutes; the runner's patience is seconds. */
START_TEST(is_not_slowed_down_by_hostile_patterns)
{
    size_t text_len = (size_t)1 << 20;
    size_t half = (size_t)1 << 15;
    char *text = malloc(text_len);
    char *pattern = malloc(2 * half + 3);

    memset(text, 'a', text_len);
    memset(pattern, 'a', 2 * half + 3);
    pattern[0] = '*';
    pattern[2 * half + 2] = '*';
    ck_assert(ggp_glob(pattern, 2 * half + 3, text, text_len));
    pattern[half] = 'b'; /* a…aba…a */
    ck_assert(!ggp_glob(pattern, 2 * half + 3, text, text_len));
    pattern[half] = 'a';
    pattern[1] = 'b'; /* ba…a */
    ck_assert(!ggp_glob(pattern, 2 * half + 3, text, text_len));
    pattern[1] = 'a';
    pattern[2 * half + 1] = 'b'; /* a…ab */
    ck_assert(!ggp_glob(pattern, 2 * half + 3, text, text_len));
    free(text);
    free(pattern);
}
END_TEST

Suite *glob_suite(void)
{
    Suite *suite = suite_create("glob");
    TCase *patterns = tcase_create("patterns");

    tcase_add_loop_test(patterns, matches_a_star_with_any_run_of_bytes, 0,
                        COUNT(globs));
    tcase_add_test(patterns,
                   agrees_with_the_plain_definition_on_every_short_pair);
    tcase_add_test(patterns, finds_every_word_where_it_is_in_a_longer_text);
    tcase_add_test(patterns, is_not_slowed_down_by_hostile_patterns);
    suite_add_tcase(suite, patterns);
    return suite;
}
