return { evaluate = function(grant) return (function(...) return select(-1, ...) end)(accept 'a', accept 'b') end }
