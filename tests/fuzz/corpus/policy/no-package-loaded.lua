return { evaluate = function(grant) return package.loaded end }
