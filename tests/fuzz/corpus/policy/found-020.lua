return { evaluate = function(grant) return accept { reason = 'x', data = { grant.settings.imapp_assws0956b65207b92df8tra.token } } end }
