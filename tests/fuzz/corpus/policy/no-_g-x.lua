return { evaluate = function(grant) return _G.x end }
