-- The tenant that every input must leave alone.
return {
  evaluate = function(grant)
    return accept { reason = "innocent", data = { email = grant.email:lower(), age = grant.age } }
  end,
}
