return { evaluate = function(grant) local t = {} for w in grant.email:gmatch '%a+' do t[#t + 1] = w end return accept { reason = 'x', data = t } end }
