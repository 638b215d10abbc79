return { evaluate = function(grant) return defer { reason = 'x', after = '15m' } end }
