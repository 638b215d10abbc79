return { evaluate = function(grant) return grant.emial end }
