-- The first rule that matches answers, so patience comes first.
return {
  about = "A new mailbox gets a day before its owner gets a letter.",
  evaluate = {
    rule { "settling",
      when = { smtp = { "incomplete", "unknown" }, age = "<1d" },
      defer { reason = "settling", after = "1h" } },
    rule { "no-smtp", when = { smtp = "incomplete" },
      reauth { reason = "smtp_missing", notify = "owner" } },
    rule { "can-send", when = { smtp = { "complete", "not_applicable" } },
      accept "can_send" },
    rule { "not-judged", when = "always",
      defer { reason = "smtp_unknown", after = "7d" } },
  },
}
