---@meta grantgate.library
--
-- What policy code has of Lua's own functions, for editors; see meta.lua.

---@generic T
---@param v? T
---@param message? any
---@return T
function assert(v, message, ...) end

---@param message any
---@param level? integer
function error(message, level) end

---@generic T
---@param t T[]
---@return fun(t: T[], i: integer): integer, T
---@return T[]
---@return integer
function ipairs(t) end

--- Numbers ascending, then strings by byte, then booleans.
---@generic K, V
---@param t table<K, V>
---@return fun(): K, V
function pairs(t) end

---@param n integer|"#"
function select(n, ...) end

---@param e any
---@param base? integer
---@return number?
function tonumber(e, base) end

---@param v any
---@return string
function tostring(v) end

---@param v any
---@return "nil"|"number"|"string"|"boolean"|"table"|"function"|"userdata"
function type(v) end

---@class mathlib
---@field huge number
---@field maxinteger integer
---@field mininteger integer
---@field pi number
math = {}

---@class stringlib
string = {}

---@class tablelib
table = {}

---@class utf8lib
---@field charpattern string
utf8 = {}

---@param x number
---@return number
function math.abs(x) end

---@param x number
---@return number
function math.acos(x) end

---@param x number
---@return number
function math.asin(x) end

---@param y number
---@param x? number
---@return number
function math.atan(y, x) end

---@param x number
---@return integer
function math.ceil(x) end

---@param x number
---@return number
function math.cos(x) end

---@param x number
---@return number
function math.deg(x) end

---@param x number
---@return number
function math.exp(x) end

---@param x number
---@return integer
function math.floor(x) end

---@param x number
---@param y number
---@return number
function math.fmod(x, y) end

---@param x number
---@param base? number
---@return number
function math.log(x, base) end

---@param x number
---@return number
function math.max(x, ...) end

---@param x number
---@return number
function math.min(x, ...) end

---@param x number
---@return number
---@return number
function math.modf(x) end

---@param x number
---@return number
function math.rad(x) end

---@param x number
---@return number
function math.sin(x) end

---@param x number
---@return number
function math.sqrt(x) end

---@param x number
---@return number
function math.tan(x) end

---@param x number
---@return integer?
function math.tointeger(x) end

---@param x number
---@return "integer"|"float"|nil
function math.type(x) end

---@param m integer
---@param n integer
---@return boolean
function math.ult(m, n) end

---@param s string
---@param i? integer
---@param j? integer
---@return integer
---@return ...integer
function string.byte(s, i, j) end

---@return string
function string.char(...) end

---@param s string
---@param pattern string
---@param init? integer
---@param plain? boolean
---@return integer?
---@return integer?
---@return ...string
function string.find(s, pattern, init, plain) end

---@param format string
---@return string
function string.format(format, ...) end

---@param s string
---@param pattern string
---@param init? integer
---@return fun(): string, ...string
function string.gmatch(s, pattern, init) end

---@param s string
---@param pattern string
---@param repl string|table|function
---@param n? integer
---@return string
---@return integer
function string.gsub(s, pattern, repl, n) end

---@param s string
---@return integer
function string.len(s) end

---@param s string
---@return string
function string.lower(s) end

---@param s string
---@param pattern string
---@param init? integer
---@return string?
---@return ...string
function string.match(s, pattern, init) end

---@param s string
---@param n integer
---@param sep? string
---@return string
function string.rep(s, n, sep) end

---@param s string
---@return string
function string.reverse(s) end

---@param s string
---@param i integer
---@param j? integer
---@return string
function string.sub(s, i, j) end

---@param s string
---@return string
function string.upper(s) end

---@param list any[]
---@param sep? string
---@param i? integer
---@param j? integer
---@return string
function table.concat(list, sep, i, j) end

---@param list any[]
---@param pos any
---@param value? any
function table.insert(list, pos, value) end

---@param a1 any[]
---@param f integer
---@param e integer
---@param t integer
---@param a2? any[]
---@return table
function table.move(a1, f, e, t, a2) end

---@return table
function table.pack(...) end

---@param list any[]
---@param pos? any
---@return any
function table.remove(list, pos) end

---@param list any[]
---@param before? fun(a: any, b: any): boolean
function table.sort(list, before) end

---@param list any[]
---@param i? integer
---@param j? integer
---@return any
function table.unpack(list, i, j) end

---@return string
function utf8.char(...) end

---@param s string
---@param i? integer
---@param j? integer
---@param lax? boolean
---@return integer
---@return ...integer
function utf8.codepoint(s, i, j, lax) end

---@param s string
---@param lax? boolean
---@return fun(): integer, integer
function utf8.codes(s, lax) end

---@param s string
---@param i? integer
---@param j? integer
---@param lax? boolean
---@return integer?
---@return integer?
function utf8.len(s, i, j, lax) end

---@param s string
---@param n integer
---@param i? integer
---@return integer?
function utf8.offset(s, n, i) end
