return { evaluate = function(grant) return accept { reason = 'x', data = { ('%0.Òf|%-10s|%q|%x|%g|%a'):format(1.5, 'a', 'b', 255, 1e10, 0.1) } } end }
