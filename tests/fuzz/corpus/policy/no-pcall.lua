return { evaluate = function(grant) return pcall(error) end }
