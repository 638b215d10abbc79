-- Looks at all there is of a grant, and shows it in the record.
local shown = require "lib.shown"

return {
  about = "What the fuzz targets ask.",

  connect = function(request)
    return { state = request.purpose, smtp_required = request.provider == "imap" }
  end,

  evaluate = function(grant)
    local data = shown.of(grant)
    if grant.smtp == "complete" then
      return accept { reason = "complete", data = data }
    elseif grant.smtp == "incomplete" then
      return reauth { reason = "smtp_missing", notify = "owner", data = data }
    elseif grant.smtp == "unknown" then
      return defer { reason = "unknown", after = "1h", data = data }
    end
    return reject { reason = "not_applicable", data = data }
  end,
}
