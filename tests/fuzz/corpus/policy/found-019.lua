return { connect = {
  rule { "a", when = { provider = "imap", email = "*@mail.example" }, { smtp_required = true, redirect_uri = "httts://a.example/" } },
  rule { "b", when = "always", function(request) return { login_hint = request.email } end },
} }
