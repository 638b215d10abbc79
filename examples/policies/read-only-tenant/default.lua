return {
  about = "Everybody else sends.",
  evaluate = {
    rule { "no-smtp", when = { smtp = "incomplete" }, reauth "smtp_missing" },
    rule { "rest", when = "always", accept "nothing_to_do" },
  },
}
