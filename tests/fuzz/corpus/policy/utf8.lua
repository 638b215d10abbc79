return { evaluate = function(grant) return accept { reason = 'x', data = { utf8.char(8364), utf8.len(grant.email), utf8.codepoint('x') } } end }
