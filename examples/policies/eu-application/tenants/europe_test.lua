return {
  { "signs people in through the application of the EU",
    tenant = "eu-acme",
    connect = { provider = "microsoft" },
    expect = { auth_url = "https://api.eu.nylas.com/v3/connect/auth"
      .. "?client_id=EU_CLIENT_ID"
      .. "&redirect_uri=https%3A%2F%2Feu.example.com%2Fcallback"
      .. "&response_type=code&provider=microsoft" } },
}
