-- The application puts into the context of a grant when it last wrote to the
-- owner, and how often it has: {"asked_at":1785578400,"asked":2}.
--
-- A brake belongs into a mandate.  Anywhere else, to answer nil would hand the
-- question on, and another layer could ask all the same.
local WEEK = 7 * 24 * 60 * 60

local function asked_lately(grant)
  local at = grant.context.asked_at
  return at and now() - at < WEEK
end

return {
  about = "Nobody is asked more than once a week, or more than three times.",
  mandate = {
    evaluate = {
      rule { "asked-enough", when = { ["context.asked"] = ">=3" },
        defer { reason = "asked_enough", after = "30d", notify = "operator" } },
      rule { "asked-lately", when = asked_lately,
        defer { reason = "asked_lately", after = "1d" } },
    },
  },
  evaluate = {
    rule { "no-smtp", when = { smtp = "incomplete" },
      reauth { reason = "smtp_missing", notify = "owner" } },
    rule { "rest", when = "always", accept "nothing_to_do" },
  },
}
