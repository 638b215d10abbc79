return { evaluate = function(grant) return defer { reason = 'x', after = ',5m' } end }
