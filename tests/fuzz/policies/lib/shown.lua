-- What a policy can see of a grant.
local FIELDS = {
  "id", "provider", "grant_status", "email", "state", "name", "workspace_id",
  "account_id", "credential_id", "domain", "blocked", "created_at",
  "updated_at", "age", "tenant", "send_error", "send_error_at", "sent_at",
  "smtp", "evidence", "raw",
}

local shown = {}

-- The strings of a list, each measured, too.
local function listed(list)
  local found = {}
  for i, text in ipairs(list) do
    found[i] = #text .. ":" .. text
  end
  return found
end

function shown.of(grant)
  local data = { scope = listed(grant.scope), missing = listed(grant.missing) }
  for _, name in ipairs(FIELDS) do
    data[name] = grant[name]
  end
  data.settings = {}
  for key, value in pairs(grant.settings) do
    data.settings[key] = type(value)
  end
  data.context = {}
  for key in pairs(grant.context) do
    data.context[#data.context + 1] = key:upper()
  end
  return data
end

return shown
