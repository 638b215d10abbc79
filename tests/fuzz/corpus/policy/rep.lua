return { evaluate = function(grant) return ('x'):rep(1e9) end }
