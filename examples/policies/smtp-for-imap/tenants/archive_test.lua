return {
  { "does not ask for SMTP",
    tenant = "archive",
    connect = { provider = "imap" },
    expect = { smtp_required = false } },
}
