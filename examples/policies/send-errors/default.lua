-- The application tells how its last send went, in the facts of a grant:
--
--   {"id":"g1","send_error":"535 Authentication failed",
--    "send_error_at":1785578400}
--
-- What a send said is better evidence than any settings.

--- Whether the last send was refused, and nobody has signed in since.
local function was_refused(grant)
  local text, at = grant.send_error, grant.send_error_at
  if not text or (at and grant.updated_at and at < grant.updated_at) then
    return false
  end
  return string.find(string.lower(text), "authentication", 1, true)
end

return {
  about = "Ask whose last message failed for want of a sign-in.",
  evaluate = {
    rule { "send-failed", when = { evidence = "send_error" },
      reauth { reason = "send_failed", notify = "owner" } },
    rule { "refused", when = was_refused,
      reauth { reason = "sign_in_refused", notify = "owner" } },
    rule { "looks-incomplete", when = { smtp = "incomplete" },
      defer { reason = "not_tried_yet", after = "1d" } },
    rule { "rest", when = "always", accept "nothing_to_do" },
  },
}
