local cases = {}

for domain, host in pairs {
  ["fastmail.com"] = "smtp.fastmail.com",
  ["gmx.com"] = "smtp.gmx.com",
  ["yandex.com"] = "smtp.yandex.com",
} do
  table.insert(cases, { "knows the server of " .. domain,
    grant = { provider = "imap", email = "ann@" .. domain,
      settings = { imap_host = "imap." .. domain } },
    context = { holds_password = true },
    expect = { action = "repair", smtp_host = host } })
end

return cases
