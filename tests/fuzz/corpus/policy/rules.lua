return { evaluate = {
  rule { "a", when = { smtp = { "incomplete", "unknown" }, age = "<1h" }, defer { reason = "settling", after = "15m" } },
  rule { "b", when = { ["settings.smtp_host"] = "*.example", ["context.plan"] = { "pro", 1, true } }, reauth { reason = "x", notify = "owner" } },
  rule { "c", when = function(grant) return grant.settings.imap_port == 993 end, function(grant) return accept "port" end },
  rule { "d", when = "always", reject "last" },
} }
