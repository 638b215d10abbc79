return { evaluate = function(grant)  end }
