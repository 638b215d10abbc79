return { evaluate = function(grant) return accept { reason = 'x', data = { 1, 2.5, 'x', true, { a = 1 } } } end }
