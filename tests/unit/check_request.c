/* SPDX-License-Identifier: MIT */
/* check_request.c - a connect question as policies see it. */
#include "private.h"

#include "suites.h"

#include <string.h>

static struct ggp_value field(const struct ggp_request *request,
                              const char *name)
{
    int index = ggp_subject_field(&ggp_request_subject, name, strlen(name));

    ck_assert_msg(index >= 0, "%s", name);
    return ggp_request_subject.value(request, index);
}

static struct ggp_text text(const char *at)
{
    struct ggp_text made = {at, strlen(at)};

    return made;
}

START_TEST(shows_what_was_asked)
{
    struct ggp_request request = {
        .tenant = text("acme"),
        .provider = text("imap"),
        .email = text("a@b.example"),
        .domain = text("b.example"),
        .is_reauth = 1,
        .grant_id = text("g-1"),
    };

    ck_assert(ggp_text_is(field(&request, "tenant").text, "acme"));
    ck_assert(ggp_text_is(field(&request, "provider").text, "imap"));
    ck_assert(ggp_text_is(field(&request, "email").text, "a@b.example"));
    ck_assert(ggp_text_is(field(&request, "domain").text, "b.example"));
    ck_assert(ggp_text_is(field(&request, "purpose").text, "reauth"));
    ck_assert(ggp_text_is(field(&request, "grant_id").text, "g-1"));
}
END_TEST

START_TEST(shows_nil_for_what_was_left_open)
{
    static const char *const names[] = {"tenant", "provider", "email", "domain",
                                        "grant_id"};
    struct ggp_request request = {0};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_msg(field(&request, names[i]).kind == GGP_NIL, "%s",
                      names[i]);
    ck_assert(ggp_text_is(field(&request, "purpose").text, "signin"));
    ck_assert_int_eq(ggp_request_subject.value(&request, -1).kind, GGP_NIL);
}
END_TEST

START_TEST(always_shows_a_context)
{
    yyjson_doc *doc = yyjson_read("{\"plan\":\"pro\"}", 14, 0);
    struct ggp_request request = {0};

    ck_assert_int_eq(field(&request, "context").kind, GGP_JSON_OBJECT);
    ck_assert_ptr_null(field(&request, "context").json);
    request.context = yyjson_doc_get_root(doc);
    ck_assert_ptr_eq(field(&request, "context").json, request.context);
    yyjson_doc_free(doc);
}
END_TEST

START_TEST(has_seven_fields_and_two_purposes)
{
    const struct ggp_field *purpose =
        &ggp_request_subject.fields[GGP_REQUEST_PURPOSE];

    ck_assert_int_eq(ggp_request_subject.nfields, 7);
    ck_assert_str_eq(ggp_request_subject.noun, "request");
    ck_assert_str_eq(purpose->words[0], "signin");
    ck_assert_str_eq(purpose->words[1], "reauth");
    ck_assert_ptr_null(purpose->words[2]);
}
END_TEST

Suite *request_suite(void)
{
    Suite *suite = suite_create("request");
    TCase *fields = tcase_create("fields");

    tcase_add_test(fields, shows_what_was_asked);
    tcase_add_test(fields, shows_nil_for_what_was_left_open);
    tcase_add_test(fields, always_shows_a_context);
    tcase_add_test(fields, has_seven_fields_and_two_purposes);
    suite_add_tcase(suite, fields);
    return suite;
}
