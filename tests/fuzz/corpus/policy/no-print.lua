return { evaluate = function(grant) return print(1) end }
