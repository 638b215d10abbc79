#!/bin/sh
# fake-nylas itself, as far as the tests of fetch lean on it.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"
. "$srcdir/tests/cli/nylas.sh"

if ! command -v curl >/dev/null 2>&1; then
    echo "1..0 # SKIP no curl"
    exit 0
fi

# get PATH [ARG...]: ask for it with the good key; see out, head, and $status.
get() {
    path=$1
    shift
    status=0
    curl --silent --show-error --max-time 10 --noproxy '*' --globoff \
        --dump-header head --output out -H "Authorization: Bearer good" \
        "$@" "$(cat good.url)$path" 2>err || status=$?
}

# answers STATUS PATH [ARG...]
answers() {
    wanted=$1
    shift
    get "$@"
    ends 0 && grep -q "^HTTP/1.1 $wanted " head && return 0
    cat head out
    return 1
}

# The ids of all pages of a query, each as long as it says.
pages() {
    offset=0
    : >listed
    while [ "$offset" -lt 1000 ]; do
        answers 200 "/v3/grants?limit=200&offset=$offset&$1" >&2 || return 1
        { tr '{' '\n' <out; echo; } |
            sed -n 's/^"id":"\([^"]*\)".*/\1/p' >page
        [ -s page ] || break
        cat page >>listed
        offset=$((offset + 200))
    done
}

"$fake_nylas" --generate 450 --print >data

pages_hold_each_once() {
    ids data >wanted
    serve good --generate 450
    pages order_by=asc && diff wanted listed && pages "" &&
        sort listed >sorted && sort wanted | diff - sorted &&
        [ "$(head -n 1 listed)" = "$(tail -n 1 wanted)" ]
}

filters() {
    serve good --generate 450
    pages "provider=imap&grant_status=valid&order_by=asc" &&
        grep '"provider":"imap","grant_status":"valid"' data >found &&
        ids found | diff - listed &&
        pages "email=owner7%40mail7.example" && [ "$(wc -l <listed)" -eq 1 ] &&
        pages "since=1700000120&before=1700000240&order_by=asc" &&
        sed -n 3,5p data >found && ids found | diff - listed &&
        answers 400 "/v3/grants?limit=201" &&
        answers 400 "/v3/grants?grant_staus=valid"
}

gets_by_id() {
    printf '%s\n' '{"id":"a","provider":"imap","settings":{"imap_host":"h"}}' \
        '{"grant":{"id":"b","provider":"google"},"tenant":"x"}' >mine.ndjson
    serve good --key good --list-without-settings mine.ndjson
    answers 200 /v3/grants/%61 && records '"settings":{"imap_host":"h"}' &&
        answers 200 /v3/grants && counts '"settings"' out 0 &&
        answers 200 /v3/grants/b && counts tenant out 0 &&
        answers 404 /v3/grants/c && answers 404 /v3/messages &&
        answers 401 /v3/grants -H "Authorization: Bearer bad" &&
        counts 'authorization="Bearer bad"' good.log 1
}

# FAULT and the exit status of curl, which knows what is wrong with each.
misbehaves() {
    while read -r fault code; do
        serve good --generate 3 --fault "$fault@first=1"
        get /v3/grants --compressed --max-filesize 100000 --max-time 2
        [ "$status" -eq "$code" ] || { echo "$fault: $status"; return 1; }
        answers 200 /v3/grants || return 1
    done <<'END'
drop 52
not-http 1
reset 56
truncated 18
chunk-cut 18
chunked 0
no-length 0
interim 0
gzip 0
bad-gzip 61
huge:200000 63
silent 28
stall 28
END
}

says_when_a_retry_was_early() {
    serve good --generate 1 --fault 429:retry-after=60@each=1
    answers 429 /v3/grants && grep -q '^Retry-After: 60' head &&
        answers 200 /v3/grants && counts " early " good.log 1
}

claim "its pages hold each grant once, in order" pages_hold_each_once
claim "it filters, and refuses what it does not know" filters
claim "it answers by id, for the right key" gets_by_id
claim "it misbehaves as ordered, and then no more" misbehaves
claim "its log says when a retry came too early" says_when_a_retry_was_early
done_testing
