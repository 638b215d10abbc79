return { evaluate = function(grant) return next({}) end }
