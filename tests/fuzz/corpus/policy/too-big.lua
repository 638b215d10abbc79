return { evaluate = function(grant) return accept { reason = 'x', data = { ('x'):rep(70000) } } end }
