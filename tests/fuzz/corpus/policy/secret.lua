return { evaluate = function(grant) return accept { reason = 'x', data = { grant.settings.imap_password, grant.raw.extra.token } } end }
