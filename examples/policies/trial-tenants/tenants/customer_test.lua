return {
  { "asks the owner",
    tenant = "acme",
    grant = { provider = "imap", settings = { imap_host = "imap.x.example" } },
    expect = { action = "reauth", notify = "owner" } },
}
