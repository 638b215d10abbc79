/* SPDX-License-Identifier: MIT */
/* check_connect.c - connect fields as data. */
#include "private.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const char *const scopes[] = {"mail.read", "mail.send", NULL};
static const char *const options[] = {"rotate_refresh_token", NULL};

/* Every field set, every field good. */
static const struct gg_connect full = {
    .smtp_required = GG_YES,
    .region = "eu",
    .client_id = "b9f0",
    .redirect_uri = "https://acme.example/connected",
    .login_hint = "ann@acme.example",
    .state = "tenant 7",
    .scope = scopes,
    .prompt = "detect",
    .access_type = "offline",
    .credential_id = "c-1",
    .include_grant_scopes = GG_NO,
    .options = options,
};

/* --- the table ----------------------------------------------------------- */

START_TEST(finds_every_field_by_its_name)
{
    static const char *const names[] = {"smtp_required",
                                        "region",
                                        "client_id",
                                        "redirect_uri",
                                        "login_hint",
                                        "state",
                                        "scope",
                                        "prompt",
                                        "access_type",
                                        "credential_id",
                                        "include_grant_scopes",
                                        "options"};
    const char *name = names[_i];

    ck_assert_int_eq(COUNT(names), GGP_CONNECT_NFIELDS);
    ck_assert_str_eq(ggp_connect_info[_i].name, name);
    ck_assert_int_eq(ggp_connect_find(name, strlen(name)), _i);
    ck_assert_int_eq(ggp_connect_find(name, strlen(name) - 1), -1);
}
END_TEST

START_TEST(finds_no_other_field)
{
    ck_assert_int_eq(ggp_connect_find("", 0), -1);
    ck_assert_int_eq(ggp_connect_find("clientid", 8), -1);
    ck_assert_int_eq(ggp_connect_find("state\0", 6), -1);
}
END_TEST

START_TEST(tells_a_field_that_is_set)
{
    struct gg_connect none = {0};

    ck_assert(ggp_connect_is_set(&full, _i));
    ck_assert(!ggp_connect_is_set(&none, _i));
    ck_assert_int_eq(ggp_connect_check(&full, _i, NULL), GG_OK);
    ck_assert_int_eq(ggp_connect_check(&none, _i, NULL), GG_OK);
}
END_TEST

START_TEST(counts_no_and_empty_as_set)
{
    static const char *const none[] = {NULL};
    struct gg_connect connect = {0};

    connect.smtp_required = GG_NO;
    connect.state = "";
    connect.scope = none;
    ck_assert(ggp_connect_is_set(&connect, GGP_CONNECT_SMTP_REQUIRED));
    ck_assert(ggp_connect_is_set(&connect, GGP_CONNECT_STATE));
    ck_assert(ggp_connect_is_set(&connect, GGP_CONNECT_SCOPE));
    ck_assert_int_eq(ggp_connect_check(&connect, GGP_CONNECT_SCOPE, NULL),
                     GG_OK);
}
END_TEST

START_TEST(points_at_the_member_of_the_struct)
{
    struct gg_connect connect = full;

    ck_assert_ptr_eq(ggp_connect_member(&connect, GGP_CONNECT_STATE),
                     (void *)&connect.state);
    ck_assert_ptr_eq(ggp_connect_const(&connect, GGP_CONNECT_OPTIONS),
                     (const void *)&connect.options);
}
END_TEST

/* --- values -------------------------------------------------------------- */

static const struct {
    int field;
    const char *value;
    int fits;
} strings[] = {
    {GGP_CONNECT_REGION, "us", 1},
    {GGP_CONNECT_REGION, "eu", 1},
    {GGP_CONNECT_REGION, "", 0},
    {GGP_CONNECT_REGION, "US", 0},
    {GGP_CONNECT_REGION, "us.evil.example/", 0},
    {GGP_CONNECT_CLIENT_ID, "7f3e-22", 1},
    {GGP_CONNECT_CLIENT_ID, "", 0},
    {GGP_CONNECT_CLIENT_ID, " ", 0},
    {GGP_CONNECT_CLIENT_ID, "a b", 0},
    {GGP_CONNECT_CLIENT_ID, "a\n", 0},
    {GGP_CONNECT_CLIENT_ID, "caf\xc3\xa9", 0},
    {GGP_CONNECT_CREDENTIAL_ID, "c", 1},
    {GGP_CONNECT_CREDENTIAL_ID, "", 0},
    {GGP_CONNECT_CREDENTIAL_ID, "\t", 0},
    {GGP_CONNECT_LOGIN_HINT, "ann@acme.example", 1},
    {GGP_CONNECT_LOGIN_HINT, "j\xc3\xb6rg@acme.example", 1},
    {GGP_CONNECT_LOGIN_HINT, "", 0},
    {GGP_CONNECT_LOGIN_HINT, " ", 0},
    {GGP_CONNECT_LOGIN_HINT, "a b@acme.example", 0},
    {GGP_CONNECT_LOGIN_HINT, "a\r\n@acme.example", 0},
    {GGP_CONNECT_LOGIN_HINT, "\xff@acme.example", 0},
    {GGP_CONNECT_STATE, "", 1},
    {GGP_CONNECT_STATE, "a b&c=d", 1},
    {GGP_CONNECT_STATE, "\xc3\xa9", 1},
    {GGP_CONNECT_STATE, "a\nb", 0},
    {GGP_CONNECT_STATE, "\xc2\x85", 0},
    {GGP_CONNECT_STATE, "\xff", 0},
    {GGP_CONNECT_PROMPT, "select_provider", 1},
    {GGP_CONNECT_PROMPT, "detect", 1},
    {GGP_CONNECT_PROMPT, "select_provider,detect", 1},
    {GGP_CONNECT_PROMPT, "detect,select_provider", 1},
    {GGP_CONNECT_PROMPT, "", 0},
    {GGP_CONNECT_PROMPT, "detect, select_provider", 0},
    {GGP_CONNECT_PROMPT, "consent", 0},
    {GGP_CONNECT_ACCESS_TYPE, "online", 1},
    {GGP_CONNECT_ACCESS_TYPE, "offline", 1},
    {GGP_CONNECT_ACCESS_TYPE, "", 0},
    {GGP_CONNECT_ACCESS_TYPE, "Offline", 0},
};

/* Check @value as the string @field; a failure names the field alone. */
static void expect_string(int field, const char *value, int fits)
{
    struct gg_connect connect = {0};
    struct gg_error err = {GG_OK, ""};
    const char *name = ggp_connect_info[field].name;
    gg_status status;

    *(const char **)ggp_connect_member(&connect, field) = value;
    status = ggp_connect_check(&connect, field, &err);
    ck_assert_msg(status == (fits ? GG_OK : GG_EINVAL), "%s: %s", name, value);
    if (!fits)
        ck_assert_int_eq(strncmp(err.message, name, strlen(name)), 0);
    else
        ck_assert_str_eq(err.message, "");
}

START_TEST(holds_each_string_to_what_nylas_takes)
{
    expect_string(strings[_i].field, strings[_i].value, strings[_i].fits);
}
END_TEST

static const struct {
    const char *uri;
    int fits;
} uris[] = {
    {"https://acme.example", 1},
    {"https://acme.example/", 1},
    {"https://acme.example/a/b?c=d&e", 1},
    {"https://acme.example?c=d", 1},
    {"https://acme.example:8443/cb", 1},
    {"https://[2001:db8::1]/cb", 1},
    {"https://localhost/cb", 1},
    {"http://localhost", 1},
    {"http://localhost/", 1},
    {"http://localhost:3000", 1},
    {"http://localhost:3000/cb?x=y", 1},
    {"http://127.0.0.1", 1},
    {"http://127.0.0.1:80/cb", 1},
    {"http://localhost?x", 1},
    {"http://localhost:3000?x=y", 1},
    {"http://127.0.0.1?x", 1},
    {"http://127.0.0.1:80?", 1},
    {"", 0},
    {"https://", 0},
    {"https:///cb", 0},
    {"https://:80", 0},
    {"https://?x", 0},
    {"https:/acme.example", 0},
    {"https:acme.example", 0},
    {"//acme.example", 0},
    {"acme.example", 0},
    {"HTTPS://acme.example", 0},
    {" https://acme.example", 0},
    {"javascript:alert(1)", 0},
    {"ftp://acme.example", 0},
    {"http://acme.example", 0},
    {"http://localhost.evil.example", 0},
    {"http://localhost@evil.example", 0},
    {"http://localhost:3000@evil.example", 0},
    {"http://localhost:@evil.example", 0},
    {"http://localhost\\@evil.example", 0},
    {"http://localhost#@evil.example", 0},
    {"http://localhost?@evil.example", 0},
    {"http://localhost?x#@evil.example", 0},
    {"http://localhost:?x", 0},
    {"http://localhost.?x", 0},
    {"http://[::1]?x", 0},
    {"http://localhostevil.example", 0},
    {"http://127.0.0.1.evil.example", 0},
    {"http://127.0.0.1.evil.example?x", 0},
    {"http://evil.example?http://localhost", 0},
    {"http://127.0.0.2", 0},
    {"http://127.1", 0},
    {"http://[::1]", 0},
    {"https://user@acme.example/", 0},
    {"https://user:secret@acme.example/", 0},
    {"https://acme.example\\.evil.example/", 0},
    {"https://acme.example/#top", 0},
    {"https://acme.example/a b", 0},
    {"https://acme.example/\n", 0},
    {"https://acme.example/\x7f", 0},
    {"https://acme.example/\xff", 0},
    {"https://acme.example:", 0},
    {"https://acme.example:0/", 0},
    {"https://acme.example:65536/", 0},
    {"https://acme.example:000080/", 0},
    {"https://acme.example:80a/", 0},
    {"https://acme%2eexample/", 0},
    {"https://-/", 0},
    {"https://.example/", 0},
    {"https://[::1/", 0},
    {"https://[]/", 0},
    {"https://[::1]x/", 0},
};

START_TEST(redirects_to_https_or_this_machine_only)
{
    expect_string(GGP_CONNECT_REDIRECT_URI, uris[_i].uri, uris[_i].fits);
}
END_TEST

START_TEST(says_what_a_redirect_uri_is_and_never_shows_it)
{
    struct gg_connect connect = {.redirect_uri = "http://hunter2.example"};
    struct gg_error err = {0};

    ck_assert_int_eq(
        ggp_connect_check(&connect, GGP_CONNECT_REDIRECT_URI, &err), GG_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.message, "redirect_uri must be https://"));
    ck_assert_ptr_nonnull(strstr(err.message, "http://localhost"));
    ck_assert_ptr_nonnull(strstr(err.message, "Nylas refuses the rest"));
    ck_assert_ptr_null(strstr(err.message, "hunter2"));
}
END_TEST

/* The most characters each field takes. */
static const struct {
    int field;
    const char *start;
    size_t max;
} lengths[] = {
    {GGP_CONNECT_CLIENT_ID, "x", 256},
    {GGP_CONNECT_CREDENTIAL_ID, "x", 256},
    {GGP_CONNECT_STATE, "x", 256},
    {GGP_CONNECT_LOGIN_HINT, "x", 320},
    {GGP_CONNECT_REDIRECT_URI, "https://acme.example/", 2048},
};

START_TEST(holds_each_string_to_its_length)
{
    char value[3000];
    size_t start = strlen(lengths[_i].start);

    memset(value, 'x', sizeof(value));
    memcpy(value, lengths[_i].start, start);
    value[lengths[_i].max] = '\0';
    expect_string(lengths[_i].field, value, 1);
    value[lengths[_i].max] = 'x';
    value[lengths[_i].max + 1] = '\0';
    expect_string(lengths[_i].field, value, 0);
}
END_TEST

START_TEST(counts_characters_of_the_state_not_bytes)
{
    char value[257 * 4 + 1];
    size_t i;

    for (i = 0; i < 257; i++)
        memcpy(value + 4 * i, "\xf0\x9f\x93\xac", 4);
    value[257 * 4] = '\0';
    expect_string(GGP_CONNECT_STATE, value, 0);
    value[256 * 4] = '\0';
    expect_string(GGP_CONNECT_STATE, value, 1);
}
END_TEST

static const struct {
    int field;
    const char *entry;
    int fits;
} entries[] = {
    {GGP_CONNECT_SCOPE, "https://mail.example/auth/send", 1},
    {GGP_CONNECT_SCOPE, "", 0},
    {GGP_CONNECT_SCOPE, "a b", 0},
    {GGP_CONNECT_SCOPE, "a\tb", 0},
    {GGP_CONNECT_SCOPE, "\xff", 0},
    {GGP_CONNECT_OPTIONS, "exclude_google_granted_scopes", 1},
    {GGP_CONNECT_OPTIONS, "", 0},
    {GGP_CONNECT_OPTIONS, "Upper", 0},
    {GGP_CONNECT_OPTIONS, "a,b", 0},
    {GGP_CONNECT_OPTIONS, "a-b", 0},
    {GGP_CONNECT_OPTIONS, "smtp_required", 0},
};

START_TEST(checks_every_entry_of_a_list)
{
    const char *list[] = {"good", entries[_i].entry, "good", NULL};
    struct gg_connect connect = {0};
    struct gg_error err = {0};
    const char *name = ggp_connect_info[entries[_i].field].name;

    *(const char *const **)ggp_connect_member(&connect,
                                              entries[_i].field) = list;
    ck_assert_msg(ggp_connect_check(&connect, entries[_i].field, &err) ==
                      (entries[_i].fits ? GG_OK : GG_EINVAL),
                  "%s: %s", name, entries[_i].entry);
    if (!entries[_i].fits)
        ck_assert_int_eq(strncmp(err.message, name, strlen(name)), 0);
}
END_TEST

START_TEST(bounds_the_length_of_a_list)
{
    const char *list[258];
    struct gg_connect connect = {.scope = list};
    size_t i;

    for (i = 0; i < 257; i++)
        list[i] = "s";
    list[257] = NULL;
    ck_assert_int_eq(ggp_connect_check(&connect, GGP_CONNECT_SCOPE, NULL),
                     GG_EINVAL);
    list[256] = NULL;
    ck_assert_int_eq(ggp_connect_check(&connect, GGP_CONNECT_SCOPE, NULL),
                     GG_OK);
}
END_TEST

START_TEST(refuses_a_choice_that_is_none)
{
    struct gg_connect connect = {.smtp_required = (enum gg_choice)3};
    struct gg_error err = {0};

    ck_assert_int_eq(
        ggp_connect_check(&connect, GGP_CONNECT_SMTP_REQUIRED, &err),
        GG_EINVAL);
    ck_assert_str_eq(err.message, "smtp_required must be true or false");
}
END_TEST

/* --- combining ----------------------------------------------------------- */

START_TEST(fills_what_is_open_and_notes_where_it_came_from)
{
    struct gg_connect connect = {.region = "us",
                                 .include_grant_scopes = GG_YES};
    const char *from[GGP_CONNECT_NFIELDS] = {0};
    struct gg_connect more = {
        .region = "eu", .client_id = "b9f0", .smtp_required = GG_NO};

    from[GGP_CONNECT_REGION] = "first";
    ggp_connect_fill(&connect, from, &more, "second");
    ggp_connect_fill(&connect, from, &full, "third");
    ck_assert_str_eq(connect.region, "us");
    ck_assert_str_eq(from[GGP_CONNECT_REGION], "first");
    ck_assert_str_eq(connect.client_id, "b9f0");
    ck_assert_str_eq(from[GGP_CONNECT_CLIENT_ID], "second");
    ck_assert_int_eq(connect.smtp_required, GG_NO);
    ck_assert_str_eq(from[GGP_CONNECT_SMTP_REQUIRED], "second");
    ck_assert_ptr_eq(connect.scope, scopes);
    ck_assert_str_eq(from[GGP_CONNECT_SCOPE], "third");
    ck_assert_int_eq(connect.include_grant_scopes, GG_YES);
    ck_assert_ptr_null(from[GGP_CONNECT_INCLUDE_GRANT_SCOPES]);
}
END_TEST

START_TEST(fills_without_notes_too)
{
    struct gg_connect connect = {0};

    ggp_connect_fill(&connect, NULL, &full, NULL);
    ck_assert_mem_eq(&connect, &full, sizeof(full));
}
END_TEST

START_TEST(copies_strings_and_lists_deeply)
{
    struct ggp_arena arena = {0};
    char state[] = "before";
    char entry[] = "before";
    const char *list[] = {entry, NULL};
    struct gg_connect connect = {
        .state = state, .options = list, .smtp_required = GG_YES};
    struct gg_connect copy;

    ggp_connect_copy(&copy, &connect, &arena);
    memcpy(state, "after!", 6);
    memcpy(entry, "after!", 6);
    ck_assert_str_eq(copy.state, "before");
    ck_assert_str_eq(copy.options[0], "before");
    ck_assert_ptr_null(copy.options[1]);
    ck_assert_int_eq(copy.smtp_required, GG_YES);
    ck_assert_ptr_null(copy.scope);
    ggp_arena_free(&arena);
}
END_TEST

START_TEST(copies_onto_itself)
{
    struct ggp_arena arena = {0};
    struct gg_connect connect = full;

    ggp_connect_copy(&connect, &connect, &arena);
    ck_assert_str_eq(connect.state, full.state);
    ck_assert_ptr_ne(connect.state, full.state);
    ck_assert_str_eq(connect.scope[1], "mail.send");
    ggp_arena_free(&arena);
}
END_TEST

START_TEST(writes_set_fields_in_order)
{
    struct ggp_buf buf = {0};
    struct gg_connect none = {0};

    ggp_connect_json(&buf, &full);
    ck_assert_str_eq(
        ggp_buf_text(&buf),
        "{\"smtp_required\":true,\"region\":\"eu\",\"client_id\":\"b9f0\","
        "\"redirect_uri\":\"https://acme.example/connected\","
        "\"login_hint\":\"ann@acme.example\",\"state\":\"tenant 7\","
        "\"scope\":[\"mail.read\",\"mail.send\"],\"prompt\":\"detect\","
        "\"access_type\":\"offline\",\"credential_id\":\"c-1\","
        "\"include_grant_scopes\":false,"
        "\"options\":[\"rotate_refresh_token\"]}");
    ggp_buf_clear(&buf);
    ggp_connect_json(&buf, &none);
    ck_assert_str_eq(ggp_buf_text(&buf), "{}");
    ggp_buf_free(&buf);
}
END_TEST

Suite *connect_suite(void)
{
    Suite *suite = suite_create("connect");
    TCase *table = tcase_create("table");
    TCase *checks = tcase_create("values");
    TCase *combines = tcase_create("combine");

    tcase_add_loop_test(table, finds_every_field_by_its_name, 0,
                        GGP_CONNECT_NFIELDS);
    tcase_add_test(table, finds_no_other_field);
    tcase_add_loop_test(table, tells_a_field_that_is_set, 0,
                        GGP_CONNECT_NFIELDS);
    tcase_add_test(table, counts_no_and_empty_as_set);
    tcase_add_test(table, points_at_the_member_of_the_struct);
    suite_add_tcase(suite, table);
    tcase_add_loop_test(checks, holds_each_string_to_what_nylas_takes, 0,
                        COUNT(strings));
    tcase_add_loop_test(checks, redirects_to_https_or_this_machine_only, 0,
                        COUNT(uris));
    tcase_add_test(checks, says_what_a_redirect_uri_is_and_never_shows_it);
    tcase_add_loop_test(checks, holds_each_string_to_its_length, 0,
                        COUNT(lengths));
    tcase_add_test(checks, counts_characters_of_the_state_not_bytes);
    tcase_add_loop_test(checks, checks_every_entry_of_a_list, 0,
                        COUNT(entries));
    tcase_add_test(checks, bounds_the_length_of_a_list);
    tcase_add_test(checks, refuses_a_choice_that_is_none);
    suite_add_tcase(suite, checks);
    tcase_add_test(combines, fills_what_is_open_and_notes_where_it_came_from);
    tcase_add_test(combines, fills_without_notes_too);
    tcase_add_test(combines, copies_strings_and_lists_deeply);
    tcase_add_test(combines, copies_onto_itself);
    tcase_add_test(combines, writes_set_fields_in_order);
    suite_add_tcase(suite, combines);
    return suite;
}
