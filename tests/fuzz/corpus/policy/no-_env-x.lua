return { evaluate = function(grant) return _ENV.x end }
