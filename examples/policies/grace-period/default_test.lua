local NO_SMTP = { imap_host = "imap.mail.example" }

--- An IMAP grant made at this time of 31 July or 1 August.
local function made(at, settings)
  return { provider = "imap", created_at = at, settings = settings }
end

return {
  now = "2026-08-01T10:00:00Z",
  { "waits for a mailbox that is younger than a day",
    grant = made("2026-07-31T10:00:01Z", NO_SMTP),
    expect = { action = "defer", reason = "settling", after = 3600 } },
  { "asks the owner once the day is over",
    grant = made("2026-07-31T10:00:00Z", NO_SMTP),
    expect = { action = "reauth", reason = "smtp_missing" } },
  { "accepts a new mailbox that can send",
    grant = { provider = "google", created_at = "2026-08-01T09:59:00Z" },
    expect = { action = "accept" } },
  { "writes to nobody when nothing is known",
    grant = made("2026-07-01T10:00:00Z", nil),
    expect = { action = "defer", reason = "smtp_unknown" } },
}
