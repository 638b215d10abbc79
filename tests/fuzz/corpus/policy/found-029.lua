return { evaluate = function(grant) return accept { reason = 'x', data = { grant.settings.imapp_assword, grant.raw.extra.token } } end }
