local cases = {
  { "asks the owner of one that is not blocked",
    grant = { provider = "google", grant_status = "invalid" },
    expect = { action = "reauth", reason = "grant_invalid" } },
}

for _, status in ipairs { "valid", "invalid" } do
  table.insert(cases, { "asks nobody about a blocked, " .. status .. " grant",
    grant = { provider = "imap", blocked = true, grant_status = status,
      settings = { imap_host = "imap.x.example" } },
    expect = { action = "defer", notify = "operator", mandate = true } })
end

return cases
