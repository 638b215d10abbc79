return {
  { "accepts without a tenant",
    grant = { provider = "imap" },
    expect = { action = "accept", policy = "default.lua" } },
}
