-- regex.lua - the regular expressions that schemas use.
--
-- Literals, . \escapes, [classes], (groups), alternatives, ^ $ and the
-- quantifiers * + ? {n} {n,} {n,m}, over bytes.  Anything else is an error:
-- better no answer than a wrong one.
--
-- A parsed piece is a function (text, position, go on) -> boolean, which
-- calls `go on` with each position where a match of it may end.

local regex = {}

local HUGE = math.maxinteger

--- A piece that matches one byte out of a set.
local function one_of(set)
  return {
    set = set,
    match = function(text, at, go_on)
      return set[text:byte(at)] and go_on(at + 1) or false
    end,
  }
end

local function single(byte)
  return one_of { [byte] = true }
end

local function sequence(pieces)
  local function match(text, at, go_on, i)
    local piece = pieces[i]
    if not piece then
      return go_on(at)
    end
    return piece.match(text, at, function(after)
      return match(text, after, go_on, i + 1)
    end)
  end
  return {
    match = function(text, at, go_on)
      return match(text, at, go_on, 1)
    end,
  }
end

local function any_of(branches)
  return {
    match = function(text, at, go_on)
      for _, branch in ipairs(branches) do
        if branch.match(text, at, go_on) then
          return true
        end
      end
      return false
    end,
  }
end

--- Sets repeat in a loop: texts may be long.
local function repeat_set(set, least, most)
  return {
    match = function(text, at, go_on)
      local n = 0
      while n < most and set[text:byte(at + n)] do
        n = n + 1
      end
      for count = n, least, -1 do
        if go_on(at + count) then
          return true
        end
      end
      return false
    end,
  }
end

local function repeat_piece(piece, least, most)
  local function match(text, at, go_on, n)
    local function once_more(after)
      return after > at and match(text, after, go_on, n + 1)
    end
    if n < most and piece.match(text, at, once_more) then
      return true
    end
    return n >= least and go_on(at)
  end
  return {
    match = function(text, at, go_on)
      return match(text, at, go_on, 0)
    end,
  }
end

local function assertion(holds)
  return {
    match = function(text, at, go_on)
      return holds(text, at) and go_on(at)
    end,
  }
end

--- [abc], [a-z], [^abc]; returns the piece and what follows it.
local function parse_class(pattern, at)
  local set = {}
  local negated = pattern:sub(at, at) == "^"
  at = negated and at + 1 or at
  while pattern:sub(at, at) ~= "]" do
    local from = pattern:byte(at)
    assert(from and from ~= 92, "unsupported class in " .. pattern)
    local to = from
    if pattern:match("^%-[^%]]", at + 1) then
      to = pattern:byte(at + 2)
      at = at + 2
    end
    for byte = from, to do
      set[byte] = true
    end
    at = at + 1
  end
  if negated then
    local rest = {}
    for byte = 0, 255 do
      rest[byte] = not set[byte] or nil
    end
    set = rest
  end
  return one_of(set), at + 1
end

local parse_branches

local function parse_atom(pattern, at)
  local c = pattern:sub(at, at)
  if c == "[" then
    return parse_class(pattern, at + 1)
  elseif c == "(" then
    assert(pattern:sub(at + 1, at + 1) ~= "?", "unsupported group")
    local group, after = parse_branches(pattern, at + 1)
    assert(pattern:sub(after, after) == ")", "group without its end")
    return group, after + 1
  elseif c == "^" then
    return assertion(function(_, here)
      return here == 1
    end), at + 1
  elseif c == "$" then
    return assertion(function(text, here)
      return here == #text + 1
    end), at + 1
  elseif c == "." then
    return parse_class("^\n]", 1), at + 1
  elseif c == "\\" then
    local escaped = pattern:sub(at + 1, at + 1)
    assert(escaped:match("^%p$"), "unsupported escape in " .. pattern)
    return single(escaped:byte()), at + 2
  end
  assert(not c:match("^[*+?{}%]]$"), "unsupported " .. c .. " in " .. pattern)
  return single(c:byte()), at + 1
end

local function parse_count(pattern, at)
  local c = pattern:sub(at, at)
  if c == "*" then
    return 0, HUGE, at + 1
  elseif c == "+" then
    return 1, HUGE, at + 1
  elseif c == "?" then
    return 0, 1, at + 1
  elseif c ~= "{" then
    return nil, nil, at
  end
  local least, comma, most, after = pattern:match("^{(%d+)(,?)(%d*)}()", at)
  assert(least, "unsupported count in " .. pattern)
  if comma == "" then
    most = least
  end
  return math.tointeger(least), math.tointeger(most) or HUGE, after
end

local function parse_sequence(pattern, at)
  local pieces = {}
  while at <= #pattern and not pattern:match("^[|)]", at) do
    local piece, least, most
    piece, at = parse_atom(pattern, at)
    least, most, at = parse_count(pattern, at)
    if least and piece.set then
      piece = repeat_set(piece.set, least, most)
    elseif least then
      piece = repeat_piece(piece, least, most)
    end
    pieces[#pieces + 1] = piece
  end
  return sequence(pieces), at
end

function parse_branches(pattern, at)
  local branches = {}
  local branch
  repeat
    branch, at = parse_sequence(pattern, at)
    branches[#branches + 1] = branch
    local is_more = pattern:sub(at, at) == "|"
    at = is_more and at + 1 or at
  until not is_more
  return any_of(branches), at
end

--- Whether the pattern matches anywhere in the text.
---@param pattern string
---@param text string
---@return boolean
function regex.find(pattern, text)
  local piece, after = parse_branches(pattern, 1)
  assert(after == #pattern + 1, "a ) too many in " .. pattern)
  for at = 1, #text + 1 do
    local found = piece.match(text, at, function()
      return true
    end)
    if found then
      return true
    end
  end
  return false
end

return regex
