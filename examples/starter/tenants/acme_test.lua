local NO_SMTP = { imap_host = "imap.acme.example" }

---@type grantgate.TestFile
local cases = {
  now = "2026-08-01T10:00:00Z",

  {
    "waits while a mailbox is younger than an hour",
    tenant = "acme",
    grant = {
      provider = "imap",
      created_at = "2026-08-01T09:30:00Z",
      settings = NO_SMTP,
    },
    expect = { action = "defer", reason = "settling", after = 900 },
  },
  {
    "asks the owner once the hour is over",
    tenant = "acme",
    grant = {
      provider = "imap",
      created_at = "2026-08-01T09:00:00Z",
      settings = NO_SMTP,
    },
    expect = { action = "reauth", policy = "default.lua" },
  },
  {
    "sends people back to Acme's own page",
    tenant = "acme",
    connect = { provider = "imap" },
    expect = { redirect_uri = "https://acme.example/connected" },
  },
}

return cases
