return { evaluate = function(grant) error {} end }
