return { evaluate = function(grant) local t = {} for k, v in pairs(grant.settings) do t[k] = v end return accept { reason = 'x', data = t } end }
