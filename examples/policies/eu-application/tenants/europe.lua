-- Regions share nothing, so the three belong together: the region, the
-- application that lives there, and where that one may send people back to.
return {
  about = "Tenants whose data stays in the EU.",
  connect = {
    region = "eu",
    client_id = "EU_CLIENT_ID",
    redirect_uri = "https://eu.example.com/callback",
  },
}
