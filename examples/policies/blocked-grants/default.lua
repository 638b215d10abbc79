-- A sign-in does not lift a block, so a link would only annoy.  The mandate
-- keeps every layer from sending one, and tenants need not think of it.
return {
  about = "Blocked grants are the operator's business.",
  mandate = {
    evaluate = {
      rule { "blocked", when = { blocked = true },
        defer { reason = "grant_blocked", after = "1d", notify = "operator" } },
    },
  },
  evaluate = {
    rule { "expired", when = { grant_status = "invalid" },
      reauth { reason = "grant_invalid", notify = "owner" } },
    rule { "no-smtp", when = { smtp = "incomplete" },
      reauth { reason = "smtp_missing", notify = "owner" } },
    rule { "rest", when = "always", accept "nothing_to_do" },
  },
}
