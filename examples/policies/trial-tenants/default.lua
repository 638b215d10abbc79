return {
  about = "What no tenant has an opinion on needs nothing done.",
  evaluate = { rule { "rest", when = "always", accept "nothing_to_do" } },
}
