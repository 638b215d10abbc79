return { evaluate = function(grant) return setmetatable({}, {}) end }
