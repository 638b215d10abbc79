return { evaluate = function(grant) local t = {} t.t = t return accept { reason = 'x', data = t } end }
