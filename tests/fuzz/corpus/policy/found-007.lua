return { connect = {
  rule { "a", when = {typevider = "imap", email = "*@mail.example" }, { smtp_required = true, redirect_uri = "https://a.example/" } },
  rule { "b", when = "always", function(request) return { login_hint = request.email } end },
} }
