-- Every IMAP sign-in asks for SMTP; no other does.

return {
  {
    "forces SMTP at sign-in, as Nylas documents it",
    connect = { provider = "imap" },
    expect = {
      smtp_required = true,
      auth_url = "https://api.us.nylas.com/v3/connect/auth"
        .. "?client_id=YOUR_CLIENT_ID"
        .. "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback"
        .. "&response_type=code&provider=imap&options=smtp_required",
    },
  },
  {
    "keeps to the caller's region",
    connect = { provider = "imap" },
    expect = { region = "us", client_id = "YOUR_CLIENT_ID" },
  },
  {
    "leaves a grant that can send to default.lua",
    grant = {
      provider = "imap",
      settings = { smtp_host = "smtp.mail.example", smtp_port = 465 },
    },
    expect = { action = "accept", policy = "default.lua" },
  },
}
