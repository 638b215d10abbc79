return { evaluate = function(grant) return accept { reason = 'x', data = { math.maxinteger // -1, math.mininteger // -1, 7 % -3, 2^53, math.floor(-0.5), math.tointeger '8' } } end }
