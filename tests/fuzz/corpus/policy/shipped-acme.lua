-- tenants/acme.lua - a tenant that gives a new mailbox an hour, mends what it
-- can mend itself, and writes to the owner last.

local smtp_servers = require "lib.smtp_servers"

--- Repair where the mailbox's server is known; nil leaves it to default.lua.
local function mend(grant)
  local server = smtp_servers.of(grant.domain)
  if not server then
    return nil
  end
  return repair {
    reason = "smtp_known",
    smtp_host = server.host,
    smtp_port = server.port,
  }
end

return {
  about = "Acme waits an hour, mends what it can, and then asks the owner.",

  connect = { redirect_uri = "https://acme.example/connected" },

  evaluate = {
    -- Acme's own page walks the owner through the settings after sign-in.
    -- All entries of `when` must hold; of a list, any one value may.
    rule {
      "settling",
      when = { smtp = { "incomplete", "unknown" }, age = "<1h" },
      defer { reason = "settling", after = "15m" },
    },

    -- Acme holds some passwords and says so in the context of the grant.
    -- An answer may be a function: it runs only when the rule matches.
    rule {
      "known-server",
      when = { smtp = "incomplete", ["context.holds_password"] = true },
      mend,
    },

    -- No rule for the rest: the next layer is asked, in the end default.lua.
  },
}
