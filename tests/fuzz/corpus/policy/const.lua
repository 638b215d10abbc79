return { evaluate = function(grant) local x <const> = 1 return accept { reason = "x", data = { x } } end }
