return { evaluate = function(grant) return accept 'ok' end }
