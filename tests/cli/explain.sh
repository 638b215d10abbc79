#!/bin/sh
# grantgate explain: one answer, and how it came about.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

# explain ARG...: under the shipped policies, as the documentation runs them.
explain() {
    run explain -p "$shipped" --now "$now" --client-id YOUR_CLIENT_ID \
        --redirect-uri https://example.com/callback "$@"
}

cp "$examples/grants.ndjson" "$examples/grants.json" \
    "$examples/envelopes.ndjson" "$examples/facts.ndjson" .

# explains GOLDEN ARG...
explains() {
    golden=$goldens/explain-$1.golden
    shift
    explain "$@"
    ends 0 && is_empty err && diff "$golden" out
}

claim "tells what decided about a grant, and how its link came about" \
    explains grant --id imap-no-smtp-keys grants.ndjson
claim "the same as JSON" \
    explains json --json --id imap-no-smtp-keys grants.ndjson
claim "tells how a sign-in link came about" \
    explains connect --connect -t acme --provider imap --email a@acme.example
claim "the same as JSON, with what url --json prints" \
    explains connect-json --json --connect -t acme --provider imap

# The record in it is the one that eval writes.
agrees_with_eval() {
    evaluate grants.ndjson
    while IFS= read -r record; do
        id=$(printf '%s\n' "$record" | sed 's/.*"grant_id":"\([^"]*\)".*/\1/')
        line=$(printf '%s\n' "$record" | sed 's/^{"line":\([0-9]*\),.*/\1/')
        explain --json --id "$id" grants.ndjson
        wanted="{\"file\":\"grants.ndjson\",\"line\":$line,\"record\":{${record#*,}"
        case $(cat out) in
        "${wanted}"*) ;;
        *)
            echo "eval: $record"
            cat out
            return 1
            ;;
        esac
    done <<LINES
$(awk 'NR % 9 == 1' out)
LINES
}

agrees_with_url() {
    run url -p "$shipped" --client-id YOUR_CLIENT_ID --provider imap -t acme \
        --redirect-uri https://example.com/callback --json
    url=$(cat out)
    explain --json --connect -t acme --provider imap
    case $(cat out) in
    "${url%\}},"*) return 0 ;;
    esac
    echo "$url"
    cat out
    return 1
}

claim "agrees with eval" agrees_with_eval
claim "agrees with url" agrees_with_url

finds_in_document() {
    id=e19f8e1a-eb1c-41c0-b6a6-d2e59daf7f47
    explain --id "$id" grants.json
    ends 0 && [ "$(head -n 1 out)" = "Grant $id of grants.json" ]
}

reads_a_pipe() {
    sed -n 3p envelopes.ndjson >one
    "$GRANTGATE" explain -p "$shipped" <one >out 2>err
    status=$?
    ends 0 && records "Grant of-a-tenant-abroad, line 1" &&
        ! grep "of -" out && records "tenant: acme-eu"
}

joins_facts() {
    explain --facts facts.ndjson --tenant-from domain --id imap-unknown \
        grants.ndjson
    ends 0 && records "complete, it has sent since the last sign-in" &&
        records "tenant: mail.example"
}

stops_where_it_found() {
    { head -n 1 grants.ndjson; echo 'nonsense'; } >two
    id=$(sed -n '1s/.*"id":"\([^"]*\)".*/\1/p' two)
    explain --id "$id" two
    ends 0 && records "Grant $id, line 1 of two"
}

claim "finds a grant in a document" finds_in_document
claim "reads the one grant of a pipe" reads_a_pipe
claim "joins facts, and takes the tenant from a field" joins_facts
claim "what stands after the grant does not matter" stops_where_it_found

# --- what it says of each kind of answer --------------------------------------

policy default.lua <<'LUA'
return {
  mandate = { evaluate = { rule { "stop", when = { blocked = true },
    reject "blocked" } } },
  evaluate = {
    rule { "boom", when = { state = "boom" }, function() error("no") end },
    rule { "wait", when = { state = "wait" },
      defer { reason = "later", after = "2h", data = { n = 1 } } },
  },
}
LUA

# says_of GRANT LINE...: explaining it prints each LINE.
says_of() {
    printf '%s\n' "{\"id\":\"g\",\"provider\":\"google\",$1}" >grant
    shift
    run explain -p set --now "$now" grant
    for line in "$@"; do
        grep -qxF -e "$line" out && continue
        echo "no line: $line"
        cat out
        return 1
    done
}

claim "a mandate decides" says_of '"blocked":true' \
    '  mandate.evaluate  default.lua:2  stop  reject, which decides'
claim "a layer without opinion, and nobody else" says_of '"state":"x"' \
    '  mandate.evaluate  default.lua    no opinion' \
    '  evaluate          default.lua    no opinion' \
    '  reason: no_opinion' '  decided by: nobody: no layer had an opinion'
claim "what the decision carries" says_of '"state":"wait"' \
    '  after, in seconds: 7200' '  data: {"n":1}' '  rule: wait' \
    '  evaluate          default.lua:6  wait  defer, which decides'

fails_to_decide() {
    says_of '"state":"boom"' '  evaluate          default.lua:5  boom  error' \
        '  action: error' '  message: default.lua:5: no' && ends 4
}

cannot_read() {
    echo '{"id":"g"}' >grant
    run explain -p set grant
    ends 4 && records "Grant g, line 1 of grant" &&
        records "error: invalid_grant" && counts "decided by" out 0
}

claim "the rule that failed; exit status 4" fails_to_decide
claim "a grant that cannot be read; exit status 4" cannot_read

no_link() {
    run explain -p set --connect
    ends 2 && says "no client id" && records "the user picks"
}

claim "a sign-in without client id; exit status 2" no_link

# --- terminals ----------------------------------------------------------------

escape=$(printf '\033')

stays_plain() {
    printf '%s\n' '{"id":"g","provider":"google","state":"wait"}' >grant
    run explain -p set grant
    ! grep "$escape" out
}

# terminal COMMAND...: run it on a terminal of its own.
terminal() {
    TERM=xterm script -q -e -c "$*" /dev/null </dev/null >out 2>err
}

shines() {
    terminal "$GRANTGATE explain -p set grant" &&
        grep -q "$escape\\[1mThe decision" out
}

obeys_no_color() {
    NO_COLOR=1 terminal "$GRANTGATE explain -p set grant" &&
        grep -q "The decision" out && ! grep "$escape\\[1m" out
}

# Not even the name of a file, which may come from a script.
harmless() {
    name=$(printf 'a\033[31mb')
    cp grant "$name"
    run explain -p set "$name"
    records 'line 1 of a\x1B[31mb' && ! grep "$escape" out
}

claim "no colour but on a terminal" stays_plain
if script -q -e -c true /dev/null </dev/null >/dev/null 2>&1; then
    claim "bold headings on a terminal" shines
    claim "none there either with NO_COLOR" obeys_no_color
else
    skip "bold headings on a terminal" "no script"
    skip "none there either with NO_COLOR" "no script"
fi
claim "no text steers a terminal" harmless

# --- refusals -----------------------------------------------------------------

cp "$examples/grants.ndjson" .

several() {
    refused "the input holds several grants" explain -p "$shipped" \
        grants.ndjson && says "pick one with --id ID"
}

claim "refuses to choose among several" several
claim "refuses an id that is not there" refused \
    "the input holds no grant with the id nope" explain -p "$shipped" \
    --id nope grants.ndjson
claim "refuses two files" refused "name one file of grants" explain a b
claim "refuses a file of grants about a sign-in" refused \
    "--connect is about no grant" explain --connect grants.ndjson
claim "refuses flags of a sign-in about a grant" refused \
    "need --connect" explain --provider imap grants.ndjson
claim "refuses a file that is not there" refused "cannot read missing" \
    explain -p "$shipped" missing
done_testing
