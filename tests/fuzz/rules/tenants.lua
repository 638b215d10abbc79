return { ["mail.example"] = "acme", ["*.example"] = "acme" }
