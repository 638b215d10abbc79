return { evaluate = function(grant) for i = 1, 100 do log('x' .. i) end end }
