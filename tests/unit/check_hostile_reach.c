/* SPDX-License-Identifier: MIT */
/* check_hostile_reach.c - policies that try to get at what is not theirs:
 * the system, the engine, other questions. */
#include "attack.h"
#include "suites.h"

/* What does not exist, by every name and way that led to it somewhere. */
static const struct attack absent[] = {
    {"io.open('/etc/passwd')", "policy_error", "policies have no 'io'"},
    {"os.execute('true')", "policy_error", "policies have no 'os'"},
    {"_ENV.os.getenv('HOME')", "policy_error", "policies have no 'os'"},
    {"_ENV['package'].loadlib('libc.so.6', '*')", "policy_error",
     "policies have no 'package'"},
    {"debug.getregistry()", "policy_error", "policies have no 'debug'"},
    {"load('return 1')()", "policy_error", "policies have no 'load'"},
    {"loadstring('return 1')()", "policy_error", "no variable 'loadstring'"},
    {"dofile('/etc/passwd')", "policy_error", "policies have no 'dofile'"},
    {"pcall(error)", "policy_error", "policies have no 'pcall'"},
    {"xpcall(error, error)", "policy_error", "policies have no 'xpcall'"},
    {"coroutine.wrap(error)()", "policy_error", "policies have no 'coroutine'"},
    {"setmetatable({}, { __gc = error })", "policy_error",
     "policies have no 'setmetatable'"},
    {"getmetatable('').__index.rep = nil", "policy_error",
     "policies have no 'getmetatable'"},
    {"rawset(string, 'rep', nil)", "policy_error", "policies have no 'rawset'"},
    {"next({})", "policy_error", "policies have no 'next'"},
    {"collectgarbage 'stop'", "policy_error",
     "policies have no 'collectgarbage'"},
    {"print 'x'", "policy_error", "policies have no 'print'"},
    {"return accept(_G.type(1))", "policy_error", "policies have no '_G'"},
    {"string.dump(log)", "policy_error", "policies have no 'string.dump'"},
    {"('x'):dump()", "policy_error", "policies have no 'string.dump'"},
    {"('>I4'):pack(1)", "policy_error", "policies have no 'string.pack'"},
    {"math.random()", "policy_error", "policies have no 'math.random'"},
    {"math.randomseed(1)", "policy_error", "policies have no"},
    {"grantgate.fetch('x')", "policy_error", 0},
    {"local jit = jit", "policy_error", "no variable 'jit'"},
    {"unpack {}", "policy_error", "no variable 'unpack'"},
    {"require 'lib.shared'", "policy_error",
     "require belongs at the top of a file"},
    {"('x'):nothing()", "policy_error", "there is no 'string.nothing'"},
    {"return accept(table.maxn {})", "policy_error",
     "there is no 'table.maxn'"},
};

/* What is shared, and must stay as it is. */
static const struct attack writes[] = {
    {"string.rep = nil", "policy_error", "read-only"},
    {"string.upper = function() return 'evil' end", "policy_error",
     "read-only"},
    {"table.sort = nil", "policy_error", "read-only"},
    {"math.pi = 3", "policy_error", "read-only"},
    {"math['new'] = 3", "policy_error", "read-only"},
    {"grantgate.auth_url = nil", "policy_error", "read-only"},
    {"accept = reject", "policy_error", "cannot set the global 'accept'"},
    {"x = 1", "policy_error", "cannot set the global 'x'"},
    {"_ENV.pairs = nil", "policy_error", "cannot set the global 'pairs'"},
    {"_ENV[1] = 1", "policy_error", "cannot set the global '1'"},
    {"local _ENV = { accept = accept } accept = accept return accept 'own'",
     "accept", "own"},
    {"local _ENV = nil x = 1", "policy_error", "attempt to index a nil value"},
    {"for k, v in pairs(string) do string[k] = nil end", "policy_error",
     "read-only"},
    {"table.insert(string, 1)", "policy_error", "read-only"},
    {"table.sort(table, function() return true end) return accept 'none'",
     "accept", "none"},
    {"table.move({ 1 }, 1, 1, 1, math)", "policy_error", "read-only"},
    {"table.remove(utf8, 0) return accept 'x'", "policy_error", 0},
    {"local s = 'x' s.y = 1", "policy_error", 0},
    {"local s = 'x' s.upper = nil", "policy_error", 0},
    {"grant.id = 'other'", "policy_error", "read-only"},
    {"grant.new = 1", "policy_error", "read-only"},
    {"grant.settings.imap_host = 'other'", "policy_error", "read-only"},
    {"grant.settings.list[1] = 2", "policy_error", "read-only"},
    {"grant.raw.id = 'other'", "policy_error", "read-only"},
    {"grant.raw.extra.list[1] = 9", "policy_error", "read-only"},
    {"table.insert(grant.raw.extra.list, 9)", "policy_error", "read-only"},
    {"table.sort(grant.raw.extra.list)", "policy_error", "read-only"},
    {"table.remove(grant.context.seats)", "policy_error", "read-only"},
    {"grant.context.plan = 'free'", "policy_error", "read-only"},
    {"grant.scope[1] = 'x' return accept(grant.scope[1])", "accept",
     "\"reason\":\"a\""},
    {"accept('x').reason = 'y'", "policy_error",
     "attempt to index a grantgate.decision"},
    {"local d = accept { reason = 'x', data = { 1 } } d.data[1] = 2",
     "policy_error", "attempt to index a grantgate.decision"},
};

/* What the engine hands out, used as it is not meant to be. */
static const struct attack misuse[] = {
    {"return accept(grant.settings.imap_password == 'hunter2' and 'yes' or "
     "'no')",
     "accept", "no"},
    {"local s = '' for k, v in pairs(grant.settings) do s = s .. k .. "
     "tostring(v) end return accept { reason = 'x', data = { s } }",
     "accept", "[redacted]"},
    {"return accept { reason = 'x', data = grant.raw }", "accept",
     "[redacted]"},
    {"return accept { reason = 'x', data = grant.raw.settings }", "accept",
     "[redacted]"},
    {"error(grant.raw.extra.token)", "policy_error", "[redacted]"},
    {"log(grant.raw.settings.imap_password) return accept 'x'", "accept", 0},
    {"local b = grant.settings.imap_password:byte(1) return accept('n' .. b)",
     "accept", "n91"},
    {"return grant.nothing", "policy_error", "a grant has no field 'nothing'"},
    {"return grant[1]", "policy_error", "no field '1'"},
    {"return grant[grant]", "policy_error", "no field"},
    {"return grant[{}]", "policy_error", "no field 'table'"},
    {"return grant.__index", "policy_error", "no field '__index'"},
    {"return grant.__name", "policy_error", "no field '__name'"},
    {"grant()", "policy_error", "attempt to call a"},
    {"return #grant", "policy_error", "cannot be walked"},
    {"for k in pairs(grant) do end", "policy_error", "cannot be walked"},
    {"return grant .. ''", "policy_error", "attempt to concatenate a"},
    {"return grant + 1", "policy_error", "attempt to perform arithmetic"},
    {"return grant < grant", "policy_error", "attempt to compare two"},
    {"local t <close> = grant", "policy_error", "non-closable"},
    {"for k in pairs, {}, nil, grant do end", "policy_error", "non-closable"},
    {"string.rep(grant, 2)", "policy_error", "string expected"},
    {"table.unpack(grant)", "policy_error", 0},
    {"return accept('n' .. table.concat(grant.settings))", "accept", "n"},
    {"return accept { reason = 'x', data = { tostring(grant), tostring(log), "
     "tostring({}), tostring(grant.settings) } }",
     "accept", "grantgate.subject"},
    {"return accept { reason = 'x', data = { string.format('%s%s', {}, log) } "
     "}",
     "accept", "tablefunction"},
    {"string.format('%p', {})", "policy_error", "invalid conversion"},
    {"error({})", "policy_error", "raised a table"},
    {"error(log)", "policy_error", "raised a function"},
    {"error(grant)", "policy_error", "raised a userdata"},
    {"error(nil)", "policy_error", "raised a nil"},
    {"error('tenants/good.lua:1: not me', 0)", "policy_error",
     "\"policy\":\"tenants/evil.lua\""},
    {"error('\\27[2J\\u{202e}\\u{9b}\\255')", "policy_error", "evil.lua:1: "},
    {"assert(false, {})", "policy_error", "raised a table"},
    {"assert(nil)", "policy_error", "assertion failed!"},
    {"local t = { 1, 2, 3 } for k in pairs(t) do t[k] = nil t[k + 10] = 1 end "
     "return accept 'walked'",
     "accept", "walked"},
    {"local s = '' for k in pairs { b = 1, [2] = 1, a = 1, [1] = 1, [true] = 1 "
     "} do s = s .. tostring(k) end return accept { reason = 'x', data = { s } "
     "}",
     "accept", "12abtrue"},
    {"for k in pairs { [{}] = 1 } do end", "policy_error", "cannot order keys"},
    {"return accept('n' .. math.mininteger // -1 % 10)", "accept", "n2"},
    {"return 1 // 0", "policy_error", "divide by zero"},
    {"return 1 % 0", "policy_error", "n%0"},
    {"math.fmod(1, 0)", "policy_error", "zero"},
    {"return accept('n' .. (1 << 1000))", "accept", "n0"},
};

START_TEST(finds_nothing_there)
{
    attack_evaluate(&absent[_i]);
}
END_TEST

START_TEST(cannot_write_to_what_is_shared)
{
    attack_evaluate(&writes[_i]);
}
END_TEST

START_TEST(gets_nothing_out_of_what_it_is_handed)
{
    attack_evaluate(&misuse[_i]);
}
END_TEST

Suite *hostile_reach_suite(void)
{
    Suite *suite = suite_create("hostile_reach");

    ATTACK_SUITE(suite, finds_nothing_there, absent);
    ATTACK_SUITE(suite, cannot_write_to_what_is_shared, writes);
    ATTACK_SUITE(suite, gets_nothing_out_of_what_it_is_handed, misuse);
    return suite;
}
