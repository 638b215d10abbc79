return { evaluate = function(g) local h = host if g.name then return h.echo('x') end return host.only_a_name(host.nope(1)) end }
