-- Tests are plain data: a grant as the API gives it, and what is expected of
-- its record.  Run them with `grantgate test`.

local NO_SMTP = { imap_host = "imap.mail.example" }
local WITH_SMTP = {
  imap_host = "imap.mail.example",
  smtp_host = "smtp.mail.example",
  smtp_port = 587,
}

---@type grantgate.TestFile
local cases = {
  now = "2026-08-01T10:00:00Z",

  {
    "leaves a blocked grant to an operator",
    grant = { provider = "imap", blocked = true, settings = NO_SMTP },
    expect = { action = "defer", reason = "grant_blocked", after = 86400 },
  },
  {
    "asks the owner of an expired grant to sign in",
    grant = { provider = "google", grant_status = "invalid" },
    expect = { action = "reauth", reason = "grant_invalid" },
  },
  {
    "asks the owner when SMTP is missing",
    grant = { provider = "imap", settings = NO_SMTP },
    expect = {
      action = "reauth",
      reason = "smtp_missing",
      missing = { "smtp_host", "smtp_port" },
      notify = "owner",
    },
  },
  {
    "accepts a mailbox that can send",
    grant = { provider = "imap", settings = WITH_SMTP },
    expect = { action = "accept", smtp = "complete" },
  },
  {
    "accepts a provider that needs no SMTP settings",
    grant = { provider = "google" },
    expect = { action = "accept", smtp = "not_applicable" },
  },
  {
    "judges nobody without evidence",
    grant = { provider = "imap" },
    expect = { action = "defer", reason = "smtp_unknown" },
  },
}

return cases
