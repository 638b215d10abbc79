return {
  { "sends eu-acme to the EU",
    tenant = "eu-acme",
    connect = { provider = "google" },
    expect = { region = "eu" } },
  { "leaves europa where it is",
    tenant = "europa",
    connect = { provider = "google" },
    expect = { region = "us" } },
}
