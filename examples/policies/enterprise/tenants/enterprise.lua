-- What every enterprise tenant has.  Its mandate binds the tenants that
-- inherit from it; the rest they may answer otherwise.
return {
  about = "Contracts that name an operator.",
  mandate = {
    connect = {
      rule { "smtp", when = { provider = "imap" }, { smtp_required = true } },
    },
  },
  evaluate = {
    rule { "no-smtp", when = { smtp = "incomplete" },
      defer { reason = "smtp_missing", after = "1d", notify = "operator" } },
  },
}
