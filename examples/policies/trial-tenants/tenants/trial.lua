-- Whoever only tries the product is not written to, and after a month the
-- mailbox is no longer used.  Nothing is deleted.
return {
  about = "Trials are left alone, and end after 30 days.",
  evaluate = {
    rule { "over", when = { age = ">=30d" }, reject "trial_over" },
    rule { "trying", when = { smtp = "incomplete" },
      defer { reason = "trial", after = "7d" } },
    rule { "rest", when = "always", accept "trial" },
  },
}
