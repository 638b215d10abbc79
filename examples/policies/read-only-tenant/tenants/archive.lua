-- Mail is only read here, so a mailbox that cannot send lacks nothing.
return {
  about = "The archive reads and never sends.",
  connect = { smtp_required = false },
  evaluate = {
    rule { "expired", when = { grant_status = "invalid" },
      reauth { reason = "grant_invalid", notify = "owner" } },
    rule { "reads", when = "always", accept "read_only" },
  },
}
