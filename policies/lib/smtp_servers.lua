-- lib/smtp_servers.lua - where mail hosts take outgoing mail.
--
--   local smtp_servers = require "lib.smtp_servers"
--   local server = smtp_servers.of(grant.domain)
--   if server then ... server.host ... server.port ... end
--
-- These are the servers the hosts publish for mail programs.  Add your own.

local SERVERS = {
  ["acme.example"] = { host = "smtp.acme.example", port = 587 },
  ["aol.com"] = { host = "smtp.aol.com", port = 587 },
  ["fastmail.com"] = { host = "smtp.fastmail.com", port = 465 },
  ["gmx.com"] = { host = "smtp.gmx.com", port = 587 },
  ["yahoo.com"] = { host = "smtp.mail.yahoo.com", port = 587 },
  ["yandex.com"] = { host = "smtp.yandex.com", port = 587 },
}

local smtp_servers = {}

--- The server for mail sent from a domain, or nil if it is not known.
---@param domain string|nil  lower case, as in grant.domain
---@return { host: string, port: integer }|nil
function smtp_servers.of(domain)
  if not domain then
    return nil
  end
  return SERVERS[domain]
end

return smtp_servers
