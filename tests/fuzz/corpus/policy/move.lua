return { evaluate = function(grant) table.move({ 1 }, 1, 1 << 40, 2) end }
