-- grantgate.client from plain Lua: what it refuses, then what it fetches from
-- fake-nylas.

local tap = require "tap"
local fake = require "fake"
local grantgate = require "grantgate"

local NGRANTS = 450

--- Start a server; its address, and a function that ends it.
local function serve(options)
  return fake.serve(NGRANTS, options)
end

local url, stop = serve()
if not url then
  print "1..0 # SKIP zlib was not there when this was configured"
  os.exit(0)
end

--- A client of the server at `url` that is in a hurry.
local function connect(url, more)
  local options = {
    api_key = "nyk_hunter2",
    api_url = url,
    rate = 100000,
    backoff_ms = 1,
    retries = 2,
  }
  for key, value in pairs(more or {}) do
    options[key] = value
  end
  return assert(grantgate.client(options))
end

--- Raises, with this in the message.
local function raises(wanted, ...)
  local returned, why = pcall(...)
  assert(not returned, "raised nothing")
  assert(tostring(why):find(wanted, 1, true), why)
end

-- --- wrong arguments --------------------------------------------------------

tap.claim("client takes a table of options it knows", function()
  raises("table expected, got no value", grantgate.client)
  raises("table expected, got string", grantgate.client, "key")
  raises("apikey", grantgate.client, { apikey = "x" })
  raises("'api_key' must be a string", grantgate.client, { api_key = 7 })
  raises("'api_key' holds a NUL", grantgate.client, { api_key = "a\0" })
  raises("'rate' must be a whole number", grantgate.client, { rate = "9" })
  raises("'rate' must be a whole number", grantgate.client, { rate = 1.5 })
  raises("'parallel' must be from 1", grantgate.client, { parallel = 0 })
  raises("'retries' must be from 0", grantgate.client, { retries = -1 })
end)

tap.claim("client says which option does not fit", function()
  local function refuses(wanted, options)
    local client, why = grantgate.client(options)
    tap.same(client, nil)
    tap.same(why.code, "invalid_argument")
    assert(why.message:find(wanted, 1, true), why.message)
  end
  refuses("api_key is required", {})
  refuses("api_key must be", { api_key = "two words" })
  refuses("region must be", { api_key = "k", region = "uk" })
  refuses("api_url must be", { api_key = "k", api_url = "http://a.example" })
  refuses("parallel must be", { api_key = "k", parallel = 1001 })
  refuses("retries must be", { api_key = "k", retries = 101 })
end)

tap.claim("methods are called on a client, with what they need", function()
  local client = connect(url)
  raises("grantgate.client expected", client.get, {}, "a")
  raises("grantgate.client expected", client.grants, io.stdout)
  raises("'id' must be a string", client.get, client)
  raises("table expected", client.grants, client, "imap")
  raises("limit", client.grants, client, { limit = 5 })
  raises("'since' must be a time", client.grants, client, { since = "x" })
  raises("'since' must be from 1", client.grants, client, { since = 0 })
  raises("'since' must be a whole number", client.grants, client, { since = 1.5 })
  local iterator, why = client:grants { provider = "IMAP" }
  tap.same(iterator, nil)
  tap.same(why.code, "invalid_argument")
end)

tap.claim("finalizers are not for programs to call", function()
  local client = connect(url)
  tap.same({ client.__gc, client.__close, getmetatable(client) }, { nil, nil, false })
  tap.same(tostring(client), "grantgate.client")
  client:close()
  tap.same(tostring(client), "grantgate.client (closed)")
end)

tap.claim("a closed client is of no use", function()
  local client = connect(url)
  client:close()
  client:close()
  raises("this client is closed", client.get, client, "a")
  raises("this client is closed", client.grants, client)
end)

-- --- what it fetches --------------------------------------------------------

local all = {}

tap.claim("lists every grant once, oldest first", function()
  local seen = {}
  local last = 0
  for grant in connect(url):grants() do
    assert(not seen[grant.id], "twice: " .. grant.id)
    assert(math.type(grant.created_at) == "integer")
    assert(grant.created_at >= last)
    seen[grant.id] = true
    last = grant.created_at
    all[#all + 1] = grant
  end
  tap.same(#all, NGRANTS)
end)

tap.claim("gets one by its id, the same", function()
  local client = connect(url)
  for _, n in ipairs { 1, 200, NGRANTS } do
    tap.same(client:get(all[n].id), all[n])
  end
end)

tap.claim("lists what a query wishes", function()
  local n = 0
  for grant in connect(url):grants { provider = "imap" } do
    tap.same(grant.provider, "imap")
    n = n + 1
  end
  assert(n > 0 and n < NGRANTS)
end)

tap.claim("answers nil and an error with code and status", function()
  local client = connect(url)
  local grant, why = client:get "nobody"
  tap.same(grant, nil)
  tap.same(why.code, "not_found")
  tap.same(why.status, 404)
  assert(why.message:find("Grant not found", 1, true), why.message)

  grant, why = client:get "../admin"
  tap.same(grant, nil)
  tap.same({ why.code, why.status }, { "invalid_id" })
end)

tap.claim("a loop may end early, and the client goes on", function()
  local client = connect(url)
  for _ in client:grants() do
    break
  end
  tap.same(client:get(all[1].id), all[1])
  client:close()
end)

tap.claim("a client that is being read from does not close", function()
  local client = connect(url)
  local following, _, _, reading = client:grants()
  assert(following())
  raises("a list of this client is being read", client.close, client)
  do
    local _ <close> = reading
  end
  client:close()
end)

tap.claim("what is let go of is collected, in any order", function()
  for _ = 1, 20 do
    local client = connect(url)
    local following = client:grants()
    following()
  end
  collectgarbage()
  collectgarbage()
end)

stop()

-- --- what fails -------------------------------------------------------------

tap.claim("a list that breaks off answers nil and an error", function()
  local broken, done = serve "--fault 403@offset=199"
  local following = connect(broken):grants()
  local n = 0
  local grant, why = following()
  while grant do
    n = n + 1
    grant, why = following()
  end
  done()
  tap.same(n, 200)
  tap.same(why.code, "forbidden")
  tap.same(why.status, 403)
  tap.same(following(), nil)
end)

tap.claim("a loop does not take that for the end", function()
  local broken, done = serve "--fault 403@offset=199"
  local n = 0
  raises("the list of grants breaks off", function()
    for _ in connect(broken):grants() do
      n = n + 1
    end
  end)
  done()
  tap.same(n, 200)
end)

tap.claim("what fails for now is tried again", function()
  local shaky, done = serve "--fault 503@each=2"
  local grant = assert(connect(shaky):get(all[7].id))
  local _, why = connect(shaky, { retries = 0 }):get(all[8].id)
  done()
  tap.same(grant, all[7])
  tap.same(why.code, "server_error")
  tap.same(why.status, 503)
end)

tap.claim("no message holds the key", function()
  local echo, done = serve "--fault echo"
  local _, why = connect(echo):get(all[1].id)
  done()
  tap.same(why.code, "forbidden")
  assert(not why.message:find("hunter2", 1, true), why.message)
end)

tap.done()
