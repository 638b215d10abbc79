return {
  about = "Customers send.",
  evaluate = {
    rule { "no-smtp", when = { smtp = "incomplete" },
      reauth { reason = "smtp_missing", notify = "owner" } },
  },
}
