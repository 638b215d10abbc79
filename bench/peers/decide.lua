-- decide.lua - the whole job in Lua with lua-cjson: decide.lua FILE prints
-- records.

local cjson = require "cjson"

local NOW = 1785578400
local URL = "https://api.us.nylas.com/v3/connect/auth?client_id=bench"
  .. "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback&response_type=code"
  .. "&provider="
local NEEDS_NO_SMTP = {
  google = true,
  microsoft = true,
  icloud = true,
  yahoo = true,
  ews = true,
}

local function is_blank(value)
  return type(value) ~= "string" or not value:find "%S"
end

local function is_port(value)
  if type(value) == "string" then
    value = value:find "^%d%d?%d?%d?%d?$" and tonumber(value)
  end
  return type(value) == "number" and value % 1 == 0 and value >= 1
    and value <= 65535
end

local function names_server(settings)
  for key in pairs(settings) do
    local prefix = key:sub(1, 5)
    if prefix == "imap_" or prefix == "smtp_" then
      return true
    end
  end
  return false
end

local function judge(grant, settings, record)
  if NEEDS_NO_SMTP[grant.provider] then
    record.smtp = "not_applicable"
    record.evidence = "provider"
    return
  end
  if grant.provider ~= "imap" or not names_server(settings) then
    record.smtp = "unknown"
    record.evidence = "none"
    return
  end
  local missing = {}
  for _, key in ipairs { "imap_username", "imap_password" } do
    if settings[key] ~= nil and is_blank(settings[key]) then
      missing[#missing + 1] = key
    end
  end
  if is_blank(settings.smtp_host) then
    missing[#missing + 1] = "smtp_host"
  end
  if not is_port(settings.smtp_port) then
    missing[#missing + 1] = "smtp_port"
  end
  record.smtp = missing[1] and "incomplete" or "complete"
  record.missing = missing[1] and missing or nil
  record.evidence = "settings"
end

local function escape(char)
  return ("%%%02X"):format(char:byte())
end

local function url(grant)
  return URL .. grant.provider
    .. (grant.provider == "imap" and "&options=smtp_required" or "")
    .. "&login_hint=" .. grant.email:gsub("[^%w%-._~]", escape)
end

local function decide(line, number)
  local grant = cjson.decode(line)
  local settings = grant.settings or {}
  local record = {
    line = number,
    grant_id = grant.id,
    provider = grant.provider,
    action = "accept",
    reason = "can_send",
    policy = "default.lua",
  }
  judge(grant, settings, record)
  local invalid = grant.grant_status == "invalid"
  if invalid or record.smtp == "incomplete" then
    record.action = "reauth"
    record.reason = invalid and "grant_invalid" or "smtp_missing"
    record.auth_url = url(grant)
    record.notify = "owner"
  elseif record.smtp == "unknown" then
    record.action = "defer"
    record.reason = "smtp_unknown"
    record.after = 86400
    record.due = NOW + 86400
  elseif settings.smtp_port == 25 then
    record.action = "defer"
    record.reason = "port_25"
    record.notify = "operator"
  end
  return cjson.encode(record)
end

io.output():setvbuf("full", 262144)
local number = 0
for line in io.lines(arg[1]) do
  number = number + 1
  io.write(decide(line, number), "\n")
end
