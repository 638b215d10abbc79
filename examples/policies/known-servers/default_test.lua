return {
  { "accepts what can send",
    grant = { provider = "google" }, expect = { action = "accept" } },
  { "waits when nothing is known",
    grant = { provider = "imap" }, expect = { action = "defer" } },
}
