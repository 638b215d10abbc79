-- validate.lua SCHEMA RECORDS - whether every line of RECORDS is JSON that
-- follows SCHEMA; prints each that does not.

local json = require "cjson"
local here = arg[0]:match("^(.*/)") or "./"
package.path = here .. "?.lua;" .. package.path
local schema = require "schema"

local rules_file <close> = assert(io.open(arg[1], "rb"))
local rules = json.decode(rules_file:read("a"))
local lines = 0
local wrong = 0

for line in io.lines(arg[2]) do
  lines = lines + 1
  local is_json, value = pcall(json.decode, line)
  local why = value
  if is_json then
    why = schema.complaint(rules, value)
  end
  if why then
    wrong = wrong + 1
    print("line " .. lines .. ": " .. why .. "\n" .. line)
  end
end

if lines == 0 then
  print("no records")
end
os.exit(lines > 0 and wrong == 0)
