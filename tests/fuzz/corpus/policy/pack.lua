return { evaluate = function(grant) local t = table.pack(select('#', 1, nil)) return accept { reason = 'x', data = { t.n } } end }
