-- require "grantgate" from plain Lua: what it refuses, then what it does.

local tap = require "tap"
local grantgate = require "grantgate"

local MINIMAL = {
  client_id = "YOUR_CLIENT_ID",
  redirect_uri = "https://example.com/cb",
}
local START = "https://api.us.nylas.com/v3/connect/auth"
  .. "?client_id=YOUR_CLIENT_ID&redirect_uri=https%3A%2F%2Fexample.com%2Fcb"
  .. "&response_type=code"
local HUGE = string.rep("x", 10000000)

--- The minimal options with some changed.
local function with(changes)
  local options = {}
  for _, from in ipairs { MINIMAL, changes } do
    for key, value in pairs(from) do
      options[key] = value
    end
  end
  return options
end

--- Raises, with this in the message.
local function raises(wanted, ...)
  local returned, why = pcall(...)
  assert(not returned, "raised nothing")
  assert(type(why) == "string", "raised a " .. type(why))
  assert(why:find(wanted, 1, true), why)
end

--- Answers nil and an error with this in the message.
local function fails(code, wanted, ...)
  local answer, why = ...
  tap.same(answer, nil)
  tap.same(why.code, code)
  assert(why.message:find(wanted, 1, true), why.message)
end

--- Refuses these options: raises, or answers nil and an error.
local function refuses(wanted, changes)
  local returned, answer, why = pcall(grantgate.auth_url, with(changes))
  local message = answer
  if returned then
    tap.same(answer, nil)
    tap.same(why.code, "invalid_argument")
    message = why.message
  end
  assert(message:find(wanted, 1, true), message)
  assert(#message < 600, "the message is " .. #message .. " bytes long")
end

-- --- wrong arguments --------------------------------------------------------

tap.claim("auth_url takes a table and nothing else", function()
  raises("table expected, got no value", grantgate.auth_url)
  for _, value in ipairs { 1, "x", true, print, io.stdout } do
    raises("table expected, got", grantgate.auth_url, value)
  end
end)

tap.claim("auth_url refuses an unknown option and names it", function()
  refuses("unknown key 'clientid'", { clientid = "x" })
  refuses("unknown key 'code_challenge_method'", { code_challenge_method = "" })
end)

tap.claim("auth_url refuses keys that are no names", function()
  refuses("key", { [1] = "x" })
  refuses("key", { [{}] = "x" })
  refuses("key", { [true] = "x" })
end)

tap.claim("auth_url needs a client id and a redirect URI", function()
  fails("invalid_argument", "client_id", grantgate.auth_url {})
  fails("invalid_argument", "redirect_uri", grantgate.auth_url {
    client_id = "x",
  })
end)

tap.claim("auth_url does not follow metamethods", function()
  local asked = false
  local lazy = setmetatable({}, {
    __index = function(_, key)
      asked = true
      return MINIMAL[key]
    end,
  })
  fails("invalid_argument", "client_id", grantgate.auth_url(lazy))
  assert(not asked)
end)

local TEXTS = {
  "provider", "api_url", "code_challenge", "region", "client_id",
  "redirect_uri", "login_hint", "state", "prompt", "access_type",
  "credential_id",
}
local LISTS = { "scope", "options" }
local CHOICES = { "smtp_required", "include_grant_scopes" }

for _, field in ipairs(TEXTS) do
  tap.claim(field .. " is a string, sound and not huge", function()
    for _, value in ipairs { 1, 1.5, true, {}, print } do
      refuses("'" .. field .. "' must be a string", { [field] = value })
    end
    refuses("'" .. field .. "' holds a NUL", { [field] = "a\0b" })
    refuses(field, { [field] = "a\xFFb" })
    refuses(field, { [field] = HUGE })
    refuses(field, { [field] = "a\nb" })
  end)
end

for _, field in ipairs(LISTS) do
  tap.claim(field .. " is a list of strings", function()
    for _, value in ipairs { 1, "a", true, print } do
      refuses("'" .. field .. "' must be a list", { [field] = value })
    end
    for _, value in ipairs { 1, true, {}, print } do
      refuses("'" .. field .. "' must be", { [field] = { "a", value } })
    end
    refuses("'" .. field .. "'", { [field] = { "a", x = "b" } })
    refuses("holds a NUL", { [field] = { "a\0b" } })
    refuses(field, { [field] = { "a\xFFb" } })
    refuses(field, { [field] = { HUGE } })
    refuses(field, { [field] = { "" } })
    local many = {}
    for i = 1, 100000 do
      many[i] = "a" .. i
    end
    refuses(field, { [field] = many })
  end)
end

for _, field in ipairs(CHOICES) do
  tap.claim(field .. " is true or false", function()
    for _, value in ipairs { 1, 0, "true", {}, print } do
      refuses("'" .. field .. "' must be true or false", { [field] = value })
    end
  end)
end

tap.claim("auth_url refuses values that make no URL for Nylas", function()
  refuses("region must be", { region = "fr" })
  refuses("redirect_uri must be", { redirect_uri = "http://example.com/" })
  refuses("provider must be", { provider = "Imap" })
  refuses("prompt must be", { prompt = "none" })
  refuses("access_type must be", { access_type = "always" })
  refuses("state must be", { state = string.rep("x", 257) })
  refuses("api_url must be", { api_url = "http://example.com" })
  refuses("code_challenge must be", { code_challenge = "too-short" })
  refuses("options must be", { options = { "smtp_required" } })
end)

tap.claim("auth_url refuses to print a URL over 8 KiB", function()
  local scope = {}
  for i = 1, 250 do
    scope[i] = "https://scopes.example/" .. i .. string.rep("x", 30)
  end
  fails("output_limit", "8192", grantgate.auth_url(with { scope = scope }))
end)

tap.claim("pkce_challenge takes a string and nothing else", function()
  raises("string expected, got no value", grantgate.pkce_challenge)
  for _, value in ipairs { 1, true, {}, print } do
    raises("string expected", grantgate.pkce_challenge, value)
  end
  raises("NUL", grantgate.pkce_challenge, "a\0b")
  fails("invalid_argument", "verifier", grantgate.pkce_challenge(""))
end)

-- --- right ones -------------------------------------------------------------

tap.claim("works as before after all that", function()
  tap.same(grantgate.auth_url(MINIMAL), START)
end)

tap.claim("returns nothing but the URL", function()
  tap.same(select("#", grantgate.auth_url(MINIMAL)), 1)
end)

tap.claim("prints the article's URLs", function()
  for _, region in ipairs { "us", "eu" } do
    tap.same(
      grantgate.auth_url(with {
        provider = "imap",
        region = region,
        smtp_required = true,
      }),
      START:gsub("api%.us", "api." .. region)
        .. "&provider=imap&options=smtp_required"
    )
  end
end)

tap.claim("prints every parameter in its order", function()
  local url = grantgate.auth_url {
    api_url = "http://127.0.0.1:8080",
    provider = "google",
    client_id = "id",
    redirect_uri = "http://localhost/",
    smtp_required = true,
    options = { "x", "y" },
    access_type = "offline",
    scope = { "a", "b" },
    prompt = "detect,select_provider",
    state = "s \u{E9}",
    login_hint = "a+b@example.com",
    include_grant_scopes = false,
    credential_id = "c",
    code_challenge = grantgate.pkce_challenge("nylas"),
  }
  tap.same(
    url,
    "http://127.0.0.1:8080/v3/connect/auth?client_id=id"
      .. "&redirect_uri=http%3A%2F%2Flocalhost%2F&response_type=code"
      .. "&provider=google&options=smtp_required%2Cx%2Cy&access_type=offline"
      .. "&scope=a%20b&prompt=detect%2Cselect_provider&state=s%20%C3%A9"
      .. "&login_hint=a%2Bb%40example.com&include_grant_scopes=false"
      .. "&credential_id=c&code_challenge="
      .. grantgate.pkce_challenge("nylas")
      .. "&code_challenge_method=S256"
  )
end)

tap.claim("leaves its options as they were", function()
  local scope = { "a", "b" }
  local options = with { scope = scope, smtp_required = false }
  grantgate.auth_url(options)
  tap.same(options, with { scope = { "a", "b" }, smtp_required = false })
  assert(options.scope == scope)
end)

tap.claim("pkce_challenge is what Nylas publishes", function()
  tap.same(
    grantgate.pkce_challenge("nylas"),
    "ZTk2YmY2Njg2YTNjMzUxMGU5ZTkyN2RiNzA2OWNiMWNiYTliOTliMDIyZjQ5NDgzYTZj"
      .. "ZTMyNzA4MDllNjhhMg"
  )
end)

tap.claim("pkce makes a fresh pair that fits", function()
  local one = grantgate.pkce()
  local other = grantgate.pkce()
  assert(one.verifier:match("^%w+$") and #one.verifier == 64, one.verifier)
  assert(one.verifier ~= other.verifier)
  tap.same(one.challenge, grantgate.pkce_challenge(one.verifier))
  assert(grantgate.auth_url(with { code_challenge = one.challenge }))
end)

tap.claim("works inside a coroutine", function()
  local answer = coroutine.wrap(function()
    return grantgate.auth_url(MINIMAL)
  end)()
  tap.same(answer, START)
end)

tap.claim("keeps nothing of what it was asked", function()
  local function ask(times)
    for _ = 1, times do
      grantgate.auth_url(with { scope = { "a", "b" } })
      pcall(grantgate.auth_url, with { state = "a\0b" })
      grantgate.pkce()
    end
    collectgarbage()
    collectgarbage()
    return collectgarbage("count")
  end
  local before = ask(100)
  local after = ask(10000)
  assert(after - before < 64, (after - before) .. " KiB more")
end)

-- --- what it is -------------------------------------------------------------

tap.claim("exports what is documented and no more", function()
  local kinds = {}
  for name, value in pairs(grantgate) do
    kinds[name] = type(value)
  end
  tap.same(kinds, {
    _VERSION = "string",
    auth_url = "function",
    check = "function",
    client = "function",
    pkce = "function",
    pkce_challenge = "function",
    policies = "function",
    session = "function",
  })
  assert(grantgate._VERSION:match("^%d+%.%d+%.%d+"), grantgate._VERSION)
end)

tap.claim("sets no global", function()
  tap.same(rawget(_G, "grantgate"), nil)
end)

-- The name would stand in its table of strings.
tap.claim("brings no Lua of its own", function()
  local path = assert(package.searchpath("grantgate", package.cpath))
  local file <close> = assert(io.open(path, "rb"))
  assert(not file:read("a"):find("liblua", 1, true))
end)

tap.done()
