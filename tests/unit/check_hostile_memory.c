/* SPDX-License-Identifier: MIT */
/* check_hostile_memory.c - policies that try to use all memory, or to flood
 * the record and the log. */
#include "attack.h"
#include "suites.h"

static const struct attack memory[] = {
    {"local t = {} while true do t = { t } end", "memory_limit",
     "used more than 8192 KiB"},
    {"local s = 'x' while true do s = s .. s end", "memory_limit", 0},
    {"local t = {} for i = 1, 1e9 do t[i] = i end", "memory_limit", 0},
    {"local t = {} for i = 1, 1e9 do t[i .. ''] = true end", "memory_limit", 0},
    {"local t = {} for i = 1, 1e9 do t[i * 1.5] = true end", "memory_limit", 0},
    {"local t = {} for i = 1, 1e9 do t[i] = 'a string of its own ' .. i end",
     "memory_limit", 0},
    {"local f for i = 1, 1e9 do local g = f f = function() return g end end",
     "memory_limit", 0},
    {"local t = {} for i = 1, 1e9 do t[i] = grant.settings.list end",
     "memory_limit", 0},
    {"local t = {} for i = 1, 1e9 do t[i] = accept 'x' end", "memory_limit", 0},
    {"local t = {} for i = 1, 1e9 do t[i] = rule { 'x', when = 'always', "
     "accept 'x' } end",
     "memory_limit", 0},
    {"local t = {} for i = 1, 1e9 do t[i] = ('x y'):gmatch('%a') end",
     "memory_limit", 0},
    {"local t = {} for i = 1, 1e9 do t[i] = pairs { 1 } end", "memory_limit",
     0},
    {"local t = {} for i = 1, 1e9 do t[i] = table.pack(1, 2, 3) end",
     "memory_limit", 0},
    {"local s = ('x'):rep(5000000)", "memory_limit", 0},
    {"local s = ('x'):rep(3000000) s:gsub('x', 'yyy')", "instruction_limit", 0},
    {"('x'):rep(500000):gsub('^.*$', '%0%0%0%0%0%0%0%0%0%0%0')", "memory_limit",
     0},
    {"local s = ('x'):rep(1000000) table.concat({ s, s, s, s, s, s, s, s })",
     "memory_limit", 0},
    {"local s = ('x'):rep(1500000) string.format('%s%s%s', s, s, s)",
     "memory_limit", 0},
    {"string.format('%q', ('\\0'):rep(1500000))", "instruction_limit", 0},
    {"local t = {} t[1 << 40] = 1 t[math.maxinteger] = 2 return "
     "accept('n' .. t[1 << 40])",
     "accept", "n1"},
    {"local t = {} for i = 0, 62 do t[1 << i] = 1 end return accept 'sparse'",
     "accept", "sparse"},
    {"local t = {} for i = 1, 30000 do t[i] = i end for i = 1, 30000 do t[i] = "
     "nil end return accept('n' .. #t)",
     "accept", "n0"},
    {"error(('x'):rep(1000000))", "policy_error", 0},
    {"error('not enough memory', 0)", "policy_error", "not enough memory"},
    {"error('not enough memory')", "policy_error", "not enough memory"},
};

static const struct attack output[] = {
    {"return accept { reason = 'x', data = { ('x'):rep(70000) } }",
     "output_limit", 0},
    {"return accept { reason = 'x', data = { [('x'):rep(70000)] = 1 } }",
     "output_limit", 0},
    {"return accept { reason = 'x', data = { ('\\1'):rep(20000) } }",
     "output_limit", 0},
    {"local t = {} for i = 1, 40000 do t[i] = 1 end return accept { reason = "
     "'x', data = t }",
     "output_limit", 0},
    {"return accept { reason = 'x', data = { ('x'):rep(60000) } }", "accept",
     0},
    {"for i = 1, 1000 do log(('x'):rep(1000)) end return accept 'logged'",
     "accept", "logged"},
    {"log(('\\27[2J'):rep(100)) log('a\\nb\\rc\\0d') return accept 'x'",
     "accept", 0},
    {"log() ", "policy_error", "value expected"},
    {"log({}) log(grant) log(log) return accept 'x'", "accept", 0},
    {"local t = {} for i = 1, 100 do t[i] = ('s'):rep(100) .. i end return "
     "reauth { reason = 'x', scope = t }",
     "output_limit", 0},
    {"return accept(('x'):rep(1000))", "policy_error", "reason"},
    {"return accept { reason = 'x', notify = ('x'):rep(1000) }", "policy_error",
     "notify"},
    {"return reauth { reason = 'x', state = ('x'):rep(257) }", "policy_error",
     "state"},
    {"return reauth { reason = 'x', login_hint = ('x'):rep(9000) .. '@b.c' }",
     "policy_error", 0},
};

START_TEST(ends_what_takes_all_memory)
{
    attack_evaluate(&memory[_i]);
}
END_TEST

START_TEST(bounds_what_is_written)
{
    attack_evaluate(&output[_i]);
}
END_TEST

Suite *hostile_memory_suite(void)
{
    Suite *suite = suite_create("hostile_memory");

    ATTACK_SUITE(suite, ends_what_takes_all_memory, memory);
    ATTACK_SUITE(suite, bounds_what_is_written, output);
    return suite;
}
