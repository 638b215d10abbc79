return { connect = {
  rule { "a", when = { proVider = "imap", email = "*<mail.example" }, { smtp_requireD = true, redirect_uri = "https://a.example/" } },
  rule { "b", when = "always", function(request) return { login_hint = request.email } end },
} }
