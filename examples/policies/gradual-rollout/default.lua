-- A policy has no random numbers, for the same input must give the same
-- decision.  Spread by the id instead: the same tenth every time.
local PERCENT = 10

--- A number from 0 to 99 that depends on nothing but the text.
local function bucket(text)
  local sum = 0
  for i = 1, #text do
    sum = (sum * 31 + string.byte(text, i)) % 10007
  end
  return sum % 100
end

return {
  about = "Ask a tenth of the owners first, and see how that goes.",
  evaluate = {
    rule { "asked-first",
      when = { smtp = "incomplete" },
      function(grant)
        if bucket(grant.id) < PERCENT then
          return reauth { reason = "smtp_missing", notify = "owner" }
        end
      end },
    rule { "asked-later", when = { smtp = "incomplete" },
      defer { reason = "not_in_this_wave", after = "7d" } },
    rule { "rest", when = "always", accept "nothing_to_do" },
  },
}
