-- The strict tenant: what it forbids, and what it lets pass.

--- An IMAP grant of the firm, created on a day of July 2026.
local function july(day, settings)
  return {
    provider = "imap",
    email = "office@notary.example",
    created_at = string.format("2026-07-%02dT10:00:00Z", day),
    settings = settings,
  }
end

local NO_SMTP = { imap_host = "imap.notary.example" }

local cases = {
  now = "2026-08-01T10:00:00Z",

  {
    "accepts the firm's own mailbox",
    tenant = "notary",
    grant = july(1, { smtp_host = "smtp.notary.example", smtp_port = 465 }),
    expect = { action = "accept", reason = "complete" },
  },
  {
    "asks the owner in the first two weeks",
    tenant = "notary",
    grant = july(19, NO_SMTP),
    expect = {
      action = "reauth",
      reason = "smtp_missing",
      policy = "default.lua",
    },
  },
  {
    "stops using the mailbox after two weeks of asking",
    tenant = "notary",
    grant = july(18, NO_SMTP),
    expect = {
      action = "reject",
      reason = "smtp_missing",
      notify = "operator",
      policy = "tenants/notary.lua",
      rule = "asked-for-weeks",
      data = { days = 14, missing = { "smtp_host", "smtp_port" } },
    },
  },
  {
    "judges nobody without evidence",
    tenant = "notary",
    grant = july(1, {}),
    expect = { action = "defer", reason = "smtp_unknown" },
  },
  {
    "forces SMTP at an IMAP sign-in",
    tenant = "notary",
    connect = { provider = "imap" },
    expect = { smtp_required = true },
  },
  {
    "leaves SMTP out of a Google sign-in",
    tenant = "notary",
    connect = { provider = "google", email = "office@notary.example" },
    expect = {
      auth_url = "https://api.us.nylas.com/v3/connect/auth"
        .. "?client_id=YOUR_CLIENT_ID"
        .. "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback"
        .. "&response_type=code&provider=google",
    },
  },
}

for _, port in ipairs { 25, "25" } do
  table.insert(cases, {
    "sends the owner of a port 25 back, as a " .. type(port),
    tenant = "notary",
    grant = july(1, { smtp_host = "smtp.notary.example", smtp_port = port }),
    expect = {
      action = "reauth",
      reason = "smtp_port_25",
      rule = "port-25",
      smtp = "complete",
    },
  })
end

for _, domain in ipairs { "gmail.com", "gmx.net", "yahoo.co.jp" } do
  table.insert(cases, {
    "refuses private mailboxes at " .. domain .. ", whatever the provider",
    tenant = "notary",
    grant = { provider = "google", email = "somebody@" .. domain },
    expect = {
      action = "reject",
      reason = "private_mailbox",
      policy = "tenants/notary.lua",
      mandate = true,
    },
  })
end

return cases
