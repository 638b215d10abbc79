return { evaluate = function(grant) local x <close> = nil end }
