#!/bin/sh
# grantgate check: what does not load, and what looks wrong.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

policy default.lua <<'EOF'
return { evaluate = {
  rule { "all", when = "always", accept "all" },
  rule { "late", when = { age = "<1h" }, defer "late" },
} }
EOF

finds() {
    run check set
    ends 0 && says "grantgate: note: 3 findings in set" && prints \
        "default.lua:1: untested-file: no test tells whether this file does \
what it should; write default_test.lua
default.lua:3: defer-without-after: rule \"late\" defers without 'after', so \
nobody knows when to ask again; write for instance after = \"1d\"
default.lua:3: unreachable-rule: rule \"late\" is never reached: rule \"all\", \
line 2, always matches and answers first; move it up, or delete it"
}

is_strict() {
    run check --strict set
    ends 1 && counts "" out 3 && run check --strict -q "$shipped" &&
        ends 0 && is_empty out && is_empty err
}

finds_the_folder() {
    mkdir -p elsewhere
    rm -r -f elsewhere/policies
    cp -R set elsewhere/policies
    (cd elsewhere && "$GRANTGATE" check -q >../out 2>../err)
    status=$?
    ends 0 && is_empty err && counts "default.lua" out 3 || return 1
    run check -v -p set
    ends 0 && counts "default.lua" out 3 &&
        head -n 1 err | grep '^grantgate .*, policies set, digest .*, now '
}

speaks_json() {
    run check -q --format json set
    ends 0 && is_empty err && counts "" out 3 && reads '
        local names = {}
        for line in out:gmatch("[^\n]+") do
          local finding = json.decode(line)
          assert(finding.file == "default.lua")
          assert(finding.level == "finding" and finding.line >= 1)
          assert(#finding.message > 20)
          names[#names + 1] = finding.name
        end
        assert(table.concat(names, " ") ==
          "untested-file defer-without-after unreachable-rule")'
}

claim "tells file, line, name, and what to do" finds
claim "findings are exit status 0; with --strict, 1" is_strict
claim "finds ./policies, or takes -p" finds_the_folder
claim_lua "prints JSON, an object on each line" speaks_json

tells_all_errors() {
    echo 'return {' | policy tenants/acme.lua
    echo 'return { abuot = "x" }' | policy providers/imap.lua
    run check set
    ends 3 && says "note: 2 errors in set: it does not load" && prints \
        "providers/imap.lua:1: does-not-load: the file has an unknown key \
'abuot'
tenants/acme.lua:2: does-not-load: unexpected symbol near <eof>" || return 1
    run check --strict --format json set
    ends 3 && counts '"level":"error"' out 2
}

is_no_folder() {
    run check missing
    ends 3 && is_empty out && says "grantgate: io_error: missing: "
}

holds_no_policy() {
    mkdir -p empty
    run check empty
    ends 3 && prints "does-not-load: there is no policy in the set; start \
with a default.lua"
}

claim "tells of each file that does not load; exit status 3" tells_all_errors
claim "tells of a folder that is not there; exit status 3" is_no_folder
claim "tells of a folder without policies; exit status 3" holds_no_policy
# A set for a program that offers functions to it.
mkdir hosted
cat >hosted/default.lua <<'EOF'
return { evaluate = function(grant)
  if grant.state then return host.tier() == "x" and reject "x" end
  return accept(host.plan(grant.tenant))
end }
EOF
cat >hosted/default_test.lua <<'EOF'
return { { "answers for the host", grant = { provider = "imap" },
  host = { plan = "pro" }, expect = { reason = "pro" } } }
EOF

knows_what_the_host_offers() {
    run check -q hosted
    ends 3 && prints "default.lua:2: does-not-load: there is no 'host.tier'; \
the host offers no functions
default_test.lua:2: does-not-load: 'host' has an unknown key 'plan'" || return 1
    run check -q --host-function plan hosted
    ends 3 && prints "default.lua:2: does-not-load: there is no 'host.tier'; \
the host offers plan" || return 1
    run check -v --strict --host-function plan --host-function tier hosted
    ends 0 && is_empty out && says "policies hosted, digest"
}

answers_for_the_host() {
    run test --host-function=plan --host-function=tier hosted
    ends 0 && counts "ok 1 - default_test.lua: answers for the host" out 1
}

claim "checks a set against what its host offers" knows_what_the_host_offers
claim "tests such a set, the cases answering for the host" answers_for_the_host
claim "refuses a name that no function can have" \
    refused "not 'Plan'" check --host-function Plan hosted
claim "refuses two folders" refused "'set' is one folder too many" \
    check set set
claim "refuses another format" refused "--format is text or json, not 'xml'" \
    check --format xml set

# A name printed by check is one that the guide explains, and that a unit test
# shows both ways.
emitted() {
    {
        cat "$srcdir"/bindings/host_*.c | tr '\n' ' ' |
            grep -oE 'ggp_finding_add\([^;"]*"[a-z-]+"[^;"]*("[a-z-]+",)?' |
            grep -oE '"[a-z-]+"'
        grep -oE 'name = "[a-z-]+";' "$srcdir/bindings/host_finding.c" |
            grep -oE '"[a-z-]+"'
    } | tr -d '"' | sort -u
}

explained() {
    sed -n '/^## Checking/,/^## /p' "$srcdir/docs/policy-guide.md" |
        sed -n 's/^| `\([a-z-]*\)` |.*/\1/p' | sort -u
}

shown() {
    sed -n '/^} fixtures/,/^};/p' "$srcdir/tests/unit/check_check.c" |
        grep -oE '^    \{"[a-z-]+"' | tr -d '{ "' | sort -u
}

agree() {
    emitted >one && explained >two && shown >three && [ -s one ] &&
        diff one two && diff one three
}

claim "the guide explains each finding, and a unit test shows it" agree
done_testing
