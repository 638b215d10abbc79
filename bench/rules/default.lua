-- default.lua - the measured policy, as rules that no Lua runs for.

return {
  about = "The same decisions as functions/default.lua, made by rules.",

  evaluate = {
    rule {
      "invalid",
      when = { grant_status = "invalid" },
      reauth { reason = "grant_invalid", notify = "owner" },
    },
    rule {
      "no-smtp",
      when = { smtp = "incomplete" },
      reauth { reason = "smtp_missing", notify = "owner" },
    },
    rule {
      "not-judged",
      when = { smtp = "unknown" },
      defer { reason = "smtp_unknown", after = "1d" },
    },
    rule {
      "port-25",
      when = { ["settings.smtp_port"] = 25 },
      defer { reason = "port_25", notify = "operator" },
    },
    rule { "can-send", when = "always", accept "can_send" },
  },
}
