/* SPDX-License-Identifier: MIT */
/*
 * check_hostile_order.c - decisions do not depend on what was decided before.
 *
 * Policies that would betray it: they use all they may, leave garbage, fail,
 * come near each limit, and show orders and texts that an address or a hash
 * could change.  The same grants in many orders, in one session and in fresh
 * ones, must give the same records.
 */
#include "policy_set.h"

#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct policy_file files[] = {
    {"lib/words.lua", "local words = {} for w in ('one two three four five'):"
                      "gmatch('%a+') do words[#words + 1] = w words[w] = true "
                      "end return words"},
    {"default.lua", "return { evaluate = function() return accept 'default' "
                    "end }"},
    {"tenants/walks.lua",
     "local words = require 'lib.words'\n"
     "return { evaluate = function(grant) local t = {} for i = 1, 300 do t['k' "
     ".. i * 7919 % 307] = i end for i = 1, 300, 3 do t['k' .. i] = nil end "
     "local s = '' for k, v in pairs(t) do s = s .. k .. v end for k in "
     "pairs(words) do s = s .. k end for k in pairs(grant.raw) do s = s .. k "
     "end return accept { reason = 'x', data = { s } } end }"},
    {"tenants/shows.lua",
     "local f = function() end return { evaluate = function(grant) return "
     "accept { reason = 'x', data = { tostring(f), tostring({}), tostring(grant"
     "), string.format('%s', log), tostring(1/0), tostring(2^63) } } end }"},
    {"tenants/hoards.lua",
     "return { evaluate = function(grant) local t = {} for i = 1, 40000 do "
     "t[i] = grant.id .. i .. 'hoard' end return accept('n' .. #t) end }"},
    {"tenants/bursts.lua", "return { evaluate = function() local t = {} while "
                           "true do t = { t } end end }"},
    {"tenants/nearly.lua",
     "return { evaluate = function() local t = {} for i = 1, 95000 do t = { t "
     "} end return accept 'fits' end }"},
    {"tenants/spends.lua",
     "return { evaluate = function(grant) local n = 0 for i = 1, 332000 do n = "
     "n + i end return accept('n' .. n) end }"},
    {"tenants/overspends.lua",
     "return { evaluate = function(grant) local s = '' for i = 1, 1e6 do s = s "
     ".. 'x' end end }"},
    {"tenants/fails.lua", "return { evaluate = function(grant) local t = {} "
                          "t[1] = grant.raw error(grant.id) end }"},
    {"tenants/loops.lua", "return { evaluate = function(grant) while true do "
                          "local s = ('x'):rep(100000) end end }"},
    {"tenants/signs.lua",
     "return { connect = function(request) return { state = request.grant_id } "
     "end, evaluate = function(grant) return reauth { reason = 'x', data = "
     "grant.context } end }"},
    {"tenants/peeks.lua",
     "return { evaluate = function(grant) local s = tostring(grant.settings."
     "imap_host) .. tostring(grant.context.mark) .. tostring(grant.raw.mark) "
     "return accept { reason = 'x', data = { s } } end }"},
    {NULL, NULL}};

static const char *const tenants[] = {
    "walks", "shows",      "hoards", "bursts", "nearly", "spends",
    "fails", "overspends", "loops",  "signs",  "peeks",  "none",
};

#define NGRANTS (2 * COUNT(tenants)) /* two of each tenant */
#define NORDERS 12

static void write_grant(char *json, size_t size, int n)
{
    const char *tenant = tenants[n / 2];

    if (n % 2 == 0)
        snprintf(json, size,
                 "{\"grant\":{\"id\":\"g-%d\",\"provider\":\"imap\",\"email\":"
                 "\"ann@mail.example\",\"mark\":\"m%d\",\"settings\":{"
                 "\"imap_host\":\"h%d\"}},\"tenant\":\"%s\",\"context\":{"
                 "\"mark\":\"c%d\"}}",
                 n, n, n, tenant, n);
    else
        snprintf(json, size,
                 "{\"grant\":{\"id\":\"g-%d\",\"provider\":\"imap\"},"
                 "\"tenant\":\"%s\"}",
                 n, tenant);
}

static char *decide(struct policy_set *set, int n)
{
    char json[512];

    write_grant(json, sizeof(json), n);
    return policy_set_record(set, json);
}

static void renew(struct policy_set *set)
{
    gg_session_free(set->session);
    set->session = NULL;
    ck_assert_int_eq(gg_session_open(set->policies, &set->options,
                                     &set->session, &set->error),
                     GG_OK);
}

/* Put the numbers below @n in an order that only @seed decides. */
static void shuffle(int *order, int n, unsigned seed)
{
    int i;

    for (i = 0; i < n; i++)
        order[i] = i;
    for (i = n - 1; i > 0; i--) {
        int other;
        int kept = order[i];

        seed = seed * 1103515245 + 12345;
        other = (int)(seed >> 16) % (i + 1);
        order[i] = order[other];
        order[other] = kept;
    }
}

START_TEST(decides_the_same_in_any_order)
{
    struct policy_set set = {.options = {.limits = {.time_ms = 600000}}};
    char *alone[NGRANTS]; /* each in a session of its own */
    int order[NGRANTS];
    int i;

    policy_set_open(&set, files);
    for (i = 0; i < NGRANTS; i++) {
        renew(&set);
        alone[i] = decide(&set, i);
        expect_no_address(alone[i]);
    }
    renew(&set);
    shuffle(order, NGRANTS, (unsigned)_i * 7919);
    for (i = 0; i < NGRANTS; i++) {
        char *record = decide(&set, order[i]);

        ck_assert_str_eq(record, alone[order[i]]);
        free(record);
    }
    for (i = 0; i < NGRANTS; i++)
        free(alone[i]);
    policy_set_free(&set);
}
END_TEST

START_TEST(shows_each_question_its_own_grant)
{
    struct policy_set set = {0};
    char *full;
    char *bare;

    policy_set_open(&set, files);
    full = decide(&set, 20);
    bare = decide(&set, 21);
    expect_part(full, "\"data\":[\"h20c20m20\"]");
    expect_part(bare, "\"data\":[\"nilnilnil\"]");
    free(full);
    free(bare);
    policy_set_free(&set);
}
END_TEST

Suite *hostile_order_suite(void)
{
    Suite *suite = suite_create("hostile_order");
    TCase *test = tcase_create("order");

    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, decides_the_same_in_any_order, 0, NORDERS);
    tcase_add_test(test, shows_each_question_its_own_grant);
    suite_add_tcase(suite, test);
    return suite;
}
