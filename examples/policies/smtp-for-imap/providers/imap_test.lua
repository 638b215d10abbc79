return {
  { "asks for SMTP at an IMAP sign-in",
    connect = { provider = "imap" },
    expect = { smtp_required = true } },
  { "asks for SMTP on behalf of a tenant, too",
    tenant = "acme",
    connect = { provider = "imap" },
    expect = { smtp_required = true } },
  { "leaves SMTP out of a Google sign-in",
    connect = { provider = "google" },
    expect = { auth_url = "https://api.us.nylas.com/v3/connect/auth"
      .. "?client_id=YOUR_CLIENT_ID"
      .. "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback"
      .. "&response_type=code&provider=google" } },
}
