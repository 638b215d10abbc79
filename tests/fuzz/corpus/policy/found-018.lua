return { evaluate = function(grant) return accept { reason = 'x', data = { ('abc'):byte(0, -1), ('x'):sub(-1), #'\0', ('a'):upper(), ('ab'):reverse() } } end }
