/* SPDX-License-Identifier: MIT */
/* check_hostile_answers.c - policies that answer what is no answer, and files
 * that are no policy. */
#include "attack.h"
#include "suites.h"

static const struct attack answers[] = {
    {"return true", "policy_error", "got boolean"},
    {"return 1", "policy_error", "got number"},
    {"return 'accept'", "policy_error", "got string"},
    {"return { action = 'accept' }", "policy_error", "got table"},
    {"return { accept 'x' }", "policy_error", "got table"},
    {"return accept", "policy_error", "got function"},
    {"return grant", "policy_error", 0},
    {"return rule { 'x', when = 'always', accept 'x' }", "policy_error", 0},
    {"return accept 'x', reject 'y'", "accept", "\"reason\":\"x\""},
    {"return nil, accept 'x'", "defer", "no_opinion"},
    {"return false", "policy_error", "got boolean"},
    {"accept()", "policy_error", "wants a reason or a table"},
    {"accept(1)", "policy_error", "got number"},
    {"accept {}", "policy_error", "reason"},
    {"accept(grant)", "policy_error", 0},
    {"accept 'Not A Reason'", "policy_error", "reason"},
    {"accept 'a\\0b'", "policy_error", "NUL"},
    {"accept '\\255'", "policy_error", "UTF-8"},
    {"accept { reason = 'x', action = 'accept' }", "policy_error",
     "unknown key 'action'"},
    {"accept { reason = 'x', [1] = 1 }", "policy_error", "key '1'"},
    {"accept { reason = 'x', after = '1h' }", "policy_error", 0},
    {"defer { reason = 'x', after = math.maxinteger }", "policy_error",
     "after"},
    {"defer { reason = 'x', after = -1 }", "policy_error", "after"},
    {"defer { reason = 'x', after = 0/0 }", "policy_error", "after"},
    {"defer { reason = 'x', after = 1/0 }", "policy_error", "after"},
    {"defer { reason = 'x', after = '99999999999999999999d' }", "policy_error",
     "after"},
    {"defer { reason = 'x', after = '1h\\0' }", "policy_error", "after"},
    {"repair 'x'", "policy_error", "smtp_host"},
    {"repair { reason = 'x', smtp_host = 'h', smtp_port = 0 }", "policy_error",
     "smtp_port"},
    {"repair { reason = 'x', smtp_host = 'h', smtp_port = 65536 }",
     "policy_error", "smtp_port"},
    {"repair { reason = 'x', smtp_host = 'h', smtp_port = 25.5 }",
     "policy_error", "smtp_port"},
    {"repair { reason = 'x', smtp_host = 'a\\r\\nb', smtp_port = 25 }",
     "policy_error", "smtp_host"},
    {"accept { reason = 'x', data = 'text' }", "policy_error", "'data'"},
    {"accept { reason = 'x', data = { 0/0 } }", "policy_error",
     "a number that JSON cannot write"},
    {"accept { reason = 'x', data = { -1/0 } }", "policy_error",
     "a number that JSON cannot write"},
    {"accept { reason = 'x', data = { log } }", "policy_error",
     "cannot hold a function"},
    {"accept { reason = 'x', data = { grant } }", "policy_error",
     "cannot hold a userdata"},
    {"accept { reason = 'x', data = { 1, a = 2 } }", "policy_error",
     "neither a list"},
    {"accept { reason = 'x', data = { [1.5] = 2 } }", "policy_error",
     "neither a list"},
    {"accept { reason = 'x', data = { [true] = 2 } }", "policy_error",
     "neither a list"},
    {"accept { reason = 'x', data = { [1] = 1, [3] = 3 } }", "policy_error",
     "neither a list"},
    {"accept { reason = 'x', data = { '\\xff' } }", "policy_error",
     "not UTF-8"},
    {"accept { reason = 'x', data = { ['\\xff'] = 1 } }", "policy_error",
     "not UTF-8"},
    {"accept { reason = 'x', data = { '\\u{D800}' } }", "policy_error",
     "not UTF-8"},
    {"accept { reason = 'x', data = { '\\u{7FFFFFFF}' } }", "policy_error",
     "not UTF-8"},
    {"return accept { reason = 'x', data = { 'a\\0\\27\\u{9b}\\u{202e}' } }",
     "accept", "a\\u0000\\u001b\\u009b"},
    {"return accept { reason = 'x', data = { math.maxinteger, 2^53, -0.0, "
     "1e308 } }",
     "accept", "9223372036854775807,9007199254740992"},
    {"reauth { reason = 'x', redirect_uri = 'javascript:alert(1)' }",
     "policy_error", "redirect_uri"},
    {"reauth { reason = 'x', redirect_uri = 'http://evil.example' }",
     "policy_error", "redirect_uri"},
    {"reauth { reason = 'x', redirect_uri = 'https://a.example/\\r\\nX: y' }",
     "policy_error", "redirect_uri"},
    {"reauth { reason = 'x', login_hint = 'a\\0b@c.example' }", "policy_error",
     "NUL"},
    {"reauth { reason = 'x', region = 'mars' }", "policy_error", "region"},
    {"reauth { reason = 'x', region = 'eu' } return reauth { reason = 'x', "
     "region = 'eu' }",
     "policy_error", "client_id"},
    {"reauth { reason = 'x', scope = 'all' }", "policy_error", "scope"},
    {"reauth { reason = 'x', options = { 'smtp_required' } }", "policy_error",
     "smtp_required"},
    {"reauth { reason = 'x', smtp_required = 'no' }", "policy_error",
     "smtp_required"},
    {"reauth { reason = 'x', api_url = 'https://evil.example' }",
     "policy_error", "unknown key 'api_url'"},
    {"return reauth { reason = 'x', client_id = 'a&redirect_uri=https://evil' "
     "}",
     "reauth", "client_id=a%26redirect_uri%3Dhttps%3A%2F%2Fevil&"},
    {"return reauth { reason = 'x', state = '#?&=\\u{202e}' }", "reauth",
     "state=%23%3F%26%3D%E2%80%AE"},
};

static const struct attack files[] = {
    {"", "policy_error", "must return one table"},
    {"return", "policy_error", "must return one table"},
    {"return 1", "policy_error", "must return one table"},
    {"return {}, {}", "policy_error", "must return one table"},
    {"return {", "policy_error", "evil.lua:1: "},
    {"\x1bLua\x54", "policy_error", "attempt to load a binary chunk"},
    {"\xef\xbb\xbfreturn {}", "policy_error", "unexpected symbol"},
    {"#!/usr/bin/lua\nreturn {}", "policy_error", "unexpected symbol"},
    {"return {} end end", "policy_error", "expected near 'end'"},
    {"while true do end", "policy_error", "ran longer than 10000000"},
    {"local t = {} while true do t = { t } end", "policy_error",
     "used more than 16384 KiB"},
    {"local t = {} for i = 1, 1000 do t[i] = ('x'):rep(60000) end return { "
     "evaluate = { rule { 'a', when = { email = t }, accept 'x' } } }",
     "policy_error", "used more than 16384 KiB"},
    {"local s, t = ('x'):rep(60000), {} for i = 1, 1000 do t[i] = s end return "
     "{ evaluate = { rule { 'a', when = { email = t }, accept 'x' } } }",
     "policy_error", "used more than 16384 KiB"},
    {"local d = accept { reason = 'x', data = { ('x'):rep(60000) } } local t = "
     "{} for i = 1, 1000 do t[i] = rule { 'r' .. i, when = { email = 'q' }, d "
     "} end return { evaluate = t }",
     "policy_error", "used more than 16384 KiB"},
    {"local s = ('x'):rep(65537) return { evaluate = function() return s end }",
     "policy_error", "keeps a string of 65537 bytes"},
    {"local t = { { ('x'):rep(100000) } } return { evaluate = function() "
     "return t end }",
     "policy_error", "keeps a string of 100000 bytes"},
    {"local t = {} for i = 1, 6000 do t[i] = '*a*b*' .. i end local r = {} for "
     "i = 1, 10 do r[i] = rule { 'r' .. i, when = { ['context.many'] = t }, "
     "accept 'x' } end return { evaluate = r }",
     "instruction_limit", "conditions of its rules"},
    {"return { evaluate = 1 }", "policy_error", "got number"},
    {"return { evaluate = { 1 } }", "policy_error", "holds a number"},
    {"return { evaluate = { accept 'x' } }", "policy_error", "list of rules"},
    {"return { evaluate = accept }", "policy_error", 0},
    {"return { evaluate = string.rep }", "policy_error", 0},
    {"return { [1] = 1 }", "policy_error", "unknown key '1'"},
    {"return { exec = 1 }", "policy_error", "unknown key 'exec'"},
    {"return { inherits = 'evil' }", "policy_error", 0},
    {"return { inherits = '../good' }", "policy_error", "must name a tenant"},
    {"return { inherits = 'nobody' }", "policy_error", "nobody"},
    {"return { mandate = 1 }", "policy_error", "must be a table"},
    {"return { mandate = { mandate = {} } }", "policy_error",
     "unknown key 'mandate'"},
    {"return { about = {} }", "policy_error", "about"},
    {"now()", "policy_error", "while a question is asked"},
    {"log 'x'", "policy_error", "while a question is asked"},
    {"grantgate.auth_url {}", "policy_error", "while a question is asked"},
    {"require 'os'", "policy_error", "there is no module 'os'"},
    {"require 'lib.../default'", "policy_error", "there is no module"},
    {"require 'lib./etc/passwd'", "policy_error", "there is no module"},
    {"require 'lib.shared\\0.x'", "policy_error", "there is no module"},
    {"require 'tenants.good'", "policy_error", "there is no module"},
    {"require(7)", "policy_error", "there is no module '7'"},
    {"require {}", "policy_error", "string expected"},
    {"require('lib.shared').reason = 'evil'", "policy_error", "read-only"},
    {"table.insert(require('lib.shared').list, 4)", "policy_error",
     "read-only"},
    {"string.rep = nil", "policy_error", "read-only"},
    {"x = 1 return {}", "policy_error", "cannot set the global 'x'"},
    {"_ENV = {} return {}", "policy_error", "assigns '_ENV'"},
    {"local n = 0 return { evaluate = function() n = n + 1 return accept('n' "
     ".. n) end }",
     "policy_error", "assigns 'n'"},
    {"local t = {} return { evaluate = function(g) t[#t + 1] = g.id end }",
     "policy_error", "read-only"},
    {"local t = { {} } return { evaluate = function(g) t[1].g = g end }",
     "policy_error", "read-only"},
    {"local f = ('a b'):gmatch('%a') return { evaluate = function() f() end }",
     "policy_error", "an iterator made when the file loads"},
    {"local x <close> = {} return {}", "policy_error", "non-closable"},
    {"local x <const> = 1 x = 2 return {}", "policy_error",
     "attempt to assign to const"},
    {"goto nowhere", "policy_error", "no visible label"},
    {"do local x ::a:: end goto a", "policy_error", "no visible label"},
    {"break", "policy_error", "break outside loop"},
    {"return { evaluate = { rule { 'a', when = {}, accept 'x' } } }",
     "policy_error", "is empty"},
    {"return { evaluate = { rule { 'a', when = { emial = 'x' }, accept 'x' } } "
     "}",
     "policy_error", "did you mean 'email'"},
    {"return { evaluate = { rule { 'a', when = { email = {} }, accept 'x' } } "
     "}",
     "policy_error", "empty list"},
    {"return { evaluate = { rule { 'a', when = { age = 1/0 }, accept 'x' } } }",
     "policy_error", "infinite"},
    {"return { evaluate = { rule { 'A b', when = 'always', accept 'x' } } }",
     "policy_error", "a rule starts with its name"},
    {"local r = rule { 'a', when = 'always', accept 'x' } return { evaluate = "
     "{ r, r } }",
     "policy_error", "two rules named"},
    {"rule()", "policy_error", "table expected"},
    {"rule { 'a', when = 'sometimes', accept 'x' }", "policy_error", "'when'"},
    {"rule { 'a', when = 'always', 'accept' }", "policy_error", "the answer"},
};

START_TEST(fails_what_is_no_answer)
{
    attack_evaluate(&answers[_i]);
}
END_TEST

START_TEST(fails_what_is_no_policy)
{
    attack_load(&files[_i]);
}
END_TEST

Suite *hostile_answers_suite(void)
{
    Suite *suite = suite_create("hostile_answers");

    ATTACK_SUITE(suite, fails_what_is_no_answer, answers);
    ATTACK_SUITE(suite, fails_what_is_no_policy, files);
    return suite;
}
