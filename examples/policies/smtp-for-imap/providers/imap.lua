-- Whoever signs in with IMAP is asked for the SMTP settings too.
return {
  about = "IMAP mailboxes cannot send without SMTP settings: ask for them.",
  connect = { smtp_required = true },
}
