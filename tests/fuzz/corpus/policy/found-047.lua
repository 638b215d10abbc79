return { evaluate = function(grant) return accept { reason = 'x', data = { ('abc'):byte(1, -1), ('x'):sub(-2), #'\0', ('a'):upper(), ('ab'):reverse() } } end }
