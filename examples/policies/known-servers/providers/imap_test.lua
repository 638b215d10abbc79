local NO_SMTP = { imap_host = "imap.mail.example" }

return {
  { "repairs where it holds the password and knows the server",
    grant = { provider = "imap", email = "ann@GMX.com", settings = NO_SMTP },
    context = { holds_password = true },
    expect = { action = "repair", smtp_host = "smtp.gmx.com",
      smtp_port = 587 } },
  { "asks the owner where it holds no password",
    grant = { provider = "imap", email = "ann@gmx.com", settings = NO_SMTP },
    expect = { action = "reauth", rule = "no-smtp" } },
  { "asks the owner where it does not know the server",
    grant = { provider = "imap", email = "ann@x.example", settings = NO_SMTP },
    context = { holds_password = true },
    expect = { action = "reauth", rule = "no-smtp" } },
  { "asks the owner of a grant without a domain",
    grant = { provider = "imap", email = "ann", settings = NO_SMTP },
    context = { holds_password = true },
    expect = { action = "reauth", rule = "no-smtp" } },
}
