local function case(name, created_at, settings, expect)
  return { name,
    tenant = "trial-7",
    grant = { provider = "imap", created_at = created_at,
      settings = settings },
    expect = expect }
end

local NO_SMTP = { imap_host = "imap.x.example" }

return {
  now = "2026-08-01T00:00:00Z",
  case("writes to nobody", "2026-07-31T00:00:00Z", NO_SMTP,
    { action = "defer", after = 604800 }),
  case("accepts what there is no evidence against", "2026-07-31T00:00:00Z", nil,
    { action = "accept" }),
  case("ends on the thirtieth day", "2026-07-02T00:00:00Z", NO_SMTP,
    { action = "reject", reason = "trial_over" }),
}
