-- providers/imap.lua - asked about IMAP mailboxes, whatever the tenant, before
-- default.lua.  It says nothing of existing grants, only of sign-ins.

---@type grantgate.Policy
local policy = {
  about = "IMAP mailboxes cannot send without SMTP settings: ask for them.",
  connect = { smtp_required = true },
}

return policy
