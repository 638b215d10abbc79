/* SPDX-License-Identifier: MIT */
/* check_meta.c - the annotations for editors name all that policy code has,
 * and nothing else. */
#include "suites.h"

#include "host_keys.h"
#include "host_sandbox.h"
#include "policy_set.h"

#include <stdlib.h>
#include <string.h>

#define MAX_NAMES 128
#define MAX_NAME  64

/* A set of names, to be compared as a sorted text. */
struct names {
    char list[MAX_NAMES][MAX_NAME];
    size_t n;
    char text[MAX_NAMES * MAX_NAME];
};

static struct names written; /* in the annotations */
static struct names offered; /* by the code */

static void add(struct names *names, const char *prefix, const char *name,
                size_t len)
{
    ck_assert_uint_lt(names->n, MAX_NAMES);
    snprintf(names->list[names->n++], MAX_NAME, "%s%.*s", prefix, (int)len,
             name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static const char *text_of(struct names *names)
{
    size_t len = 0;
    size_t i;

    qsort(names->list, names->n, MAX_NAME, by_name);
    names->text[0] = '\0';
    for (i = 0; i < names->n; i++)
        len += (size_t)snprintf(names->text + len, sizeof(names->text) - len,
                                "%s ", names->list[i]);
    return names->text;
}

static void same(const char *what)
{
    ck_assert_uint_gt(offered.n, 0);
    ck_assert_msg(strcmp(text_of(&written), text_of(&offered)) == 0,
                  "%s: annotated are: %s\nbut there are: %s", what,
                  written.text, offered.text);
    written.n = 0;
    offered.n = 0;
}

/* --- the annotations --- */

static char text[65536];

/* Both files as one text. */
static void setup(void)
{
    static const char *const files[] = {"meta.lua", "library.lua"};
    const char *srcdir = getenv("srcdir");
    char path[4096];
    size_t len = 0;
    int i;

    written.n = 0;
    offered.n = 0;
    for (i = 0; i < COUNT(files); i++) {
        FILE *file;

        snprintf(path, sizeof(path), "%s/bindings/lua/grantgate/%s",
                 srcdir ? srcdir : ".", files[i]);
        file = fopen(path, "r");
        ck_assert_msg(file != NULL, "%s", path);
        len += fread(text + len, 1, sizeof(text) - 1 - len, file);
        fclose(file);
    }
    ck_assert_uint_lt(len, sizeof(text) - 1);
    text[len] = '\0';
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end ? end + 1 : line + strlen(line);
}

static int starts(const char *line, const char *start)
{
    return strncmp(line, start, strlen(start)) == 0;
}

/* Whether @line opens the class @name. */
static int is_class(const char *line, const char *name)
{
    size_t len = strlen(name);

    if (!starts(line, "---@class "))
        return 0;
    line += strlen("---@class ");
    if (starts(line, "(exact) "))
        line += strlen("(exact) ");
    return strncmp(line, name, len) == 0 && strchr(":\n", line[len]);
}

/* The name of a field after "---@field ", but for positions and types. */
static void read_field(const char *at)
{
    if (starts(at, "[\""))
        add(&written, "", at + 2, strcspn(at + 2, "\""));
    else if (*at != '[')
        add(&written, "", at, strcspn(at, "? "));
}

/* The fields of class @name. */
static void read_class(const char *name)
{
    const char *line = text;

    while (*line && !is_class(line, name))
        line = next_line(line);
    ck_assert_msg(*line, "no class %s", name);
    for (line = next_line(line); starts(line, "---"); line = next_line(line)) {
        if (starts(line, "---@field "))
            read_field(line + strlen("---@field "));
    }
}

/* The words of the alias @name. */
static void read_alias(const char *name)
{
    char start[MAX_NAME];
    const char *line = text;

    snprintf(start, sizeof(start), "---@alias %s ", name);
    while (*line && !starts(line, start))
        line = next_line(line);
    ck_assert_msg(*line, "no alias %s", name);
    for (line += strlen(start); *line == '"' || *line == '|'; line++) {
        size_t len = strcspn(line + 1, "\"");

        if (*line == '"') {
            add(&written, "", line + 1, len);
            line += len + 1;
        }
    }
}

/* The functions of @library, "" for the globals, and then its tables. */
static void read_functions(const char *library)
{
    const char *dot = library[0] ? "." : "";
    char start[MAX_NAME];
    const char *line;
    size_t len;

    snprintf(start, sizeof(start), "function %s%s", library, dot);
    for (line = text; *line; line = next_line(line)) {
        const char *name = line + strlen(start);

        if (starts(line, start)) {
            len = strcspn(name, "(");
            if (!memchr(name, '.', len))
                add(&written, "", name, len);
        }
        len = strcspn(line, " \n");
        if (!library[0] && starts(line + len, " = {}"))
            add(&written, "", line, len);
    }
}

/* --- what there is --- */

static void offer(const char *const *keys)
{
    for (; *keys; keys++)
        add(&offered, "", *keys, strlen(*keys));
}

static void offer_connect(void)
{
    int i;

    for (i = 0; i < GGP_CONNECT_NFIELDS; i++)
        add(&offered, "", ggp_connect_info[i].name,
            strlen(ggp_connect_info[i].name));
}

/* The fields of @subject, or with @is_condition those that one reads. */
static void offer_subject(const struct ggp_subject *subject, int is_condition)
{
    int i;

    for (i = 0; i < subject->nfields; i++) {
        const struct ggp_field *field = &subject->fields[i];

        if (!is_condition ||
            (field->kind != GGP_FIELD_OBJECT && field->kind != GGP_FIELD_RAW))
            add(&offered, "", field->name, strlen(field->name));
    }
}

static void offer_settings(const char *prefix)
{
    const char *name;
    size_t i;

    for (i = 0; (name = ggp_setting_name(i)) != NULL; i++)
        add(&offered, prefix, name, strlen(name));
}

/* --- the comparison --- */

START_TEST(names_each_global_and_function)
{
    const struct ggl_library *library;
    char class_name[MAX_NAME];
    size_t i;
    size_t n;

    for (n = 0; (library = ggp_library(n)) != NULL; n++) {
        for (i = 0; i < library->n; i++) {
            if (!library->list[i].omitted)
                add(&offered, "", library->list[i].name,
                    strlen(library->list[i].name));
        }
        read_functions(library->name);
        snprintf(class_name, sizeof(class_name), "%slib", library->name);
        if (library->name[0])
            read_class(class_name);
        same(library->name);
    }
}
END_TEST

START_TEST(names_what_grantgate_offers)
{
    struct policy_set set = {0};
    const char *data = policy_set_data(
        &set, "local s = '' for k in pairs(grantgate) do s = s .. k .. ' ' end "
              "return accept { reason = 'x', data = { s } }");
    char wanted[256];

    read_functions("grantgate");
    snprintf(wanted, sizeof(wanted), "[\"%s\"]", text_of(&written));
    ck_assert_str_eq(data, wanted);
    policy_set_free(&set);
}
END_TEST

START_TEST(names_each_field_of_grants_and_requests)
{
    read_class("grantgate.Grant");
    offer_subject(&ggp_grant_subject, 0);
    same("a grant");
    read_class("grantgate.Request");
    offer_subject(&ggp_request_subject, 0);
    same("a request");
    read_class("grantgate.Settings");
    offer_settings("");
    same("settings");
}
END_TEST

START_TEST(names_what_conditions_read)
{
    read_class("grantgate.GrantCondition");
    offer_subject(&ggp_grant_subject, 1);
    offer_settings("settings.");
    same("a condition on grants");
    read_class("grantgate.RequestCondition");
    offer_subject(&ggp_request_subject, 1);
    same("a condition on requests");
}
END_TEST

START_TEST(names_the_keys_of_policies_and_decisions)
{
    read_class("grantgate.Policy");
    offer(ggl_policy_keys);
    same("a policy");
    read_class("grantgate.Mandate");
    offer(ggl_mandate_keys);
    same("a mandate");
    read_class("grantgate.RuleFields");
    offer(ggl_rule_keys);
    same("a rule");
    read_class("grantgate.Answer");
    read_class("grantgate.DeferAnswer");
    read_class("grantgate.RepairAnswer");
    offer(ggl_decision_keys);
    same("a decision");
    read_class("grantgate.Connect");
    offer_connect();
    same("connect");
}
END_TEST

START_TEST(names_the_keys_of_tests)
{
    static const struct {
        const char *class_name;
        const char *const *keys;
    } tables[] = {
        {"grantgate.TestFile", ggl_test_keys},
        {"grantgate.GrantCase", ggl_grant_case_keys},
        {"grantgate.ConnectCase", ggl_connect_case_keys},
        {"grantgate.TestGrant", ggl_case_grant_keys},
        {"grantgate.TestRequest", ggl_case_request_keys},
        {"grantgate.Record", ggl_record_keys},
        {"grantgate.ConnectRecord", ggl_answer_keys},
    };
    int i;

    for (i = 0; i < COUNT(tables); i++) {
        read_class(tables[i].class_name);
        offer(tables[i].keys);
        same(tables[i].class_name);
    }
}
END_TEST

START_TEST(names_the_words_there_are)
{
    const struct ggp_field *fields = ggp_grant_subject.fields;
    const char *name;
    size_t i;

    read_alias("grantgate.Smtp");
    offer(fields[GGP_GRANT_SMTP].words);
    same("smtp");
    read_alias("grantgate.Missing");
    offer(fields[GGP_GRANT_MISSING].words);
    same("missing");
    read_alias("grantgate.Evidence");
    offer(fields[GGP_GRANT_EVIDENCE].words);
    same("evidence");
    read_alias("grantgate.Provider");
    for (i = 0; (name = ggp_provider_name(i)) != NULL; i++)
        add(&offered, "", name, strlen(name));
    same("provider");
}
END_TEST

Suite *meta_suite(void)
{
    Suite *suite = suite_create("meta");
    TCase *test = tcase_create("meta");

    tcase_add_checked_fixture(test, setup, NULL);
    tcase_add_test(test, names_each_global_and_function);
    tcase_add_test(test, names_what_grantgate_offers);
    tcase_add_test(test, names_each_field_of_grants_and_requests);
    tcase_add_test(test, names_what_conditions_read);
    tcase_add_test(test, names_the_keys_of_policies_and_decisions);
    tcase_add_test(test, names_the_keys_of_tests);
    tcase_add_test(test, names_the_words_there_are);
    suite_add_tcase(suite, test);
    return suite;
}
