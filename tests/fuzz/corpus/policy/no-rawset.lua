return { evaluate = function(grant) return rawset({}, 1, 2) end }
