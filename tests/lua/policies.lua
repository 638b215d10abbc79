-- grantgate.policies and grantgate.check from plain Lua: what they refuse, then
-- what they do.

local tap = require "tap"
local folder = require "folder"
local grantgate = require "grantgate"

local SHIPPED = os.getenv "srcdir" .. "/policies"

local GOOD = folder.make {
  ["default.lua"] = 'return { evaluate = { rule { "all", when = "always", '
    .. 'accept "fine" } } }',
  ["default_test.lua"] = 'return { { "accepts", grant = { provider = "imap" }, '
    .. 'expect = { action = "accept" } },\n'
    .. '{ "fails", grant = { provider = "imap" }, '
    .. 'expect = { action = "reject" } } }',
  ["tenants/acme.lua"] = 'return { about = "x" }',
  ["tenants.lua"] = 'return { ["trial-*"] = "acme" }',
}
local BROKEN = folder.make {
  ["default.lua"] = 'return { evaluate = { rule { "all", when = "always", '
    .. 'accept "fine" } } }',
  ["tenants/acme.lua"] = "return {\n  nonsense = 1 }",
}

-- --- wrong arguments --------------------------------------------------------

tap.claim("policies takes a folder or a table and nothing else", function()
  for _, value in ipairs { 1, true, print, io.stdout } do
    tap.raises("bad argument #1", grantgate.policies, value)
    tap.raises("folder or table expected", grantgate.policies, value)
  end
  tap.raises("expected, got no value", grantgate.policies)
  tap.raises("'folder' is missing", grantgate.policies, {})
  tap.raises("'folder' holds a NUL", grantgate.policies, "a\0b")
  tap.raises("'folder' must be a string", grantgate.policies, { folder = 7 })
end)

tap.claim("policies refuses options that it does not know or that do not fit",
  function()
    local function refuses(wanted, options)
      options.folder = GOOD
      tap.raises(wanted, grantgate.policies, options)
    end
    refuses("unknown key 'isolate'", { isolate = true })
    refuses("unknown key '1'", { "policies" })
    refuses("'isolate_tenants' must be true or false", { isolate_tenants = 1 })
    refuses("'limits' must be a table", { limits = 7 })
    refuses("limits has an unknown key 'time'", { limits = { time = 7 } })
    refuses("'time_ms' must be from 1", { limits = { time_ms = 0 } })
    refuses("'time_ms' must be a whole number", { limits = { time_ms = "1" } })
    refuses("'memory_bytes' must be a whole", { limits = { memory_bytes = 0.5 } })
    refuses("'instructions' must be from 1", { limits = { instructions = -1 } })
  end)

tap.claim("policies takes files as texts by path and nothing else", function()
  local files = { ["default.lua"] = "return {}" }
  for _, wrong in ipairs { 7, "x", { "x" }, { ["a.lua"] = 7 } } do
    tap.raises("texts by path", grantgate.policies, { files = wrong })
  end
  tap.raises("NUL", grantgate.policies, { files = { ["a\0.lua"] = "" } })
  tap.raises("exclude", grantgate.policies, { files = files, folder = GOOD })
  tap.fails("policy_error", "default.lua:1", grantgate.policies {
    files = { ["default.lua"] = "return" },
  })
  tap.fails("policy_error", "", grantgate.policies { files = {} })
end)

tap.claim("policies from memory decide as those from a folder", function()
  local set = assert(grantgate.policies {
    files = {
      ["default.lua"] = "return { evaluate = { rule { 'a', when = 'always', "
        .. "accept 'a' } } }",
      ["tenants/acme.lua"] = "return { evaluate = function(grant) return "
        .. "defer(grant.tenant) end }",
    },
  })
  local session = assert(set:session {})
  local grant = { id = "g1", provider = "imap" }
  tap.same(assert(session:evaluate(grant)).reason, "a")
  tap.same(assert(session:evaluate(grant, { tenant = "acme" })).reason, "acme")
  tap.raises("no folder with tests", set.test, set)
end)

tap.claim("policies answers nil and why a folder does not load", function()
  tap.fails("io_error", "nowhere", grantgate.policies "/nowhere/at/all")
  tap.fails("policy_error", "tenants/acme.lua:2", grantgate.policies(BROKEN))
  tap.fails("policy_error", "", grantgate.policies {
    folder = GOOD,
    limits = { instructions = 1 },
  })
end)

tap.claim("check takes a folder and nothing else", function()
  tap.raises("string expected, got no value", grantgate.check)
  tap.raises("string expected, got table", grantgate.check, {})
  tap.raises("'folder' holds a NUL", grantgate.check, "a\0b")
  tap.fails("io_error", "nowhere", grantgate.check "/nowhere/at/all")
end)

local METHODS = {
  "broken", "close", "digest", "has_tenant", "rules", "session", "test",
}

tap.claim("methods are called on a set that is open, with what they need",
  function()
    local set = assert(grantgate.policies(GOOD))
    for _, name in ipairs(METHODS) do
      tap.raises("grantgate.policies expected", set[name])
      tap.raises("grantgate.policies expected", set[name], {})
      tap.raises("grantgate.policies expected", set[name], io.stdout)
    end
    tap.raises("string expected, got no value", set.has_tenant, set)
    tap.raises("string expected, got number", set.has_tenant, set, 7)
    tap.raises("'tenant' holds a NUL", set.has_tenant, set, "a\0")
    tap.raises("table expected", set.test, set, "acme")
    tap.raises("unknown key 'run'", set.test, set, { run = "x" })
    tap.raises("'pattern' must be a string", set.test, set, { pattern = 1 })
    set:close()
    for _, name in ipairs(METHODS) do
      if name ~= "close" then
        tap.raises("this policy set is closed", set[name], set, "acme")
      end
    end
    set:close()
  end)

tap.claim("says which argument of which function is wrong", function()
  local set = assert(grantgate.policies(GOOD))
  tap.raises("bad argument #1 to 'has_tenant'", function()
    set:has_tenant {}
  end)
  tap.raises("bad argument #1 to 'policies'", function()
    return (grantgate.policies(1))
  end)
end)

tap.claim("a set's insides are not for programs", function()
  local set = assert(grantgate.policies(GOOD))
  tap.same({ set.__gc, set.__index, set.nothing }, {})
  tap.same(getmetatable(set), false)
  tap.raises("index", function()
    set.digest = "x"
  end)
end)

-- --- right ones -------------------------------------------------------------

tap.claim("a set is what its files are", function()
  local set = assert(grantgate.policies(GOOD))
  local same = assert(grantgate.policies { folder = GOOD })
  local other = assert(grantgate.policies(SHIPPED))
  assert(set:digest():find "^%x+$" and #set:digest() == 64)
  tap.same(set:digest(), same:digest())
  assert(set:digest() ~= other:digest())
  tap.same(tostring(set), "grantgate.policies: " .. set:digest())
  set:close()
  tap.same(tostring(set), "grantgate.policies (closed)")
end)

tap.claim("knows the tenants that files and mappings name", function()
  local set = assert(grantgate.policies(GOOD))
  tap.same(set:has_tenant "acme", true)
  tap.same(set:has_tenant "trial-7", true)
  tap.same(set:has_tenant "nobody", false)
end)

tap.claim("isolates broken tenants and lists what is wrong", function()
  local set = assert(grantgate.policies {
    folder = BROKEN,
    isolate_tenants = true,
  })
  local broken = set:broken()
  tap.same(#broken, 1)
  assert(broken[1]:find("tenants/acme.lua:2", 1, true), broken[1])
  tap.same(assert(grantgate.policies(GOOD)):broken(), {})
end)

tap.claim("lists its rules", function()
  tap.same(assert(grantgate.policies(GOOD)):rules(), {
    {
      policy = "default.lua",
      question = "evaluate",
      name = "all",
      where = "default.lua:1",
    },
  })
end)

tap.claim("runs its tests and says what differs", function()
  local set = assert(grantgate.policies(GOOD))
  local results = assert(set:test())
  tap.same(#results, 2)
  tap.same(results[1], {
    file = "default_test.lua",
    name = "accepts",
    passed = true,
  })
  tap.same(results[2].passed, false)
  assert(results[2].expected:find "reject", results[2].expected)
  assert(results[2].actual:find "accept", results[2].actual)
  tap.same(#assert(set:test { pattern = "fails" }), 1)
  tap.same(assert(set:test { pattern = "no such case" }), {})
end)

tap.claim("says which test file does not load", function()
  local path = folder.make {
    ["default.lua"] = "return {}",
    ["default_test.lua"] = "return 7",
  }
  local set = assert(grantgate.policies(path))
  tap.fails("policy_error", "default_test.lua", set:test())
end)

tap.claim("the tests of what ships pass", function()
  local results = assert(assert(grantgate.policies(SHIPPED)):test())
  assert(#results > 10)
  for _, result in ipairs(results) do
    assert(result.passed, result.name)
  end
end)

tap.claim("check finds nothing wrong with what ships", function()
  local findings, loads = grantgate.check(SHIPPED)
  tap.same(findings, {})
  tap.same(loads, true)
end)

tap.claim("check lists what does not load", function()
  local findings, loads = grantgate.check(BROKEN)
  tap.same(loads, false)
  tap.same(#findings, 1)
  local finding = findings[1]
  tap.same({ finding.file, finding.line }, { "tenants/acme.lua", 2 })
  tap.same(finding.is_error, true)
  assert(finding.name and finding.message)
end)

tap.claim("check lists what is likely to be a mistake", function()
  local path = folder.make {
    ["default.lua"] = 'return { evaluate = {\n  rule { "a", when = "always", '
      .. 'accept "x" },\n  rule { "b", when = "always", accept "y" },\n} }',
  }
  local findings, loads = grantgate.check(path)
  tap.same(loads, true)
  assert(#findings > 0)
  tap.same(findings[1].is_error, false)
end)

-- --- lifetime ---------------------------------------------------------------

tap.claim("closes at the end of its scope", function()
  local kept
  do
    local set <close> = assert(grantgate.policies(GOOD))
    kept = set
    assert(set:digest())
  end
  tap.raises("this policy set is closed", kept.digest, kept)
end)

tap.claim("a finalizer may close a set that is being read", function()
  for _, name in ipairs { "rules", "broken", "test" } do
    local set = assert(grantgate.policies(SHIPPED))
    local closed = false
    collectgarbage "generational"
    for _ = 1, 50 do
      setmetatable({}, {
        __gc = function()
          closed = true
          set:close()
        end,
      })
    end
    for _ = 1, 200 do
      if not pcall(set[name], set) then
        break
      end
    end
    collectgarbage "incremental"
    collectgarbage()
    assert(closed)
  end
end)

tap.claim("what is let go of is given back", function()
  local function ask(times)
    for _ = 1, times do
      local set = assert(grantgate.policies(GOOD))
      set:rules()
      assert(set:test())
      pcall(set.has_tenant, set)
    end
    collectgarbage()
    collectgarbage()
    return collectgarbage "count"
  end
  local before = ask(10)
  local after = ask(100)
  assert(after - before < 64, (after - before) .. " KiB more")
end)

folder.remove()
tap.done()
