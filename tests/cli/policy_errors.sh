#!/bin/sh
# Policies that are wrong: those that do not load end the program before the
# first record, those that fail later fail their own grant and never accept.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

cat >grants.ndjson <<'EOF'
{"id":"a","provider":"imap","email":"owner@mail.example"}
{"id":"b","provider":"google"}
EOF

# loads_not MESSAGE: every command ends with 3 and the message, and prints
# nothing; MESSAGE starts with file and line.
loads_not() {
    decide grants.ndjson
    ends 3 && is_empty out && counts "" err 1 &&
        says "grantgate: policy_error: $1" || return 1
    run url -p set --client-id x --redirect-uri https://a.example
    ends 3 && is_empty out && says "grantgate: policy_error: $1" || return 1
    run test set
    ends 3 && is_empty out && says "grantgate: policy_error: $1"
}

# broken TEXT MESSAGE, a file default.lua on standard input.
broken() {
    rm -r -f set
    policy default.lua
    claim "does not load: $1" loads_not "$2"
}

broken "a misspelt key of a file" "default.lua:3: the file has an unknown key \
'evalute'" <<'EOF'
return {
  about = "x",
  evalute = {},
}
EOF
broken "a misspelt key of a mandate" "default.lua:2: mandate has an unknown \
key 'evalute'" <<'EOF'
return {
  mandate = { evalute = {} },
}
EOF
broken "a misspelt key of a rule" "default.lua:1: a rule has an unknown key \
'wen'" <<'EOF'
return { evaluate = { rule { "a", wen = { smtp = "complete" }, accept "x" } } }
EOF
broken "a misspelt field in a condition" "default.lua:3: rule \"a\": unknown \
field 'smpt' (did you mean 'smtp'?)" <<'EOF'
return {
  evaluate = {
    rule { "a", when = { smpt = "complete" }, accept "x" },
  },
}
EOF
broken "a misspelt field of a decision" "default.lua:1: accept has an unknown \
key 'notfy'" <<'EOF'
local answer = accept { reason = "x", notfy = "y" }
return { evaluate = { rule { "a", when = "always", answer } } }
EOF
broken "a misspelt connect field" "default.lua:1: connect has an unknown key \
'smtp_requierd'" <<'EOF'
return { connect = { smtp_requierd = true } }
EOF
broken "a connect field of the wrong type" "default.lua:1: 'smtp_required' \
must be true or false" <<'EOF'
return { connect = { smtp_required = "yes" } }
EOF
broken "a syntax error" "default.lua:3: unexpected symbol near" <<'EOF'
return {
  evaluate = {
EOF
broken "a raised error" "default.lua:3: boom" <<'EOF'


error("boom")
EOF
broken "an undefined variable" "default.lua:1: there is no variable \
'undefined'" <<'EOF'
return { about = undefined }
EOF
broken "a new global" "default.lua:2: cannot set the global 'x'" <<'EOF'
local y = 1
x = y
return {}
EOF
broken "a library that policies do not have" "default.lua:1: policies have no \
'os'" <<'EOF'
local when = os.time()
return {}
EOF
broken "a module that is not there" "default.lua:1: there is no module \
'lib.none'" <<'EOF'
local none = require "lib.none"
return {}
EOF
broken "a file that returns something else" "default.lua:1: the file must \
return one table" <<'EOF'
return 3
EOF
broken "two rules of one name" "default.lua:4: there are two rules named \
\"a\"" <<'EOF'
return {
  evaluate = {
    rule { "a", when = "always", accept "x" },
    rule { "a", when = "always", accept "y" },
  },
}
EOF
broken "a file that never ends" "default.lua:1: ran longer than" <<'EOF'
while true do end
EOF
broken "a region that is none" "default.lua:1: region must be" <<'EOF'
return { connect = { region = "fr" } }
EOF

# with FILE POLICY...: a sound default.lua and these.
with() {
    rm -r -f set
    echo 'return {}' | policy default.lua
    while [ $# -gt 0 ]; do
        echo "$2" | policy "$1"
        shift 2
    done
}

with tenants/a.lua 'return { inherits = "b" }' \
    tenants/b.lua 'return { inherits = "a" }'
claim "does not load: a cycle of inheritance" loads_not \
    "tenants/a.lua:1: inherits itself, through 'b'"
with tenants/a.lua 'return { inherits = "a" }'
claim "does not load: a tenant that inherits itself" loads_not \
    "tenants/a.lua:1: inherits itself"
with tenants/a.lua 'return { inherits = "b" }'
claim "does not load: a tenant that inherits nobody" loads_not \
    "tenants/a.lua:1: inherits 'b', but there is no tenants/b.lua"
with providers/imap.lua 'return { inherits = "b" }'
claim "does not load: a provider cannot inherit" loads_not \
    "providers/imap.lua:1: only a file"
with tenants.lua 'return { acme = "acme" }'
claim "does not load: a mapping to no file" loads_not \
    "tenants.lua:1: there is no tenants/acme.lua"
with tenants/a.lua 'return {' tenants/b/imap.lua 'return {}'
claim "does not load: a broken file of one tenant" loads_not "tenants/a.lua:2: "
with defalt.lua 'return {}'
claim "does not load: a file that no grant would reach" loads_not \
    "defalt.lua:1: no grant would ever reach this file"
with
printf '\033Lua' >set/default.lua
claim "does not load: compiled Lua" loads_not "default.lua:1: "
awk 'BEGIN { for (i = 0; i < 2000; i++) printf "%-40s\n", "--" }' \
    >set/default.lua
claim "does not load: a file over 64 KiB" loads_not \
    "default.lua:1: a policy file is at most 64 KiB"
rm set/default.lua
claim "does not load: a folder without a policy" loads_not \
    "there is no policy in the set"

no_folder() {
    run eval -p missing grants.ndjson
    ends 3 && is_empty out && says "missing: No such file"
}
claim "does not load: no folder" no_folder

tells_it_all() {
    echo 'return {' | policy default.lua
    decide --region fr -o nowhere/x grants.ndjson missing.ndjson
    ends 3 && is_empty out && says "cannot read missing.ndjson" &&
        says "region must be" && says "default.lua:2: "
}
claim "what else is wrong is told as well; exit status 3 wins" tells_it_all

# --- one tenant's broken file, on its own -------------------------------------

isolates() {
    with tenants/broken.lua 'return {' tenants/sound.lua 'return {}' \
        tenants/heir.lua 'return { inherits = "broken" }'
    for tenant in broken sound heir; do
        echo "{\"grant\":{\"id\":\"a\",\"provider\":\"google\"},\
\"tenant\":\"$tenant\"}"
    done >tenants.ndjson
    decide --isolate-tenants grants.ndjson tenants.ndjson
    ends 4 && says "warning: tenants/broken.lua:2: " &&
        counts '"action":"error"' out 2 && counts '"action":"defer"' out 3 &&
        records '"tenant":"sound","provider":"google","action":"defer"' &&
        records '"tenant":"broken","provider":"google","action":"error"' &&
        records '"tenant":"heir","provider":"google","action":"error"'
}

isolates_tenants_only() {
    rm -r -f set
    echo 'return {' | policy default.lua
    decide --isolate-tenants grants.ndjson
    ends 3 && is_empty out && says "default.lua:2: "
}

claim "--isolate-tenants fails the broken tenant and its heirs" isolates
claim "--isolate-tenants is no excuse for the others" isolates_tenants_only

# --- policies that fail when asked --------------------------------------------

# undecided MESSAGE BODY: `return BODY` for a grant is an error that names the
# file, whatever default.lua behind it would say.
undecided() {
    rm -r -f set
    policy default.lua <<'EOF'
return { evaluate = { rule { "all", when = "always", accept "all" } } }
EOF
    printf 'return {\n  evaluate = function(grant)\n    return %s\n  end,\n}\n' \
        "$2" | policy providers/imap.lua
    decide grants.ndjson
    ends 4 && is_empty err && counts "" out 2 &&
        counts '"action":"accept"' out 1 &&
        records '"grant_id":"b","provider":"google","action":"accept"' &&
        records '"action":"error","policy":"providers/imap.lua"' &&
        records '"error":{"code":"policy_error","message":"providers/imap' &&
        records "$1"
}

claim "does not decide: a misspelt field of the grant" undecided \
    "imap.lua:3: a grant has no field 'smpt'" 'grant.smpt == "complete"'
claim "does not decide: a raised error" undecided "imap.lua:3: boom" \
    'error("boom")'
claim "does not decide: a raised table" undecided "imap.lua:3: raised a table" \
    'error({})'
claim "does not decide: a failed assertion" undecided "imap.lua" \
    'assert(false, "no")'
claim "does not decide: an attempt to change the grant" undecided \
    "imap.lua:3: " '(function() grant.smtp = "complete" end)()'
claim "does not decide: an attempt to walk the grant" undecided \
    "a grant cannot be walked" 'pairs(grant)'
claim "does not decide: a global that policies do not have" undecided \
    "imap.lua:3: policies have no 'io'" 'io.open("x")'
claim "does not decide: a decision with a misspelt key" undecided \
    "imap.lua:3: " 'accept { reason = "x", notfy = "y" }'
claim "does not decide: a decision without a reason" undecided \
    "reason is required" 'accept {}'
claim "does not decide: a reason in words" undecided "reason must be" \
    'accept "All is well"'
claim "does not decide: a field of another decision" undecided \
    "smtp_host belongs to repair" 'accept { reason = "x", smtp_host = "h" }'
claim "does not decide: a repair without a server" undecided \
    "smtp_host is required" 'repair "x"'
claim "does not decide: a delay in years" undecided "'after' must be" \
    'defer { reason = "x", after = "1y" }'
claim "does not decide: a region without its client_id" undecided \
    "without the client_id" 'reauth { reason = "x", region = "eu" }'
claim "does not decide: a redirect URI that Nylas refuses" undecided \
    "redirect_uri must be" \
    'reauth { reason = "x", redirect_uri = "http://a.example" }'

returns_junk() {
    for junk in 7 '"accept"' true false '{}' '{ action = "accept" }' accept \
        grant grant.settings '{ accept "x" }' 'function() return accept "x" end'
    do
        undecided "imap.lua:2: evaluate must return accept, reauth, repair," \
            "$junk" || { echo "junk: $junk"; return 1; }
    done
}

carries_junk() {
    for junk in grant 'function() end' '{ [1] = 1, x = 2 }' '0/0' '{ "\255" }' \
        '{ grant }'; do
        undecided "data" "accept { reason = \"x\", data = $junk }" ||
            { echo "junk: $junk"; return 1; }
    done
}

claim "does not decide: an answer that is no decision" returns_junk
claim "does not decide: data that JSON cannot hold" carries_junk
done_testing
