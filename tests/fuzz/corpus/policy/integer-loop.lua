return { evaluate = function(grant) for i = math.maxinteger - 1, math.maxinteger do end end }
