--- The file that a tenant's grant is judged by.
local function case(tenant, policy)
  return { tenant .. " is judged by " .. policy,
    tenant = tenant,
    grant = { provider = "imap", settings = { imap_host = "imap.x.example" } },
    expect = { policy = policy, tenant = tenant } }
end

return {
  case("trial-0042", "tenants/trial.lua"),
  case("trial-vip", "tenants/customer.lua"),
  case("acme", "tenants/customer.lua"),
}
