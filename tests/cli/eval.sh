#!/bin/sh
# grantgate eval: the records, right for each grant, whatever form it has.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

grants=$examples/grants.ndjson

# matches GOLDEN ARG...: exit status 0 and exactly these records.
matches() {
    golden=$1
    shift
    evaluate "$@"
    ends 0 && is_empty err && diff "$goldens/$golden" out
}

matches_from_stdin() {
    matches grants.golden "$@" <"$grants"
}

# One record for each line that is not blank, in their order.
one_for_each() {
    evaluate "$grants"
    grep -n '[^[:space:]]' "$grants" |
        sed 's/^\([0-9]*\):.*"id":"\([^"]*\)".*/\1 \2/' >wanted
    sed 's/^{"line":\([0-9]*\),"grant_id":"\([^"]*\)".*/\1 \2/' out |
        diff wanted -
}

survives_a_corrupt_line() {
    sed 's/^{"id":"imap-port-zero",/{"id":"imap-port-zero",,/' "$grants" \
        >corrupt.ndjson
    evaluate corrupt.ndjson
    ends 4 && counts '"action":"error"' out 1 &&
        records '{"line":35,"action":"error","error":{"code":"invalid_json",' &&
        sed 35d "$goldens/grants.golden" >wanted && sed 35d out | diff wanted -
}

joins_facts() {
    evaluate --facts "$examples/facts.ndjson" "$grants"
    ends 0 && diff "$goldens/grants.golden" out | sed -n 's/^> //p' |
        diff "$goldens/facts.golden" -
}

refuses_facts() {
    while IFS='|' read -r message facts; do
        printf '%b\n' "$facts" >facts.ndjson
        evaluate --facts facts.ndjson "$grants"
        ends 2 && is_empty out && says "facts.ndjson:$message" ||
            { echo "facts: $facts"; return 1; }
    done <<'EOF'
1: |nonsense
1: unknown key 'tennat'|{"id":"a","tennat":"acme"}
2: id 'a' comes twice|{"id":"a"}\n{"id":"a"}
1: |{"tenant":"acme"}
1: |{"id":"a","sent_at":"yesterday"}
1: |{"id":"a","context":"pro"}
EOF
}

names_files() {
    evaluate "$grants" "$examples/grants.json"
    ends 0 && {
        sed "s|^{|{\"file\":\"$grants\",|" "$goldens/grants.golden"
        sed "s|^{|{\"file\":\"$examples/grants.json\",|" \
            "$goldens/document.golden"
    } | diff - out
}

# Enough lines that every thread gets some, among them some that fail.
same_bytes() {
    grants 20000 | awk '
        NR % 997 == 0 { print "nonsense"; next }
        NR % 499 == 0 { print "" }
        { print }' >many.ndjson
    evaluate -j 1 --trace many.ndjson
    ends 4 || return 1
    [ "$(grep -c . many.ndjson)" -eq 20000 ] &&
        [ "$(grep -c . out)" -eq 20000 ] || return 1
    counts '"code":"invalid_json"' out 20 && mv out one || return 1
    for jobs in 2 4 16; do
        evaluate -j "$jobs" --trace many.ndjson
        ends 4 && cmp one out || return 1
    done
}

claim "decides the examples as it should" matches grants.golden "$grants"
claim "decides standard input likewise" matches_from_stdin
claim "decides standard input, named -, likewise" matches_from_stdin -
claim "gives one record for each line, in order" one_for_each
claim "a corrupt line is an error, and the others are decided" \
    survives_a_corrupt_line
claim "reads envelopes" matches envelopes.golden "$examples/envelopes.ndjson"
claim "reads an answer of the API" matches document.golden \
    "$examples/grants.json"
claim "joins facts by id; the envelope wins" joins_facts
claim "refuses facts that do not fit, with file and line" refuses_facts
claim "names the file when there are several" names_files
claim "gives the same bytes whatever -j is" same_bytes

# --- the schema ---------------------------------------------------------------

validates() {
    "$LUA" "$srcdir/tests/lua/validate.lua" \
        "$srcdir/docs/decision.schema.json" "$@"
}

follow_the_schema() {
    evaluate --trace --facts "$examples/facts.ndjson" "$grants" \
        "$examples/envelopes.ndjson" "$examples/grants.json" corrupt.ndjson
    ends 4 && validates out
}

errors_follow_the_schema() {
    cat >wrong.ndjson <<'EOF'
nonsense
[]
{"id":"a"}
{"id":"a","id":"b","provider":"google"}
{"grant":{"id":"a","provider":"google"},"tennant":"x"}
{"grant":{"id":"a","provider":"google"},"tenant":"../x"}
{"grant":{"id":"a"},"fetch_error":{"code":"not_found","status":404,"message":"gone"}}
{"error":{"type":"unauthorized","message":"no"}}
{"data":[{"id":"a","provider":"google"},{"id":7}]}
{"id":"misspelt","provider":"yahoo"}
{"id":"endless","provider":"yahoo"}
{"id":"hungry","provider":"yahoo"}
{"id":"verbose","provider":"yahoo"}
EOF
    policy default.lua <<'EOF'
return {
  evaluate = function(grant)
    if grant.id == "misspelt" then
      return grant.smpt
    elseif grant.id == "endless" then
      while true do
      end
    elseif grant.id == "hungry" then
      local pile = {}
      for i = 1, 100000 do
        pile[i] = { i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i }
      end
    elseif grant.id == "verbose" then
      local list = {}
      for i = 1, 1000 do
        list[i] = string.rep("x", 66)
      end
      return accept { reason = "verbose", data = list }
    end
  end,
}
EOF
    decide --trace wrong.ndjson
    ends 4 && validates out && counts '"action":"accept"' out 0 &&
        counts '"action":"error"' out 13 &&
        for code in invalid_json invalid_grant duplicate_key fetch_failed \
            policy_error instruction_limit memory_limit; do
            records "\"error\":{\"code\":\"$code\"," || return 1
        done
}

claim_lua "every record follows the schema" follow_the_schema
claim_lua "records of errors follow the schema" errors_follow_the_schema

# --- tenants ------------------------------------------------------------------

cat >tenants.ndjson <<'EOF'
{"id":"a","provider":"google","workspace_id":"acme","state":"notary","name":"acme-eu","email":"x@Mail.Example"}
{"grant":{"id":"b","provider":"google","workspace_id":"acme"},"tenant":"acme-eu"}
{"id":"c","provider":"google"}
EOF

# tenants_are A B C ARG...: the tenants of these grants; - is none.
tenants_are() {
    printf '%s\n' "$1" "$2" "$3" >wanted
    shift 3
    evaluate "$@" tenants.ndjson
    ends 0 && sed -e 's/.*"tenant":"\([^"]*\)".*/\1/;t' -e 's/.*/-/' out |
        diff wanted -
}

refuses_odd_tenants() {
    echo '{"id":"a","provider":"google","workspace_id":"a/../b"}' >odd.ndjson
    evaluate --tenant-from workspace_id odd.ndjson
    ends 4 && records '"action":"error"' && records '"code":"invalid_grant"'
}

claim "a grant has no tenant by itself" tenants_are - acme-eu -
claim "--tenant is for grants without one" tenants_are \
    notary acme-eu notary -t notary
claim "--tenant-from workspace_id" tenants_are acme acme-eu - \
    --tenant-from workspace_id
claim "--tenant-from state" tenants_are notary acme-eu - --tenant-from state
claim "--tenant-from name" tenants_are acme-eu acme-eu - --tenant-from name
claim "--tenant-from domain, in lower case" tenants_are \
    mail.example acme-eu - --tenant-from domain
claim "--tenant-from goes before --tenant" tenants_are acme acme-eu notary \
    --tenant-from workspace_id --tenant notary
claim "refuses another field for --tenant-from" refused "--tenant-from" \
    eval -p "$shipped" --tenant-from email tenants.ndjson
claim "refuses a tenant that no policy knows" refused \
    "no policy knows tenant 'globex'" \
    eval -p "$shipped" -t globex tenants.ndjson
claim "a grant with an odd tenant is not decided" refuses_odd_tenants

# --- what else it tells -------------------------------------------------------

# Two of the records in full: a mandate, and inheritance with connect.
traces() {
    evaluate --trace "$grants"
    ends 0 && sed 's/,"trace":.*/}/' out | diff "$goldens/grants.golden" - &&
        counts '"trace":[' out 83 &&
        sed -n '76p;79p' out | diff "$goldens/trace.golden" -
}

# The first line names version, folder, digest and time.
has_headline() {
    case $(head -n 1 err) in
    "grantgate "[0-9]*", policies $shipped, digest "????????????\
", now $now") ;;
    *) head -n 1 err && return 1 ;;
    esac
}

sums_up() {
    evaluate --summary "$grants"
    ends 0 && has_headline && sed 1,2d err | diff "$goldens/summary.golden" - &&
        sed -n 2p err | grep -qE '^83 records in [0-9.]+ s(, [0-9]+ a second)?$'
}

sums_up_errors() {
    evaluate --summary corrupt.ndjson
    ends 4 && says "1 record was not decided:" &&
        says "  1  invalid_json (the input is not JSON)"
}

is_verbose() {
    evaluate -v "$grants"
    ends 0 && has_headline && counts "" err 1
}

claim "--trace lists the layers asked" traces
claim "--summary counts by provider and explains" sums_up
claim "--summary tells of errors" sums_up_errors
claim "-v names version, policies, digest and time" is_verbose

warns_once() {
    run eval -p "$shipped" --now "$now" "$grants"
    ends 0 && counts "" err 1 &&
        says "37 records have no auth_url (no_client_id): give --client-id" &&
        counts '"auth_url_missing":"no_client_id"' out 37
}

warns_of_redirect_uri() {
    run eval -p "$shipped" --now "$now" --client-id x "$grants"
    ends 0 && says "no auth_url (no_redirect_uri): give --redirect-uri"
}

is_quiet() {
    run eval -q -p "$shipped" --now "$now" "$grants"
    ends 0 && is_empty err
}

claim "warns once of a missing client id" warns_once
claim "warns of a missing redirect URI" warns_of_redirect_uri
claim "-q warns of nothing" is_quiet

# --- limits -------------------------------------------------------------------

# hits CODE POLICY ARG...: the answer is this error, and no other.
hits() {
    code=$1
    printf '%s\n' "$2" | policy default.lua
    shift 2
    echo '{"id":"a","provider":"google"}' >one.ndjson
    decide "$@" one.ndjson
    ends 4 && counts "" out 1 &&
        records "\"action\":\"error\",\"policy\":\"default.lua\"" &&
        records "\"error\":{\"code\":\"$code\","
}

# passes POLICY ARG...: the same policy, with more room.
passes() {
    printf '%s\n' "$1" | policy default.lua
    shift
    decide "$@" one.ndjson
    ends 0 && records '"action":"accept"'
}

count='return { evaluate = function()
  local n = 0
  for i = 1, 2000000 do n = n + i end
  return accept "counted"
end }'
pile='return { evaluate = function()
  local pile = {}
  for i = 1, 50000 do pile[i] = { i, i, i, i, i, i, i, i, i, i, i, i } end
  return accept "piled"
end }'
forever='return { evaluate = function() while true do end end }'

claim "stops at a million instructions" hits instruction_limit "$count"
claim "--max-instructions allows more" passes "$count" \
    --max-instructions 10000000 --max-time 1m
claim "stops at 8 MiB" hits memory_limit "$pile"
claim "--max-memory allows more" passes "$pile" --max-memory 64M \
    --max-time 1m
claim "--max-memory allows less" hits memory_limit "$pile" --max-memory 100K
claim "--max-time stops what instructions do not" hits time_limit "$forever" \
    --max-instructions 1000000000000 --max-time 50ms

refuses_limits() {
    for flag in --max-instructions=0 --max-instructions=1e6 --max-memory=2T \
        --max-memory=-1 --max-time=0 --max-time=2h --jobs=0 --jobs=257 \
        --jobs=two --max-line=0 --max-line=65M --now=tomorrow --now=0; do
        refused "${flag%%=*}" eval -p "$shipped" "$flag" one.ndjson || return 1
    done
}

claim "refuses limits without sense" refuses_limits
done_testing
