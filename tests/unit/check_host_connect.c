/* SPDX-License-Identifier: MIT */
/* check_host_connect.c - the connect question, merged field by field. */
#include "suites.h"

#include "policy_set.h"

#include <stdlib.h>
#include <string.h>

static struct policy_set set;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
    set.options.caller.state = "caller";
}

static void teardown(void)
{
    policy_set_free(&set);
}

/* --- the order --- */

/* A set for tenant acme and imap, and the fields and origins it leads to. */
static const struct {
    struct policy_file files[6];
    const char *fields;
    const char *from;
} merged[] = {
    {{{"default.lua", "return {}"}},
     "{\"region\":\"us\",\"client_id\":\"app\",\"redirect_uri\":"
     "\"https://host.example/cb\",\"state\":\"caller\"}",
     "{\"region\":\"default\",\"client_id\":\"caller\",\"redirect_uri\":"
     "\"caller\",\"state\":\"caller\"}"},
    {{{"default.lua",
       "return { connect = { state = 'd', prompt = 'detect' } }"},
      {"providers/imap.lua", "return { connect = { state = 'p' } }"},
      {"tenants/acme.lua", "return { connect = { state = 'a' } }"},
      {"tenants/acme/imap.lua",
       "return { connect = { smtp_required = true } }"}},
     "\"state\":\"a\",\"prompt\":\"detect\"}",
     "{\"smtp_required\":\"tenants/acme/imap.lua\",\"region\":\"default\","
     "\"client_id\":\"caller\",\"redirect_uri\":\"caller\",\"state\":"
     "\"tenants/acme.lua\",\"prompt\":\"default.lua\"}"},

    /* Mandates win, the most general first. */
    {{{"default.lua", "return { mandate = { connect = { state = 'd' } } }"},
      {"tenants/acme.lua",
       "return { mandate = { connect = { state = 'm', prompt = 'detect' } }, "
       "connect = { state = 'a', prompt = 'select_provider' } }"}},
     "\"state\":\"d\",\"prompt\":\"detect\"}",
     "\"state\":\"default.lua\",\"prompt\":\"tenants/acme.lua\"}"},

    /* False counts as set; so does an empty list. */
    {{{"default.lua", "return { connect = { smtp_required = true, scope = { "
                      "'x' } } }"},
      {"tenants/acme.lua",
       "return { connect = { smtp_required = false, scope = {} } }"}},
     "{\"smtp_required\":false,",
     "{\"smtp_required\":\"tenants/acme.lua\","},

    /* Inside a file the first matching rule; nil passes on. */
    {{{"default.lua",
       "return { connect = { rule { 'a', when = { provider = 'google' }, { "
       "state = 'g' } }, rule { 'b', when = { tenant = 'ac*' }, function() "
       "end }, rule { 'c', when = 'always', { state = 'c' } }, rule { 'd', "
       "when = 'always', { state = 'd', prompt = 'detect' } } } }"}},
     "\"state\":\"c\"}",
     "\"state\":\"default.lua\"}"},
    {{{"tenants/acme.lua", "return { connect = function() end }"},
      {"default.lua", "return { connect = function(request) return { state = "
                      "request.tenant .. request.provider .. request.email .. "
                      "request.domain .. request.purpose .. "
                      "tostring(request.grant_id) .. request.context.plan } "
                      "end }"}},
     "\"state\":\"acmeimapann@Mail.Examplemail.examplesigninnilpro\"}",
     "\"state\":\"default.lua\"}"},

    /* An empty answer is an answer, and leaves the fields to others. */
    {{{"tenants/acme.lua", "return { connect = function() return {} end }"},
      {"default.lua", "return { connect = { state = 'd' } }"}},
     "\"state\":\"d\"}",
     "\"state\":\"default.lua\"}"},

    /* Who moves the region brings the application. */
    {{{"tenants/acme.lua",
       "return { connect = { region = 'eu', client_id = 'eu-app' } }"}},
     "\"region\":\"eu\",\"client_id\":\"eu-app\"",
     "{\"region\":\"tenants/acme.lua\",\"client_id\":\"tenants/acme.lua\""},
    {{{"tenants/acme.lua", "return { connect = { region = 'us' } }"}},
     "\"region\":\"us\",\"client_id\":\"app\"",
     "{\"region\":\"tenants/acme.lua\",\"client_id\":\"caller\""},
    {{{"tenants/acme.lua", "return { connect = { client_id = 'mine' } }"},
      {"default.lua",
       "return { connect = { region = 'eu', client_id = 'eu-app' } }"}},
     "\"region\":\"eu\",\"client_id\":\"mine\"",
     "{\"region\":\"default.lua\",\"client_id\":\"tenants/acme.lua\""},
};

static const struct gg_connect_request acme = {.tenant = "acme",
                                               .provider = "imap",
                                               .email = "ann@Mail.Example",
                                               .context = "{\"plan\":\"pro\"}"};

START_TEST(merges_field_by_field)
{
    const struct gg_connect_answer *answer;

    policy_set_open(&set, merged[_i].files);
    answer = policy_set_connect(&set, &acme);
    ck_assert_msg(answer->error == GG_OK, "%s", answer->error_message);
    expect_part(answer->fields, merged[_i].fields);
    expect_part(answer->from, merged[_i].from);
    ck_assert_ptr_null(answer->error_message);
    ck_assert_ptr_null(answer->error_policy);
    expect_part(answer->auth_url, "https://api.");
}
END_TEST

START_TEST(asks_no_provider_layer_without_a_provider)
{
    static const struct policy_file files[] = {
        {"providers/imap.lua", "return { connect = { state = 'p' } }"},
        {"tenants/acme/imap.lua", "return { connect = { state = 'p' } }"},
        {"default.lua", "return { connect = function(request) return { state = "
                        "tostring(request.provider) .. "
                        "tostring(request.email) .. tostring(request.domain) "
                        ".. #request.context } end }"},
        {NULL, NULL}};
    struct gg_connect_request request = {.tenant = "acme"};
    const struct gg_connect_answer *answer;

    policy_set_open(&set, files);
    answer = policy_set_connect(&set, &request);
    ck_assert_str_eq(answer->connect.state, "nilnilnil0");
    ck_assert_ptr_null(strstr(answer->auth_url, "provider="));
    request.provider = "imap,google";
    answer = policy_set_connect(&set, &request);
    ck_assert_str_eq(answer->connect.state, "imap,googlenilnil0");
}
END_TEST

START_TEST(builds_the_url)
{
    struct gg_connect_request request = {.provider = "imap",
                                         .code_challenge = NULL};
    char challenge[87];

    policy_set_open_default(&set, "return { connect = { smtp_required = true, "
                                  "options = { 'x' } } }");
    ck_assert_str_eq(
        policy_set_connect(&set, &request)->auth_url,
        "https://api.us.nylas.com/v3/connect/auth?client_id=app&redirect_uri="
        "https%3A%2F%2Fhost.example%2Fcb&response_type=code&provider=imap&"
        "options=smtp_required%2Cx&state=caller");
    ck_assert_int_eq(
        gg_pkce_challenge("abcdefghijklmnopqrstuvwxyzabcdefghijklmn"
                          "opqrstuvwxyz1",
                          challenge, &set.error),
        GG_OK);
    request.code_challenge = challenge;
    expect_part(policy_set_connect(&set, &request)->auth_url,
                "&code_challenge_method=");
}
END_TEST

/* --- failures --- */

static const struct {
    struct policy_file files[3];
    gg_status status;
    const char *message;
    const char *policy;
} failing[] = {
    {{{"default.lua", "return { connect = function(r) return r.emial end }"}},
     GG_EPOLICY,
     "default.lua:1: a request has no field 'emial'",
     "default.lua"},
    {{{"default.lua", "return { connect = function(r) return 'x' end }"}},
     GG_EPOLICY,
     "default.lua:1: connect must return a table or nil, got string",
     "default.lua"},
    {{{"default.lua", "return { connect = function(r) return accept 'x' end "
                      "}"}},
     GG_EPOLICY,
     "connect must return a table or nil, got userdata",
     "default.lua"},
    {{{"default.lua", "return { connect = function(r) return true end }"}},
     GG_EPOLICY,
     "connect must return a table or nil, got boolean",
     "default.lua"},
    {{{"default.lua",
       "return { connect = function(r) return { smtp = true } end }"}},
     GG_EPOLICY,
     "the answer to connect has an unknown key 'smtp'",
     "default.lua"},
    {{{"default.lua",
       "return { connect = function(r) return { smtp_required = 'no' } end }"}},
     GG_EPOLICY,
     "'smtp_required' must be true or false, got string",
     "default.lua"},
    {{{"default.lua", "return { connect = function(r) return { redirect_uri = "
                      "'javascript:x' } end }"}},
     GG_EPOLICY,
     "redirect_uri",
     "default.lua"},
    {{{"default.lua", "return { connect = function(r) for k in pairs(r) do "
                      "end end }"}},
     GG_EPOLICY,
     "a request cannot be walked: read its fields by name",
     "default.lua"},
    {{{"default.lua", "return { connect = function(r) r.email = 'x' end }"}},
     GG_EPOLICY,
     "cannot set 'email'",
     "default.lua"},
    {{{"tenants/acme.lua", "return { connect = { state = 'x' } }"},
      {"default.lua",
       "return { connect = function(r) while true do end end }"}},
     GG_EINSTRUCTIONS,
     "default.lua:1: ran longer than",
     "default.lua"},
    {{{"default.lua",
       "return { connect = function(r) return ('x'):rep(1e7) end }"}},
     GG_EMEMORY,
     "memory",
     "default.lua"},
    {{{"tenants/acme.lua", "return { connect = { region = 'eu' } }"}},
     GG_EPOLICY,
     "tenants/acme.lua: sets region \"eu\" without the client_id of an "
     "application in that region",
     "tenants/acme.lua"},
    {{{"tenants/acme.lua", "return { connect = { region = 'eu' } }"},
      {"default.lua", "return { connect = { client_id = 'x' } }"}},
     GG_EPOLICY,
     "tenants/acme.lua: sets region",
     "tenants/acme.lua"},
    {{{"tenants/acme.lua", "return { connect = { region = 'us' } }"},
      {"default.lua",
       "return { connect = { region = 'eu', client_id = 'x' } }"}},
     GG_EPOLICY,
     "tenants/acme.lua: sets region \"us\", but the client_id, from "
     "default.lua, is of region \"eu\"",
     "tenants/acme.lua"},
};

START_TEST(says_what_failed_and_gives_no_url)
{
    const struct gg_connect_answer *answer;

    policy_set_open(&set, failing[_i].files);
    answer = policy_set_connect(&set, &acme);
    ck_assert_msg(answer->error == failing[_i].status, "%s",
                  answer->error_message);
    expect_part(answer->error_message, failing[_i].message);
    ck_assert_str_eq(answer->error_policy, failing[_i].policy);
    ck_assert_ptr_null(answer->auth_url);
    ck_assert_ptr_null(answer->fields);
    ck_assert_ptr_null(answer->from);
    expect_no_address(answer->error_message);
}
END_TEST

START_TEST(gives_no_url_without_an_application)
{
    const struct gg_session_options none = {.trace = 0};
    struct gg_connect_request request = {.provider = "imap"};
    const struct gg_connect_answer *answer;

    policy_set_open_default(&set, "return {}");
    set.session->options = none;
    answer = policy_set_connect(&set, &request);
    ck_assert_int_eq(answer->error, GG_EINVAL);
    expect_part(answer->error_message, "client_id");
    ck_assert_ptr_null(answer->auth_url);
    ck_assert_ptr_null(answer->error_policy);
    ck_assert_str_eq(answer->fields, "{\"region\":\"us\"}");
}
END_TEST

/* A request that does not fit. */
static const struct {
    struct gg_connect_request request;
    const char *message;
} unfit[] = {
    {{.tenant = "../x"}, "the tenant is no tenant name"},
    {{.tenant = ""}, "the tenant is no tenant name"},
    {{.provider = "IMAP"}, "the provider is no provider name"},
    {{.provider = ""}, "the provider is no provider name"},
    {{.provider = "imap,"}, "the provider is no provider name"},
    {{.provider = "imap,,google"}, "the provider is no provider name"},
    {{.provider = "imap#"}, "the provider is no provider name"},
    {{.email = "a\nb"}, "the e-mail address does not fit"},
    {{.email = "\xFF@x"}, "the e-mail address does not fit"},
    {{.context = "{"}, "the context: "},
    {{.context = "[]"}, "the context must be a JSON object"},
    {{.context = "{\"a\":1,\"a\":2}"}, "the context: "},
};

START_TEST(refuses_a_request_that_does_not_fit)
{
    const struct gg_connect_answer *answer = NULL;
    gg_status status;

    policy_set_open_default(&set, "return {}");
    status = gg_session_connect(set.session, &unfit[_i].request, NOW, &answer,
                                &set.error);
    ck_assert_int_eq(status, GG_EINVAL);
    expect_part(set.error.message, unfit[_i].message);
    ck_assert_ptr_null(answer);
    status = gg_session_connect(set.session, &unfit[_i].request, NOW, &answer,
                                NULL);
    ck_assert_int_eq(status, GG_EINVAL);
    ck_assert_ptr_nonnull(policy_set_connect(&set, &acme)->auth_url);
}
END_TEST

START_TEST(logs_and_knows_the_time)
{
    policy_set_open_default(&set, "return { connect = function() log(now()) "
                                  "end }");
    policy_set_connect(&set, &acme);
    ck_assert_str_eq(set.log, "default.lua:1 - 1785578400\n");
}
END_TEST

Suite *host_connect_suite(void)
{
    Suite *suite = suite_create("host_connect");
    TCase *test = tcase_create("connect");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, merges_field_by_field, 0, COUNT(merged));
    tcase_add_test(test, asks_no_provider_layer_without_a_provider);
    tcase_add_test(test, builds_the_url);
    tcase_add_loop_test(test, says_what_failed_and_gives_no_url, 0,
                        COUNT(failing));
    tcase_add_test(test, gives_no_url_without_an_application);
    tcase_add_loop_test(test, refuses_a_request_that_does_not_fit, 0,
                        COUNT(unfit));
    tcase_add_test(test, logs_and_knows_the_time);
    suite_add_tcase(suite, test);
    return suite;
}
