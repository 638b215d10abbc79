return { evaluate = function(grant) return defer { reason = 'x', after = now() } end }
