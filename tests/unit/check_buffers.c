/* SPDX-License-Identifier: MIT */
/* check_buffers.c - the files of a policy set, from memory. */
#include "suites.h"

#include "policy_set.h"

#include <stdlib.h>
#include <string.h>

#define MOST_FILES 16

static struct policy_set set;
static struct gg_error err;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
    memset(&err, 0, sizeof(err));
}

static void teardown(void)
{
    policy_set_free(&set);
}

/* Point @buffers at @files, the last first with @is_reversed. */
static size_t fill(struct gg_policy_file *buffers,
                   const struct policy_file *files, int is_reversed)
{
    size_t n = 0;
    size_t i;

    while (files[n].path)
        n++;
    ck_assert_uint_le(n, MOST_FILES);
    for (i = 0; i < n; i++) {
        const struct policy_file *file = &files[is_reversed ? n - 1 - i : i];

        buffers[i] = (struct gg_policy_file){file->path, file->text,
                                             strlen(file->text)};
    }
    return n;
}

static gg_status open_files(const struct policy_file *files, int is_reversed,
                            gg_policies **out)
{
    struct gg_policy_file buffers[MOST_FILES];
    size_t n = fill(buffers, files, is_reversed);

    return gg_policies_open_memory(buffers, n, NULL, out, &err);
}

static const struct policy_file whole[] = {
    {"tenants/acme/imap.lua", "return { evaluate = function(grant) return "
                              "accept(require_me) end }"},
    {"tenants.lua", "return { ['*'] = 'acme' }"},
    {"tenants/acme.lua", "return {}"},
    {"lib/words.lua", "return { reason = 'words' }"},
    {"default.lua", "local words = require 'lib.words'\n"
                    "return { evaluate = function() return "
                    "accept(words.reason) end }"},
    {"README.md", "no policy"},
    {"tenants/acme_test.lua", "no Lua at all"},
    {"tenants/a/b/c_test.lua", "no Lua at all"},
    {".git/x.lua", "no Lua at all"},
    {"tenants/.acme.lua", "no Lua at all"},
    {NULL, NULL}};

START_TEST(makes_the_set_that_the_folder_makes)
{
    gg_policies *policies = NULL;
    size_t i;

    policy_set_open(&set, whole);
    ck_assert_msg(open_files(whole, _i, &policies) == GG_OK, "%s", err.message);
    ck_assert_str_eq(gg_policies_digest(policies),
                     gg_policies_digest(set.policies));
    ck_assert_uint_eq(policies->sources.n, 5);
    ck_assert_uint_eq(set.policies->sources.n, 5);
    for (i = 0; i < policies->sources.n; i++)
        ck_assert_str_eq(policies->sources.list[i].path,
                         set.policies->sources.list[i].path);
    for (i = 0; gg_policies_rule(policies, i); i++)
        ck_assert_str_eq(gg_policies_rule(policies, i)->where,
                         gg_policies_rule(set.policies, i)->where);
    ck_assert_ptr_null(gg_policies_rule(set.policies, i));
    gg_policies_free(policies);
}
END_TEST

START_TEST(copies_what_it_is_given)
{
    char path[] = "default.lua";
    char text[] = "return { evaluate = function() return accept 'kept' end }!";
    struct gg_policy_file file = {path, text, sizeof(text) - 2};

    ck_assert_int_eq(
        gg_policies_open_memory(&file, 1, NULL, &set.policies, &err), GG_OK);
    memset(path, 'x', sizeof(path));
    memset(text, 'x', sizeof(text));
    ck_assert_int_eq(gg_session_open(set.policies, NULL, &set.session, &err),
                     GG_OK);
    ck_assert_str_eq(
        policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\"}")->reason,
        "kept");
    ck_assert_str_eq(
        policy_set_decide(&set, "{\"id\":\"a\",\"provider\":\"imap\"}")->policy,
        "default.lua");
}
END_TEST

/* Paths that are refused, and how.  More in check_folder.c: the places are
 * the same. */
static const struct {
    const char *path;
    gg_status status;
    const char *message;
} refused[] = {
    {"acme.lua", GG_EPOLICY,
     "acme.lua:1: no grant would ever reach this file; a policy set holds "
     "default.lua, "},
    {"tenants\\acme.lua", GG_EPOLICY, ":1: no grant would ever reach"},
    {"policies/default.lua", GG_EPOLICY, ":1: no grant would ever reach"},
    {"providers/IMAP.lua", GG_EPOLICY, "providers/IMAP.lua:1: no grant"},
    {"evil\nname\033[2J.lua", GG_EPOLICY, ":1: no grant"},
    {NULL, GG_EINVAL, "a file without a path"},
    {"", GG_EINVAL, "'': the path of a file is relative, without empty parts"},
    {"/default.lua", GG_EINVAL, "'/default.lua': the path of a file is"},
    {"./default.lua", GG_EINVAL, "the path of a file is relative"},
    {"tenants/../default.lua", GG_EINVAL, "the path of a file is relative"},
    {"../default.lua", GG_EINVAL, "the path of a file is relative"},
    {"..", GG_EINVAL, "the path of a file is relative"},
    {"tenants//acme.lua", GG_EINVAL, "the path of a file is relative"},
    {"tenants/./acme.lua", GG_EINVAL, "the path of a file is relative"},
    {"tenants/", GG_EINVAL, "the path of a file is relative"},
    {"tenants/../x_test.lua", GG_EINVAL, "the path of a file is relative"},
    {"default.lua", GG_EINVAL, "default.lua: is there twice"},
};

START_TEST(refuses_a_path_that_no_folder_would_have)
{
    const struct gg_policy_file files[] = {{"default.lua", "return {}", 9},
                                           {refused[_i].path, "return {}", 9},
                                           {"lib/a.lua", "return {}", 9}};
    gg_policies *policies = NULL;

    ck_assert_int_eq(
        gg_policies_open_memory(files, COUNT(files), NULL, &policies, &err),
        refused[_i].status);
    ck_assert_int_eq(err.status, refused[_i].status);
    expect_part(err.message, refused[_i].message);
    ck_assert_ptr_null(strpbrk(err.message, "\n\033"));
    ck_assert_ptr_null(policies);
    ck_assert_int_eq(
        gg_policies_open_memory(files, COUNT(files), NULL, &policies, NULL),
        refused[_i].status);
}
END_TEST

START_TEST(names_the_file_and_line_that_does_not_load)
{
    static const struct policy_file files[] = {
        {"default.lua", "return {}"},
        {"tenants/acme.lua", "return {\n evaluate = oops( }"},
        {NULL, NULL}};
    gg_policies *policies = NULL;

    ck_assert_int_eq(open_files(files, 0, &policies), GG_EPOLICY);
    expect_part(err.message, "tenants/acme.lua:2: ");
    ck_assert_ptr_null(policies);
}
END_TEST

START_TEST(isolates_tenants_as_a_folder_does)
{
    const struct gg_policies_options options = {.isolate_tenants = 1};
    const struct gg_policy_file files[] = {{"default.lua", "return {}", 9},
                                           {"tenants/acme.lua", "return 7", 8}};

    ck_assert_int_eq(gg_policies_open_memory(files, COUNT(files), &options,
                                             &set.policies, &err),
                     GG_OK);
    expect_part(gg_policies_broken(set.policies, 0), "tenants/acme.lua:1: ");
}
END_TEST

START_TEST(takes_64_kib_and_no_more)
{
    char *text = malloc(GGL_SOURCE_MAX + 1);
    struct gg_policy_file file = {"default.lua", text, GGL_SOURCE_MAX};
    gg_policies *policies = NULL;

    ck_assert_ptr_nonnull(text);
    memset(text, ' ', GGL_SOURCE_MAX + 1);
    memcpy(text, "return {}", 9);
    ck_assert_int_eq(gg_policies_open_memory(&file, 1, NULL, &policies, &err),
                     GG_OK);
    gg_policies_free(policies);
    file.len++;
    ck_assert_int_eq(gg_policies_open_memory(&file, 1, NULL, &policies, &err),
                     GG_EPOLICY);
    ck_assert_str_eq(err.message,
                     "default.lua:1: a policy file is at most 64 KiB");
    free(text);
}
END_TEST

START_TEST(refuses_what_is_no_set)
{
    const struct gg_policy_file file = {"default.lua", NULL, 9};
    const struct gg_policy_file empty = {"default.lua", NULL, 0};
    const struct gg_policy_file test = {"default_test.lua", "return {}", 9};
    gg_policies *policies = NULL;

    ck_assert_int_eq(gg_policies_open_memory(NULL, 1, NULL, &policies, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_policies_open_memory(&test, 1, NULL, NULL, &err),
                     GG_EINVAL);
    ck_assert_int_eq(gg_policies_open_memory(&file, 1, NULL, &policies, &err),
                     GG_EINVAL);
    ck_assert_str_eq(err.message, "default.lua: has no text");
    ck_assert_int_eq(gg_policies_open_memory(NULL, 0, NULL, &policies, &err),
                     GG_EPOLICY);
    ck_assert_str_eq(err.message, "there is no policy in the set; start with a "
                                  "default.lua");
    ck_assert_int_eq(gg_policies_open_memory(&test, 1, NULL, &policies, &err),
                     GG_EPOLICY);
    ck_assert_int_eq(gg_policies_open_memory(&empty, 1, NULL, &policies, &err),
                     GG_EPOLICY);
    ck_assert_str_eq(err.message,
                     "default.lua:1: the file must return one table");
    ck_assert_ptr_null(policies);
}
END_TEST

Suite *buffers_suite(void)
{
    Suite *suite = suite_create("buffers");
    TCase *test = tcase_create("read");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, makes_the_set_that_the_folder_makes, 0, 2);
    tcase_add_test(test, copies_what_it_is_given);
    tcase_add_loop_test(test, refuses_a_path_that_no_folder_would_have, 0,
                        COUNT(refused));
    tcase_add_test(test, names_the_file_and_line_that_does_not_load);
    tcase_add_test(test, isolates_tenants_as_a_folder_does);
    tcase_add_test(test, takes_64_kib_and_no_more);
    tcase_add_test(test, refuses_what_is_no_set);
    suite_add_tcase(suite, test);
    return suite;
}
