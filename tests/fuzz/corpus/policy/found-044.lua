return { evaluate = function(grant) return accept { reason = 'x', data = { ('%0.2f|%-10s|%q|%x|%g|%a'):format(1.5, 'a', 'b', 255, 1e10, 0.1) }, 'b', 255 } end }
