-- A tenant that has only Microsoft mailboxes.  A list of rules in a mandate:
-- nothing more specific lets another provider in.
return {
  about = "The firm's mailboxes are Microsoft's, in its own domain.",
  connect = { prompt = "detect" },
  mandate = {
    evaluate = {
      rule { "own-mailbox",
        when = { provider = "microsoft", domain = "lawfirm.example" },
        accept "own_mailbox" },
      rule { "foreign", when = "always",
        reject { reason = "foreign_mailbox", notify = "operator" } },
    },
  },
}
