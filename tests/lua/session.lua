-- grantgate.session from plain Lua: what it refuses, then how long it lives and
-- whom it calls.

local tap = require "tap"
local fake = require "fake"
local folder = require "folder"
local question = require "question"
local grantgate = require "grantgate"

local SRCDIR = os.getenv "srcdir"
local SET = question.SET
local open, grant = question.open, question.grant

-- --- wrong arguments --------------------------------------------------------

tap.claim("session takes a set, then options that it knows", function()
  tap.raises("grantgate.policies expected, got no value", grantgate.session)
  tap.raises("grantgate.policies expected", grantgate.session, {})
  tap.raises("grantgate.policies expected", grantgate.session, "policies")
  tap.raises("table expected", grantgate.session, SET, "x")
  tap.raises("unknown key 'clientid'", grantgate.session, SET, { clientid = 1 })
  tap.raises("unknown key 'provider'", grantgate.session, SET, { provider = 1 })
  tap.raises("unknown key '1'", grantgate.session, SET, { 1 })
end)

tap.claim("session refuses options of the wrong type", function()
  local function refuses(wanted, options)
    tap.raises(wanted, grantgate.session, SET, options)
  end
  refuses("'client_id' must be a string", { client_id = 7 })
  refuses("'client_id' holds a NUL", { client_id = "a\0" })
  refuses("'scope' must be a list", { scope = "x" })
  refuses("'smtp_required' must be true", { smtp_required = 1 })
  refuses("'api_url' must be a string", { api_url = {} })
  refuses("'trace' must be true or false", { trace = "yes" })
  refuses("'log' must be a function", { log = io.stderr })
  refuses("'client' must be a grantgate.client", { client = SET })
  refuses("'client' must be a grantgate.client", { client = "key" })
  refuses("'limits' must be a table", { limits = 5 })
  refuses("unknown key 'steps'", { limits = { steps = 5 } })
  refuses("'instructions' must be from 1", { limits = { instructions = 0 } })
end)

tap.claim("session answers nil and which option does not fit", function()
  local function fails(wanted, options)
    tap.fails("invalid_argument", wanted, SET:session(options))
  end
  fails("region must be", { region = "fr" })
  fails("redirect_uri must be", { redirect_uri = "http://a.example" })
  fails("state must be", { state = string.rep("x", 257) })
  fails("api_url must be", { api_url = "http://a.example" })
  fails("options must be", { options = { "smtp_required" } })
end)

local METHODS = { "evaluate", "connect", "record", "close" }

tap.claim("methods are called on a session that is open", function()
  local session = open()
  for _, name in ipairs(METHODS) do
    tap.raises("grantgate.session expected, got no value", session[name])
    tap.raises("grantgate.session expected", session[name], {})
    tap.raises("grantgate.session expected", session[name], SET)
  end
  tap.same(tostring(session), "grantgate.session")
  session:close()
  tap.same(tostring(session), "grantgate.session (closed)")
  for _, name in ipairs { "evaluate", "connect", "record" } do
    tap.raises("this session is closed", session[name], session, {})
  end
  session:close()
end)

tap.claim("says which argument of which function is wrong", function()
  local session = open()
  tap.raises("bad argument #1 to 'evaluate'", function()
    session:evaluate(7)
  end)
  tap.raises("bad argument #1 to 'connect'", function()
    session:connect "imap"
  end)
  tap.raises("tests/lua/session.lua:", function()
    session:evaluate({}, { tennant = "acme" })
  end)
end)

-- --- log --------------------------------------------------------------------

tap.claim("log lines come in order, with place and grant", function()
  local lines = {}
  local session = open {
    log = function(...)
      lines[#lines + 1] = table.pack(...)
    end,
  }
  assert(session:evaluate(grant "log"))
  assert(session:connect { tenant = "acme", context = { state = "x" } })
  tap.same(#lines, 4)
  for i = 1, 3 do
    tap.same(lines[i], { "default.lua:8", "log", "line " .. i, n = 3 })
  end
  tap.same(lines[4], { "tenants/acme.lua:2", nil, "for acme", n = 3 })
end)

tap.claim("what a log function raises comes out, and the session goes on", function()
  local cause = {}
  local session = open {
    log = function()
      error(cause)
    end,
  }
  for _ = 1, 100 do
    local returned, why = pcall(session.evaluate, session, grant "log")
    tap.same(returned, false)
    assert(why == cause)
  end
  tap.same(assert(session:evaluate(grant "a")).action, "reauth")
end)

tap.claim("a log function may ask the same session", function()
  local session
  local inner = {}
  session = open {
    log = function()
      inner[#inner + 1] = assert(session:evaluate(grant("a" .. #inner))).grant_id
    end,
  }
  tap.same(assert(session:evaluate(grant "log")).reason, "logged")
  tap.same(inner, { "a0", "a1", "a2" })
end)

tap.claim("a log function may close the session", function()
  local session
  session = open {
    log = function()
      session:close()
    end,
  }
  tap.same(assert(session:evaluate(grant "log")).reason, "logged")
  tap.raises("closed", session.record, session)
end)

tap.claim("a log function may yield", function()
  local session = open { log = coroutine.yield }
  local ask = coroutine.wrap(function()
    return "done", assert(session:evaluate(grant "log")).reason
  end)
  for i = 1, 3 do
    local _, id, text = ask()
    tap.same({ id, text }, { "log", "line " .. i })
  end
  tap.same({ ask() }, { "done", "logged" })
  tap.raises("outside a coroutine", session.evaluate, session, grant "log")
end)

-- --- lifetime ---------------------------------------------------------------

tap.claim("works inside coroutines, in turns", function()
  local session = open()
  local function ask(id)
    return coroutine.wrap(function()
      while true do
        coroutine.yield(assert(session:evaluate(grant(id))).grant_id)
      end
    end)
  end
  local a, b = ask "a", ask "b"
  for _ = 1, 10 do
    tap.same({ a(), b() }, { "a", "b" })
  end
end)

tap.claim("a session outlives its set", function()
  local set = assert(grantgate.policies(SRCDIR .. "/policies"))
  local session = assert(set:session())
  set:close()
  set = nil
  collectgarbage()
  tap.same(assert(session:evaluate(grant "a")).grant_id, "a")
end)

tap.claim("closes at the end of its scope", function()
  local kept
  do
    local session <close> = open()
    kept = session
  end
  tap.raises("this session is closed", kept.evaluate, kept, "{}")
end)

tap.claim("a finalizer that asks the session in between is refused", function()
  local session = open()
  local refused, answered = 0, 0
  local function plant()
    setmetatable({}, {
      __gc = function()
        local returned, why = pcall(session.evaluate, session, grant "a")
        if returned then
          answered = answered + 1
        else
          assert(why:find "is answering a question", why)
          refused = refused + 1
        end
        pcall(session.close, session)
        session = open()
      end,
    })
  end
  collectgarbage "generational"
  for i = 1, 3000 do
    plant()
    local returned, decision = pcall(session.evaluate, session, grant("data" .. i), {
      context = { list = { 1, 2, 3 } },
    })
    if returned then
      tap.same(decision.grant_id, "data" .. i)
    else
      assert(decision:find "closed", decision)
    end
  end
  collectgarbage "incremental"
  collectgarbage()
  assert(refused > 0, "never in between")
  assert(answered > 0, "never otherwise")
end)

tap.claim("keeps nothing of what it was asked", function()
  local session = open { log = function() end, trace = true }
  local function ask(times)
    for i = 1, times do
      session:evaluate(grant("data" .. i), { context = { a = { i } } })
      session:evaluate(grant "log")
      session:connect { tenant = "acme", context = { state = "x" } }
      pcall(session.evaluate, session, { print })
    end
    collectgarbage()
    collectgarbage()
    return collectgarbage "count"
  end
  local before = ask(100)
  local after = ask(2000)
  assert(after - before < 64, (after - before) .. " KiB more")
end)

-- --- fetching ---------------------------------------------------------------

local url, stop = fake.serve(9)
if url then
  local function connect()
    return assert(grantgate.client { api_key = "key", api_url = url })
  end

  tap.claim("policies fetch through the session's client", function()
    local client = connect()
    local session = open { client = client }
    local other
    for listed in client:grants() do
      other = listed.id
      break
    end
    local context = { other = other }
    local decision = assert(session:evaluate(grant "fetch", { context = context }))
    tap.same(decision.data.id, other)
    client = nil
    collectgarbage()
    context.other = "nobody"
    decision = assert(session:evaluate(grant "fetch", { context = context }))
    tap.same(decision.data.err, "not_found")
  end)

  tap.claim("without a client they may not", function()
    local decision = assert(open():evaluate(grant "fetch", { context = { other = "a" } }))
    tap.same(decision.action, "error")
  end)

  tap.claim("a client that a session uses does not close", function()
    local client = connect()
    local session = open { client = client }
    tap.raises("a session that uses this client is open", client.close, client)
    session:close()
    client:close()
    tap.raises("this client is closed", grantgate.session, SET, {
      client = client,
    })
  end)

  stop()
end

folder.remove()
tap.done()
