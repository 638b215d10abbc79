-- session:evaluate and session:connect from plain Lua: what they refuse, then
-- what they answer.

local tap = require "tap"
local cjson = require "cjson"
local folder = require "folder"
local question = require "question"
local grantgate = require "grantgate"

local SRCDIR = os.getenv "srcdir"
local NOW = 1785578400
local SET, CALLER = question.SET, question.CALLER
local open, grant = question.open, question.grant

-- --- wrong arguments --------------------------------------------------------

tap.claim("evaluate takes a string or a table, then options it knows", function()
  local session = open()
  local function refuses(wanted, ...)
    tap.raises(wanted, session.evaluate, session, ...)
  end
  refuses "string or table expected, got no value"
  for _, value in ipairs { 1, true, print, io.stdout } do
    refuses("string or table expected", value)
  end
  refuses("table expected, got string", "{}", "acme")
  refuses("unknown key 'tennant'", "{}", { tennant = "acme" })
  refuses("'tenant' must be a string", "{}", { tenant = 7 })
  refuses("'tenant' holds a NUL", "{}", { tenant = "a\0" })
  refuses("'send_error' must be a string", "{}", { send_error = {} })
  refuses("'send_error' is not UTF-8", "{}", { send_error = "\xff" })
  refuses("'context' must be a table or a string", "{}", { context = 7 })
  for _, name in ipairs { "now", "sent_at", "send_error_at" } do
    refuses("'" .. name .. "' must be a whole number", "{}", { [name] = 1.5 })
    refuses("'" .. name .. "' must be a whole number", "{}", { [name] = {} })
    refuses("'" .. name .. "' must be from 1", "{}", { [name] = 0 })
    refuses("'" .. name .. "' must be from 1", "{}", { [name] = math.maxinteger })
    refuses("'" .. name .. "' must be a time", "{}", { [name] = "yesterday" })
    refuses("'" .. name .. "' must be a time", "{}", { [name] = "0" })
  end
end)

tap.claim("evaluate refuses what JSON has no form for", function()
  local session = open()
  local function refuses(wanted, value)
    tap.raises("the grant " .. wanted, session.evaluate, session, { x = value })
    tap.raises("the context " .. wanted, session.evaluate, session, "{}", {
      context = { x = value },
    })
  end
  refuses("cannot hold a function", print)
  refuses("cannot hold a userdata", io.stdout)
  refuses("cannot hold a thread", coroutine.create(print))
  refuses("holds a number that JSON cannot write", 0 / 0)
  refuses("holds a number that JSON cannot write", -math.huge)
  refuses("holds a table that is neither", { 1, x = 2 })
  refuses("holds a table that is neither", { 1, nil, 3 })
  refuses("holds a table that is neither", { [2] = 1 })
  refuses("holds a table that is neither", { [1.5] = 1 })
  refuses("holds a table that is neither", { [true] = 1 })
  refuses("holds a table that is neither", { [0] = 1 })
end)

tap.claim("evaluate answers nil and why the input is not one grant", function()
  local session = open()
  local two = '[{"id":"a","provider":"imap"},{"id":"b","provider":"imap"}]'
  tap.fails("invalid_argument", "several", session:evaluate('{"data":' .. two .. "}"))
  tap.fails("invalid_argument", "no grant", session:evaluate { data = {} })
  tap.fails("invalid_argument", "tenant", session:evaluate("{}", { tenant = "a b" }))
  tap.fails("invalid_argument", "context", session:evaluate("{}", { context = "[" }))
  tap.fails("invalid_argument", "context", session:evaluate("{}", { context = { 1 } }))
end)

tap.claim("connect takes a request that it knows", function()
  local session = open()
  local function refuses(wanted, ...)
    tap.raises(wanted, session.connect, session, ...)
  end
  refuses "table expected, got no value"
  refuses("table expected", "imap")
  refuses("unknown key 'login_hint'", { login_hint = "x" })
  refuses("'provider' must be a string", { provider = 7 })
  refuses("'email' holds a NUL", { email = "a\0" })
  refuses("'tenant' must be a string", { tenant = true })
  refuses("'code_challenge' must be a string", { code_challenge = 1 })
  refuses("'context' must be a table or a string", { context = true })
  refuses("'now' must be a time", { now = "soon" })
  tap.fails("invalid_argument", "tenant", session:connect { tenant = "a b" })
  tap.fails("invalid_argument", "provider", session:connect { provider = "IMAP" })
  tap.fails("invalid_argument", "e-mail", session:connect { email = "a\nb" })
  tap.fails("invalid_argument", "context", session:connect { context = "7" })
end)

-- --- evaluate ---------------------------------------------------------------

tap.claim("decides as the program does, byte for byte", function()
  local policies = SRCDIR .. "/policies"
  local file = SRCDIR .. "/examples/grants.ndjson"
  local pipe = assert(io.popen(
    ("env -u LD_PRELOAD '%s' eval -q --no-lockdown --policies '%s' --now %d --max-errors 100%% "
      .. "--client-id app --redirect-uri https://host.example/cb '%s'"):format(
      os.getenv "GRANTGATE", policies, NOW, file)
  ))
  local session = assert(assert(grantgate.policies(policies)):session(CALLER))
  local n = 0
  for line in io.lines(file) do
    local record = assert(pipe:read "l"):gsub('"line":%d+,', "", 1)
    n = n + 1
    local decision = assert(session:evaluate(line, { now = NOW }))
    tap.same(session:record(), record, "line " .. n)
    tap.same(decision.action, cjson.decode(record).action)
  end
  tap.same(pipe:read "l", nil)
  pipe:close()
  assert(n > 50)
end)

tap.claim("decides the same about the table that cjson makes", function()
  local set = assert(grantgate.policies(SRCDIR .. "/policies"))
  local session = assert(set:session(CALLER))
  local n = 0
  for line in io.lines(SRCDIR .. "/examples/grants.ndjson") do
    local valid, table = pcall(cjson.decode, line)
    if valid then
      n = n + 1
      assert(session:evaluate(line, { now = NOW }))
      local record = session:record()
      assert(session:evaluate(table, { now = NOW }))
      tap.same(session:record(), record, line)
    end
  end
  assert(n > 50)
end)

tap.claim("a decision has the fields of the record", function()
  local session = open { trace = true }
  local decision = assert(session:evaluate(
    grant("a", { settings = { imap_host = "h" } }),
    { tenant = "other", now = "2026-08-01T10:00:00Z" }
  ))
  local url = decision.auth_url
  assert(url:find("client_id=app", 1, true), url)
  decision.auth_url = nil
  tap.same(decision, {
    grant_id = "a",
    tenant = "other",
    provider = "imap",
    action = "reauth",
    reason = "all",
    policy = "default.lua",
    rule = "all",
    smtp = "incomplete",
    missing = { "smtp_host", "smtp_port" },
    evidence = "settings",
    trace = {
      {
        policy = "default.lua",
        question = "evaluate",
        rule = "all",
        answer = "reauth",
      },
      {
        policy = "default.lua",
        question = "connect",
        answer = { smtp_required = true },
      },
    },
  })
  assert(session:record():find('"trace":[{"policy":"default.lua"', 1, true))
end)

tap.claim("facts come as options, times as numbers or text", function()
  local session = open()
  for _, at in ipairs { NOW, NOW + 0.0, "2026-08-01T10:00:00Z", tostring(NOW) } do
    local decision = assert(session:evaluate(grant "a", {
      send_error = "no route",
      send_error_at = at,
      sent_at = at,
      now = at,
    }))
    tap.same(decision.reason, "sent")
    tap.same({ decision.after, decision.due }, { 3600, NOW + 3600 })
    tap.same(math.type(decision.due), "integer")
  end
end)

tap.claim("values go in and come out as they are", function()
  local session = open()
  local decision = assert(session:evaluate(
    grant("data", {
      scope = {},
      name = cjson.null,
      unknown = {
        whole = 3.0,
        big = 9007199254740993,
        real = 2.5,
        huge = 1e300,
        list = { 1, { "x" }, false },
        text = 'a"\\\n\u{1F600}\0\x7f',
        empty = {},
      },
    }),
    { context = { n = 1.0, none = cjson.null, list = { { a = "b" } } } }
  ))
  tap.same(decision.action, "accept")
  local raw, context, number = table.unpack(decision.data)
  tap.same(math.type(raw.unknown.whole), "integer")
  tap.same(raw.unknown, {
    whole = 3,
    big = 9007199254740993,
    real = 2.5,
    huge = 1e300,
    list = { 1, { "x" }, false },
    text = 'a"\\\n\u{1F600}\0\x7f',
    empty = {},
  })
  tap.same({ raw.scope, raw.name }, { {} })
  tap.same(context, { n = 1, list = { { a = "b" } } })
  tap.same(number, 9007199254740993)
end)

tap.claim("context may be JSON", function()
  local decision = assert(open():evaluate(grant "data", { context = '{"a":[1]}' }))
  tap.same(decision.data[2], { a = { 1 } })
end)

tap.claim("an envelope may be a table, and wins over the options", function()
  local decision = assert(open():evaluate(
    { grant = grant "a", tenant = "acme", context = {} },
    { tenant = "other" }
  ))
  tap.same(decision.tenant, "acme")
end)

tap.claim("a grant that cannot be read is a decision, not a failure", function()
  local session = open()
  local deep = {}
  deep.deep = deep
  for code, value in pairs {
    invalid_json = "{",
    duplicate_key = '{"id":"a","id":"b"}',
    invalid_grant = { id = 7, provider = "imap" },
  } do
    local decision = assert(session:evaluate(value))
    tap.same({ decision.action, decision.error.code }, { "error", code })
  end
  for _, value in ipairs { deep, grant("a", { name = "\xff" }) } do
    local decision = assert(session:evaluate(value))
    tap.same(decision.error.code, "invalid_json")
  end
end)

tap.claim("a policy that fails is a decision, not a failure", function()
  local session = open { limits = { instructions = 10000 } }
  local decision = assert(session:evaluate(grant "typo"))
  tap.same({ decision.action, decision.rule }, { "error", "typo" })
  tap.same(decision.error.code, "policy_error")
  assert(decision.error.message:find("default.lua:", 1, true))
  tap.same(assert(session:evaluate(grant "loop")).error.code, "instruction_limit")
  tap.same(assert(session:evaluate(grant "a")).action, "reauth")
end)

tap.claim("metamethods of tables are not asked", function()
  local function never()
    error "asked"
  end
  local meta = { __index = never, __len = never, __pairs = never, __name = "x" }
  local decision = assert(open():evaluate(
    setmetatable(grant("a", { scope = setmetatable({ "x" }, meta) }), meta),
    setmetatable({ context = setmetatable({}, meta) }, meta)
  ))
  tap.same(decision.action, "reauth")
end)

tap.claim("there is no record before the first decision", function()
  local session = open()
  tap.same(session:record(), nil)
  assert(session:evaluate(grant "a"))
  local record = session:record()
  assert(not record:find "\n")
  assert(session:connect {})
  tap.same(session:record(), record)
end)

-- --- connect ----------------------------------------------------------------

tap.claim("connect answers with the URL, its fields, and who set them", function()
  local session = open { region = "eu" }
  local answer = assert(session:connect {
    tenant = "acme",
    provider = "imap",
    email = "ada@example.com",
    context = { state = "s 1" },
    code_challenge = grantgate.pkce_challenge "nylas",
  })
  assert(answer.auth_url:find("^https://api%.eu%."), answer.auth_url)
  assert(answer.auth_url:find("state=s%201", 1, true), answer.auth_url)
  assert(answer.auth_url:find("code_challenge=", 1, true), answer.auth_url)
  answer.auth_url = nil
  tap.same(answer, {
    tenant = "acme",
    provider = "imap",
    fields = {
      smtp_required = true,
      region = "eu",
      client_id = "app",
      redirect_uri = "https://host.example/cb",
      state = "s 1",
    },
    from = {
      smtp_required = "default.lua",
      region = "caller",
      client_id = "caller",
      redirect_uri = "caller",
      state = "tenants/acme.lua",
    },
  })
end)

tap.claim("connect says why there is no URL", function()
  local answer = assert(assert(SET:session()):connect { provider = "imap" })
  tap.same(answer.auth_url, nil)
  tap.same(answer.error.code, "invalid_argument")
  answer = assert(open():connect { tenant = "acme" })
  tap.same(answer.auth_url, nil)
  tap.same(answer.error.code, "policy_error")
  tap.same(answer.error.policy, "tenants/acme.lua")
end)

folder.remove()
tap.done()
