return { evaluate = function(grant) return accept { reason = (grant.email:gsub('%W', string.find)) } end }
