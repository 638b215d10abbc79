-- Acme in the EU: another application, the same rules.

return {
  now = "2026-08-01T10:00:00Z",

  {
    "signs people in through its own application in the EU",
    tenant = "acme-eu",
    connect = { provider = "imap" },
    expect = {
      region = "eu",
      client_id = "ACME_EU_CLIENT_ID",
      smtp_required = true,
      auth_url = "https://api.eu.nylas.com/v3/connect/auth"
        .. "?client_id=ACME_EU_CLIENT_ID"
        .. "&redirect_uri=https%3A%2F%2Facme.example%2Feu%2Fconnected"
        .. "&response_type=code&provider=imap&options=smtp_required",
    },
  },
  {
    "leaves SMTP out of a Microsoft sign-in",
    tenant = "acme-eu",
    connect = { provider = "microsoft" },
    expect = {
      auth_url = "https://api.eu.nylas.com/v3/connect/auth"
        .. "?client_id=ACME_EU_CLIENT_ID"
        .. "&redirect_uri=https%3A%2F%2Facme.example%2Feu%2Fconnected"
        .. "&response_type=code&provider=microsoft",
    },
  },
  {
    "inherits Acme's hour",
    tenant = "acme-eu",
    grant = {
      provider = "imap",
      created_at = "2026-08-01T09:45:00Z",
      settings = { imap_host = "imap.mail.example" },
    },
    expect = {
      action = "defer",
      reason = "settling",
      policy = "tenants/acme.lua",
    },
  },
  {
    "sends the owner of an expired grant to the EU too",
    tenant = "acme-eu",
    grant = {
      provider = "google",
      email = "owner+eu@acme.example",
      grant_status = "invalid",
    },
    expect = {
      action = "reauth",
      reason = "grant_invalid",
      auth_url = "https://api.eu.nylas.com/v3/connect/auth"
        .. "?client_id=ACME_EU_CLIENT_ID"
        .. "&redirect_uri=https%3A%2F%2Facme.example%2Feu%2Fconnected"
        .. "&response_type=code&provider=google"
        .. "&login_hint=owner%2Beu%40acme.example",
    },
  },
}
