#!/bin/sh
# grantgate test: the tests beside the policies, as TAP.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

policy default.lua <<'EOF'
return { evaluate = { rule { "all", when = "always", accept "all" } } }
EOF

# tests: the test file on standard input, run.
tests() {
    policy default_test.lua
    run test set
}

passes() {
    tests <<'EOF'
return {
  { "decides", grant = { provider = "imap" }, expect = { action = "accept" } },
  { "connects", connect = { provider = "imap" }, expect = { region = "us" } },
}
EOF
    ends 0 && is_empty err && prints "ok 1 - default_test.lua: decides
ok 2 - default_test.lua: connects
1..2"
}

# prints_part TEXT: standard output holds these lines, one after another.
prints_part() {
    awk -v text="$1" '
        { all = all $0 "\n" }
        END { exit index(all, text "\n") == 0 }' out && return 0
    echo "these lines are not on standard output:"
    printf '%s\n' "$1" && cat out
    return 1
}

fails() {
    tests <<'EOF'
return {
  { "fails", grant = { provider = "imap", id = "x" },
    expect = { action = "reauth", smtp = "unknown" } },
  { "passes", grant = { provider = "imap" }, expect = { action = "accept" } },
  { "fails too", connect = {}, expect = { region = "eu" } },
}
EOF
    ends 1 && records "not ok 1 - default_test.lua: fails" &&
        records "#   'action' is not as expected" &&
        prints_part '#     field   expected   actual
#     action  "reauth"   "accept"   <- differs
#     smtp    "unknown"  "unknown"
#   the layers that were asked, in this order
#     evaluate  default.lua:1  all  accept, which decides
#   the whole answer' &&
        grep -q '^#     {"grant_id":"x",.*"action":"accept".*}$' out &&
        records "ok 2 - default_test.lua: passes" &&
        records "not ok 3 - default_test.lua: fails too" &&
        prints_part '#     field   expected  actual
#     region  "eu"      "us"    <- differs' &&
        grep -q '^#     {"auth_url":.*"region":"us".*}$' out &&
        grep -qx '1..3' out && grep -qx '# 2 of 3 failed' out
}

# A name may hold what TAP would take for an instruction.
escapes_names() {
    tests <<'EOF'
return {
  { "a # SKIP b\nok 2 - no\27[31m", grant = { provider = "imap" },
    expect = { action = "reauth" } },
}
EOF
    ends 1 && records 'not ok 1 - default_test.lua: a \# SKIP b\x0Aok 2' &&
        counts "ok 2" out 1 && ! grep "$(printf '\033')" out
}

finds_none() {
    rm -f set/default_test.lua
    run test set
    ends 1 && prints "1..0" && says "no *_test.lua with a case in set" ||
        return 1
    tests <<'EOF'
return {}
EOF
    ends 1 && prints "1..0" && says "no *_test.lua with a case"
}

finds_the_folder() {
    mkdir -p elsewhere
    rm -r -f elsewhere/policies
    cp -R set elsewhere/policies
    (cd elsewhere && "$GRANTGATE" test >../out 2>../err)
    status=$?
    ends 0 && records "ok 1 - default_test.lua: decides" || return 1
    run test -p set
    ends 0 && counts "ok" out 2
}

runs_them_all() {
    run test "$shipped"
    ends 0 && ! grep '^not ok' out || return 1
    (cd "$shipped" && find . -name '*_test.lua') | sed 's/^\.\///' | sort \
        >wanted
    sed -n 's/^ok [0-9]* - \([^:]*\): .*/\1/p' out | sort -u | diff wanted -
}

claim "prints TAP; exit status 0 when all pass" passes
claim "finds ./policies, or takes -p" finds_the_folder
claim "a failing case tells expected and actual; exit status 1" fails
claim "no name turns into an instruction" escapes_names
claim "to find no case is a failure" finds_none
claim "runs every test file of the shipped policies" runs_them_all

# --- which tests, and how they are told ---------------------------------------

two_files() {
    policy default_test.lua <<'EOF'
return {
  { "accepts <all> & more", grant = { provider = "imap" },
    expect = { action = "accept" } },
  { "rejects", grant = { provider = "imap", id = "x" },
    expect = { action = "reject", reason = "\u{202e}no" } },
}
EOF
    policy tenants/acme_test.lua <<'EOF'
return {
  { "accepts acme", tenant = "acme", grant = { provider = "imap" },
    expect = { action = "accept" } },
}
EOF
}

# runs PATTERN LINE...: these are the lines about tests.
runs() {
    run test --run "$1" set
    shift
    printf '%s\n' "$@" >wanted
    grep -E '^(not )?ok' out | sed 's/ [0-9]* - / /' | diff wanted -
}

acme='ok tenants/acme_test.lua: accepts acme'

two_files
claim "--run takes a part of the name" runs 'accepts acme' "$acme"
claim "--run takes a part of the file" runs tenants/ "$acme"
claim "--run takes a pattern for the whole" runs '*: accepts*' \
    'ok default_test.lua: accepts <all> & more' "$acme"

runs_none() {
    run test --run "$1" set
    ends 1 && prints "1..0" && says "no *_test.lua with a case that --run"
}

tells_as_junit() {
    run test --format junit set
    ends 1 && is_empty err && diff "$goldens/test-junit.golden" out
}

tells_as_junit_what_does_not_load() {
    echo 'return {' | policy default_test.lua
    run test --format junit set
    two_files
    ends 3 && records '<error message="default_test.lua:2: ' &&
        [ "$(tail -n 1 out)" = "</testsuites>" ]
}

claim "to run none is a failure" runs_none nothing
claim "a pattern that fits a part only is none" runs_none 'accepts*'
claim "--format junit: a suite for each file" tells_as_junit
claim "an error where a file does not load" tells_as_junit_what_does_not_load

# --- coverage -----------------------------------------------------------------

three_rules() {
    policy default.lua <<'EOF'
return {
  connect = { smtp_required = true },
  mandate = { evaluate = { rule { "stop", when = { blocked = true },
    reject "blocked" } } },
  evaluate = function(grant)
    if grant.provider == "imap" then return accept "all" end
  end,
}
EOF
}

covers() {
    three_rules
    run test --coverage set
    ends 1 && prints_part '# 1 of 3 rules answered in a test (33 %)
#   never  default.lua:2  connect
#   never  default.lua:3  mandate.evaluate  stop
#   3      default.lua:5  evaluate'
}

# Two of three: 66 %.
has_threshold() {
    rm -f set/tenants/acme_test.lua
    policy default_test.lua <<'EOF'
return {
  { "accepts", grant = { provider = "imap" }, expect = { action = "accept" } },
  { "asks", connect = { provider = "imap" }, expect = { region = "us" } },
}
EOF
    run test --threshold 66 set
    ends 0 && is_empty err && ! grep '%' out || return 1
    run test --threshold 67 set
    ends 1 && says "2 of 3 rules answered in a test: 66 %, and --threshold is 67"
}

# What is read as XML holds nothing else.
keeps_to_stderr() {
    run test --format junit --coverage set
    ends 0 && says "2 of 3 rules" && [ "$(tail -n 1 out)" = "</testsuites>" ]
}

claim "--coverage: each rule, function and table, and how often it answered" \
    covers
claim "--threshold: exit status 1 below" has_threshold
claim "with junit, coverage is on standard error" keeps_to_stderr
claim "refuses a threshold over 100" refused "is not a number from 1 to 100" \
    test --threshold 101 set
claim "refuses another format" refused "is tap or junit, not 'xml'" \
    test --format xml set

policy default.lua <<'EOF'
return { evaluate = { rule { "all", when = "always", accept "all" } } }
EOF

# --- test files that do not load ----------------------------------------------

# loads_not MESSAGE FILE: exit status 3, the message, and a bail-out, so that
# no reader of TAP takes the rest for all.
loads_not() {
    printf '%s\n' "$2" | policy default_test.lua
    run test set
    ends 3 && says "grantgate: policy_error: default_test.lua:$1" &&
        grep -q "^Bail out! default_test.lua:" out && ! grep '^1\.\.' out
}

# case_loads_not MESSAGE CASE
case_loads_not() {
    loads_not "$1" "return { { \"a\", $2 } }"
}

imap='grant = { provider = "imap" }'
accepts='expect = { action = "accept" }'

claim "does not load: a syntax error" loads_not "2: unexpected symbol" \
    'return {'
claim "does not load: a raised error" loads_not "1: boom" 'error("boom")'
claim "does not load: an unknown key of the file" loads_not \
    "1: the test file has an unknown key 'nwo'" \
    "return { nwo = 1, { \"a\", $imap, $accepts } }"
claim "does not load: an unknown key of a case" case_loads_not \
    "1: a case has an unknown key 'expct'" \
    "$imap, expct = { action = \"accept\" }"
claim "does not load: an unknown key of expect" case_loads_not \
    "1: 'expect' has an unknown key 'acton'" \
    "$imap, expect = { acton = \"accept\" }"
claim "does not load: an unknown key of connect" case_loads_not \
    "1: 'connect' has an unknown key 'emial'" \
    'connect = { emial = "x" }, expect = { region = "us" }'
claim "does not load: an expectation that cannot fail" case_loads_not \
    "1: 'expect' is empty" "$imap, expect = {}"
claim "does not load: a case without an expectation" case_loads_not \
    "1: a case needs 'expect'" "$imap"
claim "does not load: a case with both questions" case_loads_not \
    "1: a case has either" "$imap, connect = {}, $accepts"
claim "does not load: a case with neither question" case_loads_not \
    "1: a case has either" "$accepts"
claim "does not load: a case without a name" loads_not \
    "1: case 1 needs a name" "return { { $imap, $accepts } }"

broken_policy() {
    echo 'return {' | policy default.lua
    run test set
    ends 3 && is_empty out && says "default.lua:2: "
}

claim "does not load: a broken policy" broken_policy
claim "refuses two folders" refused "'set' is one folder too many" \
    test set set
claim "refuses a folder after -p" refused "'set' is one folder too many" \
    test -p set set
done_testing
