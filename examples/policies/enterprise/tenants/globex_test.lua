local NO_SMTP = { imap_host = "imap.x.example" }

return {
  { "asks its own people",
    tenant = "globex",
    grant = { provider = "imap", email = "hank@globex.example",
      settings = NO_SMTP },
    expect = { action = "reauth", policy = "tenants/globex.lua" } },
  { "leaves guests to what it inherits",
    tenant = "globex",
    grant = { provider = "imap", email = "guest@x.example",
      settings = NO_SMTP },
    expect = { action = "defer", policy = "tenants/enterprise.lua" } },
  { "sends people back to its own page",
    tenant = "globex",
    connect = { provider = "google" },
    expect = { redirect_uri = "https://globex.example/connected" } },
}
