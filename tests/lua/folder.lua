-- folder.lua - policy folders for Lua tests: local folder = require "folder".

local folder = {}

local made = {}

--- A fresh folder with these files; gone after folder.remove().
---@param files table<string, string>
---@return string
function folder.make(files)
  local pipe = assert(io.popen "mktemp -d")
  local path = pipe:read "l"
  pipe:close()
  made[#made + 1] = path
  for name, text in pairs(files) do
    local parent = name:match "^(.*)/"
    if parent then
      assert(os.execute(("mkdir -p '%s/%s'"):format(path, parent)))
    end
    local file <close> = assert(io.open(path .. "/" .. name, "w"))
    assert(file:write(text))
  end
  return path
end

--- Remove all that were made.
function folder.remove()
  for _, path in ipairs(made) do
    os.execute(("rm -r '%s'"):format(path))
  end
  made = {}
end

return folder
