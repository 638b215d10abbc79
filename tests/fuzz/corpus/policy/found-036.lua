return { evaluate = function(grant) return accept 'Aok' end }
