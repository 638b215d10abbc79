-- `repair` sends all settings again, which takes the mailbox password.  Who
-- holds it says so in the context of the grant; the others sign in again.
local servers = require "lib.servers"

--- Repair where the server is known; nil leaves it to the next rule.
local function mend(grant)
  local server = servers[grant.domain or ""]
  if server then
    return repair {
      reason = "smtp_known",
      smtp_host = server.host,
      smtp_port = server.port,
    }
  end
end

return {
  about = "Mend what can be mended without the owner.",
  evaluate = {
    rule { "known-server",
      when = { smtp = "incomplete", ["context.holds_password"] = true },
      mend },
    rule { "no-smtp", when = { smtp = "incomplete" }, reauth "smtp_missing" },
  },
}
