return {
  mandate = {
    evaluate = { rule { "young", when = { age = "<1h" }, defer { reason = "young", after = "1h" } } },
  },
}
