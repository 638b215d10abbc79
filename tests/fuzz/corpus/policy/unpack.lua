return { evaluate = function(grant) return accept { reason = "x", data = { table.unpack({}, 1, 1e6) } } end }
