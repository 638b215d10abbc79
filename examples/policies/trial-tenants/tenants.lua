-- Hundreds of tenants, two files: an exact name comes first, then a file of
-- that name, then the longest pattern that matches.
return {
  ["trial-*"] = "trial",
  ["trial-vip"] = "customer",
  ["*"] = "customer",
}
