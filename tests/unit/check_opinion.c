/* SPDX-License-Identifier: MIT */
/* check_opinion.c - what a policy decided. */
#include "private.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* The least that each action needs. */
static struct ggp_opinion minimal(enum gg_action action)
{
    struct ggp_opinion opinion = {.action = action, .reason = "because"};

    if (action == GG_REPAIR) {
        opinion.smtp_host = "smtp.acme.example";
        opinion.smtp_port = 587;
    }
    return opinion;
}

static void expect_good(const struct ggp_opinion *opinion)
{
    struct gg_error err = {GG_OK, "untouched"};

    ck_assert_msg(ggp_opinion_check(opinion, &err) == GG_OK, "%s", err.message);
    ck_assert_str_eq(err.message, "untouched");
}

static void expect_refusal(const struct ggp_opinion *opinion,
                           const char *wanted)
{
    struct gg_error err = {0};

    ck_assert_int_eq(ggp_opinion_check(opinion, &err), GG_EPOLICY);
    ck_assert_int_eq(err.status, GG_EPOLICY);
    ck_assert_msg(strstr(err.message, wanted) != NULL, "%s", err.message);
}

START_TEST(names_every_action)
{
    static const char *const names[] = {"error",  "accept", "reauth",
                                        "repair", "defer",  "reject"};

    ck_assert_int_eq(COUNT(names), GG_ACTION_COUNT);
    ck_assert_str_eq(gg_action_name((enum gg_action)_i), names[_i]);
}
END_TEST

START_TEST(calls_what_is_no_action_an_error)
{
    ck_assert_str_eq(gg_action_name(GG_ACTION_COUNT), "error");
    ck_assert_str_eq(gg_action_name((enum gg_action) - 1), "error");
}
END_TEST

START_TEST(takes_every_action_with_what_it_needs)
{
    struct ggp_opinion opinion = minimal((enum gg_action)_i);

    expect_good(&opinion);
    opinion.notify = "owner";
    opinion.data = "{}";
    expect_good(&opinion);
}
END_TEST

START_TEST(takes_no_error_for_a_decision)
{
    struct ggp_opinion opinion = minimal(GG_ERROR);

    expect_refusal(&opinion, "are decisions");
    opinion.action = GG_ACTION_COUNT;
    expect_refusal(&opinion, "are decisions");
}
END_TEST

static const struct {
    const char *reason;
    const char *wanted;
} reasons[] = {
    {NULL, "accept: reason is required"},
    {"", "accept: reason must be [a-z0-9_]+"},
    {"Upper", "accept: reason must be [a-z0-9_]+"},
    {"with space", "accept: reason must be [a-z0-9_]+"},
    {"with-dash", "accept: reason must be [a-z0-9_]+"},
    {"line\n", "accept: reason must be [a-z0-9_]+"},
};

START_TEST(requires_a_reason_that_is_a_token)
{
    struct ggp_opinion opinion = minimal(GG_ACCEPT);

    opinion.reason = reasons[_i].reason;
    expect_refusal(&opinion, reasons[_i].wanted);
}
END_TEST

START_TEST(holds_notify_to_256_plain_bytes)
{
    struct ggp_opinion opinion = minimal(GG_REJECT);
    char text[258];

    memset(text, 'n', sizeof(text));
    opinion.notify = text;
    text[256] = '\0';
    expect_good(&opinion);
    text[256] = 'n';
    text[257] = '\0';
    expect_refusal(&opinion, "reject: notify must be");
    opinion.notify = "a\nb";
    expect_refusal(&opinion, "reject: notify must be");
    opinion.notify = "\xc2\x85";
    expect_refusal(&opinion, "reject: notify must be");
    opinion.notify = "\xff";
    expect_refusal(&opinion, "reject: notify must be");
    opinion.notify = "";
    expect_good(&opinion);
}
END_TEST

static const struct {
    int64_t after;
    int fits;
} afters[] = {
    {0, 1},         {1, 1},  {GGP_DURATION_MAX, 1}, {GGP_DURATION_MAX + 1, 0},
    {INT64_MAX, 0}, {-1, 0}, {INT64_MIN, 0},
};

START_TEST(defers_from_now_to_ten_years)
{
    struct ggp_opinion opinion = minimal(GG_DEFER);

    opinion.has_after = 1;
    opinion.after = afters[_i].after;
    if (afters[_i].fits)
        expect_good(&opinion);
    else
        expect_refusal(&opinion, "defer: after must be");
}
END_TEST

/* --- each field belongs to one action ------------------------------------- */

/* Whether @opinion with one more field fits @home and no other action. */
static void expect_home(enum gg_action action, enum gg_action home,
                        const struct ggp_opinion *opinion, const char *field)
{
    struct gg_error err = {0};

    if (action == home) {
        expect_good(opinion);
        return;
    }
    ck_assert_int_eq(ggp_opinion_check(opinion, &err), GG_EPOLICY);
    ck_assert_ptr_nonnull(strstr(err.message, gg_action_name(action)));
    ck_assert_ptr_nonnull(strstr(err.message, field));
    ck_assert_ptr_nonnull(strstr(err.message, gg_action_name(home)));
}

START_TEST(takes_after_on_defer_only)
{
    struct ggp_opinion opinion = minimal((enum gg_action)_i);

    opinion.has_after = 1;
    expect_home((enum gg_action)_i, GG_DEFER, &opinion, "after");
}
END_TEST

START_TEST(takes_connect_fields_on_reauth_only)
{
    struct ggp_opinion opinion = minimal((enum gg_action)_i);

    opinion.connect.smtp_required = GG_NO;
    expect_home((enum gg_action)_i, GG_REAUTH, &opinion, "smtp_required");
    opinion = minimal((enum gg_action)_i);
    opinion.connect.state = "s";
    expect_home((enum gg_action)_i, GG_REAUTH, &opinion, "state");
}
END_TEST

START_TEST(takes_smtp_settings_on_repair_only)
{
    struct ggp_opinion opinion = minimal((enum gg_action)_i);

    opinion.smtp_username = "ann";
    expect_home((enum gg_action)_i, GG_REPAIR, &opinion, "smtp_username");
    opinion = minimal((enum gg_action)_i);
    opinion.smtp_host = "smtp.acme.example";
    expect_home((enum gg_action)_i, GG_REPAIR, &opinion, "smtp_host");
    opinion = minimal((enum gg_action)_i);
    opinion.smtp_port = 587;
    expect_home((enum gg_action)_i, GG_REPAIR, &opinion, "smtp_port");
}
END_TEST

START_TEST(checks_connect_fields_as_connect_does)
{
    struct ggp_opinion opinion = minimal(GG_REAUTH);

    opinion.connect.region = "mars";
    expect_refusal(&opinion, "reauth: region must be \"us\" or \"eu\"");
    opinion = minimal(GG_REAUTH);
    opinion.connect.redirect_uri = "http://acme.example";
    expect_refusal(&opinion, "reauth: redirect_uri must be https://");
}
END_TEST

/* --- repair ----------------------------------------------------------------
 */

static const struct {
    const char *host;
    int64_t port;
    const char *username;
    const char *wanted; /* NULL: good */
} repairs[] = {
    {"smtp.acme.example", 1, NULL, NULL},
    {"smtp.acme.example", 65535, "ann@acme.example", NULL},
    {"10.0.0.1", 25, "ann smith", NULL},
    {NULL, 587, NULL, "smtp_host is required"},
    {"", 587, NULL, "smtp_host must be"},
    {" ", 587, NULL, "smtp_host must be"},
    {"a b", 587, NULL, "smtp_host must be"},
    {"a\n", 587, NULL, "smtp_host must be"},
    {"\xff", 587, NULL, "smtp_host must be"},
    {"smtp.acme.example", 0, NULL, "smtp_port is required"},
    {"smtp.acme.example", -1, NULL, "smtp_port must be 1 to 65535"},
    {"smtp.acme.example", 65536, NULL, "smtp_port must be 1 to 65535"},
    {"smtp.acme.example", INT64_MAX, NULL, "smtp_port must be 1 to 65535"},
    {"smtp.acme.example", 587, "", "smtp_username must"},
    {"smtp.acme.example", 587, " ", "smtp_username must"},
    {"smtp.acme.example", 587, "a\tb", "smtp_username must"},
    {"smtp.acme.example", 587, "\xff", "smtp_username must"},
};

START_TEST(repairs_with_a_host_and_a_port)
{
    struct ggp_opinion opinion = minimal(GG_REPAIR);

    opinion.smtp_host = repairs[_i].host;
    opinion.smtp_port = repairs[_i].port;
    opinion.smtp_username = repairs[_i].username;
    if (repairs[_i].wanted)
        expect_refusal(&opinion, repairs[_i].wanted);
    else
        expect_good(&opinion);
}
END_TEST

START_TEST(copies_everything_deeply)
{
    struct ggp_arena arena = {0};
    char bytes[] = "before";
    struct ggp_opinion opinion = {
        .action = GG_REPAIR,
        .reason = bytes,
        .notify = bytes,
        .data = bytes,
        .has_after = 1,
        .after = 7,
        .smtp_host = bytes,
        .smtp_port = 25,
        .smtp_username = bytes,
        .connect = {.state = bytes, .smtp_required = GG_YES},
    };
    struct ggp_opinion copy;

    ggp_opinion_copy(&copy, &opinion, &arena);
    memcpy(bytes, "after!", 6);
    ck_assert_int_eq(copy.action, GG_REPAIR);
    ck_assert_str_eq(copy.reason, "before");
    ck_assert_str_eq(copy.notify, "before");
    ck_assert_str_eq(copy.data, "before");
    ck_assert_int_eq(copy.after, 7);
    ck_assert_str_eq(copy.smtp_host, "before");
    ck_assert_int_eq(copy.smtp_port, 25);
    ck_assert_str_eq(copy.smtp_username, "before");
    ck_assert_str_eq(copy.connect.state, "before");
    ck_assert_int_eq(copy.connect.smtp_required, GG_YES);
    ck_assert_ptr_null(copy.connect.region);
    ggp_arena_free(&arena);
}
END_TEST

Suite *opinion_suite(void)
{
    Suite *suite = suite_create("opinion");
    TCase *actions = tcase_create("actions");
    TCase *fields = tcase_create("fields");

    tcase_add_loop_test(actions, names_every_action, 0, GG_ACTION_COUNT);
    tcase_add_test(actions, calls_what_is_no_action_an_error);
    tcase_add_loop_test(actions, takes_every_action_with_what_it_needs,
                        GG_ACCEPT, GG_ACTION_COUNT);
    tcase_add_test(actions, takes_no_error_for_a_decision);
    suite_add_tcase(suite, actions);
    tcase_add_loop_test(fields, requires_a_reason_that_is_a_token, 0,
                        COUNT(reasons));
    tcase_add_test(fields, holds_notify_to_256_plain_bytes);
    tcase_add_loop_test(fields, defers_from_now_to_ten_years, 0, COUNT(afters));
    tcase_add_loop_test(fields, takes_after_on_defer_only, GG_ACCEPT,
                        GG_ACTION_COUNT);
    tcase_add_loop_test(fields, takes_connect_fields_on_reauth_only, GG_ACCEPT,
                        GG_ACTION_COUNT);
    tcase_add_loop_test(fields, takes_smtp_settings_on_repair_only, GG_ACCEPT,
                        GG_ACTION_COUNT);
    tcase_add_test(fields, checks_connect_fields_as_connect_does);
    tcase_add_loop_test(fields, repairs_with_a_host_and_a_port, 0,
                        COUNT(repairs));
    tcase_add_test(fields, copies_everything_deeply);
    suite_add_tcase(suite, fields);
    return suite;
}
