-- docs/decision.schema.json takes what the program prints, and refuses records
-- that break the contract.  The validator is judged along with it.

local json = require "cjson"
local regex = require "regex"
local schema = require "schema"
local tap = require "tap"

local srcdir = assert(os.getenv("srcdir"), "srcdir is not set")

local function read(path)
  local file <close> = assert(io.open(srcdir .. "/" .. path, "rb"))
  return file:read("a")
end

local rules = json.decode(read("docs/decision.schema.json"))

local ACCEPT = [[{"line":1,"grant_id":"a","provider":"imap",
  "action":"accept","reason":"complete","policy":"default.lua",
  "rule":"can-send","smtp":"complete","evidence":"settings"}]]
local REAUTH = [[{"grant_id":"a","tenant":"acme","provider":"imap",
  "action":"reauth","reason":"smtp_missing","policy":"tenants/acme/imap.lua",
  "smtp":"incomplete","missing":["smtp_host"],"evidence":"settings",
  "auth_url":"https://api.us.nylas.com/v3/connect/auth?client_id=x"}]]
local DEFER = [[{"grant_id":"a","provider":"aol","action":"defer",
  "reason":"no_opinion","smtp":"unknown","evidence":"none"}]]
local REPAIR = [[{"grant_id":"a","provider":"imap","action":"repair",
  "reason":"known","policy":"default.lua","smtp":"incomplete","missing":[],
  "evidence":"send_error","smtp_host":"h","smtp_port":587}]]
local FAILED = [[{"line":2,"action":"error",
  "error":{"code":"invalid_json","message":"no JSON"}}]]
local TRACED = [[{"grant_id":"a","provider":"google","action":"reject",
  "reason":"x","policy":"default.lua","mandate":true,"data":{"n":1},
  "smtp":"not_applicable","evidence":"provider","trace":[
    {"policy":"default.lua","question":"mandate.evaluate","answer":"reject"},
    {"policy":"default.lua","question":"connect","answer":{"region":"us"}},
    {"policy":"default.lua","question":"evaluate","answer":null}]}]]

-- What a sound record becomes, and that it is refused.
local BROKEN = {
  { "a record without an action", ACCEPT, '"action":"accept",', "" },
  { "an action of its own", ACCEPT, '"accept"', '"approve"' },
  { "a field nobody knows", ACCEPT, '"line":1', '"lines":1' },
  { "a line number 0", ACCEPT, '"line":1', '"line":0' },
  { "a line number that is a string", ACCEPT, '"line":1', '"line":"1"' },
  { "a line number with a fraction", ACCEPT, '"line":1', '"line":1.5' },
  { "a null", ACCEPT, '"line":1', '"line":null' },
  { "an id with a slash", ACCEPT, '"grant_id":"a"', '"grant_id":"a/b"' },
  { "a decision without an id", ACCEPT, '"grant_id":"a",', "" },
  { "a decision without a reason", ACCEPT, '"reason":"complete",', "" },
  { "a reason in words", ACCEPT, '"complete","policy"', '"All fine","policy"' },
  { "a policy outside the set", ACCEPT, "default.lua", "../default.lua" },
  { "a rule without a policy", ACCEPT, '"policy":"default.lua",', "" },
  { "an accept with an error", ACCEPT, '"line":1',
    '"error":{"code":"policy_error","message":"x"}' },
  { "an accept with a link", ACCEPT, '"line":1', '"auth_url":"https://a.b"' },
  { "an accept with a date", ACCEPT, '"line":1', '"after":1,"due":2' },
  { "a complete grant that misses something", ACCEPT, '"line":1',
    '"missing":["smtp_host"]' },
  { "a verdict without evidence", ACCEPT, ',"evidence":"settings"', "" },
  { "evidence that does not fit", ACCEPT, '"settings"', '"provider"' },
  { "a mandate that is false", ACCEPT, '"line":1', '"mandate":false' },
  { "a reauth with neither link nor reason for none", REAUTH,
    '"auth_url":"[^"]*"', '"notify":"owner"' },
  { "a reauth with both", REAUTH, '"auth_url"',
    '"auth_url_missing":"no_email","auth_url"' },
  { "a link with a space", REAUTH, "client_id=x", "client_id=x y" },
  { "an incomplete grant that says nothing of what", REAUTH,
    '"missing":%["smtp_host"%],', "" },
  { "missing what does not exist", REAUTH, '%["smtp_host"%]', '["imap_host"]' },
  { "missing one thing twice", REAUTH, '%["smtp_host"%]',
    '["smtp_host","smtp_host"]' },
  { "a tenant that is a path", REAUTH, '"acme"', '"../acme"' },
  { "a defer with an after and no due", DEFER, '"smtp"', '"after":1,"smtp"' },
  { "no policy, but a reason of one", DEFER, '"no_opinion"', '"later"' },
  { "a repair without a port", REPAIR, ',"smtp_port":587', "" },
  { "a repair with port 0", REPAIR, "587", "0" },
  { "an error without one", FAILED, ',%s*"error":%b{}', "" },
  { "an error with a code of its own", FAILED, "invalid_json", "bad_json" },
  { "an error without a message", FAILED, ',"message":"no JSON"', "" },
  { "an error with a reason", FAILED, '"line":2', '"reason":"complete"' },
  { "a trace with another question", TRACED, '"connect"', '"fetch"' },
  { "a trace with an answer that is none", TRACED, "null", '"maybe"' },
  { "a trace without an answer", TRACED, ',"answer":null', "" },
}

tap.claim("takes what the program prints", function()
  for _, name in ipairs { "grants", "envelopes", "facts", "document" } do
    local n = 0
    for line in read("tests/cli/" .. name .. ".golden"):gmatch("[^\n]+") do
      n = n + 1
      tap.same(schema.complaint(rules, json.decode(line)), nil, line)
    end
    assert(n > 0, name)
  end
end)

tap.claim("takes one record of each kind", function()
  for _, text in ipairs { ACCEPT, REAUTH, DEFER, REPAIR, FAILED, TRACED } do
    tap.same(schema.complaint(rules, json.decode(text)), nil, text)
  end
end)

for _, case in ipairs(BROKEN) do
  local name, sound, from, to = table.unpack(case)
  tap.claim("refuses " .. name, function()
    local text, n = sound:gsub(from, (to:gsub("%%", "%%%%")))
    assert(n >= 1, "nothing was changed")
    assert(schema.complaint(rules, json.decode(text)), text)
  end)
end

tap.claim("an unknown keyword is an error", function()
  assert(not pcall(schema.complaint, { minItems = 1 }, {}))
end)

-- pattern, text, whether it is found
local EXPRESSIONS = {
  { "^a+b?$", "aab", true },
  { "^a+b?$", "b", false },
  { "^(ab|c)*d$", "ababcd", true },
  { "^(ab|c)*d$", "abad", false },
  { "^[^a-c]{2,3}$", "xyz", true },
  { "^[^a-c]{2,3}$", "xyzz", false },
  { "^[^a-c]{2,3}$", "xb", false },
  { "^a{2}$", "aaa", false },
  { "b", "abc", true },
  { "^b", "abc", false },
  { "^x\\.y$", "x.y", true },
  { "^x\\.y$", "xzy", false },
  { "^[a-]$", "-", true },
  { "^$", "", true },
}

tap.claim("regular expressions match what they should", function()
  for _, case in ipairs(EXPRESSIONS) do
    tap.same(regex.find(case[1], case[2]), case[3], case[1] .. " " .. case[2])
  end
end)

tap.claim("an expression that is not supported is an error", function()
  for _, pattern in ipairs { "\\d", "(?:a)", "a**", "[\\w]", "(a", "a)" } do
    assert(not pcall(regex.find, pattern, "a"), pattern)
  end
end)

tap.done()
