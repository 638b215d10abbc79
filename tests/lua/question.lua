-- question.lua - what tests of questions share: local question = require
-- "question".

local folder = require "folder"
local grantgate = require "grantgate"

local question = {}

question.SET = assert(grantgate.policies(folder.make {
  ["default.lua"] = [[
return {
  connect = { smtp_required = true },
  evaluate = {
    rule { "data", when = { id = "data*" }, function(grant)
      return accept { reason = "data", data = { grant.raw, grant.context, 9007199254740993 } }
    end },
    rule { "log", when = { id = "log*" }, function(grant)
      for i = 1, 3 do log("line " .. i) end
      return accept "logged"
    end },
    rule { "typo", when = { id = "typo" }, function(grant) return grant.smpt end },
    rule { "loop", when = { id = "loop" }, function(grant) while true do end end },
    rule { "fetch", when = { id = "fetch*" }, function(grant)
      local other, err = grantgate.fetch(grant.context.other)
      return accept { reason = "fetched", data = { id = other and other.id, err = err and err.code } }
    end },
    rule { "sent", when = { send_error = "*", sent_at = ">0" }, defer { reason = "sent", after = "1h" } },
    rule { "all", when = "always", reauth "all" },
  },
}
]],
  ["tenants/acme.lua"] = [[
return { connect = function(request)
  log("for " .. request.tenant)
  return { state = request.context.state or request.typo }
end }
]],
}))

question.CALLER = {
  client_id = "app",
  redirect_uri = "https://host.example/cb",
}

--- A session of SET with these options beside the caller's.
function question.open(more)
  local options = {}
  for _, from in ipairs { question.CALLER, more or {} } do
    for key, value in pairs(from) do
      options[key] = value
    end
  end
  return assert(question.SET:session(options))
end

--- A grant with this id.
function question.grant(id, more)
  local made = { id = id, provider = "imap", email = "ada@example.com" }
  for key, value in pairs(more or {}) do
    made[key] = value
  end
  return made
end

return question
