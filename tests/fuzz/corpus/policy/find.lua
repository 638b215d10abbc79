return { evaluate = function(grant) return ('x'):rep(1e5):find(('.-'):rep(20) .. 'y') end }
