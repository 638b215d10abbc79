-- What Acme answers, and what it leaves to the layers below.

local NO_SMTP = { imap_host = "imap.mail.example" }

return {
  now = "2026-08-01T10:00:00Z",

  {
    "waits while a mailbox is younger than an hour",
    tenant = "acme",
    grant = {
      provider = "imap",
      created_at = "2026-08-01T09:00:01Z",
      settings = NO_SMTP,
    },
    expect = {
      action = "defer",
      reason = "settling",
      policy = "tenants/acme.lua",
      rule = "settling",
      after = 900,
    },
  },
  {
    "waits as well when nothing is known of a new mailbox",
    tenant = "acme",
    grant = { provider = "imap", created_at = "2026-08-01T09:30:00Z" },
    expect = { action = "defer", reason = "settling", smtp = "unknown" },
  },
  {
    "asks the owner once the hour is over",
    tenant = "acme",
    grant = {
      provider = "imap",
      created_at = "2026-08-01T09:00:00Z",
      settings = NO_SMTP,
    },
    expect = {
      action = "reauth",
      reason = "smtp_missing",
      policy = "default.lua",
    },
  },
  {
    "accepts a new mailbox that can send at once",
    tenant = "acme",
    grant = {
      provider = "imap",
      created_at = "2026-08-01T09:59:00Z",
      settings = { smtp_host = "smtp.mail.example", smtp_port = "587" },
    },
    expect = { action = "accept", policy = "default.lua" },
  },
  {
    "repairs where it holds the password and knows the server",
    tenant = "acme",
    grant = {
      provider = "imap",
      email = "owner@acme.example",
      created_at = "2026-07-01T00:00:00Z",
      settings = NO_SMTP,
    },
    context = { holds_password = true },
    expect = {
      action = "repair",
      reason = "smtp_known",
      rule = "known-server",
      smtp_host = "smtp.acme.example",
      smtp_port = 587,
    },
  },
  {
    "asks the owner where it holds no password",
    tenant = "acme",
    grant = {
      provider = "imap",
      email = "owner@acme.example",
      created_at = "2026-07-01T00:00:00Z",
      settings = NO_SMTP,
    },
    expect = { action = "reauth", policy = "default.lua" },
  },
  {
    "asks the owner where it does not know the server",
    tenant = "acme",
    grant = {
      provider = "imap",
      email = "owner@mail.example",
      created_at = "2026-07-01T00:00:00Z",
      settings = NO_SMTP,
    },
    context = { holds_password = true },
    expect = { action = "reauth", policy = "default.lua" },
  },
  {
    "sends people back to Acme's own page, with SMTP forced",
    tenant = "acme",
    connect = { provider = "imap" },
    expect = {
      smtp_required = true,
      redirect_uri = "https://acme.example/connected",
      region = "us",
    },
  },
}
