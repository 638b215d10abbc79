/* SPDX-License-Identifier: MIT */
/* lua_fixture.c - a plain Lua state with both libraries, for the tests. */
#include "lua_fixture.h"

#include "ggl.h"

#include <check.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

/* Lua's memory: a ceiling, and the allocation that is to fail. */
static struct {
    size_t used;
    size_t ceiling;
    long countdown; /* negative: none fails */
} memory;

static lua_State *L;

static void *allocate(void *ud, void *ptr, size_t old_size, size_t size)
{
    size_t old = ptr ? old_size : 0;

    (void)ud;
    if (size == 0) {
        memory.used -= old;
        free(ptr);
        return NULL;
    }
    if (size > old) {
        if (memory.countdown == 0 || size - old > memory.ceiling - memory.used)
            return NULL;
        if (memory.countdown > 0)
            memory.countdown--;
    }
    memory.used = memory.used - old + size;
    return realloc(ptr, size);
}

/* clang-format off */
static const char prelude[] =
    "stock = {}\n"
    "for k, v in pairs(_G) do stock[k] = v end\n"
    "seed = 1\n"
    "function random(n)\n"
    "  seed = seed * 6364136223846793005 + 1442695040888963407\n"
    "  return (seed >> 33) % n + 1\n"
    "end\n"
    "function pick(t) return t[random(#t)] end\n"
    "function text(most, pieces)\n"
    "  local t = {}\n"
    "  for i = 1, random(most + 1) - 1 do t[i] = pick(pieces) end\n"
    "  return stock.table.concat(t)\n"
    "end\n"
    "function show(v)\n"
    "  if v ~= v then return 'nan' end\n"
    "  if stock.type(v) ~= 'string' then return ours.tostring(v) end\n"
    "  return stock.string.format('%q', v)\n"
    "end\n"
    "function list(...)\n"
    "  local t = stock.table.pack(...)\n"
    "  for i = 1, t.n do t[i] = show(t[i]) end\n"
    "  return stock.table.concat(t, ' ')\n"
    "end\n"
    "function same(a, b, ...)\n"
    "  local wanted, got = list(pcall(a, ...)), list(pcall(b, ...))\n"
    "  if wanted ~= got then\n"
    "    error(list(...) .. '\\nwanted: ' .. wanted .. '\\ngot: ' .. got)\n"
    "  end\n"
    "end\n"
    "function equal(got, wanted)\n"
    "  if wanted == got then return end\n"
    "  error('wanted ' .. show(wanted) .. ', got ' .. show(got), 2)\n"
    "end\n"
    "function raises(message, f, ...)\n"
    "  local ok, got = pcall(f, ...)\n"
    "  if not ok and stock.string.find(got, message, 1, true) then return end\n"
    "  error('wanted: ' .. message .. ', got ' .. list(ok, got), 2)\n"
    "end\n"
    "huge = { 0, 1, -1, 2, 5, -3, 100, 1.5, 2^53, 2^63, 0/0, 1/0, -1/0,\n"
    "  math.maxinteger, math.mininteger, 1 << 62, '', 'a', '3', '0x10', '%',\n"
    "  'abc', '\\0', {}, { 1, 2 }, type, true, false }\n";
/* clang-format on */

void lua_fixture_run(const char *source)
{
    if (luaL_dostring(L, source) != LUA_OK)
        ck_abort_msg("%s\n%s", lua_tostring(L, -1), source);
    lua_settop(L, 0);
}

static void open_stock(const char *name, lua_CFunction open)
{
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    lua_setglobal(L, name);
}

static void setup(void)
{
    memset(&memory, 0, sizeof(memory));
    memory.ceiling = (size_t)256 << 20;
    memory.countdown = -1;
    L = lua_newstate(allocate, NULL);
    ck_assert_ptr_nonnull(L);
    open_stock("_G", luaopen_base);
    open_stock("string", luaopen_string);
    open_stock("table", luaopen_table);
    open_stock("utf8", luaopen_utf8);
    open_stock("math", luaopen_math);
    lua_fixture_run(prelude);

    lua_newtable(L);
    ggl_addbase(L, -1);
    ggl_pushstringlib(L);
    lua_setfield(L, -2, "string");
    ggl_pushtablelib(L);
    lua_setfield(L, -2, "table");
    ggl_pushutf8lib(L);
    lua_setfield(L, -2, "utf8");
    lua_setglobal(L, "ours");
}

static void teardown(void)
{
    lua_close(L);
    ck_assert_uint_eq(memory.used, 0);
}

lua_State *lua_fixture_state(void)
{
    return L;
}

void lua_fixture_fail_after(long n)
{
    memory.countdown = n;
}

void lua_fixture_add(Suite *suite, TCase *tcase)
{
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
}
