-- fake.lua - fake-nylas for Lua tests: local fake = require "fake".

local fake = {}

--- Start a server with `ngrants` grants: its address, and a function that ends
--- it; or nil where it was not built.
---@param ngrants integer
---@param options? string further ones of fake-nylas
function fake.serve(ngrants, options)
  local program = os.getenv "builddir" .. "/tests/fake/fake-nylas"
  local probe = io.open(program, "rb")
  if not probe then
    return nil
  end
  probe:close()
  -- a sanitizer that is preloaded is the module's, and not the program's
  local command = "echo $$; exec env -u LD_PRELOAD '%s' --seconds 120 "
    .. "--generate %d %s"
  local pipe = assert(io.popen(command:format(program, ngrants, options or "")))
  local pid = pipe:read "l"
  local url = assert(pipe:read "l", "fake-nylas did not start")
  return url, function()
    os.execute("kill " .. pid)
    pipe:close()
  end
end

return fake
