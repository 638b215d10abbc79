-- tap.lua - TAP for Lua tests: local tap = require "tap".

local tap = {}

local ran = 0
local failed = 0

--- One test: it holds if the function returns.
---@param text string    what is claimed
---@param check function raises where it is not so
function tap.claim(text, check)
  local holds, why = xpcall(check, debug.traceback)
  ran = ran + 1
  print((holds and "ok " or "not ok ") .. ran .. " - " .. text)
  if not holds then
    failed = failed + 1
    print("# " .. tostring(why):gsub("\n", "\n# "))
  end
end

--- Raise unless both are the same; tables are compared by their content.
---@param got any
---@param wanted any
---@param label? string
function tap.same(got, wanted, label)
  local function differ(a, b)
    if type(a) ~= "table" or type(b) ~= "table" then
      return a ~= b
    end
    for key, value in pairs(a) do
      if differ(value, b[key]) then
        return true
      end
    end
    for key in pairs(b) do
      if a[key] == nil then
        return true
      end
    end
    return false
  end
  if differ(got, wanted) then
    error(
      string.format(
        "%sgot %s, wanted %s",
        label and label .. ": " or "",
        tostring(got),
        tostring(wanted)
      ),
      2
    )
  end
end

--- Raise unless calling this raises, with a message that has `wanted` in it.
---@param wanted string
---@param call function
function tap.raises(wanted, call, ...)
  local returned, why = pcall(call, ...)
  if returned then
    error("raised nothing, wanted " .. wanted, 2)
  end
  if not tostring(why):find(wanted, 1, true) then
    error(("raised %s, wanted %s"):format(tostring(why), wanted), 2)
  end
end

--- Raise unless the values after `wanted` are nil and an error with this code
--- and with `wanted` in its message.
---@param code string
---@param wanted string
function tap.fails(code, wanted, ...)
  local answer, why = ...
  if answer ~= nil or type(why) ~= "table" then
    error(("answered %s, wanted %s"):format(tostring(answer), code), 2)
  end
  if why.code ~= code or not why.message:find(wanted, 1, true) then
    error(("got %s: %s"):format(why.code, why.message), 2)
  end
end

--- The last line of a test, and its end.
function tap.done()
  print("1.." .. ran)
  os.exit(failed == 0, true)
end

return tap
