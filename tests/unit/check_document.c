/* SPDX-License-Identifier: MIT */
/* check_document.c - reading JSON strictly. */
#include "private.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static gg_status read_text(struct ggp_document *document, const char *text,
                           struct gg_error *err)
{
    return ggp_document_read(document, text, strlen(text), err);
}

/* --- what is read -------------------------------------------------------- */

static const char *const good[] = {
    "{}",
    "[]",
    "null",
    "1",
    "\"text\"",
    " {\"a\": [1, 2.5, true, null, \"\\u00e9\"]}\n",
    "[{\"a\":1},{\"a\":2}]",
    "{\"a\":{\"a\":{\"a\":1}}}",
    "{\"a\":[{\"b\":1},{\"b\":1}],\"b\":1}",
    "{\"a\":1,\"A\":2,\"aa\":3,\"\":4}",
    "{\"a\\u0000b\":1,\"a\\u0000c\":2}",
};

START_TEST(reads_any_json_value)
{
    struct ggp_document document = {0};
    struct gg_error err = {GG_OK, "untouched"};

    ck_assert_msg(read_text(&document, good[_i], &err) == GG_OK, "%s: %s",
                  good[_i], err.message);
    ck_assert_ptr_nonnull(ggp_document_root(&document));
    ck_assert_str_eq(err.message, "untouched");
    ggp_document_free(&document);
}
END_TEST

START_TEST(can_be_read_into_again_and_again)
{
    struct ggp_document document = {0};
    int i;

    for (i = 0; i < 1000; i++) {
        const char *text = i % 3 == 0   ? "{\"n\":1}"
                           : i % 3 == 1 ? "{\"n\":"
                                        : "{\"n\":1,\"n\":2}";

        ck_assert_int_eq(read_text(&document, text, NULL) == GG_OK, i % 3 == 0);
        ck_assert_int_eq(ggp_document_root(&document) != NULL, i % 3 == 0);
    }
    ggp_document_free(&document);
    ggp_document_free(&document);
}
END_TEST

/* --- what is not JSON ---------------------------------------------------- */

static const char *const bad[] = {
    "",
    " ",
    "{",
    "[1,]",
    "{\"a\":1,}",
    "{a:1}",
    "{'a':1}",
    "{} {}",
    "{}x",
    "01",
    "1.",
    "+1",
    ".5",
    "NaN",
    "Infinity",
    "1e999",
    "tru",
    "\"\\x41\"",
    "\"\\ud800\"",
    "\"a\nb\"",
    "\"\xff\"",
    "\"\xc0\x80\"",
    "/* no */ {}",
    "\xef\xbb\xbf{}",
};

START_TEST(refuses_what_is_not_json)
{
    struct ggp_document document = {0};
    struct gg_error err = {0};

    ck_assert_msg(read_text(&document, bad[_i], &err) == GG_EJSON, "%s",
                  bad[_i]);
    ck_assert_int_eq(err.status, GG_EJSON);
    ck_assert_int_eq(strncmp(err.message, "invalid JSON at byte ", 21), 0);
    ck_assert_ptr_null(ggp_document_root(&document));
    ggp_document_free(&document);
}
END_TEST

START_TEST(says_where_and_never_echoes)
{
    struct ggp_document document = {0};
    struct gg_error err = {0};

    ck_assert_int_eq(read_text(&document, "{\"a\":hunter2}", &err), GG_EJSON);
    ck_assert_int_eq(strncmp(err.message, "invalid JSON at byte 5: ", 24), 0);
    ck_assert_ptr_null(strstr(err.message, "hunter"));
    ck_assert_int_eq(ggp_document_read(&document, NULL, 0, &err), GG_EJSON);
    ggp_document_free(&document);
}
END_TEST

START_TEST(reads_exactly_the_bytes_it_is_given)
{
    struct ggp_document document = {0};

    ck_assert_int_eq(ggp_document_read(&document, "12x", 2, NULL), GG_OK);
    ck_assert_int_eq(yyjson_get_int(ggp_document_root(&document)), 12);
    ck_assert_int_eq(ggp_document_read(&document, "12\0", 3, NULL), GG_EJSON);
    ggp_document_free(&document);
}
END_TEST

/* --- depth --------------------------------------------------------------- */

/* Add @depth containers around @middle, arrays and objects in turn. */
static void nest(struct ggp_buf *buf, int depth, const char *middle)
{
    int i;

    ggp_buf_clear(buf);
    for (i = 0; i < depth; i++)
        ggp_buf_string(buf, i % 2 == 0 ? "[" : "{\"k\":");
    ggp_buf_string(buf, middle);
    for (i = depth; i-- > 0;)
        ggp_buf_char(buf, i % 2 == 0 ? ']' : '}');
}

START_TEST(allows_64_levels_and_refuses_65)
{
    struct ggp_document document = {0};
    struct ggp_buf buf = {0};
    struct gg_error err = {0};

    nest(&buf, 64, "1");
    ck_assert_int_eq(read_text(&document, ggp_buf_text(&buf), NULL), GG_OK);
    nest(&buf, 63, "[],{}");
    ck_assert_int_eq(read_text(&document, ggp_buf_text(&buf), NULL), GG_OK);
    nest(&buf, 65, "1");
    ck_assert_int_eq(read_text(&document, ggp_buf_text(&buf), &err), GG_EJSON);
    ck_assert_ptr_nonnull(strstr(err.message, "deeper than 64"));
    nest(&buf, 64, "[]");
    ck_assert_int_eq(read_text(&document, ggp_buf_text(&buf), NULL), GG_EJSON);
    nest(&buf, 63, "[]");
    ck_assert_int_eq(read_text(&document, ggp_buf_text(&buf), NULL), GG_OK);
    ggp_buf_free(&buf);
    ggp_document_free(&document);
}
END_TEST

START_TEST(counts_depth_not_containers)
{
    struct ggp_document document = {0};
    struct ggp_buf buf = {0};
    int i;

    ggp_buf_char(&buf, '[');
    for (i = 0; i < 1000; i++) {
        ggp_json_comma(&buf);
        ggp_buf_string(&buf, "[[],{\"a\":{}},[[1]]]");
    }
    ggp_buf_char(&buf, ']');
    ck_assert_int_eq(read_text(&document, ggp_buf_text(&buf), NULL), GG_OK);
    ggp_buf_free(&buf);
    ggp_document_free(&document);
}
END_TEST

START_TEST(survives_a_million_brackets)
{
    struct ggp_document document = {0};
    struct ggp_buf buf = {0};

    nest(&buf, 1000000, "1");
    ck_assert_int_eq(read_text(&document, ggp_buf_text(&buf), NULL), GG_EJSON);
    ggp_buf_free(&buf);
    ggp_document_free(&document);
}
END_TEST

/* --- members ------------------------------------------------------------- */

/* An object of @n members k0, k1, …, the last of them named @last. */
static const char *object_of(struct ggp_buf *buf, int n, const char *last)
{
    int i;

    ggp_buf_clear(buf);
    ggp_buf_char(buf, '{');
    for (i = 0; i < n; i++) {
        ggp_json_comma(buf);
        if (i == n - 1 && last) {
            ggp_json_string(buf, last);
        } else {
            ggp_buf_string(buf, "\"k");
            ggp_buf_int(buf, i);
            ggp_buf_char(buf, '"');
        }
        ggp_buf_string(buf, ":0");
    }
    ggp_buf_char(buf, '}');
    return ggp_buf_text(buf);
}

START_TEST(allows_4096_members_and_refuses_4097)
{
    struct ggp_document document = {0};
    struct ggp_buf buf = {0};
    struct gg_error err = {0};

    ck_assert_int_eq(read_text(&document, object_of(&buf, 4096, NULL), NULL),
                     GG_OK);
    ck_assert_int_eq(read_text(&document, object_of(&buf, 4097, NULL), &err),
                     GG_EJSON);
    ck_assert_ptr_nonnull(strstr(err.message, "4096 members"));
    ggp_buf_free(&buf);
    ggp_document_free(&document);
}
END_TEST

static const int sizes[] = {2, 3, 19, 31, 32, 33, 34, 100, 4096};

START_TEST(finds_a_duplicate_among_any_number_of_keys)
{
    struct ggp_document document = {0};
    struct ggp_buf buf = {0};
    struct gg_error err = {0};

    ck_assert_int_eq(
        read_text(&document, object_of(&buf, sizes[_i], NULL), NULL), GG_OK);
    ck_assert_int_eq(
        read_text(&document, object_of(&buf, sizes[_i], "k0"), &err),
        GG_EDUPLICATE);
    ck_assert_ptr_nonnull(strstr(err.message, "\"k0\""));
    ck_assert_ptr_null(ggp_document_root(&document));
    ggp_buf_free(&buf);
    ggp_document_free(&document);
}
END_TEST

static const struct {
    const char *text;
    const char *message;
} duplicates[] = {
    {"{\"a\":1,\"a\":1}", "an object names the key \"a\" twice"},
    {"{\"a\":1,\"\\u0061\":1}", "an object names the key \"a\" twice"},
    {"{\"\":1,\"\":1}", "an object names the key \"\" twice"},
    {"{\"x\":{\"id\":1,\"b\":2,\"id\":3}}",
     "an object names the key \"id\" twice"},
    {"[1,[2,{\"b\":[{\"c\":0,\"c\":0}]}]]",
     "an object names the key \"c\" twice"},
    {"{\"\\u001b[0m\":1,\"\\u001b[0m\":1}", "an object names a key twice"},
    {"{\"a\\u0000\":1,\"a\\u0000\":1}", "an object names a key twice"},
    {"{\"\xc3\xa9\":1,\"\\u00e9\":1}", "an object names a key twice"},
};

START_TEST(names_the_duplicate_when_it_is_harmless)
{
    struct ggp_document document = {0};
    struct gg_error err = {0};

    ck_assert_int_eq(read_text(&document, duplicates[_i].text, &err),
                     GG_EDUPLICATE);
    ck_assert_str_eq(err.message, duplicates[_i].message);
    ggp_document_free(&document);
}
END_TEST

START_TEST(names_no_duplicate_that_is_long)
{
    struct ggp_document document = {0};
    struct ggp_buf buf = {0};
    struct gg_error err = {0};
    char key[66];
    size_t len;

    for (len = 64; len <= 65; len++) {
        memset(key, 'k', len);
        key[len] = '\0';
        ggp_buf_clear(&buf);
        ggp_buf_char(&buf, '{');
        ggp_json_member(&buf, key, "");
        ggp_json_member(&buf, key, "");
        ggp_buf_char(&buf, '}');
        ck_assert_int_eq(read_text(&document, ggp_buf_text(&buf), &err),
                         GG_EDUPLICATE);
        ck_assert_int_eq(strstr(err.message, "kk") != NULL, len == 64);
    }
    ggp_buf_free(&buf);
    ggp_document_free(&document);
}
END_TEST

/* Keys that share length, first, middle and last byte all have one mark. */
START_TEST(is_not_fooled_by_keys_that_look_alike)
{
    struct ggp_document document = {0};
    struct ggp_buf buf = {0};
    int n;

    for (n = 1; n <= 40; n++) {
        int i;

        ggp_buf_clear(&buf);
        ggp_buf_char(&buf, '{');
        for (i = 0; i < n; i++) {
            char key[] = "aAbcd";

            key[1] = (char)('A' + i);
            ggp_json_member(&buf, key, "");
        }
        ggp_buf_char(&buf, '}');
        ck_assert_int_eq(read_text(&document, ggp_buf_text(&buf), NULL), GG_OK);
    }
    ggp_buf_free(&buf);
    ggp_document_free(&document);
}
END_TEST

Suite *document_suite(void)
{
    Suite *suite = suite_create("document");
    TCase *reads = tcase_create("read");
    TCase *refuses = tcase_create("refuse");
    TCase *depths = tcase_create("depth");
    TCase *members = tcase_create("members");

    tcase_add_loop_test(reads, reads_any_json_value, 0, COUNT(good));
    tcase_add_test(reads, can_be_read_into_again_and_again);
    tcase_add_test(reads, reads_exactly_the_bytes_it_is_given);
    suite_add_tcase(suite, reads);
    tcase_add_loop_test(refuses, refuses_what_is_not_json, 0, COUNT(bad));
    tcase_add_test(refuses, says_where_and_never_echoes);
    suite_add_tcase(suite, refuses);
    tcase_add_test(depths, allows_64_levels_and_refuses_65);
    tcase_add_test(depths, counts_depth_not_containers);
    tcase_add_test(depths, survives_a_million_brackets);
    suite_add_tcase(suite, depths);
    tcase_add_test(members, allows_4096_members_and_refuses_4097);
    tcase_add_loop_test(members, finds_a_duplicate_among_any_number_of_keys, 0,
                        COUNT(sizes));
    tcase_add_loop_test(members, names_the_duplicate_when_it_is_harmless, 0,
                        COUNT(duplicates));
    tcase_add_test(members, names_no_duplicate_that_is_long);
    tcase_add_test(members, is_not_fooled_by_keys_that_look_alike);
    suite_add_tcase(suite, members);
    return suite;
}
