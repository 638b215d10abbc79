/* SPDX-License-Identifier: MIT */
/* check_folder.c - the files of a policy set, from a folder. */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ggp_arena arena;
static struct ggl_sources sources;
static struct gg_error err;

static void setup(void)
{
    memset(&sources, 0, sizeof(sources));
    memset(&err, 0, sizeof(err));
}

static void teardown(void)
{
    ggp_arena_free(&arena);
}

static gg_status read_files(const struct policy_file *files, int tests)
{
    char folder[64];
    gg_status status;

    policy_folder_write(files, folder);
    status = ggp_folder_read(folder, tests, &arena, &sources, NULL, &err);
    policy_folder_remove(files, folder);
    return status;
}

static const struct policy_file whole[] = {
    {"tenants/acme/imap.lua", "5"},
    {"tenants.lua", "2"},
    {"tenants/acme.lua", "4"},
    {"tenants/acme_test.lua", "test 2"},
    {"tenants/7f3e-00.eu_X.lua", "3"},
    {"providers/virtual-calendar.lua", "2"},
    {"lib/smtp_tables2.lua", "1"},
    {"lib/_x.lua", "0"},
    {"default.lua", "0"},
    {"default_test.lua", "test 1"},
    {"tenants/acme/deep/imap_test.lua", "test 3"},
    {"README.md", "no policy"},
    {"tenants/notes.txt", "no policy"},
    {".hidden.lua", "no policy"},
    {".git/x.lua", "no policy"},
    {NULL, NULL}};

static void expect_paths(const char *const *paths)
{
    size_t i;

    for (i = 0; paths[i]; i++) {
        ck_assert_uint_lt(i, sources.n);
        ck_assert_str_eq(sources.list[i].path, paths[i]);
        ck_assert_uint_eq(sources.list[i].len, strlen(sources.list[i].text));
    }
    ck_assert_uint_eq(i, sources.n);
}

START_TEST(reads_policies_in_the_order_of_their_paths)
{
    static const char *const paths[] = {"default.lua",
                                        "lib/_x.lua",
                                        "lib/smtp_tables2.lua",
                                        "providers/virtual-calendar.lua",
                                        "tenants.lua",
                                        "tenants/7f3e-00.eu_X.lua",
                                        "tenants/acme.lua",
                                        "tenants/acme/imap.lua",
                                        NULL};

    ck_assert_int_eq(read_files(whole, 0), GG_OK);
    expect_paths(paths);
    ck_assert_str_eq(sources.list[7].text, "5");
}
END_TEST

START_TEST(reads_tests_wherever_they_are)
{
    static const char *const paths[] = {"default_test.lua",
                                        "tenants/acme/deep/imap_test.lua",
                                        "tenants/acme_test.lua", NULL};

    ck_assert_int_eq(read_files(whole, 1), GG_OK);
    expect_paths(paths);
    ck_assert_str_eq(sources.list[2].text, "test 2");
}
END_TEST

static const char *const misplaced[] = {
    "defaults.lua",
    "Default.lua",
    "acme.lua",
    "provider/imap.lua",
    "providers/IMAP.lua",
    "providers/imap.v2.lua",
    "providers/imap/x.lua",
    "providers/a23456789012345678901234567890123.lua",
    "tenants/acme/sub/imap.lua",
    "tenants/acme/a/b/c/imap.lua",
    "tenants/-acme.lua",
    "tenants/ac me.lua",
    "tenants/acme/IMAP.lua",
    "tenants/-x/imap.lua",
    "lib/a-b.lua",
    "lib/A.lua",
    "lib/2.lua",
    "lib/sub/x.lua",
    "other/default.lua",
    "evil\nname\033[2J.lua",
};

START_TEST(refuses_a_file_that_no_grant_would_reach)
{
    const struct policy_file files[] = {{"default.lua", "return {}"},
                                        {misplaced[_i], "return {}"},
                                        {NULL, NULL}};
    struct ggl_sources before = sources;

    ck_assert_msg(read_files(files, 0) == GG_EPOLICY, "%s", misplaced[_i]);
    expect_part(err.message, ":1: no grant would ever reach this file");
    if (!strchr(misplaced[_i], '\n'))
        expect_part(err.message, misplaced[_i]);
    ck_assert_ptr_null(strchr(err.message, '\n'));
    ck_assert_ptr_null(strchr(err.message, '\033'));
    ck_assert_mem_eq(&before, &sources, sizeof(before));
}
END_TEST

START_TEST(takes_64_kib_and_no_more)
{
    char *text = malloc(GGL_SOURCE_MAX + 2);
    const struct policy_file files[] = {{"default.lua", text}, {NULL, NULL}};

    ck_assert_ptr_nonnull(text);
    memset(text, ' ', GGL_SOURCE_MAX + 1);
    text[GGL_SOURCE_MAX] = '\0';
    ck_assert_int_eq(read_files(files, 0), GG_OK);
    ck_assert_uint_eq(sources.list[0].len, GGL_SOURCE_MAX);
    text[GGL_SOURCE_MAX] = ' ';
    text[GGL_SOURCE_MAX + 1] = '\0';
    ck_assert_int_eq(read_files(files, 0), GG_EPOLICY);
    ck_assert_str_eq(err.message,
                     "default.lua:1: a policy file is at most 64 KiB");
    free(text);
}
END_TEST

START_TEST(says_which_folder_is_not_there)
{
    ck_assert_int_eq(
        ggp_folder_read("/nonexistent", 0, &arena, &sources, NULL, &err),
        GG_EIO);
    ck_assert_str_eq(err.message, "/nonexistent: No such file or directory");
    ck_assert_int_eq(
        ggp_folder_read("/dev/null", 0, &arena, &sources, NULL, &err), GG_EIO);
    ck_assert_int_eq(ggp_folder_read("", 0, &arena, &sources, NULL, NULL),
                     GG_EIO);
}
END_TEST

START_TEST(reads_an_empty_folder_as_no_files)
{
    static const struct policy_file none[] = {{NULL, NULL}};

    ck_assert_int_eq(read_files(none, 0), GG_OK);
    ck_assert_uint_eq(sources.n, 0);
}
END_TEST

/* Kinds of directory entries that are no regular file. */
enum { FIFO, FOLDER, DANGLING, NKINDS };

START_TEST(refuses_what_is_no_regular_file_and_does_not_hang)
{
    static const struct policy_file none[] = {{NULL, NULL}};
    char folder[64];
    char path[128];
    gg_status status;

    policy_folder_write(none, folder);
    snprintf(path, sizeof(path), "%s/default.lua", folder);
    if (_i == FIFO)
        ck_assert_int_eq(mkfifo(path, 0600), 0);
    else if (_i == DANGLING)
        ck_assert_int_eq(symlink("/nonexistent/x", path), 0);
    else
        ck_assert_int_eq(mkdir(path, 0700), 0);
    status = ggp_folder_read(folder, 0, &arena, &sources, NULL, &err);
    ck_assert_int_eq(_i == FOLDER ? rmdir(path) : unlink(path), 0);
    policy_folder_remove(none, folder);
    if (_i == FOLDER) {
        ck_assert_int_eq(status, GG_OK); /* a folder by that name: empty */
        ck_assert_uint_eq(sources.n, 0);
        return;
    }
    ck_assert_int_eq(status, GG_EIO);
    expect_part(err.message, "/default.lua: ");
}
END_TEST

START_TEST(follows_links_but_not_in_circles)
{
    static const struct policy_file files[] = {
        {"providers/imap.lua", "return {}"}, {NULL, NULL}};
    char folder[64];
    char from[128];
    char to[128];
    gg_status status;

    policy_folder_write(files, folder);
    snprintf(to, sizeof(to), "%s/providers/imap.lua", folder);
    snprintf(from, sizeof(from), "%s/default.lua", folder);
    ck_assert_int_eq(symlink(to, from), 0);
    status = ggp_folder_read(folder, 0, &arena, &sources, NULL, &err);
    ck_assert_int_eq(status, GG_OK);
    ck_assert_uint_eq(sources.n, 2);
    ck_assert_int_eq(unlink(from), 0);

    snprintf(from, sizeof(from), "%s/loop", folder);
    ck_assert_int_eq(symlink(folder, from), 0);
    status = ggp_folder_read(folder, 0, &arena, &sources, NULL, &err);
    ck_assert_int_eq(unlink(from), 0);
    policy_folder_remove(files, folder);
    ck_assert_int_ne(status, GG_OK);
}
END_TEST

Suite *folder_suite(void)
{
    Suite *suite = suite_create("folder");
    TCase *test = tcase_create("read");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, reads_policies_in_the_order_of_their_paths);
    tcase_add_test(test, reads_tests_wherever_they_are);
    tcase_add_loop_test(test, refuses_a_file_that_no_grant_would_reach, 0,
                        COUNT(misplaced));
    tcase_add_test(test, takes_64_kib_and_no_more);
    tcase_add_test(test, says_which_folder_is_not_there);
    tcase_add_test(test, reads_an_empty_folder_as_no_files);
    tcase_add_loop_test(test, refuses_what_is_no_regular_file_and_does_not_hang,
                        0, NKINDS);
    tcase_add_test(test, follows_links_but_not_in_circles);
    suite_add_tcase(suite, test);
    return suite;
}
