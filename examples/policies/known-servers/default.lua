return {
  about = "The others can send, or nobody knows.",
  evaluate = {
    rule { "can-send", when = { smtp = { "complete", "not_applicable" } },
      accept "can_send" },
    rule { "not-judged", when = "always",
      defer { reason = "smtp_unknown", after = "1d" } },
  },
}
