/* SPDX-License-Identifier: MIT */
/*
 * check_hostile_time.c - policies that try to run for ever.
 *
 * Work inside Lua's instructions, inside C functions, and by recursion.
 */
#include "attack.h"
#include "suites.h"

static const struct attack loops[] = {
    {"while true do end", "instruction_limit", "evil.lua:1: ran longer"},
    {"repeat until false", "instruction_limit", "1000000 instructions"},
    {"::a:: goto a", "instruction_limit", 0},
    {"for i = 1, math.huge do end", "instruction_limit", 0},
    {"for i = math.mininteger, math.maxinteger do end", "instruction_limit", 0},
    {"for i = math.maxinteger, math.mininteger, -1 do end", "instruction_limit",
     0},
    {"for i = 0.0, 1, 1e-300 do end", "instruction_limit", 0},
    {"for i = 1, 2, 0 do end", "policy_error", "'for' step is zero"},
    {"for i = 0/0, 1 do end return accept 'none'", "accept", 0},
    {"for i = 'a', 2 do end", "policy_error", "bad 'for' initial value"},
    {"for i = math.maxinteger - 1, math.maxinteger do end return accept 'two'",
     "accept", "two"},
    {"local function f() return f() end return f()", "instruction_limit", 0},
    {"local function f() return g and f() end return f()", "policy_error",
     "there is no variable 'g'"},
    {"local function f() return 1 + f() end return f()", "memory_limit", 0},
    {"local t = {} function t:a() return self:b() .. '' end function t:b() "
     "return self:a() .. '' end return t:a()",
     "memory_limit", 0},
    {"while true do local f = function() return grant end end",
     "instruction_limit", 0},
    {"while true do local t = { {}, {} } end", "instruction_limit", 0},
    {"for _ in function() return 1 end do end", "instruction_limit", 0},
    {"while true do for k in pairs(string) do end end", "instruction_limit", 0},
    {"while true do local v = grant.email end", "instruction_limit", 0},
    {"while true do local v = grant.scope end", "instruction_limit", 0},
    {"while true do for k in pairs(grant.settings) do end end",
     "instruction_limit", 0},
    {"while true do accept 'x' end", "instruction_limit", 0},
    {"while true do grantgate.auth_url { provider = 'imap' } end",
     "instruction_limit", 0},
    {"for i = 1, 1e6 do log('x') end", "instruction_limit", 0},
};

static const struct attack functions[] = {
    {"('x'):rep(1e5):find(('x*'):rep(20) .. 'y')", "instruction_limit", 0},
    {"('a'):rep(40):find(('a?'):rep(40) .. ('a'):rep(40))", "instruction_limit",
     0},
    {"('a'):rep(1000):find(('(.-)'):rep(10) .. 'b')", "instruction_limit", 0},
    {"('('):rep(100000):gsub('%b()', '')", "instruction_limit", 0},
    {"('a'):rep(6000):gsub('[' .. ('b'):rep(6000) .. ']', '')",
     "instruction_limit", 0},
    {"('a'):rep(3000):find('(a*)(a*)%1%2b')", "instruction_limit", 0},
    {"('a'):rep(50000):find('.-%f[b]' .. ('.-'):rep(9) .. 'b')",
     "instruction_limit", 0},
    {"('a'):rep(100000):find(('a'):rep(50000) .. 'b', 1, true)",
     "instruction_limit", 0},
    {"while true do for _ in ('xy'):gmatch('') do end end", "instruction_limit",
     0},
    {"while true do ('xyz'):gsub('', '%0%0') end", "instruction_limit", 0},
    {"('x'):rep(10):gsub('.', function() while true do end end)",
     "instruction_limit", 0},
    {"return accept(('x'):rep(10):gsub(('.-'):rep(100) .. '$', 'y'))", "accept",
     0},
    {"('x'):rep(99):find(('(x'):rep(33) .. (')'):rep(33))", "policy_error",
     "too many captures"},
    {"('x'):rep(300):find(('x?'):rep(300))", "policy_error",
     "pattern too complex"},
    {"return accept('n' .. #string.rep('', 1 << 62))", "accept", "n0"},
    {"string.rep('x', 1 << 40)", "instruction_limit", 0},
    {"string.rep('x', 1 << 62, 'y')", "policy_error",
     "resulting string too large"},
    {"while true do local s = ('x'):rep(100000) end", "instruction_limit", 0},
    {"local s = ('x'):rep(100000) while true do s:upper() end",
     "instruction_limit", 0},
    {"local s = ('x'):rep(100000) while true do s:reverse() end",
     "instruction_limit", 0},
    {"local s = ('x'):rep(100000) while true do s:sub(2) end",
     "instruction_limit", 0},
    {"local s = ('x'):rep(30000) while true do s:byte(1, -1) end",
     "instruction_limit", 0},
    {"while true do string.format('%99.99f', 1e308) end", "instruction_limit",
     0},
    {"local s = ('x'):rep(100000) while true do string.format('%s', s) end",
     "instruction_limit", 0},
    {"local s = ('\\0'):rep(100000) while true do string.format('%q', s) end",
     "instruction_limit", 0},
    {"string.format('%999d', 1)", "policy_error", "invalid conversion"},
    {"table.move({}, 1, 1 << 62, 2)", "instruction_limit", 0},
    {"table.move({}, 1, math.maxinteger, 2)", "policy_error",
     "destination wrap around"},
    {"table.move({}, math.mininteger, math.maxinteger, 1)", "policy_error",
     "too many elements to move"},
    {"table.concat({}, '', 1, 1 << 40)", "policy_error", "invalid value (nil)"},
    {"local t = {} for i = 1, 10000 do t[i] = 'x' end while true do "
     "table.concat(t) end",
     "instruction_limit", 0},
    {"table.unpack({}, 1, 1e7)", "instruction_limit", 0},
    {"table.unpack({}, 1, 1 << 40)", "policy_error",
     "too many results to unpack"},
    {"table.unpack({}, math.mininteger, math.maxinteger)", "policy_error",
     "too many results to unpack"},
    {"table.unpack({}, 1, 900000)", "policy_error",
     "too many results to unpack"},
    {"local t = {} for i = 1, 5000 do table.insert(t, 1, i) end",
     "instruction_limit", 0},
    {"local t = {} for i = 1, 5000 do t[i] = i end while true do "
     "table.insert(t, 1, table.remove(t, 1)) end",
     "instruction_limit", 0},
    {"local t = {} for i = 1, 60000 do t[i] = i * 7919 % 60013 end "
     "table.sort(t)",
     "instruction_limit", 0},
    {"table.sort({ 3, 2, 1 }, function() while true do end end)",
     "instruction_limit", 0},
    {"local t = {} for i = 1, 500 do t[i] = i end table.sort(t, function() "
     "return true end) return accept('n' .. #t)",
     "accept", "n500"},
    {"local t = {} for i = 1, 500 do t[i] = i end table.sort(t, function() "
     "t[#t] = nil return false end) return accept('n' .. #t)",
     "accept", "n500"},
    {"local a = 0 local t = {} for i = 1, 500 do t[i] = i end table.sort(t, "
     "function() a = a * 7 % 11 + 1 return a > 5 end) return accept 'done'",
     "accept", "done"},
    {"table.sort({ 1, 'a', {} })", "policy_error", "attempt to compare"},
    {"table.sort({ 1, 2, nil, 4 }, 7)", "policy_error", "function expected"},
    {"local s = utf8.char(233):rep(50000) while true do utf8.len(s) end",
     "instruction_limit", 0},
    {"local s = utf8.char(233):rep(50000) while true do utf8.offset(s, 40000) "
     "end",
     "instruction_limit", 0},
    {"while true do for _ in utf8.codes(('x'):rep(100)) do end end",
     "instruction_limit", 0},
    {"local s = ('0'):rep(500000) while true do local n = s + 1 end",
     "instruction_limit", 0},
    {"local s = ('z'):rep(500000) while true do tonumber(s, 36) end",
     "instruction_limit", 0},
    {"local s = (' '):rep(500000) while true do math.tointeger(s) end",
     "instruction_limit", 0},
    {"local s = (' '):rep(500000) return accept(s | 1)", "policy_error",
     "bitwise operation on a string"},
    {"local t = {} for i = 1, 50000 do t[i] = i end while true do "
     "math.max(table.unpack(t)) end",
     "instruction_limit", 0},
    {"local t = {} for i = 1, 50000 do t[i] = i end local function f(...) "
     "while true do select('#', ...) end end f(table.unpack(t))",
     "instruction_limit", 0},
    {"local t = {} for i = 1, 20 do t[i] = { smtp_host = t[i - 1] } end "
     "while true do accept { reason = 'x', data = t } end",
     "instruction_limit", 0},
};

/* What is no attack: linear in Lua, and cheap enough here. */
static const struct attack linear[] = {
    {"return accept('n' .. tostring(('a'):rep(200000):find('b')))", "accept",
     "nnil"},
    {"return accept('n' .. tostring(('a'):rep(200000):find('[b-z]')))",
     "accept", "nnil"},
    {"return accept('n' .. #('a'):rep(200000):match('^a*$'))", "accept",
     "n200000"},
    {"return accept('n' .. tostring(('a'):rep(100000):match('^a-b')))",
     "accept", "nnil"},
    {"return accept('n' .. tostring(('('):rep(200000):match('^%b()')))",
     "accept", "nnil"},
    {"return accept('n' .. select(2, ('a'):rep(50000):gsub('a', '')))",
     "accept", "n50000"},
    {"local n = 0 for w in ('ab '):rep(30000):gmatch('%f[%w]%w+') do n = n + 1 "
     "end return accept('n' .. n)",
     "accept", "n30000"},
    {"return accept('n' .. ('a'):rep(99999):find('a', -1, true))", "accept",
     "n99999"},
};

/* What takes time in proportion to a string or a table, in an instruction. */
static const struct attack instructions[] = {
    {"local s = ('x'):rep(3000000) while true do local t = s .. 'y' end",
     "instruction_limit", 0},
    {"local s = ('x'):rep(60000) while true do local t = s .. s .. s .. s .. s "
     ".. s .. s .. s .. s .. s end",
     "instruction_limit", 0},
    {"local s, t = ('x'):rep(2000000), ('x'):rep(2000000) while true do local "
     "b = s == t end",
     "time_limit", 0},
    {"local s, t = ('\\0'):rep(2000000), ('\\0'):rep(2000000) while true do "
     "local b = s < t end",
     "time_limit", 0},
    {"local s, t = ('\\0'):rep(50000), ('\\0'):rep(50000) while true do local "
     "b = s <= t end",
     "time_limit", 0},
    {"local s, t = ('x'):rep(2000000), { [('x'):rep(2000000)] = 1 } while true "
     "do local b = t[s] end",
     "time_limit", 0},
    {"local t = {} for i = 1, 50000 do t[i] = i end local function f(...) "
     "while true do local u = { ... } end end f(table.unpack(t))",
     "time_limit", 0},
    {"local t = {} for i = 1, 50000 do t[i] = i end local function g(...) end "
     "local function f(...) while true do g(...) end end f(table.unpack(t))",
     "time_limit", 0},
    {"local function f(...) return f(1, ...) end return f()", "time_limit", 0},
    {"local t, m = {}, 65535 * 32767 for i = 1, 30000 do t[i * m] = i end "
     "while true do local n = t[m] end",
     "time_limit", 0},
    {"local t = {} for i = 1, 60000 do t[i + 0.5] = 1 end for i = 1, 60000 do "
     "t[i + 0.5] = nil end while true do for k in pairs(t) do end end",
     "time_limit", 0},
    {"local t for i = 1, 98000 do t = { t } end local s = ('x'):rep(100000) "
     "while true do local u = s .. 'y' end",
     "instruction_limit", 0},
};

static const struct attack recursions[] = {
    {"local function f() table.sort({ 2, 1 }, f) end f()", "policy_error",
     "stack overflow"},
    {"local function f() return (('x'):gsub('x', f)) end f()", "policy_error",
     "stack overflow"},
    {"local function f() for _ in f do end end f()", "policy_error",
     "stack overflow"},
    {"local function f() assert(not f()) end f()", "memory_limit", 0},
    {"local t = {} for i = 1, 1e5 do t = { t } end accept { reason = 'x', data "
     "= t }",
     "policy_error", "nested more than 32 deep"},
    {"local t = {} t.t = t accept { reason = 'x', data = t }", "policy_error",
     "nested more than 32 deep"},
    {"local t = { 1 } for i = 1, 30 do t = { t, t } end accept { reason = 'x', "
     "data = t }",
     "output_limit", "65536 bytes"},
};

START_TEST(ends_what_loops)
{
    attack_evaluate(&loops[_i]);
}
END_TEST

START_TEST(ends_what_loops_inside_c_functions)
{
    attack_evaluate(&functions[_i]);
}
END_TEST

START_TEST(lets_patterns_be_linear)
{
    attack_evaluate(&linear[_i]);
}
END_TEST

START_TEST(ends_what_takes_long_inside_an_instruction)
{
    attack_evaluate(&instructions[_i]);
}
END_TEST

START_TEST(ends_what_recurses)
{
    attack_evaluate(&recursions[_i]);
}
END_TEST

Suite *hostile_time_suite(void)
{
    Suite *suite = suite_create("hostile_time");

    ATTACK_SUITE(suite, ends_what_loops, loops);
    ATTACK_SUITE(suite, ends_what_loops_inside_c_functions, functions);
    ATTACK_SUITE(suite, lets_patterns_be_linear, linear);
    ATTACK_SUITE(suite, ends_what_takes_long_inside_an_instruction,
                 instructions);
    ATTACK_SUITE(suite, ends_what_recurses, recursions);
    return suite;
}
