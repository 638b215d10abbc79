/* SPDX-License-Identifier: MIT */
/* check_text.c - names, UTF-8 and patterns. */
#include "private.h"

#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* --- names --------------------------------------------------------------- */

enum { ID = 1, PROVIDER = 2, TENANT = 4, REASON = 8, RULE = 16 };

/* Which grammars each name fits. */
static const struct {
    const char *text;
    int fits;
} names[] = {
    {"", 0},
    {"a", ID | PROVIDER | TENANT | REASON | RULE},
    {"A", ID | TENANT},
    {"7", ID | PROVIDER | TENANT | REASON | RULE},
    {"-", RULE},
    {"_", REASON},
    {".", 0},
    {"a-b", ID | PROVIDER | TENANT | RULE},
    {"a_b", ID | TENANT | REASON},
    {"a.b", TENANT},
    {"a..b", TENANT},
    {"..", 0},
    {"a/b", 0},
    {"a b", 0},
    {"a\n", 0},
    {"a\xc3\xa9", 0},
    {"\xc3\xa9", 0},
    {"virtual-calendar", ID | PROVIDER | TENANT | RULE},
    {"7f3e0c1a-22bb-4c0e-9d8f-000000000000", ID | TENANT | RULE},
};

START_TEST(tells_names_by_their_grammar)
{
    const char *text = names[_i].text;
    size_t len = strlen(text);
    int fits = 0;

    fits |= ggp_is_grant_id(text, len) ? ID : 0;
    fits |= ggp_is_provider(text, len) ? PROVIDER : 0;
    fits |= ggp_is_tenant(text, len) ? TENANT : 0;
    fits |= ggp_is_reason(text, len) ? REASON : 0;
    fits |= ggp_is_rule_name(text, len) ? RULE : 0;
    ck_assert_msg(fits == names[_i].fits, "\"%s\": %d", text, fits);
}
END_TEST

START_TEST(holds_names_to_their_length)
{
    char text[200];

    memset(text, 'a', sizeof(text));
    ck_assert(ggp_is_grant_id(text, 128) && !ggp_is_grant_id(text, 129));
    ck_assert(ggp_is_provider(text, 32) && !ggp_is_provider(text, 33));
    ck_assert(ggp_is_tenant(text, 128) && !ggp_is_tenant(text, 129));
    ck_assert(ggp_is_reason(text, 64) && !ggp_is_reason(text, 65));
    ck_assert(ggp_is_rule_name(text, 64) && !ggp_is_rule_name(text, 65));
}
END_TEST

START_TEST(takes_no_name_with_a_nul_inside_or_absent)
{
    ck_assert(!ggp_is_grant_id("a\0b", 3));
    ck_assert(!ggp_is_tenant("a\0", 2));
    ck_assert(!ggp_is_provider(NULL, 0));
}
END_TEST

START_TEST(compares_a_text_with_a_word_whole)
{
    struct ggp_text text = {"imap-x", 4};
    struct ggp_text absent = {NULL, 0};
    struct ggp_text empty = {"", 0};

    ck_assert(ggp_text_is(text, "imap"));
    ck_assert(!ggp_text_is(text, "ima"));
    ck_assert(!ggp_text_is(text, "imap-x"));
    ck_assert(ggp_text_is(empty, ""));
    ck_assert(!ggp_text_is(absent, ""));
}
END_TEST

/* --- characters ---------------------------------------------------------- */

static const struct {
    const char *text;
    int has_control;
} controls[] = {
    {"", 0},         {"plain", 0},        {"\x01", 1},     {"a\n", 1},
    {"\x1f", 1},     {"\x7f", 1},         {"\xc2\x80", 1}, {"x\xc2\x9f", 1},
    {"\xc2\xa0", 0}, {"\xe2\x82\x80", 0}, {"\xc3\xa9", 0}, {"\xc3\x80", 0},
};

START_TEST(finds_c0_del_and_c1_controls_only)
{
    const char *text = controls[_i].text;

    ck_assert_int_eq(ggp_has_control(text, strlen(text)),
                     controls[_i].has_control);
}
END_TEST

START_TEST(counts_nul_as_a_control)
{
    ck_assert(ggp_has_control("a\0b", 3));
}
END_TEST

/* The length of the first character; 0 where it is invalid. */
static const struct {
    const char *text;
    size_t n;
} characters[] = {
    {"a", 1},
    {"\xc2\x80", 2},
    {"\xdf\xbf", 2},
    {"\xe0\xa0\x80", 3},
    {"\xed\x9f\xbf", 3},
    {"\xee\x80\x80", 3},
    {"\xf0\x90\x80\x80", 4},
    {"\xf4\x8f\xbf\xbf", 4},
    {"\x80", 0},
    {"\xbf", 0},
    {"\xc0\x80", 0},         /* overlong */
    {"\xc1\xbf", 0},         /* overlong */
    {"\xe0\x9f\xbf", 0},     /* overlong */
    {"\xf0\x8f\xbf\xbf", 0}, /* overlong */
    {"\xed\xa0\x80", 0},     /* a surrogate */
    {"\xed\xbf\xbf", 0},     /* a surrogate */
    {"\xf4\x90\x80\x80", 0}, /* past U+10FFFF */
    {"\xf5\x80\x80\x80", 0},
    {"\xff", 0},
    {"\xc3", 0},
    {"\xe2\x82", 0},
    {"\xf0\x90\x80", 0},
    {"\xc3(", 0},
    {"\xe2(\xa1", 0},
    {"\xe2\x82(", 0},
};

START_TEST(accepts_strict_utf8_only)
{
    const char *text = characters[_i].text;
    size_t len = strlen(text);

    ck_assert_uint_eq(ggp_utf8_char(text, len), characters[_i].n);
    ck_assert_int_eq(ggp_is_utf8(text, len), characters[_i].n > 0);
}
END_TEST

START_TEST(reads_no_character_past_the_end)
{
    ck_assert_uint_eq(ggp_utf8_char("a", 0), 0);
    ck_assert_uint_eq(ggp_utf8_char("\xc3\xa9", 1), 0);
    ck_assert(ggp_is_utf8(NULL, 0));
    ck_assert(!ggp_is_utf8("ok\xc3\xa9", 3));
}
END_TEST

static const struct {
    const char *text;
    int is_unprintable;
} shown[] = {
    {"a", 0},
    {"\t", 1},
    {"\x7f", 1},
    {"\xc2\x9b", 1},     /* U+009B */
    {"\xc2\xa0", 0},     /* U+00A0 */
    {"\xd8\x9c", 1},     /* U+061C */
    {"\xe2\x80\x8a", 0}, /* U+200A */
    {"\xe2\x80\x8b", 1}, /* U+200B */
    {"\xe2\x80\x8f", 1}, /* U+200F */
    {"\xe2\x80\x90", 0}, /* U+2010 */
    {"\xe2\x80\xa8", 1}, /* U+2028 */
    {"\xe2\x80\xae", 1}, /* U+202E */
    {"\xe2\x80\xaf", 0}, /* U+202F */
    {"\xe2\x81\xa6", 1}, /* U+2066 */
    {"\xe2\x81\xaf", 1}, /* U+206F */
    {"\xe2\x81\xb0", 0}, /* U+2070 */
    {"\xef\xbb\xbf", 1}, /* U+FEFF */
    {"\xf0\x9f\x93\xac", 0},
};

START_TEST(knows_what_shows_nothing_or_turns_text_around)
{
    const char *text = shown[_i].text;

    ck_assert_int_eq(ggp_is_unprintable(text, strlen(text)),
                     shown[_i].is_unprintable);
}
END_TEST

START_TEST(calls_white_space_blank)
{
    ck_assert(ggp_is_blank(NULL, 0));
    ck_assert(ggp_is_blank("", 0));
    ck_assert(ggp_is_blank(" \t\n\v\f\r", 6));
    ck_assert(!ggp_is_blank(" x ", 3));
    ck_assert(!ggp_is_blank("\0", 1));
}
END_TEST

/* --- patterns ------------------------------------------------------------ */

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

Suite *text_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *words = tcase_create("names");
    TCase *bytes = tcase_create("characters");
    TCase *patterns = tcase_create("patterns");

    tcase_add_loop_test(words, tells_names_by_their_grammar, 0, COUNT(names));
    tcase_add_test(words, holds_names_to_their_length);
    tcase_add_test(words, takes_no_name_with_a_nul_inside_or_absent);
    tcase_add_test(words, compares_a_text_with_a_word_whole);
    suite_add_tcase(suite, words);
    tcase_add_loop_test(bytes, finds_c0_del_and_c1_controls_only, 0,
                        COUNT(controls));
    tcase_add_test(bytes, counts_nul_as_a_control);
    tcase_add_loop_test(bytes, accepts_strict_utf8_only, 0, COUNT(characters));
    tcase_add_test(bytes, reads_no_character_past_the_end);
    tcase_add_loop_test(bytes, knows_what_shows_nothing_or_turns_text_around, 0,
                        COUNT(shown));
    tcase_add_test(bytes, calls_white_space_blank);
    suite_add_tcase(suite, bytes);
    tcase_add_loop_test(patterns, matches_a_star_with_any_run_of_bytes, 0,
                        COUNT(globs));
    tcase_add_test(patterns,
                   agrees_with_the_plain_definition_on_every_short_pair);
    tcase_add_test(patterns, finds_every_word_where_it_is_in_a_longer_text);
    tcase_add_test(patterns, is_not_slowed_down_by_hostile_patterns);
    suite_add_tcase(suite, patterns);
    return suite;
}
