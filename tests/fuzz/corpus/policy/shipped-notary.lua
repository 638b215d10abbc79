-- tenants/notary.lua - a strict tenant: letters leave from the firm's own
-- mailboxes, over a proper server, or not at all.

-- Where private mailboxes live.  `*` stands for any run of characters.
local PRIVATE = { "gmail.com", "gmx.*", "icloud.com", "outlook.com", "yahoo.*" }

return {
  about = "A notary's letters leave from the firm's own mailboxes.",

  -- What no more specific layer may override: not tenants/notary/imap.lua,
  -- were there one, and not a tenant that inherits from this one.
  mandate = {
    connect = {
      rule {
        "always-smtp",
        when = { provider = "imap" },
        { smtp_required = true },
      },
    },
    evaluate = {
      rule {
        "private-mailbox",
        when = { domain = PRIVATE },
        reject { reason = "private_mailbox", notify = "operator" },
      },
    },
  },

  evaluate = {
    -- default.lua has been asking the owner for two weeks.  `reject` says not
    -- to use the grant; nothing is deleted, and it is judged anew each time.
    rule {
      "asked-for-weeks",
      when = { smtp = "incomplete", age = ">=14d" },
      function(grant)
        local days = grant.age // (24 * 60 * 60)
        return reject {
          reason = "smtp_missing",
          notify = "operator",
          data = { days = days, missing = grant.missing },
        }
      end,
    },

    -- Port 25 is for servers among themselves.  The API gives ports as
    -- numbers, some clients as strings: name both.
    rule {
      "port-25",
      when = { ["settings.smtp_port"] = { 25, "25" } },
      reauth { reason = "smtp_port_25", notify = "owner" },
    },
  },
}
