return { evaluate = function(grant) return collectgarbage() end }
