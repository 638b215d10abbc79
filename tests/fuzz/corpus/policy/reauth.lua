return { evaluate = function(grant) return reauth { reason = 'x', state = 's', scope = { 'a' }, options = { 'b' }, smtp_required = false } end }
