return {
  { "accepts a mailbox that cannot send",
    tenant = "archive",
    grant = { provider = "imap", settings = { imap_host = "imap.x.example" } },
    expect = { action = "accept", reason = "read_only", smtp = "incomplete" } },
  { "asks the owner of an expired one, and not for SMTP",
    tenant = "archive",
    grant = { provider = "imap", grant_status = "invalid",
      email = "ann@x.example" },
    expect = { action = "reauth",
      auth_url = "https://api.us.nylas.com/v3/connect/auth"
        .. "?client_id=YOUR_CLIENT_ID"
        .. "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback"
        .. "&response_type=code&provider=imap&login_hint=ann%40x.example" } },
}
