return { evaluate = function(grant) return io.open("/etc/passwd") end }
