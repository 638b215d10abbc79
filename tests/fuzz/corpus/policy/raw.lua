return { evaluate = function(grant) return accept { reason = 'x', data = grant.raw } end }
