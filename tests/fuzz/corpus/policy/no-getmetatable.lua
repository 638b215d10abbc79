return { evaluate = function(grant) return getmetatable("").__index end }
