--- A grant of the firm, in the hands of a provider.
local function case(name, provider, email, expect)
  return { name,
    tenant = "lawfirm",
    grant = { provider = provider, email = email },
    expect = expect }
end

return {
  case("accepts the firm's own mailbox", "microsoft", "ann@lawfirm.example",
    { action = "accept", mandate = true }),
  case("refuses another provider", "google", "ann@lawfirm.example",
    { action = "reject", reason = "foreign_mailbox" }),
  case("refuses another domain", "microsoft", "ann@outlook.com",
    { action = "reject", notify = "operator" }),
  { "lets the hosted page find the provider",
    tenant = "lawfirm",
    connect = { provider = "microsoft" },
    expect = { prompt = "detect" } },
}
