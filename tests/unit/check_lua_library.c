/* SPDX-License-Identifier: MIT */
/*
 * check_lua_library.c - what else policies call, against Lua's own.
 *
 * The snippets run in the state of lua_fixture.h.
 */
#include "lua_fixture.h"
#include "suites.h"

#include "ggl.h"

/* --- tables --- */

/* Elements are written back for comparison: results and what is left. */
START_TEST(table_functions_do_what_lua_s_do)
{
    lua_fixture_run(
        "local function left(f)\n"
        "  return function(t, ...)\n"
        "    local copy = { stock.table.unpack(t, 1, 6) }\n"
        "    local r = list(f(copy, ...))\n"
        "    return r, list(stock.table.unpack(copy, -2, 9))\n"
        "  end\n"
        "end\n"
        "local few = { 0, 1, 2, 3, 4, 6, -1, 9, '2', 1.5, 'x' }\n"
        "for _, name in ipairs { 'concat', 'insert', 'move', 'pack',\n"
        "  'unpack' } do\n"
        "  for i = 1, 4000 do\n"
        "    local t, n, a = {}, random(5) - 1, {}\n"
        "    for k = 1, random(7) - 1 do t[k] = pick { 1, 'b', 2.5 } end\n"
        "    for k = 1, n do a[k] = pick(few) end\n"
        "    same(left(stock.table[name]), left(ours.table[name]), t,\n"
        "      stock.table.unpack(a, 1, n))\n"
        "  end\n"
        "end\n"
        "for i = 0, 7 do\n"
        "  same(left(stock.table.remove), left(ours.table.remove), { 1, 2, 3,\n"
        "    4, 5, 6 }, i > 0 and i or nil)\n"
        "end\n"
        "same(left(stock.table.remove), left(ours.table.remove), {})\n"
        "same(left(stock.table.remove), left(ours.table.remove), {}, 0)\n"
        "local to = {}\n"
        "equal(ours.table.move({ 1, 2 }, 1, 2, 3, to), to)\n"
        "equal(to[4], 2)\n"
        "equal(ours.table.pack(nil, nil).n, 2)\n");
}
END_TEST

static const char *const table_claims[] = {
    /* absurd ranges are refused, not walked */
    "raises('too many results', ours.table.unpack, {}, 1, 1 << 40)\n"
    "raises('too many results', ours.table.unpack, {}, 1, 1 << 62)\n"
    "raises('too many results', ours.table.unpack, {}, math.mininteger,\n"
    "  math.maxinteger)\n"
    "equal(select('#', ours.table.unpack({}, math.maxinteger,\n"
    "  math.maxinteger)), 1)\n"
    "raises('too many elements', ours.table.move, {}, -1, math.maxinteger, 2)\n"
    "raises('wrap around', ours.table.move, {}, 1, 9, math.maxinteger)\n"
    "raises('invalid value (nil) at index 1', ours.table.concat, {}, '', 1,\n"
    "  math.maxinteger)\n"
    "raises('invalid value (nil) at index 9223372036854775807',\n"
    "  ours.table.concat, {}, '', math.maxinteger, math.maxinteger)\n",
    /* a length that lies does not lead out of bounds */
    "for _, n in ipairs { 1 << 62, math.maxinteger, 1 << 32, 1 << 25 } do\n"
    "  local t = setmetatable({}, { __len = function() return n end })\n"
    "  raises('array too big', ours.table.sort, t)\n"
    "  raises('too many results', ours.table.unpack, t)\n"
    "end\n"
    "local function refuse() error('read-only', 0) end\n"
    "local t = setmetatable({}, { __len = function() return\n"
    "  math.maxinteger end, __newindex = refuse })\n"
    "raises('read-only', ours.table.insert, t, 1)\n"
    "raises('read-only', ours.table.remove, t)\n",
    /* what reads like a table will do, anything else is named */
    "local view = setmetatable({}, { __len = function() return 3 end,\n"
    "  __index = function(_, i) return i * 10 end })\n"
    "equal(ours.table.concat(view, ','), '10,20,30')\n"
    "equal(select('#', ours.table.unpack(view)), 3)\n"
    "raises('table expected, got string', ours.table.concat, 'abc')\n"
    "raises('table expected, got nil', ours.table.unpack, nil)\n"
    "raises('table expected, got no value', ours.table.sort)\n"
    "raises('position out of bounds', ours.table.insert, {}, 5, 1)\n"
    "raises('wrong number of arguments', ours.table.insert, {})\n",
    /* sort sorts, as Lua does, and keeps equals in order */
    "for i = 1, 300 do\n"
    "  local a, b = {}, {}\n"
    "  for k = 1, random(60) - 1 do a[k] = random(20); b[k] = a[k] end\n"
    "  ours.table.sort(a) stock.table.sort(b)\n"
    "  equal(list(table.unpack(a)), list(table.unpack(b)))\n"
    "  for k = 1, #a do a[k] = text(3, { 'a', 'b', '\\0', '\\xff' }) end\n"
    "  ours.table.sort(a)\n"
    "  for k = 2, #a do assert(a[k - 1] <= a[k]) end\n"
    "  for k = 1, #a do a[k] = { random(4), k } end\n"
    "  ours.table.sort(a, function(x, y) return x[1] > y[1] end)\n"
    "  for k = 2, #a do\n"
    "    local x, y = a[k - 1], a[k]\n"
    "    assert(x[1] > y[1] or (x[1] == y[1] and x[2] < y[2]))\n"
    "  end\n"
    "end\n",
    /* no comparator loses or doubles an element */
    "for i = 1, 300 do\n"
    "  local a, sum, n = {}, 0, random(60)\n"
    "  for k = 1, n do a[k] = k end\n"
    "  local whims = { function() return true end,\n"
    "    function() return random(2) == 1 end,\n"
    "    function(x) a[x] = nil a[x + 1] = 99 return x < 7 end }\n"
    "  ours.table.sort(a, pick(whims))\n"
    "  for k = 1, n do sum = sum + a[k] end\n"
    "  equal(sum, n * (n + 1) // 2)\n"
    "end\n",
    /* what cannot be compared raises as in Lua */
    "raises('attempt to compare', ours.table.sort, { 1, 'x' })\n"
    "raises('two table values', ours.table.sort, { {}, {} })\n"
    "raises('function expected', ours.table.sort, { 1, 2 }, 3)\n"
    "raises('mine', ours.table.sort, { 1, 2 }, function() error('mine') end)\n",
};

START_TEST(tables_keep_their_promises)
{
    lua_fixture_run(table_claims[_i]);
}
END_TEST

/* --- the basic functions --- */

static const char *const base_claims[] = {
    /* keys come as numbers, strings, booleans, each in order */
    "local t = { [10] = 1, [2] = 1, [-1] = 1, [1.5] = 1, b = 1, a = 1,\n"
    "  ab = 1, B = 1, [''] = 1, ['\\xff'] = 1, ['a\\0'] = 1, [true] = 1,\n"
    "  [false] = 1, [math.mininteger] = 1, [math.maxinteger] = 1,\n"
    "  [2^63] = 1, [-2^70] = 1, [1/0] = 1, [-1/0] = 1, [-0.5] = 1,\n"
    "  [0] = 1, ['10'] = 1 }\n"
    "local keys = {}\n"
    "for k in ours.pairs(t) do keys[#keys + 1] = k end\n"
    "equal(list(table.unpack(keys)), list(-1/0, -2^70, math.mininteger, -1,\n"
    "  -0.5, 0, 1.5, 2, 10, math.maxinteger, 2^63, 1/0, '', '10', 'B', 'a',\n"
    "  'a\\0', 'ab', 'b', '\\xff', false, true))\n",
    /* every order of making a table gives the same walk */
    "local keys = {}\n"
    "for i = 1, 200 do keys[i] = i % 3 == 0 and i or 'k' .. i end\n"
    "local walk\n"
    "for i = 1, 20 do\n"
    "  local t, seen = {}, {}\n"
    "  for k = #keys, 2, -1 do\n"
    "    local r = random(k)\n"
    "    keys[k], keys[r] = keys[r], keys[k]\n"
    "  end\n"
    "  for _, k in ipairs(keys) do t[k] = true end\n"
    "  for k in ours.pairs(t) do seen[#seen + 1] = k end\n"
    "  equal(#seen, 200)\n"
    "  walk = walk or table.concat(seen, ' ')\n"
    "  equal(table.concat(seen, ' '), walk)\n"
    "end\n",
    /* fields may be cleared and changed on the way */
    "local t, n = { a = 1, b = 2, c = 3, d = 4 }, 0\n"
    "for k, v in ours.pairs(t) do\n"
    "  n = n + v\n"
    "  t.b, t[k], t.d, t.e = nil, nil, 10, 5\n"
    "end\n"
    "equal(n, 14)\n",
    /* keys without an order, and what is no table, are named */
    "raises(\"keys of type 'table'\", ours.pairs, { [{}] = 1 })\n"
    "raises(\"keys of type 'function'\", ours.pairs, { [print] = 1 })\n"
    "raises('table expected, got nil', ours.pairs, nil)\n"
    "raises('value expected', ours.pairs)\n"
    "raises(\"bad argument #1 to 'pairs' (table expected, got number)\",\n"
    "  function() for k in ours.pairs(1) do end end)\n"
    "local a, b, c = ours.pairs(setmetatable({}, { __pairs = function(t)\n"
    "  return 1, t, 3, 4 end }))\n"
    "equal(list(a, c), '1 3')\n"
    "raises('refused', ours.pairs, setmetatable({}, { __pairs = function()\n"
    "  error('refused') end }))\n",
    /* an emptied and an empty table have no pairs */
    "for k in ours.pairs {} do error(k) end\n"
    "local next, t, nothing = ours.pairs {}\n"
    "equal(nothing, nil) equal(next(t), nil) equal(next(t), nil)\n",
    /* the rest are Lua's own */
    "for _, v in ipairs(huge) do\n"
    "  if type(v) ~= 'table' and v ~= type then\n"
    "    same(stock.tostring, ours.tostring, v)\n"
    "  end\n"
    "  same(stock.tonumber, ours.tonumber, v)\n"
    "  same(stock.tonumber, ours.tonumber, v, 16)\n"
    "  same(stock.type, ours.type, v)\n"
    "  same(stock.select, ours.select, v, 1, 2, 3)\n"
    "  same(stock.assert, ours.assert, v, 'message')\n"
    "  same(stock.error, ours.error, v)\n"
    "end\n"
    "for i = 1, 5000 do\n"
    "  local s = text(6, { '1', '0', 'x', '.', 'e', '-', ' ', 'f', 'n',\n"
    "    'inf', '\\n', '\\0' })\n"
    "  same(stock.tonumber, ours.tonumber, s)\n"
    "  same(stock.tonumber, ours.tonumber, s, pick { 2, 16, 36 })\n"
    "end\n"
    "same(stock.tonumber, ours.tonumber) same(stock.type, ours.type)\n"
    "same(stock.tostring, ours.tostring) same(stock.select, ours.select)\n"
    "equal(ours.tonumber('1,5'), nil)\n",
    /* and no others */
    "local names = {}\n"
    "for k, v in pairs(ours) do\n"
    "  if type(v) == 'function' then names[#names + 1] = k end\n"
    "end\n"
    "table.sort(names)\n"
    "equal(table.concat(names, ' '), 'assert error ipairs pairs select '\n"
    "  .. 'tonumber tostring type')\n",
};

START_TEST(basic_functions_keep_their_promises)
{
    lua_fixture_run(base_claims[_i]);
}
END_TEST

START_TEST(the_globals_of_the_state_are_left_alone)
{
    lua_State *fresh = luaL_newstate();

    lua_newtable(fresh);
    ggl_addbase(fresh, -1);
    ggl_pushstringlib(fresh);
    lua_pushglobaltable(fresh);
    lua_pushnil(fresh);
    ck_assert_int_eq(lua_next(fresh, -2), 0);
    lua_close(fresh);
}
END_TEST

/* --- utf8 --- */

static const char *const utf8_claims[] = {
    /* valid text is walked as Lua walks it */
    "local pieces = { 'a', '\\0', '\\u{7f}', '\\u{80}', '\\u{7ff}',\n"
    "  '\\u{800}', '\\u{d7ff}', '\\u{e000}', '\\u{ffff}', '\\u{10000}',\n"
    "  '\\u{10ffff}' }\n"
    "local function walk(codes)\n"
    "  return function(s, lax)\n"
    "    local t = {}\n"
    "    for p, c in codes(s, lax) do t[#t + 1] = p .. ':' .. c end\n"
    "    return table.concat(t, ' ')\n"
    "  end\n"
    "end\n"
    "for i = 1, 2000 do\n"
    "  local s = text(6, pieces)\n"
    "  same(walk(stock.utf8.codes), walk(ours.utf8.codes), s)\n"
    "  same(stock.utf8.len, ours.utf8.len, s)\n"
    "  same(stock.utf8.codepoint, ours.utf8.codepoint, s, 1, -1)\n"
    "  same(stock.utf8.offset, ours.utf8.offset, s, random(5) - 3)\n"
    "end\n"
    "for _, c in ipairs { 0xd800, 0x110000, 0x200000, 0x4000000,\n"
    "  0x7fffffff } do\n"
    "  local s = 'a' .. utf8.char(c) .. 'b'\n"
    "  equal(walk(ours.utf8.codes)(s, true), walk(stock.utf8.codes)(s, true))\n"
    "  raises('invalid UTF-8 code', walk(ours.utf8.codes), s)\n"
    "end\n",
    /* anything else is refused */
    "for _, s in ipairs { '\\x80', 'a\\x80', 'a\\xff', '\\xc0\\x80', '\\xc3',\n"
    "  'a\\xe2\\x82', '\\xc3\\xa9\\x80', '\\xf8\\x88\\x80\\x80\\x80',\n"
    "  '\\xe0\\x9f\\xbf', '\\xed\\xa0\\x80', '\\xf4\\x90\\x80\\x80' } do\n"
    "  raises('invalid UTF-8 code', function()\n"
    "    for _ in ours.utf8.codes(s) do end\n"
    "  end)\n"
    "end\n",
    /* the iterator keeps no state and takes any position */
    "local next, s, start = ours.utf8.codes('\\u{e9}a')\n"
    "equal(start, 0)\n"
    "equal(list(next(s, 0)), '1 233') equal(list(next(s, 0)), '1 233')\n"
    "equal(list(next(s, 1)), '3 97') equal(list(next(s, 3)), '')\n"
    "for _, n in ipairs { -1, 99, math.maxinteger, math.mininteger } do\n"
    "  equal(list(next(s, n)), '')\n"
    "end\n"
    "raises('invalid', next, ('\\x80'):rep(1000), 1)\n",
    /* the rest are Lua's own */
    "for i = 1, 3000 do\n"
    "  for _, name in ipairs { 'char', 'codepoint', 'len', 'offset' } do\n"
    "    same(stock.utf8[name], ours.utf8[name], pick(huge), pick(huge),\n"
    "      pick(huge))\n"
    "  end\n"
    "end\n"
    "equal(ours.utf8.charpattern, stock.utf8.charpattern)\n",
};

START_TEST(utf8_keeps_its_promises)
{
    lua_fixture_run(utf8_claims[_i]);
}
END_TEST

/* --- memory --- */

/* Whichever allocation fails, the error says so and the next run succeeds. */
START_TEST(every_failing_allocation_is_an_error)
{
    static const char source[] =
        "local t = { 'one', 'two', [7] = 'three', x = true }\n"
        "local keys = {}\n"
        "for k in ours.pairs(t) do keys[#keys + 1] = ours.tostring(k) end\n"
        "ours.table.sort(keys)\n"
        "local s = ours.table.concat(keys, ' '):rep(500, '-')\n"
        "s = ours.string.gsub(s, '%w+', '<%0>')\n"
        "for w in ours.string.gmatch(s, '<(x)>') do keys[#keys + 1] = w end\n"
        "return ours.string.format('%5d %s %q', #keys, s:upper(), s)\n";
    lua_State *L = lua_fixture_state();
    int status = LUA_ERRMEM;
    long n;

    for (n = 0; status != LUA_OK; n++) {
        ck_assert_int_lt(n, 100000);
        ck_assert_int_eq(luaL_loadstring(L, source), LUA_OK);
        lua_fixture_fail_after(n);
        status = lua_pcall(L, 0, 1, 0);
        lua_fixture_fail_after(-1);
        if (status != LUA_OK)
            ck_assert_str_eq(lua_tostring(L, -1), "not enough memory");
        lua_settop(L, 0);
    }
    ck_assert_int_gt(n, 20);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

Suite *lua_library_suite(void)
{
    Suite *suite = suite_create("lua_library");
    TCase *tcase = tcase_create("table");

    lua_fixture_add(suite, tcase);
    tcase_add_test(tcase, table_functions_do_what_lua_s_do);
    tcase_add_loop_test(tcase, tables_keep_their_promises, 0,
                        COUNT(table_claims));
    tcase = tcase_create("base");
    lua_fixture_add(suite, tcase);
    tcase_add_loop_test(tcase, basic_functions_keep_their_promises, 0,
                        COUNT(base_claims));
    tcase_add_test(tcase, the_globals_of_the_state_are_left_alone);
    tcase = tcase_create("utf8");
    lua_fixture_add(suite, tcase);
    tcase_add_loop_test(tcase, utf8_keeps_its_promises, 0, COUNT(utf8_claims));
    tcase = tcase_create("memory");
    lua_fixture_add(suite, tcase);
    tcase_add_test(tcase, every_failing_allocation_is_an_error);
    return suite;
}
