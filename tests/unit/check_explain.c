/* SPDX-License-Identifier: MIT */
/* check_explain.c - one grant of a batch, decided and explained. */
#include "suites.h"

#include "memory.h"
#include "policy_set.h"

#include <stdio.h>
#include <string.h>

static const struct policy_file files[] = {
    {"default.lua", "return { connect = { state = 's' }, evaluate = {\n rule { "
                    "'r', when = 'always', reauth 'x' } } }"},
    {"tenants/acme.lua", "return { evaluate = function(grant)\n if grant.id == "
                         "'bad' then error 'no' end log(grant.id) end }"},
    {NULL, NULL}};

static struct policy_set set;
static struct gg_error err;
static char report[2048];

static void setup(void)
{
    memset(&set, 0, sizeof(set));
    policy_set_open(&set, files);
    report[0] = '\0';
}

static void teardown(void)
{
    policy_set_free(&set);
}

static void add(const char *text)
{
    size_t len = strlen(report);

    snprintf(report + len, sizeof(report) - len, "%s|", text ? text : "-");
}

static void take(const struct gg_explained *explained, void *payload)
{
    const struct gg_explanation *explanation = explained->explanation;
    char line[32];
    size_t i;

    ck_assert_ptr_eq(payload, report);
    snprintf(line, sizeof(line), "%s:%d", explained->file,
             (int)explained->line);
    add(line);
    add(explained->decision->grant_id);
    add(gg_action_name(explained->decision->action));
    for (i = 0; i < explanation->nsteps; i++) {
        add(explanation->steps[i].question);
        add(explanation->steps[i].rule ? explanation->steps[i].rule->where
                                       : explanation->steps[i].policy);
        add(explanation->steps[i].answer);
    }
    for (i = 0; i < explanation->nfields; i++) {
        add(explanation->fields[i].name);
        add(explanation->fields[i].value);
        add(explanation->fields[i].origin);
    }
}

static gg_status explain(const char *text, int is_document, const char *id)
{
    struct memory memory = {text, strlen(text), 0, 7};
    struct gg_source source = {"in", is_document, memory_read, &memory};
    struct gg_pipeline pipeline = {.policies = set.policies,
                                   .session = set.options,
                                   .sources = &source,
                                   .nsources = 1,
                                   .tenant = "acme",
                                   .now = NOW};

    return gg_pipeline_explain(&pipeline, id, take, report, &err);
}

#define A    "{\"id\":\"a\",\"provider\":\"google\"}\n"
#define B    "{\"id\":\"b\",\"provider\":\"google\",\"email\":\"b@c.d\"}\n"
#define BAD  "{\"id\":\"bad\",\"provider\":\"google\"}\n"
#define SAID "evaluate|tenants/acme.lua|null|evaluate|default.lua:2|\"reauth\"|"
#define SENT "connect|default.lua:1|{\"state\":\"s\"}|region|\"us\"|default|"
#define OURS                                                                   \
    "client_id|\"app\"|caller|redirect_uri|\"https://host.example/"            \
    "cb\"|caller|"

/* An input, what is asked for, and what is reported. */
static const struct {
    const char *text;
    const char *id;
    int is_document;
    const char *report;
} explained[] = {
    {A, NULL, 0, "in:1|a|reauth|" SAID SENT OURS "state|\"s\"|default.lua|"},
    {"\n\n" A B, "b", 0,
     "in:4|b|reauth|" SAID SENT OURS
     "login_hint|\"b@c.d\"|default|state|\"s\"|default.lua|"},
    {B B, "b", 0,
     "in:1|b|reauth|" SAID SENT OURS
     "login_hint|\"b@c.d\"|default|state|\"s\"|default.lua|"},
    {"{\"data\":[{\"id\":\"a\",\"provider\":\"x\"},{\"id\":\"bad\","
     "\"provider\":\"x\"}]}",
     "bad", 1, "in:0|bad|error|evaluate|tenants/acme.lua:1|\"error\"|"},
    {A "{\"id\":\"bad\"}\n" B, "bad", 0, "in:2|bad|error|"},
    {"nonsense\n", NULL, 0, "in:1|-|error|"},
    {"{\"data\":[]}\n", NULL, 0, "in:1|-|error|"},
};

START_TEST(explains_the_one_that_is_meant)
{
    gg_status status = explain(explained[_i].text, explained[_i].is_document,
                               explained[_i].id);

    ck_assert_msg(status == GG_OK, "%s", err.message);
    ck_assert_str_eq(report, explained[_i].report);
}
END_TEST

START_TEST(passes_on_what_it_logs_and_no_other)
{
    ck_assert_int_eq(explain(A B, 0, "b"), GG_OK);
    ck_assert_str_eq(set.log, "tenants/acme.lua:2 b b\n");
}
END_TEST

static const struct {
    const char *text;
    const char *id;
    const char *message;
} refused[] = {
    {A B, NULL, "the input holds several grants"},
    {A "nonsense\n", NULL, "the input holds several grants"},
    {A B, "c", "the input holds no grant with the id c"},
    {"", NULL, "the input holds no grant"},
    {"\n \n", NULL, "the input holds no grant"},
};

START_TEST(refuses_what_is_not_one)
{
    ck_assert_int_eq(explain(refused[_i].text, 0, refused[_i].id), GG_EINVAL);
    ck_assert_str_eq(err.message, refused[_i].message);
    ck_assert_str_eq(report, "");
}
END_TEST

START_TEST(tells_of_a_source_that_fails)
{
    struct memory memory = {A, strlen(A), 0, 0};
    struct gg_source source = {"in", 0, memory_read, &memory};
    struct gg_pipeline pipeline = {
        .policies = set.policies, .sources = &source, .nsources = 1};

    ck_assert_int_eq(gg_pipeline_explain(&pipeline, NULL, take, report, &err),
                     GG_EIO);
    ck_assert_str_eq(report, "");
    ck_assert_int_eq(gg_pipeline_explain(&pipeline, NULL, NULL, report, &err),
                     GG_EINVAL);
    pipeline.policies = NULL;
    ck_assert_int_eq(gg_pipeline_explain(&pipeline, NULL, take, report, &err),
                     GG_EINVAL);
}
END_TEST

Suite *explain_suite(void)
{
    Suite *suite = suite_create("explain");
    TCase *test = tcase_create("explain");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, explains_the_one_that_is_meant, 0,
                        COUNT(explained));
    tcase_add_test(test, passes_on_what_it_logs_and_no_other);
    tcase_add_loop_test(test, refuses_what_is_not_one, 0, COUNT(refused));
    tcase_add_test(test, tells_of_a_source_that_fails);
    suite_add_tcase(suite, test);
    return suite;
}
