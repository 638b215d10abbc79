-- default.lua - asked last: what happens to a grant when neither the file of
-- its tenant nor that of its provider has an opinion.
--
-- The first rule whose `when` holds decides.  All entries of a `when` must
-- hold; of a list of values, any one may.

---@type grantgate.Policy
local policy = {
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

    -- Settings that do, or a provider that needs none, like Google.
    rule {
      "can-send",
      when = { smtp = { "complete", "not_applicable" } },
      accept "can_send",
    },

    -- No evidence either way.  Bother nobody; look again tomorrow.
    rule {
      "not-judged",
      when = { smtp = "unknown" },
      defer { reason = "smtp_unknown", after = "1d" },
    },
  },
}

return policy
