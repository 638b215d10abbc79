-- tenants/acme.lua - asked first, about the grants of the tenant acme.  Give
-- it the name of one of yours, or delete it and its test.

---@type grantgate.Policy
local policy = {
  about = "Acme gives a new mailbox an hour before it writes to the owner.",

  -- Where a sign-in ends.  What is not set here is left to the other layers.
  connect = { redirect_uri = "https://acme.example/connected" },

  evaluate = {
    rule {
      "settling",
      when = { smtp = "incomplete", age = "<1h" },
      defer { reason = "settling", after = "15m" },
    },
  },
}

return policy
