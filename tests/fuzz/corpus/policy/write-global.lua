return { evaluate = function(grant) count = 1 end }
