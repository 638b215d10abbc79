return { evaluate = function(grant) return accept { reason = table.concat({ 'a', 'b' }, '_') } end }
