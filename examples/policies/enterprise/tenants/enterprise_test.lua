return {
  { "tells the operator instead of the owner",
    tenant = "enterprise",
    grant = { provider = "imap", settings = { imap_host = "imap.x.example" } },
    expect = { action = "defer", notify = "operator" } },
  { "asks for SMTP, whatever a tenant of its says",
    tenant = "globex",
    connect = { provider = "imap" },
    expect = { smtp_required = true } },
}
