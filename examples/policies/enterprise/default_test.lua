return {
  { "asks the owner where no enterprise is concerned",
    grant = { provider = "imap", settings = { imap_host = "imap.x.example" } },
    expect = { action = "reauth", policy = "default.lua" } },
  { "accepts for an enterprise what nobody has a rule for",
    tenant = "globex",
    grant = { provider = "google" },
    expect = { action = "accept", policy = "default.lua" } },
}
