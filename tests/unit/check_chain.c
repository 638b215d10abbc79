/* SPDX-License-Identifier: MIT */
/* check_chain.c - which files are asked, in what order, and what they
 * inherit. */
#include "suites.h"

#include "policy_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One of every kind.  `solo` has a provider file only. */
static const struct policy_file whole[] = {
    {"default.lua", "return {}"},
    {"providers/imap.lua", "return {}"},
    {"providers/google.lua", "return {}"},
    {"tenants/acme.lua", "return { inherits = 'enterprise' }"},
    {"tenants/acme/imap.lua", "return {}"},
    {"tenants/acme-eu.lua", "return { inherits = 'acme' }"},
    {"tenants/enterprise.lua", "return {}"},
    {"tenants/enterprise/imap.lua", "return {}"},
    {"tenants/heir.lua", "return { inherits = 'solo' }"},
    {"tenants/solo/imap.lua", "return {}"},
    {NULL, NULL}};

static struct policy_set set;

static void setup(void)
{
    memset(&set, 0, sizeof(set));
}

static void teardown(void)
{
    policy_set_free(&set);
}

static struct ggp_text text_of(const char *text)
{
    struct ggp_text result = {text, text ? strlen(text) : 0};

    return result;
}

/* The layers for a tenant and a provider, most specific first. */
static const struct {
    const char *tenant;
    const char *provider;
    int is_stray;
    const char *layers;
} chains[] = {
    {"acme", "imap", 0,
     "tenants/acme/imap.lua tenants/acme.lua tenants/enterprise/imap.lua "
     "tenants/enterprise.lua providers/imap.lua default.lua "},
    {"acme", "google", 0,
     "tenants/acme.lua tenants/enterprise.lua providers/google.lua "
     "default.lua "},
    {"acme", "icloud", 0,
     "tenants/acme.lua tenants/enterprise.lua "
     "default.lua "},
    {"acme", NULL, 0, "tenants/acme.lua tenants/enterprise.lua default.lua "},
    {"acme-eu", "imap", 0,
     "tenants/acme-eu.lua tenants/acme/imap.lua tenants/acme.lua "
     "tenants/enterprise/imap.lua tenants/enterprise.lua providers/imap.lua "
     "default.lua "},
    {"solo", "imap", 0,
     "tenants/solo/imap.lua providers/imap.lua "
     "default.lua "},
    {"solo", "google", 0, "providers/google.lua default.lua "},
    {"heir", "imap", 0,
     "tenants/heir.lua tenants/solo/imap.lua providers/imap.lua default.lua "},
    {NULL, "imap", 0, "providers/imap.lua default.lua "},
    {NULL, "icloud", 0, "default.lua "},
    {NULL, NULL, 0, "default.lua "},
    {"nobody", "imap", 1, "providers/imap.lua default.lua "},
    {"acm", "imap", 1, "providers/imap.lua default.lua "},
    {"acme-", "imap", 1, "providers/imap.lua default.lua "},
    {"Acme", "imap", 1, "providers/imap.lua default.lua "},
    {"zzz", NULL, 1, "default.lua "},
    {"", NULL, 1, "default.lua "},
};

START_TEST(asks_the_most_specific_first)
{
    struct ggl_chain chain;
    char layers[1024] = "";
    size_t i;

    policy_set_open(&set, whole);
    ggp_chain_resolve(&chain, set.policies, text_of(chains[_i].tenant),
                      text_of(chains[_i].provider));
    for (i = 0; i < chain.n; i++) {
        size_t len = strlen(layers);

        snprintf(layers + len, sizeof(layers) - len, "%s ",
                 chain.layers[i]->source->path);
    }
    ck_assert_str_eq(layers, chains[_i].layers);
    ck_assert_int_eq(chain.is_stray, chains[_i].is_stray);
    if (chains[_i].tenant)
        ck_assert_int_eq(
            gg_policies_has_tenant(set.policies, chains[_i].tenant),
            !chains[_i].is_stray);
}
END_TEST

START_TEST(finds_each_policy_and_no_other)
{
    static const char *const tenants[] = {NULL,   "acme", "acme-eu",   "acm",
                                          "heir", "solo", "enterprise"};
    static const char *const providers[] = {NULL, "imap", "google", "x"};
    size_t found = 0;
    size_t i;
    size_t n;

    policy_set_open(&set, whole);
    for (i = 0; i < sizeof(tenants) / sizeof(tenants[0]); i++) {
        for (n = 0; n < sizeof(providers) / sizeof(providers[0]); n++) {
            const struct ggl_policy *policy = ggp_policies_find(
                set.policies, text_of(tenants[i]), text_of(providers[n]));

            if (!policy)
                continue;
            found++;
            ck_assert(!policy->tenant == !tenants[i]);
            ck_assert(!policy->provider == !providers[n]);
        }
    }
    ck_assert_uint_eq(found, set.policies->n);
    ck_assert_uint_eq(found, 10);
    ck_assert_int_eq(ggp_policies_has_files(set.policies, text_of("solo")), 1);
    ck_assert_int_eq(ggp_policies_has_files(set.policies, text_of("sol")), 0);
    ck_assert_int_eq(ggp_policies_has_files(set.policies, text_of("zzz")), 0);
    ck_assert_int_eq(ggp_policies_has_files(set.policies, text_of("")), 0);
    ck_assert_int_eq(gg_policies_has_tenant(set.policies, NULL), 0);
}
END_TEST

/* --- inheritance that does not end --- */

static const struct {
    struct policy_file files[5];
    const char *message;
} refused[] = {
    {{{"tenants/a.lua", "return {\n inherits = 'b' }"}},
     "tenants/a.lua:2: inherits 'b', but there is no tenants/b.lua"},
    {{{"tenants/a.lua", "return { inherits = 'a' }"}},
     "tenants/a.lua:1: inherits itself, through 'a'"},
    {{{"tenants/a.lua", "return {\n\n inherits = 'b' }"},
      {"tenants/b.lua", "return { inherits = 'a' }"}},
     "tenants/a.lua:3: inherits itself, through 'b'"},
    {{{"tenants/a.lua", "return { inherits = 'b' }"},
      {"tenants/b.lua", "return { inherits = 'c' }"},
      {"tenants/c.lua", "return { inherits = 'a' }"}},
     "tenants/a.lua:1: inherits itself, through 'b'"},
    /* What is wrong further on is told of the file it is wrong with. */
    {{{"tenants/a.lua", "return { inherits = 'b' }"},
      {"tenants/b.lua", "return {\n inherits = 'c' }"},
      {"tenants/c.lua", "return { inherits = 'b' }"}},
     "tenants/b.lua:2: inherits itself, through 'c'"},
    {{{"tenants/a.lua", "return { inherits = 'b' }"},
      {"tenants/b.lua", "return {\n inherits = 'c' }"}},
     "tenants/b.lua:2: inherits 'c', but there is no tenants/c.lua"},
};

START_TEST(refuses_what_does_not_end)
{
    ck_assert_int_eq(policy_set_try(&set, refused[_i].files, NULL), GG_EPOLICY);
    ck_assert_str_eq(set.error.message, refused[_i].message);
}
END_TEST

/* Open a line of @n tenants, t00 the first heir, t<n-1> without a parent or, in
 * a circle, with t00 for one. */
static gg_status open_line(int n, int is_circle)
{
    static char paths[40][32];
    static char texts[40][64];
    struct policy_file files[41] = {{NULL, NULL}};
    int i;

    for (i = 0; i < n; i++) {
        snprintf(paths[i], sizeof(paths[i]), "tenants/t%02d.lua", i);
        snprintf(texts[i], sizeof(texts[i]),
                 i < n - 1 || is_circle ? "return { inherits = 't%02d' }"
                                        : "return {} -- %d",
                 (i + 1) % n);
        files[i].path = paths[i];
        files[i].text = texts[i];
    }
    return policy_set_try(&set, files, NULL);
}

START_TEST(inherits_through_16_tenants)
{
    struct ggl_chain chain;

    ck_assert_int_eq(open_line(17, 0), GG_OK);
    ggp_chain_resolve(&chain, set.policies, text_of("t00"), text_of("imap"));
    ck_assert_uint_eq(chain.n, 17);
    ck_assert_str_eq(chain.layers[16]->tenant, "t16");
}
END_TEST

START_TEST(tells_a_circle_from_a_line)
{
    ck_assert_int_eq(open_line(16, 1), GG_EPOLICY);
    expect_part(set.error.message,
                "tenants/t00.lua:1: inherits itself, through 't01'");
}
END_TEST

/* A circle, too, if it is so long. */
START_TEST(refuses_to_inherit_through_17)
{
    ck_assert_int_eq(open_line(18, _i), GG_EPOLICY);
    expect_part(set.error.message,
                "tenants/t00.lua:1: inherits through more than 16 tenants");
}
END_TEST

Suite *chain_suite(void)
{
    Suite *suite = suite_create("chain");
    TCase *test = tcase_create("chain");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, asks_the_most_specific_first, 0, COUNT(chains));
    tcase_add_test(test, finds_each_policy_and_no_other);
    tcase_add_loop_test(test, refuses_what_does_not_end, 0, COUNT(refused));
    tcase_add_test(test, inherits_through_16_tenants);
    tcase_add_test(test, tells_a_circle_from_a_line);
    tcase_add_loop_test(test, refuses_to_inherit_through_17, 0, 2);
    suite_add_tcase(suite, test);
    return suite;
}
