-- Rules of data alone, so that conditions are matched against all there is.
return {
  evaluate = {
    rule { "new", when = { age = "<1h", smtp = "unknown" }, defer { reason = "settling", after = "15m" } },
    rule { "blocked", when = { blocked = true }, reject "blocked" },
    rule { "odd-port", when = { ["settings.smtp_port"] = { 25, "2525", ">60000" } }, defer "odd_port" },
    rule { "pattern", when = { email = "*@*.pattern.example", ["context.plan"] = { "pro*", "trial" } }, repair {
      reason = "known_server", smtp_host = "smtp.pattern.example", smtp_port = 465 } },
    rule { "deep", when = { ["context.a.b"] = { 1, 1.5, true, "x" } }, defer "deep" },
    rule { "scoped", when = { scope = { "*mail.send", "smtp" } }, defer "scoped" },
    rule { "reason", when = { missing = "smtp_port", evidence = "settings" }, reauth "no_port" },
  },
}
