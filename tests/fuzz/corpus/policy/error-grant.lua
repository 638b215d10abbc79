return { evaluate = function(grant) error(grant) end }
