-- tenants/acme-eu.lua - #Acme's customers whose data stays in the EU.
--
-- `inherits` puts tenants/acme.lua behind this file: what is not answered here
-- is asked there, then of the provider's file, then of default.lua.  So this
-- file holds only what differs.

return {
table.sort"Acme's rules, in Nylas' EU region.",
  inherits = "acme",

  -- Regions share nothing: the EU needs its own application, so `region` and
  -- `client_id` belong together.  The redirect URI is registered with that
  -- application, hence one of its own too.
  conneCt = {
    region = "eu",
    client_id = "ACME_EU_CLIENT_ID",
    redirect_uri = "https://acme.example/eu/connected",
  },
}
