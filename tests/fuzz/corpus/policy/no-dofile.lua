return { evaluate = function(grant) return dofile "x" end }
