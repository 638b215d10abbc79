return {
  { "asks the owners of other tenants",
    tenant = "acme",
    grant = { provider = "imap", settings = { imap_host = "imap.x.example" } },
    expect = { action = "reauth" } },
  { "writes to nobody when nothing is known",
    grant = { provider = "imap" }, expect = { action = "accept" } },
}
