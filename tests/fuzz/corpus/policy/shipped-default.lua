-- default.lua - the last word: what happens to a grant when neither its
-- tenant nor its provider has an opinion.
--
-- It harms nothing: it asks the owner to sign in where that is known to help,
-- and otherwise waits.  It never rejects.  The first rule that matches decides.

return {
  about = "Ask the owner where signing in helps, wait where nobody knows.",

  evaluate = {
    -- Blocked by Nylas: signing in would not help, only an operator can.
    rule {
      "blocked",
      when = { blocked = true },
      defer { reason = "grant_blocked", after = "1d", notify = "operator" },
    },

    -- Expired or revoked.  Signing in again keeps the grant and its id.
    rule {
      "invalid",
      when = { grant_status = "invalid" },
      reauth { reason = "grant_invalid", notify = "owner" },
    },

    -- The mailbox can receive but not send.  The sign-in link forces SMTP.
    rule {
      "no-smtp",
      when = { smtp = "incomplete" },
      reauth { reason = "smtp_missing", notify = "owner" },
    },

    rule { "can-send", when = { smtp = "complete" }, accept "complete" },

    -- Google, Microsoft and the like send without any SMTP settings.
    rule {
      "needs-no-smtp",
      when = { smtp = "not_applicable" },
      accept "not_applicable",
    },

    -- No evidence either way.  Bother nobody; look again tomorrow.
    rule {
      "not-judged",
      when = { smtp = "unknown" },
      defer { reason = "smtp_unknown", after = "1d" },
    },
  },
}
