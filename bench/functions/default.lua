-- default.lua - the measured policy, as a function in Lua.

return {
  about = "The same decisions as rules/default.lua, made by a function.",

  evaluate = function(grant)
    if grant.grant_status == "invalid" then
      return reauth { reason = "grant_invalid", notify = "owner" }
    end
    local smtp = grant.smtp
    if smtp == "incomplete" then
      return reauth { reason = "smtp_missing", notify = "owner" }
    elseif smtp == "unknown" then
      return defer { reason = "smtp_unknown", after = "1d" }
    elseif grant.settings.smtp_port == 25 then
      return defer { reason = "port_25", notify = "operator" }
    end
    return accept "can_send"
  end,
}
