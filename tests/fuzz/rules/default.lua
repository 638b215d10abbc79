-- What batches ask: rules of data alone, which take no time.
return {
  about = "What fuzz_batch asks.",
  connect = { smtp_required = true },
  evaluate = {
    rule { "complete", when = { smtp = { "complete", "not_applicable" } }, accept "complete" },
    rule { "incomplete", when = { smtp = "incomplete" }, reauth { reason = "smtp_missing", notify = "owner" } },
  },
}
