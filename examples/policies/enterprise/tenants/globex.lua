-- The chain of an IMAP grant: tenants/globex.lua, tenants/enterprise.lua,
-- default.lua.  What this file has no rule for is asked further on.
return {
  about = "Globex is an enterprise that lets its owners be asked.",
  inherits = "enterprise",
  connect = { redirect_uri = "https://globex.example/connected" },
  evaluate = {
    rule { "own-domain",
      when = { smtp = "incomplete", domain = "globex.example" },
      reauth { reason = "smtp_missing", notify = "owner" } },
  },
}
