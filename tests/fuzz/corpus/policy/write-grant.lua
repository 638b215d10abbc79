return { evaluate = function(grant) grant.email = "x" end }
