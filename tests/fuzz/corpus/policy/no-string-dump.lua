return { evaluate = function(grant) return string.dump(accept) end }
