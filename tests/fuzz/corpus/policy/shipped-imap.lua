-- providers/imap.lua - every IMAP sign-in asks for the SMTP settings too.
--
-- Without this the hosted page lets the owner leave them out: the grant looks
-- valid, and the first message it should send fails.  A tenant that only reads
-- mail can say `connect = { smtp_required = false }` in its own file.
--
-- There is no `evaluate` here: what to do with the grants that exist already
-- is left to the tenants and to default.lua.

return {
  about = "IMAP mailboxes cannot send without SMTP settings: ask for them.",

  connect = { smtp_required = true },
}
