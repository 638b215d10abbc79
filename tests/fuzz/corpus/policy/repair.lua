return { evaluate = function(grant) return repair { reason = 'x', smtp_host = 'h', smtp_port = 465 } end }
