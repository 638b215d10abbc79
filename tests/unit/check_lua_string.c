/* SPDX-License-Identifier: MIT */
/*
 * check_lua_string.c - `string` of policies, held against Lua's own.
 *
 * The snippets run in the state of lua_fixture.h.
 */
#include "lua_fixture.h"
#include "suites.h"

/* --- patterns --- */

/* clang-format off */
static const char patterns[] =
    "local atoms = { 'a', 'b', '.', ' ', '-', '%a', '%d', '%w', '%s', '%u',\n"
    "  '%W', '%p', '%x', '%C', '%g', '%z', '%.', '%%', '%]', '[ab]', '[^a]',\n"
    "  '[a-c]', '[%a_]', '[]]', '[^]]', '[a-]', '[-a]', '[%]]', '[^%s%d]',\n"
    "  '[%a-z]', '[--a]', '[a-%%]', '[]-a]', '[a%-z]', '[\\0-a]', '\\0',\n"
    "  '\\xe9', '%\\xe9', '%Q', ']' }\n"
    "local ends = { '', '', '', '*', '+', '-', '?', '**' }\n"
    "local odd = { '(', ')', '()', '%1', '%2', '%0', '%b()', '%bab', '%baa',\n"
    "  '%f[a]', '%f[%w]', '%f[^%z]', '%f[%z]', '$', '^', '%1*', '%b()+' }\n"
    "local broken = { '%', '[', '[a', '[^', '[]', '[%', '%b', '%bx', '%f',\n"
    "  '%fa', '(', ')', '%9', '[a-', '[^]' }\n"
    "local letters = { 'a', 'b', 'c', 'A', '1', '_', ' ', '(', ')', '.', '-',\n"
    "  '%', ']', '\\0', '\\xe9', 'a', 'a', 'b' }\n"
    "function subject() return text(14, letters) end\n"
    "function pattern()\n"
    "  local t = { random(6) == 1 and '^' or '' }\n"
    "  for i = 2, random(6) + 1 do\n"
    "    local p = pick(atoms) .. pick(ends)\n"
    "    local r = random(40)\n"
    "    if r == 1 then p = pick(broken) elseif r < 8 then p = pick(odd)\n"
    "    elseif r < 16 then p = '(' .. p .. ')' .. pick { '', '%1', '' } end\n"
    "    t[i] = p\n"
    "  end\n"
    "  if random(8) == 1 then t[#t + 1] = '$' end\n"
    "  return stock.table.concat(t)\n"
    "end\n"
    "function init()\n"
    "  return pick { nil, 1, 2, 5, -1, -4, 0, 14, 99, '3' }\n"
    "end\n";

static const struct {
    const char *name;
    const char *source;
} differences[] = {
    {"find", "for i = 1, 8000 do same(stock.string.find, ours.string.find,\n"
             "  subject(), pattern(), init(), random(20) == 1) end"},
    {"match", "for i = 1, 8000 do same(stock.string.match,\n"
              "  ours.string.match, subject(), pattern(), init()) end"},
    {"gmatch",
     "local function all(gmatch)\n"
     "  return function(...)\n"
     "    local t = {}\n"
     "    for a, b in gmatch(...) do t[#t + 1] = list(a, b) end\n"
     "    return stock.table.concat(t, '; ')\n"
     "  end\n"
     "end\n"
     "for i = 1, 8000 do same(all(stock.string.gmatch),\n"
     "  all(ours.string.gmatch), subject(), pattern(), init()) end"},
    {"gsub",
     "local pieces = { 'x', '%0', '%1', '%2', '%%', '<', '%1', '%', '%z' }\n"
     "local t = { a = 'X', b = false, ab = 1, ['1'] = 2.5, [' '] = {} }\n"
     "local function f(a, b) return t[a] or b end\n"
     "for i = 1, 12000 do\n"
     "  local replacement = pick { t, f, 7, true, 'x', 'x' }\n"
     "  if replacement == 'x' then replacement = text(3, pieces) end\n"
     "  same(stock.string.gsub, ours.string.gsub, subject(), pattern(),\n"
     "    replacement, pick { nil, 0, 1, 2, -1, '1' })\n"
     "end"},
    {"gsub without a match", "for i = 1, 500 do same(stock.string.gsub,\n"
                             "  ours.string.gsub, subject(), '%f[Q]', '') end"},
    {"depth", "for n = 190, 210 do\n"
              "  for _, item in ipairs { 'a?', 'a-', 'a*', '()', '(a)' } do\n"
              "    same(stock.string.find, ours.string.find,\n"
              "      stock.string.rep('a', 300), stock.string.rep(item, n))\n"
              "  end\n"
              "end"},
    {"captures", "for n = 30, 34 do\n"
                 "  local p = stock.string.rep('()', n)\n"
                 "  same(stock.string.find, ours.string.find, 'a', p)\n"
                 "  same(stock.string.gsub, ours.string.gsub, 'a', p, '%9')\n"
                 "end"},
    {"every character, every class",
     "for c = 0, 255 do\n"
     "  for k = 0, 255 do\n"
     "    local p = '%' .. stock.string.char(k)\n"
     "    local s = '-' .. stock.string.char(c)\n"
     "    if not stock.string.find('bf0123456789', p, 1, true) then\n"
     "      same(stock.string.find, ours.string.find, s, '-' .. p)\n"
     "      same(stock.string.find, ours.string.find, s, '[' .. p .. ']', 2)\n"
     "    end\n"
     "  end\n"
     "end"},
};
/* clang-format on */

START_TEST(patterns_mean_what_they_mean_in_lua)
{
    lua_fixture_run(patterns);
    lua_fixture_run(differences[_i].source);
}
END_TEST

/* --- strings --- */

/* Every function on arguments that make little sense; `rep` apart, for Lua's
 * own would try to make the strings. */
START_TEST(odd_arguments_fare_as_they_do_in_lua)
{
    lua_fixture_run(
        "local names = { 'byte', 'char', 'find', 'len', 'lower', 'match',\n"
        "  'gsub', 'reverse', 'sub', 'upper', 'format' }\n"
        "for _, name in ipairs(names) do\n"
        "  for i = 1, 3000 do\n"
        "    local n, t = random(5) - 1, {}\n"
        "    for k = 1, n do t[k] = pick(huge) end\n"
        "    same(stock.string[name], ours.string[name],\n"
        "      stock.table.unpack(t, 1, n))\n"
        "  end\n"
        "end\n"
        "for i = 1, 2000 do\n"
        "  local s = text(9, { 'a', 'Z', '\\0', '\\xe9', '{', '@', '`' })\n"
        "  for _, name in ipairs { 'lower', 'upper', 'reverse', 'len' } do\n"
        "    same(stock.string[name], ours.string[name], s)\n"
        "  end\n"
        "  local a, b = random(25) - 13, random(25) - 13\n"
        "  same(stock.string.sub, ours.string.sub, s, a, b)\n"
        "  same(stock.string.byte, ours.string.byte, s, a, b)\n"
        "  same(stock.string.rep, ours.string.rep, s, a, pick { 'x', '' })\n"
        "end\n");
}
END_TEST

START_TEST(formats_as_lua_does)
{
    lua_fixture_run(
        "local mods = { '', '', '', '-', '+', ' ', '#', '0', '1', '5', '12',\n"
        "  '.', '.0', '.3', '.12', '%', '99', '123', '.123', '-+ #0' }\n"
        "local letters = { 'a', 'A', 'c', 'd', 'e', 'E', 'f', 'F', 'g', 'G',\n"
        "  'i', 'o', 'q', 's', 'u', 'x', 'X', 'n', 'l', '%', '', '\\0' }\n"
        "local values = { 0, 1, -1, 65, 3.0, 0.1, -2.5, 1e15, 1e100, 1e308,\n"
        "  1/0, -1/0, 2^53, 2^63, math.maxinteger, math.mininteger, 'text',\n"
        "  '10', 'a\\0b', '\"\\\\\\n\\r\\0001\\200', '', true, false }\n"
        "local function quiet(f)\n"
        "  return function(...)\n"
        "    local ok, s = pcall(f, ...)\n"
        "    return ok and s or ok\n"
        "  end\n"
        "end\n"
        "for i = 1, 30000 do\n"
        "  local f = text(2, { 'x', '%%' }) .. '%' .. pick(mods) ..\n"
        "    pick(mods) .. pick(letters) .. text(1, { 'y', '%d' })\n"
        "  same(stock.string.format, ours.string.format, f, 65, 66)\n"
        "  same(quiet(stock.string.format), quiet(ours.string.format), f,\n"
        "    pick(values), pick(values))\n"
        "end\n"
        "for n = 15, 30 do\n"
        "  local f = '%' .. stock.string.rep('-', n) .. 'd'\n"
        "  same(stock.string.format, ours.string.format, f, 1)\n"
        "end\n"
        "same(stock.string.format, ours.string.format, '%99.99f', -1e308)\n"
        "same(stock.string.format, ours.string.format, '%q', 0/0)\n"
        "for _, v in ipairs(values) do\n"
        "  same(stock.string.format, ours.string.format, '%q', v)\n"
        "end\n"
        "same(stock.string.format, ours.string.format, '%5s|%-5s', nil, "
        "nil)\n");
}
END_TEST

static const char *const string_claims[] = {
    /* a string of nothing is made at once, one too long not at all */
    "equal(ours.string.rep('', 1 << 62), '')\n"
    "equal(ours.string.rep('', 1 << 62, ''), '')\n"
    "equal(ours.string.rep('ab', 3, '-'), 'ab-ab-ab')\n"
    "raises('resulting string too large', ours.string.rep, 'ab', 1 << 62)\n"
    "raises('resulting string too large', ours.string.rep, '', 1 << 62, 'ab')\n"
    "raises('not enough memory', ours.string.rep, 'x', 1 << 40)\n"
    "raises('not enough memory', ours.string.rep, 'x', (1 << 62) + 1)\n",
    /* nothing shows an address */
    "for _, v in ipairs { {}, print, setmetatable({}, {}) } do\n"
    "  local t = type(v)\n"
    "  equal(ours.tostring(v), t)\n"
    "  equal(ours.string.format('%s', v), t)\n"
    "  equal(ours.string.format('%9.3s|', v), '      ' .. t:sub(1, 3) .. '|')\n"
    "  raises(\"invalid conversion '%p'\", ours.string.format, '%p', v)\n"
    "  raises(\"invalid conversion '%5p'\", ours.string.format, '%5p', v)\n"
    "  raises('no literal form', ours.string.format, '%q', v)\n"
    "end\n"
    "equal(ours.tostring(setmetatable({}, { __name = 'grant' })), 'grant')\n"
    "equal(ours.tostring(setmetatable({}, { __name = 7 })), 'table')\n"
    "equal(ours.tostring(setmetatable({}, { __tostring = error })), 'table')\n",
    /* strings have our methods, hide them, and can be calculated with */
    "equal(getmetatable(''), false)\n"
    "equal((''):rep(1 << 62), '')\n"
    "equal(('x').dump, nil)\n"
    "equal(('x').pack, nil)\n"
    "equal('10' + 1, 11)\n"
    "equal(2 ^ '3', 8.0)\n"
    "equal(-'2', -2)\n"
    "equal('7' // '2', 3)\n"
    "raises('attempt to add', function() return 'x' + 1 end)\n",
    /* the table holds what a policy needs and nothing else */
    "local names = {}\n"
    "for k in pairs(ours.string) do names[#names + 1] = k end\n"
    "table.sort(names)\n"
    "equal(table.concat(names, ' '), 'byte char find format gmatch gsub len '\n"
    "  .. 'lower match rep reverse sub upper')\n",
    /* gmatch starts where it is told, and past the end finds nothing */
    "equal(ours.string.gmatch('abc', '%a', -1)(), 'c')\n"
    "equal(ours.string.gmatch('abc', '()', 4)(), 4)\n"
    "equal(ours.string.gmatch('abc', '()', 5)(), nil)\n"
    "local next = ours.string.gmatch('a', 'a')\n"
    "equal(next(), 'a') equal(next(), nil) equal(next(), nil)\n",
    /* a replacement that searches in turn disturbs nothing */
    "equal(ours.string.gsub('a b c', '(%a)', function(c)\n"
    "  return (ours.string.gsub(c .. c, '(.)', '[%1]'))\n"
    "end), '[a][a] [b][b] [c][c]')\n",
};

START_TEST(strings_keep_their_promises)
{
    lua_fixture_run(string_claims[_i]);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

Suite *lua_string_suite(void)
{
    Suite *suite = suite_create("lua_string");
    TCase *tcase = tcase_create("pattern");

    lua_fixture_add(suite, tcase);
    tcase_add_loop_test(tcase, patterns_mean_what_they_mean_in_lua, 0,
                        COUNT(differences));
    tcase = tcase_create("string");
    lua_fixture_add(suite, tcase);
    tcase_add_test(tcase, odd_arguments_fare_as_they_do_in_lua);
    tcase_add_test(tcase, formats_as_lua_does);
    tcase_add_loop_test(tcase, strings_keep_their_promises, 0,
                        COUNT(string_claims));
    return suite;
}
