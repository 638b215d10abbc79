return { evaluate = function(grant) return accept { reason = 'x', data = { (grantgate.auth_url { provider = 'imap', state = 'x' }) } } end }
