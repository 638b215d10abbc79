--- A grant that cannot send, and what the application has done about it.
local function case(name, context, expect)
  return { name,
    grant = { provider = "imap", settings = { imap_host = "imap.x.example" } },
    context = context,
    expect = expect }
end

return {
  now = 1785578400,
  case("asks an owner who was never asked", nil, { action = "reauth" }),
  case("asks again after a week", { asked_at = 1785578400 - 604800, asked = 1 },
    { action = "reauth", rule = "no-smtp" }),
  case("waits within a week", { asked_at = 1785578400 - 604799, asked = 1 },
    { action = "defer", reason = "asked_lately", mandate = true }),
  case("stops after three times", { asked_at = 1, asked = 3 },
    { action = "defer", reason = "asked_enough", notify = "operator" }),
}
