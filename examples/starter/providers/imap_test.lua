---@type grantgate.TestFile
local cases = {
  {
    "asks for SMTP settings at an IMAP sign-in",
    connect = { provider = "imap" },
    expect = { smtp_required = true },
  },
  {
    "sends the owner to a page that asks for SMTP settings",
    grant = { provider = "imap", grant_status = "invalid" },
    expect = {
      auth_url = "https://api.us.nylas.com/v3/connect/auth"
        .. "?client_id=YOUR_CLIENT_ID"
        .. "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback"
        .. "&response_type=code&provider=imap&options=smtp_required"
        .. "&login_hint=owner%40example.com",
    },
  },
}

return cases
