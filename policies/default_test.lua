-- What default.lua says, for grants that no other file has an opinion on.

--- A grant that passes, but for what a case changes.
local function imap(changes)
  local grant = {
    provider = "imap",
    grant_status = "valid",
    email = "owner@mail.example",
    created_at = "2026-07-01T00:00:00Z",
    settings = {
      imap_host = "imap.mail.example",
      smtp_host = "smtp.mail.example",
      smtp_port = 587,
    },
  }
  for key, value in pairs(changes) do
    grant[key] = value
  end
  return grant
end

local NO_SMTP = { imap_host = "imap.mail.example" }

local cases = {
  now = "2026-08-01T10:00:00Z",

  {
    "accepts an IMAP mailbox that can send",
    grant = imap {},
    expect = {
      action = "accept",
      reason = "complete",
      policy = "default.lua",
      rule = "can-send",
      smtp = "complete",
      evidence = "settings",
    },
  },
  {
    "asks the owner to sign in again when SMTP is missing",
    grant = imap { settings = NO_SMTP },
    expect = {
      action = "reauth",
      reason = "smtp_missing",
      notify = "owner",
      rule = "no-smtp",
      missing = { "smtp_host", "smtp_port" },
    },
  },
  {
    "gives the owner a link that forces SMTP",
    grant = imap { settings = NO_SMTP },
    expect = {
      auth_url = "https://api.us.nylas.com/v3/connect/auth"
        .. "?client_id=YOUR_CLIENT_ID"
        .. "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback"
        .. "&response_type=code&provider=imap&options=smtp_required"
        .. "&login_hint=owner%40mail.example",
    },
  },
  {
    "says why there is no link when the address is not known",
    grant = { provider = "imap", email = "", settings = NO_SMTP },
    expect = { action = "reauth", auth_url_missing = "no_email" },
  },
  {
    "asks again when a send has failed for want of SMTP",
    grant = imap { settings = {} },
    send_error = "grant is missing imap username or password or smtphost or "
      .. "smtpport, unable to fetch connection details",
    expect = {
      action = "reauth",
      reason = "smtp_missing",
      evidence = "send_error",
    },
  },
  {
    "accepts a mailbox that has sent since its owner signed in",
    grant = imap { settings = {}, updated_at = "2026-07-01T00:00:00Z" },
    sent_at = "2026-07-02T00:00:00Z",
    expect = { action = "accept", reason = "complete", evidence = "sent" },
  },
  {
    "bothers nobody when nothing tells whether it can send",
    grant = imap { settings = {} },
    expect = {
      action = "defer",
      reason = "smtp_unknown",
      rule = "not-judged",
      smtp = "unknown",
      after = 86400,
    },
  },
  {
    "bothers nobody about a provider it does not know",
    grant = imap { provider = "aol" },
    expect = { action = "defer", reason = "smtp_unknown", smtp = "unknown" },
  },
  {
    "asks again when the grant is invalid, whatever its SMTP settings",
    grant = imap { grant_status = "invalid" },
    expect = {
      action = "reauth",
      reason = "grant_invalid",
      notify = "owner",
      rule = "invalid",
      smtp = "complete",
    },
  },
  {
    "asks nobody to sign in to a blocked grant",
    grant = imap { blocked = true, grant_status = "invalid" },
    expect = {
      action = "defer",
      reason = "grant_blocked",
      notify = "operator",
      rule = "blocked",
    },
  },
  {
    "leaves SMTP out of a Google sign-in",
    connect = { provider = "google" },
    expect = {
      auth_url = "https://api.us.nylas.com/v3/connect/auth"
        .. "?client_id=YOUR_CLIENT_ID"
        .. "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback"
        .. "&response_type=code&provider=google",
    },
  },
}

-- Providers that send without SMTP settings: accepted while valid.
local NOT_APPLICABLE = {
  "google", "microsoft", "icloud", "yahoo", "ews", "zoom", "virtual-calendar",
  "nylas", "inbox",
}
for _, provider in ipairs(NOT_APPLICABLE) do
  table.insert(cases, {
    "accepts " .. provider .. " without SMTP settings",
    grant = { provider = provider, grant_status = "valid" },
    expect = { action = "accept", reason = "not_applicable" },
  })
end

-- The spellings of "not there" that a settings object may hold.
local ABSENT_HOSTS = { "", "   ", 0, false }
for number, host in ipairs(ABSENT_HOSTS) do
  table.insert(cases, {
    "sees that the host is missing, spelling " .. number,
    grant = imap { settings = { smtp_host = host, smtp_port = 587 } },
    expect = { action = "reauth", missing = { "smtp_host" } },
  })
end

local ABSENT_PORTS = { "", "0", 0, 65536, "none", 587.5 }
for number, port in ipairs(ABSENT_PORTS) do
  table.insert(cases, {
    "sees that the port is missing, spelling " .. number,
    grant = imap { settings = { smtp_host = "h.example", smtp_port = port } },
    expect = { action = "reauth", missing = { "smtp_port" } },
  })
end

return cases
