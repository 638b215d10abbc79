return { evaluate = function(grant) while true do end end }
