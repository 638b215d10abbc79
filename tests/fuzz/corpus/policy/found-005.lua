return { evaluate = function(grant) for i = 1, 100 do log('ˆØßÑÑß–Ø end end }
