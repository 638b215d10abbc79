-- The list, seen through the tenant that uses it.

local SERVERS = {
  { "aol.com", "smtp.aol.com", 587 },
  { "fastmail.com", "smtp.fastmail.com", 465 },
  { "gmx.com", "smtp.gmx.com", 587 },
  { "yahoo.com", "smtp.mail.yahoo.com", 587 },
  { "yandex.com", "smtp.yandex.com", 587 },
}

local function case(name, email, expect)
  return {
    name,
    tenant = "acme",
    grant = {
      provider = "imap",
      email = email,
      created_at = "2026-07-01T00:00:00Z",
      settings = { imap_host = "imap.mail.example" },
    },
    context = { holds_password = true },
    expect = expect,
  }
end

local cases = {
  now = "2026-08-01T10:00:00Z",
  case("knows no server for a subdomain", "owner@mail.aol.com", {
    action = "reauth",
  }),
  case("knows no server without an address", "owner", { action = "reauth" }),
  case("knows a domain in any case", "Owner@AOL.COM", {
    action = "repair",
    smtp_host = "smtp.aol.com",
  }),
}

for _, server in ipairs(SERVERS) do
  local domain, host, port = table.unpack(server)
  table.insert(
    cases,
    case("knows the server of " .. domain, "owner@" .. domain, {
      action = "repair",
      smtp_host = host,
      smtp_port = port,
    })
  )
end

return cases
