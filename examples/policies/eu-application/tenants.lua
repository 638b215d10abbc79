-- All tenants whose names start with "eu-" share one file.
return { ["eu-*"] = "europe" }
