return { evaluate = function(g) return accept(host.only_a_name(1, {}, nil)) end, mandate = { connect = function() return { state = host.echo() } end } }
