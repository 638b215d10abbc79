#!/bin/sh
# grantgate fetch: what is asked for, in order, as lines that eval reads.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"
. "$srcdir/tests/cli/nylas.sh"

data 450
serve nylas --generate 450 --key "$NYLAS_API_KEY"

# lines NUMBER...: those of the data, in this order.
lines() {
    for number; do
        sed -n "${number}p" data
    done
}

# The ids of those lines.
ids_of() {
    lines "$@" >wanted
    ids wanted
}

# --- by id --------------------------------------------------------------------

by_id() {
    # shellcheck disable=SC2046 # words
    fetch $(ids_of 7 3 400 1)
    ends 0 && is_empty err && cmp wanted out && keeps_secret
}

from_a_file() {
    { ids_of 9 2; echo; ids_of 9; ids_of 5 | tr '\n' '\r'; } >list
    lines 9 2 5 >wanted
    fetch --ids list
    ends 0 && cmp wanted out && says "came twice"
}

from_stdin() {
    ids_of 9 2 >list
    fetch --ids - <list
    ends 0 && cmp wanted out
}

# However the answers overtake each other.
in_order_when_parallel() {
    serve nylas --generate 450 --fault slow:60@share=30,get
    ids data >list
    fetch --ids list --parallel 40
    ends 0 && same_grants
}

missing_is_a_line() {
    serve nylas --generate 450
    # shellcheck disable=SC2046 # words
    fetch $(ids_of 7) no-such-grant $(ids_of 8)
    ends 5 && says "1 request could not be fetched" &&
        records '{"grant":{"id":"no-such-grant"},"fetch_error":{"code":"not_found","status":404,"message":"' &&
        counts '"fetch_error"' out 1 && lines 7 8 >wanted &&
        grep -v fetch_error out | cmp wanted - &&
        [ "$(sed -n 2p out | ids /dev/stdin)" = no-such-grant ]
}

no_id_is_not_sent() {
    serve nylas --generate 1
    fetch ../messages a/b 'a?b' 'a%2Fb' '' ' a' "$(printf 'a\nb')" a@b.example
    ends 5 && [ "$(grep -c '"code":"invalid_id"' out)" -eq 8 ] &&
        is_empty nylas.log
}

claim "fetches by id, in the order of the ids" by_id
claim "takes ids from a file, each once" from_a_file
claim "takes ids from standard input" from_stdin
claim "keeps the order when answers come in another" in_order_when_parallel
claim "what does not exist is a line, too" missing_is_a_line
claim "what is no id is a line, and is not sent" no_id_is_not_sent

# --- all ----------------------------------------------------------------------

everything() {
    serve nylas --generate 450
    fetch --all
    ends 0 && is_empty err && same_grants && keeps_secret &&
        asked 3 "GET /v3/grants?limit=200&" && asked 3 "order_by=asc" &&
        asked 3 'user-agent="grantgate/' && asked 3 'accept-encoding="gzip'
}

nothing_at_all() {
    serve nylas --generate 0
    fetch --all
    ends 0 && is_empty out && is_empty err && asked 1 GET
}

# A last page that is full is followed by one that is not.
whole_pages() {
    serve nylas --generate 400
    fetch --all
    ends 0 && head -n 400 data | cmp - out
}

filters() {
    serve nylas --generate 450
    fetch --all --grant-provider imap --status valid --since 1700000120 \
        --before 2023-11-15T00:00:00Z --workspace workspace-1
    ends 0 && grep '"provider":"imap","grant_status":"valid"' data |
        grep '"workspace_id":"workspace-1"' |
        awk -F '"created_at":' '
            $2 + 0 >= 1700000120 && $2 + 0 <= 1700006400' >wanted &&
        [ -s wanted ] && cmp wanted out || return 1
    fetch --all --email owner7@mail7.example
    ends 0 && lines 8 | cmp - out && asked 1 "email=owner7%40mail7.example"
}

fetches_details() {
    serve nylas --generate 450 --list-without-settings
    fetch --all --detail
    ends 0 && says "IMAP grants came without settings" &&
        { grep -v '"provider":"imap"' data; grep '"provider":"imap"' data; } |
        cmp - out && asked "$(grep -c '"provider":"imap"' data)" "GET /v3/grants/"
}

does_not_fetch_what_it_has() {
    serve nylas --generate 450
    fetch --all --detail
    ends 0 && same_grants && asked 0 "GET /v3/grants/"
}

# survives_deletions COUNT: after each page so many are deleted.
survives_deletions() {
    data 1500
    serve nylas --generate 1500 --delete-while-listing "$1"
    fetch --all
    ends 0 || return 1
    ids out | sort >got
    sort -u got | cmp got - || { echo "something came twice"; return 1; }
    sed -n 's/^deleted //p' nylas.log | sort >deleted
    ids data | sort | comm -23 - deleted >stayed
    [ -s deleted ] && nothing comm -23 stayed got
}

survives_creations() {
    data 1500
    serve nylas --generate 1500 --create-while-listing 30
    fetch --all
    ends 0 && head -n 1500 out | cmp data - && ids out | sort >got &&
        sort -u got | cmp got -
}

claim "fetches all, the oldest first, by pages of 200" everything
claim "an empty list is no error" nothing_at_all
claim "ends where the last page is full" whole_pages
claim "filters what it asks for" filters
claim "fetches IMAP grants that came without settings" fetches_details
claim "does not fetch again what came with settings" does_not_fetch_what_it_has
for count in 1 7 200; do
    claim "misses nothing when $count are deleted after each page" \
        survives_deletions "$count"
done
claim "misses nothing when grants are made meanwhile" survives_creations

# --- where it goes ------------------------------------------------------------

into_a_file() {
    data 450
    serve nylas --generate 450
    fetch --all -o grants.ndjson
    ends 0 && is_empty out && cmp data grants.ndjson &&
        [ ! -e grants.ndjson.part ]
}

# The records are those of the same grants from a file.
into_eval() {
    evaluate data
    mv out wanted
    fetch --all
    mv out fetched.ndjson
    evaluate fetched.ndjson
    ends 0 && cmp wanted out
}

failures_into_eval() {
    serve nylas --generate 3 --fault "423@id=$(ids_of 2)"
    ids data | head -n 3 >list
    fetch --ids list
    ends 5 && mv out fetched.ndjson || return 1
    evaluate fetched.ndjson
    ends 4 && [ "$(wc -l <out)" -eq 3 ] && counts '"code":"fetch_failed"' out 1 &&
        records "{\"line\":2,\"grant_id\":\"$(ids_of 2)\",\"action\":\"error\"," &&
        sed 's/.*"grant_id":"\([^"]*\)".*/\1/' out | cmp list -
}

broken_list_into_eval() {
    serve nylas --generate 450 --fault 503@list,after=1
    fetch --all --retries 1
    ends 5 && mv out fetched.ndjson || return 1
    evaluate fetched.ndjson
    ends 4 && [ "$(wc -l <out)" -eq 201 ] && tail -n 1 out >last &&
        counts '"code":"fetch_failed"' last 1
}

says_what_it_does() {
    serve nylas --generate 450 --fault 503@each=1
    fetch --all -v --email owner7@mail7.example
    ends 0 && counts "GET /v3/grants?limit=200" err 2 &&
        counts "HTTP 503" err 1 && counts "HTTP 200" err 1 &&
        says "email=***" && counts owner7 err 0 && keeps_secret
}

claim "writes a file that is there when it is whole" into_a_file
claim "eval reads it as it comes" into_eval
claim "eval turns what could not be fetched into a record" failures_into_eval
claim "likewise a list that breaks off" broken_list_into_eval
claim "-v tells of each request, without key and address" says_what_it_does

# --- interrupted --------------------------------------------------------------

has_lines() {
    [ "$(wc -l <out)" -ge "$1" ]
}

# The third of four never comes; what came before it is there, and whole.
interrupts() {
    signal=$1
    rm -f out
    serve nylas --generate 4 --fault "silent@id=$(ids_of 3)"
    # shellcheck disable=SC2046,SC2086 # words
    ${undo:-} "$GRANTGATE" fetch --api-url "$(cat nylas.url)" \
        $(ids_of 1 2 3 4) >out 2>err &
    pid=$!
    awaits has_lines 2
    kill -s "$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    ends 130 && says "what was fetched is written" && lines 1 2 4 >wanted &&
        head -n "$(wc -l <out)" wanted | cmp - out && keeps_secret
}

if [ -n "${undo:-}" ]; then
    claim "SIGINT ends it; what had come is written" interrupts INT
else
    skip "SIGINT ends it; what had come is written" "it is ignored here"
fi
claim "SIGTERM likewise" interrupts TERM

# --- refused ------------------------------------------------------------------

refuses() {
    while IFS='|' read -r message arguments; do
        # shellcheck disable=SC2086 # words
        refused "$message" fetch --api-url "$(cat nylas.url)" $arguments ||
            { echo "arguments: $arguments"; return 1; }
    done <<'EOF'
name grants by id|
three different wishes|a --all
three different wishes|a --ids list
go with --all|a --status valid
go with --all|a --detail
grant_status must be|--all --status pending
provider must be|--all --grant-provider IMAP
email must be|--all --email owner
option '--since'|--all --since yesterday
option '--parallel'|a --parallel 0
option '--rate'|a --rate 0
option '--retries'|a --retries -1
option '--timeout'|a --timeout 61m
option '--max-body'|a --max-body 100G
cannot read no-such-file|--ids no-such-file
EOF
}

claim "refuses what makes no sense, and says what" refuses
done_testing
