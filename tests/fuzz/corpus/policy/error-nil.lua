return { evaluate = function(grant) error(nil) end }
