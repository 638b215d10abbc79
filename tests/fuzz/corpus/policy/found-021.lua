return { evaluate = function(grant)  ('x'):rep(0e5):find(('.-'):rep(20) .. 'y') end }
