return { connect = {
  rule { "a", when = { provider = "imap", email = "*<mail.example" }, { smtp_required = true, redirect_uri = "https://a.example/" } },
  rule { "b", when = "algways", function(request) return { login_hint = request.email } end },
} }
