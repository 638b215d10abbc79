return { evaluate = function(grant) return load "return 1" end }
