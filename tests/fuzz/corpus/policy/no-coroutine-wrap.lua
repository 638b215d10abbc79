return { evaluate = function(grant) return coroutine.wrap(error) end }
