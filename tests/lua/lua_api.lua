-- docs/lua-api.md: its examples run, and come to what it says.

local tap = require "tap"
local fake = require "fake"
local grantgate = require "grantgate"

local SRCDIR = assert(os.getenv "srcdir")

local url, stop = fake.serve(9)
if not url then
  print "1..0 # SKIP zlib was not there when this was configured"
  os.exit(0)
end

--- The examples with the line each begins on, and what it says it prints.
local function read_examples(path)
  local examples = {}
  local example
  local in_code = false
  local number = 0
  for line in io.lines(path) do
    number = number + 1
    if line == "```lua" then
      example = { line = number, text = {}, prints = {} }
      examples[#examples + 1] = example
      in_code = true
    elseif line == "```" then
      in_code = false
    elseif in_code then
      example.text[#example.text + 1] = line
    elseif line == "prints" then
      example.is_printed = true
    elseif example and example.is_printed and line:find "^    " then
      example.prints[#example.prints + 1] = line:sub(5)
    elseif line ~= "" then
      example = nil
    end
  end
  return examples
end

-- --- what examples run in ---------------------------------------------------

local printed

local function in_source(name)
  return SRCDIR .. "/" .. name
end

--- The module, but for a folder being that of the sources, and the API being
--- the server of this test.
local module = setmetatable({}, { __index = grantgate })

function module.policies(what)
  if type(what) == "string" then
    return grantgate.policies(in_source(what))
  end
  what.folder = what.folder and in_source(what.folder)
  return grantgate.policies(what)
end

function module.check(folder)
  return grantgate.check(in_source(folder))
end

function module.client(options)
  options.api_url = url
  return grantgate.client(options)
end

local env = setmetatable({
  key = "nyk_example",
  grantgate = module,
  require = function(name)
    return name == "grantgate" and module or require(name)
  end,
  print = function(...)
    local texts = table.pack(...)
    for i = 1, texts.n do
      texts[i] = tostring(texts[i])
    end
    printed[#printed + 1] = table.concat(texts, "\t")
  end,
  io = {
    lines = function(name)
      return io.lines(in_source(name))
    end,
    stderr = { write = function() end },
    tmpfile = io.tmpfile,
  },
  os = {
    exit = function(code)
      error("exits with " .. code)
    end,
  },
}, { __index = _G })

--- Local variables of one example are there for the next.
local function load_example(example)
  local lines = {}
  for i, line in ipairs(example.text) do
    lines[i] = line:gsub("^local ([%w_, ]+ =)", "%1")
  end
  local text = table.concat(lines, "\n")
  local result = text:match "\n%-%-> (.*)$"
  if result then
    text = "return " .. text
  end
  return assert(load(text, "=example", "t", env)), result
end

--- Check what a call came to against what stands after "-->".
local function compare(wanted, returned, ...)
  local raises = wanted:match "^raises: (.*)"
  if raises then
    assert(not returned, "raises nothing")
    assert(tostring(...):find(raises, 1, true), tostring(...))
    return
  end
  assert(returned, ...)
  local answer, why = ...
  local code = wanted:match '^nil, { code = "([%w_]+)"'
  if code then
    tap.same(answer, nil)
    tap.same(why.code, code)
  else
    tap.same('"' .. answer .. '"', wanted)
  end
end

local examples = read_examples(in_source "docs/lua-api.md")

tap.claim("there are examples", function()
  assert(#examples > 12, #examples)
end)

for _, example in ipairs(examples) do
  tap.claim("the example in line " .. example.line .. " holds", function()
    local run, result = load_example(example)
    printed = {}
    if result then
      compare(result, pcall(run))
    else
      run()
    end
    if example.is_printed then
      tap.same(printed, example.prints)
    end
  end)
end

stop()
tap.done()
