-- bindings/lua/grantgate/module.lua names what the module offers, all of it and
-- nothing else.

local tap = require "tap"
local folder = require "folder"
local question = require "question"
local grantgate = require "grantgate"

local SRCDIR = assert(os.getenv "srcdir")

local function read(path)
  local file <close> = assert(io.open(SRCDIR .. "/" .. path))
  return file:read "a"
end

local TEXT = read "bindings/lua/grantgate/module.lua"

local function sorted(names)
  table.sort(names)
  return table.concat(names, " ")
end

--- The functions that `pattern` finds in the annotations.
local function annotated(pattern)
  local names = {}
  for name in TEXT:gmatch("\nfunction " .. pattern .. "([%w_]+)%(") do
    names[#names + 1] = name
  end
  return sorted(names)
end

local function functions(of)
  local names = {}
  for name, value in pairs(of) do
    if type(value) == "function" then
      names[#names + 1] = name
    end
  end
  return sorted(names)
end

--- The fields of a class, and of the one it extends.
local function fields(class)
  local names = {}
  local start = "\n%-%-%-@class [()exact ]*" .. class:gsub("%.", "%%.")
  local parent, body = TEXT:match(start .. ": ([%w.]+)\n(.-)\n\n")
  body = body or TEXT:match(start .. "\n(.-)\n\n")
  assert(body, "no class " .. class)
  for name in body:gmatch "%-%-%-@field ([%w_]+)" do
    names[#names + 1] = name
  end
  if parent then
    table.move(fields(parent), 1, 100, #names + 1, names)
  end
  return names
end

local SESSION = question.open()
local CLIENT = assert(grantgate.client { api_key = "key" })

tap.claim("the functions of the module are annotated", function()
  tap.same(annotated "grantgate%.", functions(grantgate))
end)

for class, value in pairs {
  Client = CLIENT,
  Policies = question.SET,
  Session = SESSION,
} do
  tap.claim("the methods of " .. class .. " are annotated", function()
    tap.same(annotated(class .. ":"), functions(debug.getmetatable(value).__index))
  end)
end

tap.claim("a decision has the fields that the schema knows", function()
  local schema = require "cjson".decode(read "docs/decision.schema.json")
  local names = {}
  for name in pairs(schema.properties) do
    if name ~= "file" and name ~= "line" then
      names[#names + 1] = name
    end
  end
  tap.same(sorted(fields "grantgate.DecisionTable"), sorted(names))
end)

--- What is called with a table of each class.
local CALLS = {
  AuthOptions = grantgate.auth_url,
  ClientOptions = grantgate.client,
  EvaluateOptions = function(options)
    return SESSION:evaluate("{}", options)
  end,
  Limits = function(options)
    return question.SET:session { limits = options }
  end,
  PoliciesOptions = grantgate.policies,
  Query = function(options)
    return CLIENT:grants(options)
  end,
  SessionOptions = function(options)
    return question.SET:session(options)
  end,
  SignIn = function(options)
    return SESSION:connect(options)
  end,
}

for class, call in pairs(CALLS) do
  tap.claim("every field of " .. class .. " is one that is read", function()
    local names = fields("grantgate." .. class)
    assert(#names > 2)
    for _, name in ipairs(names) do
      local options = { [name] = print } -- no field takes any function
      if name == "log" then
        options.log = 7
      elseif class == "PoliciesOptions" and name ~= "folder" then
        options.folder = "x"
      end
      local returned, why = pcall(call, options)
      assert(not returned, name)
      assert(why:find("'" .. name .. "' must be", 1, true), why)
    end
  end)
end

folder.remove()
tap.done()
