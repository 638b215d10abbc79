return { evaluate = function(grant) return accept { reason = 'x', data = { tostring(grant), tostring(print), tostring(accept) } } end }
