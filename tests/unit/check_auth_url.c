/* SPDX-License-Identifier: MIT */
/* check_auth_url.c - the URL a browser visits. */
#include "private.h"

#include "suites.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define CHALLENGE                                                              \
    "ZTk2YmY2Njg2YTNjMzUxMGU5ZTkyN2RiNzA2OWNiMWNiYTliOTliMDIyZjQ5NDgzYTZjZTMy" \
    "NzA4MDllNjhhMg"

#define HEAD                                                                   \
    "https://api.us.nylas.com/v3/connect/auth?client_id=abc-123"               \
    "&redirect_uri=https%3A%2F%2Facme.example%2Fcb&response_type=code"

static const char *const scopes[] = {"email.read_only", "calendar", "contacts",
                                     NULL};
static const char *const more_options[] = {"rotate_refresh_token", "a1", NULL};
static const char *const none[] = {NULL};

/* The least that makes a URL. */
static const struct gg_auth_request minimal = {
    .connect = {.client_id = "abc-123",
                .redirect_uri = "https://acme.example/cb"},
};

static void expect_url(const struct gg_auth_request *request,
                       const char *wanted)
{
    struct gg_error err = {GG_OK, "untouched"};
    char *url = NULL;

    ck_assert_msg(gg_auth_url(request, &url, &err) == GG_OK, "%s", err.message);
    ck_assert_str_eq(url, wanted);
    ck_assert_str_eq(err.message, "untouched");
    gg_free(url);
}

static void expect_refusal(const struct gg_auth_request *request,
                           gg_status status, const char *start)
{
    struct gg_error err = {0};
    char untouched[] = "untouched";
    char *url = untouched;

    ck_assert_int_eq(gg_auth_url(request, &url, &err), status);
    ck_assert_int_eq(err.status, status);
    ck_assert_msg(strncmp(err.message, start, strlen(start)) == 0, "%s",
                  err.message);
    ck_assert_ptr_eq(url, untouched);
    ck_assert_int_eq(gg_auth_url(request, &url, NULL), status);
}

/* --- the documented shapes ----------------------------------------------- */

START_TEST(writes_the_documented_url_of_each_region)
{
    struct gg_auth_request request = minimal;

    request.provider = "imap";
    request.connect.smtp_required = GG_YES;
    request.connect.region = "us";
    expect_url(&request, "https://api.us.nylas.com/v3/connect/auth"
                         "?client_id=abc-123"
                         "&redirect_uri=https%3A%2F%2Facme.example%2Fcb"
                         "&response_type=code&provider=imap"
                         "&options=smtp_required");
    request.connect.region = "eu";
    expect_url(&request, "https://api.eu.nylas.com/v3/connect/auth"
                         "?client_id=abc-123"
                         "&redirect_uri=https%3A%2F%2Facme.example%2Fcb"
                         "&response_type=code&provider=imap"
                         "&options=smtp_required");
}
END_TEST

START_TEST(writes_a_provider_with_scopes)
{
    struct gg_auth_request request = minimal;

    request.provider = "google";
    request.connect.access_type = "online";
    request.connect.scope = scopes;
    request.connect.prompt = "select_provider,detect";
    request.connect.state = "abc-123-state";
    request.connect.login_hint = "test@acme.example";
    expect_url(&request,
               HEAD "&provider=google&access_type=online"
                    "&scope=email.read_only%20calendar%20contacts"
                    "&prompt=select_provider%2Cdetect&state=abc-123-state"
                    "&login_hint=test%40acme.example");
}
END_TEST

START_TEST(writes_the_challenge_and_its_method_last)
{
    struct gg_auth_request request = minimal;

    request.provider = "google";
    request.connect.credential_id = "cred-1";
    request.code_challenge = CHALLENGE;
    expect_url(&request,
               HEAD "&provider=google&credential_id=cred-1"
                    "&code_challenge=" CHALLENGE "&code_challenge_method=S256");
}
END_TEST

START_TEST(writes_every_parameter_in_one_order)
{
    struct gg_auth_request request = minimal;

    request.provider = "imap";
    request.code_challenge = CHALLENGE;
    request.connect = (struct gg_connect){
        .smtp_required = GG_YES,
        .region = "eu",
        .client_id = "abc-123",
        .redirect_uri = "https://acme.example/cb",
        .login_hint = "ann@acme.example",
        .state = "s",
        .scope = scopes,
        .prompt = "detect",
        .access_type = "offline",
        .credential_id = "c",
        .include_grant_scopes = GG_YES,
        .options = more_options,
    };
    expect_url(&request,
               "https://api.eu.nylas.com/v3/connect/auth?client_id=abc-123"
               "&redirect_uri=https%3A%2F%2Facme.example%2Fcb"
               "&response_type=code&provider=imap"
               "&options=smtp_required%2Crotate_refresh_token%2Ca1"
               "&access_type=offline"
               "&scope=email.read_only%20calendar%20contacts&prompt=detect"
               "&state=s&login_hint=ann%40acme.example"
               "&include_grant_scopes=true&credential_id=c"
               "&code_challenge=" CHALLENGE "&code_challenge_method=S256");
}
END_TEST

START_TEST(leaves_out_what_is_not_set)
{
    struct gg_auth_request request = minimal;

    expect_url(&request, HEAD);
    request.connect.smtp_required = GG_NO;
    request.connect.scope = none;
    request.connect.options = none;
    expect_url(&request, HEAD);
    request.connect.include_grant_scopes = GG_NO;
    expect_url(&request, HEAD "&include_grant_scopes=false");
}
END_TEST

START_TEST(writes_further_options_without_smtp)
{
    struct gg_auth_request request = minimal;

    request.connect.options = more_options;
    expect_url(&request, HEAD "&options=rotate_refresh_token%2Ca1");
}
END_TEST

START_TEST(takes_several_providers)
{
    struct gg_auth_request request = minimal;

    request.provider = "google,imap,microsoft";
    expect_url(&request, HEAD "&provider=google%2Cimap%2Cmicrosoft");
}
END_TEST

/* --- escaping ------------------------------------------------------------ */

/* One row per class of byte that must, or must not, be escaped. */
static const struct {
    const char *state;
    const char *tail;
} escapes[] = {
    {"AZaz09-._~", "&state=AZaz09-._~"},
    {"a b+c", "&state=a%20b%2Bc"},
    {"a&b=c#d", "&state=a%26b%3Dc%23d"},
    {"100%", "&state=100%25"},
    {"!*'();:@$,/?[]", "&state=%21%2A%27%28%29%3B%3A%40%24%2C%2F%3F%5B%5D"},
    {"\"<>\\^`{|}", "&state=%22%3C%3E%5C%5E%60%7B%7C%7D"},
    {"\xc3\xa9", "&state=%C3%A9"},
    {"\xf0\x9f\x93\xac", "&state=%F0%9F%93%AC"},
    {"", "&state="},
};

START_TEST(escapes_all_but_unreserved_bytes)
{
    struct gg_auth_request request = minimal;
    struct ggp_buf wanted = {0};

    request.connect.state = escapes[_i].state;
    ggp_buf_string(&wanted, HEAD);
    ggp_buf_string(&wanted, escapes[_i].tail);
    expect_url(&request, ggp_buf_text(&wanted));
    ggp_buf_free(&wanted);
}
END_TEST

START_TEST(lets_no_value_add_a_parameter)
{
    struct gg_auth_request request = minimal;

    request.connect.client_id = "x&options=smtp_required#";
    expect_url(&request, "https://api.us.nylas.com/v3/connect/auth"
                         "?client_id=x%26options%3Dsmtp_required%23"
                         "&redirect_uri=https%3A%2F%2Facme.example%2Fcb"
                         "&response_type=code");
}
END_TEST

/* --- the base ------------------------------------------------------------ */

static const struct {
    const char *api_url;
    const char *base; /* NULL: refused */
} bases[] = {
    {"https://proxy.example", "https://proxy.example"},
    {"https://proxy.example/", "https://proxy.example"},
    {"https://proxy.example:8443/nylas/", "https://proxy.example:8443/nylas"},
    {"http://localhost:8025", "http://localhost:8025"},
    {"http://127.0.0.1:8025/", "http://127.0.0.1:8025"},
    {"http://[::1]:8025", "http://[::1]:8025"},
    {"", NULL},
    {"proxy.example", NULL},
    {"http://proxy.example", NULL},
    {"http://localhost.evil.example", NULL},
    {"http://localhost@evil.example", NULL},
    {"http://localhost?x", NULL},
    {"http://127.0.0.1:8025?x", NULL},
    {"http://[::2]", NULL},
    {"https://", NULL},
    {"https://user@proxy.example", NULL},
    {"https://proxy.example?x", NULL},
    {"https://proxy.example/?x", NULL},
    {"https://proxy.example/#x", NULL},
    {"https://proxy.example\\x", NULL},
    {"https://proxy.example/a b", NULL},
    {"https://proxy.example/\xC3\xA9", NULL},
    {"ftp://proxy.example", NULL},
};

START_TEST(lets_the_address_of_the_api_be_replaced_safely)
{
    struct gg_auth_request request = minimal;
    struct ggp_buf wanted = {0};

    request.api_url = bases[_i].api_url;
    request.connect.region = "eu";
    if (!bases[_i].base) {
        expect_refusal(&request, GG_EINVAL, "api_url must be https://");
        return;
    }
    ggp_buf_string(&wanted, bases[_i].base);
    ggp_buf_string(&wanted, "/v3/connect/auth?client_id=abc-123"
                            "&redirect_uri=https%3A%2F%2Facme.example%2Fcb"
                            "&response_type=code");
    expect_url(&request, ggp_buf_text(&wanted));
    ggp_buf_free(&wanted);
}
END_TEST

/* --- refusals ------------------------------------------------------------ */

START_TEST(requires_a_client_and_a_redirect)
{
    struct gg_auth_request request = minimal;
    char *url = NULL;

    request.connect.client_id = NULL;
    expect_refusal(&request, GG_EINVAL, "client_id is required");
    request = minimal;
    request.connect.redirect_uri = NULL;
    expect_refusal(&request, GG_EINVAL, "redirect_uri is required");
    ck_assert_int_eq(gg_auth_url(NULL, &url, NULL), GG_EINVAL);
    ck_assert_int_eq(gg_auth_url(&minimal, NULL, NULL), GG_EINVAL);
    ck_assert_ptr_null(url);
}
END_TEST

START_TEST(checks_every_field)
{
    static const char *const smtp[] = {"smtp_required", NULL};
    struct gg_auth_request request = minimal;

    request.connect.region = "mars";
    expect_refusal(&request, GG_EINVAL, "region must be");
    request = minimal;
    request.connect.redirect_uri = "http://acme.example";
    expect_refusal(&request, GG_EINVAL, "redirect_uri must be https://");
    request = minimal;
    request.connect.state = "\xff";
    expect_refusal(&request, GG_EINVAL, "state must be");
    request = minimal;
    request.connect.options = smtp;
    expect_refusal(&request, GG_EINVAL, "options must be");
}
END_TEST

static const char *const bad_providers[] = {
    "",
    "IMAP",
    "imap,",
    ",imap",
    "imap,,google",
    "imap google",
    "imap, google",
    "imap&x=y",
    "nylas",
    "inbox",
    "virtual-calendar",
    "imap,inbox",
};

START_TEST(refuses_providers_without_a_hosted_page)
{
    struct gg_auth_request request = minimal;

    request.provider = bad_providers[_i];
    expect_refusal(&request, GG_EINVAL, "provider ");
}
END_TEST

START_TEST(knows_which_providers_are_hosted)
{
    ck_assert(ggp_provider_is_hosted((struct ggp_text){NULL, 0}));
    ck_assert(ggp_provider_is_hosted((struct ggp_text){"", 0}));
    ck_assert(ggp_provider_is_hosted((struct ggp_text){"imap", 4}));
    ck_assert(!ggp_provider_is_hosted((struct ggp_text){"nylas", 5}));
    ck_assert(!ggp_provider_is_hosted((struct ggp_text){"inbox", 5}));
    ck_assert(
        !ggp_provider_is_hosted((struct ggp_text){"virtual-calendar", 16}));
}
END_TEST

static const char *const bad_challenges[] = {
    "",
    "6Wv2aGo8NRDp6SfbcGnLHLqbmbAi9JSDps4ycICeaKI", /* RFC 7636's */
    CHALLENGE "A",
    CHALLENGE "==",
    "e96bf6686a3c3510e9e927db7069cb1cba9b99b022f49483a6ce3270809e68a2",
};

START_TEST(refuses_challenges_that_nylas_would)
{
    struct gg_auth_request request = minimal;

    request.code_challenge = bad_challenges[_i];
    expect_refusal(&request, GG_EINVAL, "code_challenge must be 86 ");
}
END_TEST

START_TEST(is_8_kib_long_and_not_a_byte_longer)
{
    struct gg_auth_request request = minimal;
    const char *list[18] = {0};
    char scope[513];
    char last[513];
    char *url = NULL;
    size_t left = GGP_URL_MAX - strlen(HEAD "&scope=");
    size_t n = 0;

    memset(scope, 's', sizeof(scope));
    scope[512] = '\0';
    for (; left > 512 + 3; left -= 512 + 3)
        list[n++] = scope;
    memset(last, 's', sizeof(last));
    last[left] = '\0';
    list[n] = last;
    request.connect.scope = list;
    ck_assert_int_eq(gg_auth_url(&request, &url, NULL), GG_OK);
    ck_assert_uint_eq(strlen(url), GGP_URL_MAX);
    gg_free(url);
    last[left] = 's';
    last[left + 1] = '\0';
    expect_refusal(&request, GG_EOUTPUT, "the URL is over 8192 bytes");
}
END_TEST

START_TEST(leaves_a_buffer_as_it_was_when_it_refuses)
{
    struct gg_auth_request request = minimal;
    struct ggp_buf buf = {0};

    ggp_buf_string(&buf, "before ");
    request.provider = "inbox";
    ck_assert_int_eq(ggp_auth_url_write(&request, &buf, NULL), GG_EINVAL);
    ck_assert_str_eq(ggp_buf_text(&buf), "before ");
    ck_assert_int_eq(ggp_auth_url_write(&minimal, &buf, NULL), GG_OK);
    ck_assert_str_eq(ggp_buf_text(&buf), "before " HEAD);
    ggp_buf_free(&buf);
}
END_TEST

Suite *auth_url_suite(void)
{
    Suite *suite = suite_create("auth_url");
    TCase *build = tcase_create("build");
    TCase *refuse = tcase_create("refuse");

    tcase_add_test(build, writes_the_documented_url_of_each_region);
    tcase_add_test(build, writes_a_provider_with_scopes);
    tcase_add_test(build, writes_the_challenge_and_its_method_last);
    tcase_add_test(build, writes_every_parameter_in_one_order);
    tcase_add_test(build, leaves_out_what_is_not_set);
    tcase_add_test(build, writes_further_options_without_smtp);
    tcase_add_test(build, takes_several_providers);
    tcase_add_loop_test(build, escapes_all_but_unreserved_bytes, 0,
                        COUNT(escapes));
    tcase_add_test(build, lets_no_value_add_a_parameter);
    tcase_add_loop_test(build, lets_the_address_of_the_api_be_replaced_safely,
                        0, COUNT(bases));
    suite_add_tcase(suite, build);
    tcase_add_test(refuse, requires_a_client_and_a_redirect);
    tcase_add_test(refuse, checks_every_field);
    tcase_add_loop_test(refuse, refuses_providers_without_a_hosted_page, 0,
                        COUNT(bad_providers));
    tcase_add_test(refuse, knows_which_providers_are_hosted);
    tcase_add_loop_test(refuse, refuses_challenges_that_nylas_would, 0,
                        COUNT(bad_challenges));
    tcase_add_test(refuse, is_8_kib_long_and_not_a_byte_longer);
    tcase_add_test(refuse, leaves_a_buffer_as_it_was_when_it_refuses);
    suite_add_tcase(suite, refuse);
    return suite;
}
