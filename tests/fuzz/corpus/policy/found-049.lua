return { evaluate = function(grant)  ('x'):rep(1e5):find(('.-'):rep(20) .. ')y') end }
