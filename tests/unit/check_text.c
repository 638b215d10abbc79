/* SPDX-License-Identifier: MIT */
/* check_text.c - texts, the grammars of names, and UTF-8. */
#include "private.h"

#include "suites.h"

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

START_TEST(takes_digits_of_a_port_for_one)
{
    static const char *const ports[] = {"1", "25", "00025", "65535"};
    static const char *const others[] = {"",      "0",      "00000",  "65536",
                                         "99999", "000025", "100000", "-1",
                                         "+1",    " 1",     "1 ",     "2a"};
    size_t i;

    for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
        ck_assert_msg(ggp_is_port(ports[i], strlen(ports[i])), "%s", ports[i]);
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        ck_assert_msg(!ggp_is_port(others[i], strlen(others[i])), "%s",
                      others[i]);
    ck_assert(!ggp_is_port(NULL, 0));
    ck_assert(ggp_is_port("25x", 2));
    ck_assert(!ggp_is_port("25\0", 3));
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

START_TEST(takes_a_string_or_a_json_string_for_a_text)
{
    static const char *const others[] = {"null", "1", "true", "[1]", "{}"};
    yyjson_doc *doc = yyjson_read("\"a\\u0000b\"", 10, 0);
    struct ggp_text text = ggp_text_of_json(yyjson_doc_get_root(doc));
    size_t i;

    ck_assert_uint_eq(text.len, 3);
    ck_assert_mem_eq(text.at, "a\0b", 3);
    yyjson_doc_free(doc);
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        doc = yyjson_read(others[i], strlen(others[i]), 0);
        text = ggp_text_of_json(yyjson_doc_get_root(doc));
        ck_assert_msg(!text.at && text.len == 0, "%s", others[i]);
        yyjson_doc_free(doc);
    }
    text = ggp_text_of_json(NULL);
    ck_assert(!text.at && text.len == 0);
    text = ggp_text_of(NULL);
    ck_assert(!text.at && text.len == 0);
    text = ggp_text_of("");
    ck_assert(text.at && text.len == 0);
    ck_assert(ggp_text_is(ggp_text_of("ab"), "ab"));
}
END_TEST

START_TEST(orders_texts_by_byte_and_the_shorter_first)
{
    static const struct ggp_text ordered[] = {
        {"", 0},   {"\0", 1}, {"A", 1}, {"a", 1},    {"a\0", 2},  {"a\0b", 3},
        {"aa", 2}, {"ab", 2}, {"b", 1}, {"\x7f", 1}, {"\x80", 1}, {"\xff", 1},
    };
    struct ggp_text absent = {NULL, 0};
    size_t n = sizeof(ordered) / sizeof(ordered[0]);
    size_t i;
    size_t k;

    for (i = 0; i < n; i++) {
        for (k = 0; k < n; k++) {
            int order = ggp_text_compare(ordered[i], ordered[k]);

            ck_assert_int_eq((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
    ck_assert_int_eq(ggp_text_compare(absent, absent), 0);
    ck_assert_int_eq(ggp_text_compare(absent, ordered[0]), 0);
    ck_assert_int_lt(ggp_text_compare(absent, ordered[1]), 0);
    ck_assert_int_gt(ggp_text_compare(ordered[1], absent), 0);
}
END_TEST

/* --- domains -------------------------------------------------------------- */

static const struct {
    const char *email; /* NULL: absent */
    const char *domain;
} domains[] = {
    {"jo@acme.example", "acme.example"},
    {"Jo@ACME.Example", "acme.example"},
    {"\"a@b\"@Acme.example", "acme.example"},
    {"@Z", "z"},
    {"jo@\xc3\x89T\xc3\x89", "\xc3\x89t\xc3\x89"},
    {"jo@[A", "[a"},
    {"jo", NULL},
    {"jo@", NULL},
    {"jo@acme@", NULL},
    {"@", NULL},
    {"", NULL},
    {NULL, NULL},
};

START_TEST(takes_what_follows_the_last_at_sign_for_the_domain)
{
    char room[GGP_EMAIL_MAX + 1] = "untouched";
    struct ggp_text domain = ggp_domain(ggp_text_of(domains[_i].email), room);

    if (!domains[_i].domain) {
        ck_assert(!domain.at && domain.len == 0);
        ck_assert_str_eq(room, "untouched");
        return;
    }
    ck_assert_str_eq(domain.at, domains[_i].domain);
    ck_assert_uint_eq(domain.len, strlen(domain.at));
    if (strpbrk(domains[_i].email, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        ck_assert_ptr_eq(domain.at, room);
    else
        ck_assert_str_eq(room, "untouched"); /* it needs no copy */
}
END_TEST

START_TEST(takes_no_domain_that_the_room_cannot_hold)
{
    char email[GGP_EMAIL_MAX + 2];
    char room[GGP_EMAIL_MAX + 1];
    struct ggp_text text = {email, sizeof(email) - 1};

    memset(email, 'A', sizeof(email));
    email[0] = '@';
    email[sizeof(email) - 1] = '\0';
    ck_assert_uint_eq(ggp_domain(text, room).len, GGP_EMAIL_MAX);
    ck_assert_uint_eq(strlen(room), GGP_EMAIL_MAX);
    text.len = GGP_EMAIL_MAX + 2;
    ck_assert_ptr_null(ggp_domain(text, room).at);
    ck_assert_uint_eq(strlen(room), GGP_EMAIL_MAX);
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

Suite *text_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *words = tcase_create("names");
    TCase *bytes = tcase_create("characters");

    tcase_add_loop_test(words, tells_names_by_their_grammar, 0, COUNT(names));
    tcase_add_test(words, takes_digits_of_a_port_for_one);
    tcase_add_test(words, holds_names_to_their_length);
    tcase_add_test(words, takes_no_name_with_a_nul_inside_or_absent);
    tcase_add_test(words, compares_a_text_with_a_word_whole);
    tcase_add_test(words, takes_a_string_or_a_json_string_for_a_text);
    tcase_add_test(words, orders_texts_by_byte_and_the_shorter_first);
    tcase_add_loop_test(words,
                        takes_what_follows_the_last_at_sign_for_the_domain, 0,
                        COUNT(domains));
    tcase_add_test(words, takes_no_domain_that_the_room_cannot_hold);
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
    return suite;
}
