local function case(name, id, expect)
  return { name,
    grant = { id = id, provider = "imap",
      settings = { imap_host = "imap.x.example" } },
    expect = expect }
end

return {
  case("asks the owner of a grant in the first tenth", "grant-80",
    { action = "reauth", rule = "asked-first" }),
  case("lets the others wait", "grant-1",
    { action = "defer", rule = "asked-later", after = 604800 }),
  { "accepts what can send",
    grant = { provider = "google" }, expect = { action = "accept" } },
}
