-- schema.lua - whether a value decoded by cjson follows a JSON Schema.
--
-- The keywords of docs/decision.schema.json; any other is an error, lest one
-- be passed over in silence.  cjson tells no empty list from an empty object,
-- so an empty table is either.

local json = require "cjson"
local regex = require "regex"

local schema = {}

local ANNOTATIONS = {
  ["$schema"] = true, ["$id"] = true, ["$defs"] = true, ["$comment"] = true,
  title = true, description = true,
  -- said by the keyword they belong to
  ["then"] = true, ["else"] = true,
}

local check

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b
  end
  for key, value in pairs(a) do
    if not same(value, b[key]) then
      return false
    end
  end
  for key in pairs(b) do
    if a[key] == nil then
      return false
    end
  end
  return true
end

local function is_list(value)
  return type(value) == "table" and (#value > 0 or next(value) == nil)
end

local function is_object(value)
  return type(value) == "table" and #value == 0
end

local TYPES = {
  null = function(value) return value == json.null end,
  boolean = function(value) return type(value) == "boolean" end,
  string = function(value) return type(value) == "string" end,
  number = function(value) return type(value) == "number" end,
  integer = function(value)
    return type(value) == "number" and math.tointeger(value) ~= nil
  end,
  array = is_list,
  object = is_object,
}

local KEYWORDS = {}

function KEYWORDS.type(names, value)
  for _, name in ipairs(type(names) == "table" and names or { names }) do
    if TYPES[name](value) then
      return nil
    end
  end
  return "is of the wrong type"
end

function KEYWORDS.enum(values, value)
  for _, candidate in ipairs(values) do
    if same(candidate, value) then
      return nil
    end
  end
  return "is none of the allowed values: " .. tostring(value)
end

function KEYWORDS.const(wanted, value)
  return not same(wanted, value) and "is not the one allowed value" or nil
end

function KEYWORDS.pattern(pattern, value)
  if type(value) == "string" and not regex.find(pattern, value) then
    return "does not match " .. pattern .. ": " .. value
  end
end

function KEYWORDS.minLength(least, value)
  if type(value) == "string" and utf8.len(value) < least then
    return "is too short"
  end
end

function KEYWORDS.maxLength(most, value)
  if type(value) == "string" and utf8.len(value) > most then
    return "is too long"
  end
end

function KEYWORDS.minimum(least, value)
  return type(value) == "number" and value < least and "is too small" or nil
end

function KEYWORDS.maximum(most, value)
  return type(value) == "number" and value > most and "is too large" or nil
end

function KEYWORDS.items(items, value, root)
  for index, item in ipairs(is_list(value) and value or {}) do
    local why = check(items, item, root)
    if why then
      return "[" .. index .. "] " .. why
    end
  end
end

function KEYWORDS.uniqueItems(wanted, value)
  for i, item in ipairs(wanted and is_list(value) and value or {}) do
    for j = i + 1, #value do
      if same(item, value[j]) then
        return "names an item twice"
      end
    end
  end
end

function KEYWORDS.properties(properties, value, root)
  for name, rule in pairs(is_object(value) and properties or {}) do
    if value[name] ~= nil then
      local why = check(rule, value[name], root)
      if why then
        return "." .. name .. " " .. why
      end
    end
  end
end

function KEYWORDS.additionalProperties(rule, value, root, all)
  for name, member in pairs(is_object(value) and value or {}) do
    if not (all.properties and all.properties[name] ~= nil) then
      local why = check(rule, member, root)
      if why then
        return "." .. name .. " " .. why
      end
    end
  end
end

function KEYWORDS.required(names, value)
  for _, name in ipairs(is_object(value) and names or {}) do
    if value[name] == nil then
      return "has no " .. name
    end
  end
end

function KEYWORDS.dependentRequired(needs, value)
  for name, names in pairs(is_object(value) and needs or {}) do
    local why = value[name] ~= nil and KEYWORDS.required(names, value)
    if why then
      return why .. ", but " .. name
    end
  end
end

KEYWORDS["$ref"] = function(path, value, root)
  local target = root
  for name in assert(path:match("^#(/.*)$"), path):gmatch("/([^/]+)") do
    target = assert(target[name], path)
  end
  return check(target, value, root)
end

function KEYWORDS.allOf(rules, value, root)
  for _, rule in ipairs(rules) do
    local why = check(rule, value, root)
    if why then
      return why
    end
  end
end

local function count(rules, value, root)
  local n = 0
  for _, rule in ipairs(rules) do
    n = n + (check(rule, value, root) and 0 or 1)
  end
  return n
end

function KEYWORDS.anyOf(rules, value, root)
  return count(rules, value, root) == 0 and "is none of these" or nil
end

function KEYWORDS.oneOf(rules, value, root)
  local n = count(rules, value, root)
  return n ~= 1 and "is " .. n .. " of these instead of one" or nil
end

KEYWORDS["not"] = function(rule, value, root)
  return not check(rule, value, root) and "is what it must not be" or nil
end

KEYWORDS["if"] = function(rule, value, root, all)
  local follow = all["then"]
  if check(rule, value, root) then
    follow = all["else"]
  end
  if follow ~= nil then
    return check(follow, value, root)
  end
end

--- What is wrong with @value under @rule, or nil.
function check(rule, value, root)
  if type(rule) == "boolean" then
    return not rule and "must not be there" or nil
  end
  for name, argument in pairs(rule) do
    if not ANNOTATIONS[name] then
      local keyword = KEYWORDS[name] or error("unknown keyword " .. name)
      local why = keyword(argument, value, root, rule)
      if why then
        return why
      end
    end
  end
end

--- What is wrong with a value, or nil.
---@param rules table  a decoded schema
---@param value any    decoded by cjson
---@return string|nil
function schema.complaint(rules, value)
  return check(rules, value, rules)
end

return schema
