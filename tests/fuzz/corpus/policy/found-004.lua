return { evaluate = function(grant) return accept { reason = (grant.email:sub('%W', '_'):lowerr()) } end }
