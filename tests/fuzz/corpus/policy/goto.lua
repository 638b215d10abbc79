return { evaluate = function(grant) ::a:: goto a end }
