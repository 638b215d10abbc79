return { evaluate = function(grant) return accept {  data = grant.raw } end }
