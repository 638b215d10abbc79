return { evaluate = function(grant) return os.exit() end }
