return {
  { "lets other tenants use any provider",
    tenant = "acme",
    grant = { provider = "google" }, expect = { action = "accept" } },
  { "asks who cannot send",
    grant = { provider = "imap", settings = { imap_host = "imap.x.example" } },
    expect = { action = "reauth" } },
}
