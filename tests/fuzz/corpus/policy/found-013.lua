return { evaluate = function(grant) return accept { reason = 'x', data = { (tonumber'%5.2f|%-10s|%q|%x|%g|%a'):format(1.5, 'a', 'b', 255, 1e10, 0.1) } } end }
