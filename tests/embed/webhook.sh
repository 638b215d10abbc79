#!/bin/sh
# examples/webhook.c against a stand-in for Nylas: what is signed is decided
# about, once for each webhook, and nothing else costs a request.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/embed/scene.sh"

command -v curl >/dev/null 2>&1 ||
    { echo "1..0 # SKIP no curl"; exit 0; }
has libevent libevent_pthreads ||
    { echo "1..0 # SKIP no libevent"; exit 0; }
. "$srcdir/tests/cli/nylas.sh"

secret=whs_$mark
NYLAS_WEBHOOK_SECRET=$secret
export NYLAS_WEBHOOK_SECRET
GRANTGATE_CLIENT_ID=YOUR_CLIENT_ID
GRANTGATE_REDIRECT_URI=https://example.com/callback
export GRANTGATE_CLIENT_ID GRANTGATE_REDIRECT_URI

# The stand-in signs and checks what a real one does: RFC 4231, test case 2.
signs() {
    [ "$(printf 'what do ya want for nothing?' | ./sign Jefe)" = \
        5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843 ]
}

claim "webhook.c builds with what pkg-config says" built webhook \
    "$examples/webhook.c" libevent libevent_pthreads libcrypto yyjson
claim "the signatures of this test are right" \
    eval 'built sign "$srcdir/tests/embed/sign.c" libcrypto && signs'

# --- the server under test ----------------------------------------------------

# awaits COMMAND...: wait, at most 30 seconds, until it succeeds.
awaits() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -le 300 ] || { echo "in vain: $*"; return 1; }
        sleep 0.1
    done
}

# Shells start background programs with SIGINT ignored.
undo=
env --default-signal=INT true 2>/dev/null && undo="env --default-signal=INT"

# starts [COMMAND...]: the server, by COMMAND, instead of the last one.
starts() {
    stop webhook.pid
    rm -f out err
    GRANTGATE_API_URL=$(cat nylas.url) $undo "$@" ./webhook \
        "$srcdir/policies" >out 2>err &
    pid=$!
    echo "$pid" >webhook.pid
    awaits is_decided && grep -q 'listening on' err ||
        { cat err; return 1; }
    hook=$(sed -n 's/.*listening on //p' err)
}

# It listens, or has ended.
is_decided() {
    grep -qs 'listening on' err || ! kill -0 "$pid" 2>/dev/null
}

# ends STATUS SIGNAL: it does so when told.
ends() {
    kill -s "$2" "$pid"
    status=0
    wait "$pid" || status=$?
    rm -f webhook.pid
    [ "$status" -eq "$1" ] && return 0
    echo "exit status $status instead of $1"
    cat err
    return 1
}

# event TYPE GRANT [NUMBER]: a webhook about GRANT, in the file `body`.
event() {
    printf '{"specversion":"1.0","type":"%s","source":"/nylas/system","id":"hook-%s","time":1723821985,"data":{"application_id":"app","object":{"code":25009,"grant_id":"%s","integration_id":"int","provider":"imap","email":"user@example.com"}},"webhook_delivery_attempt":1}' \
        "$1" "${3:-1}" "$2" >body
}

# posted CODE [ARG...]: `body`, with its signature, is answered with CODE.
posted() {
    wanted_code=$1
    shift
    posted_with "$(./sign "$secret" <body)" "$wanted_code" "$@"
}

# posted_with SIGNATURE CODE [ARG...]: the same with that, or none.
posted_with() {
    signature=$1
    wanted_code=$2
    shift 2
    curl -s -o answer -w '%{http_code}' --data-binary @body \
        -H 'Content-Type: application/json' \
        ${signature:+-H "X-Nylas-Signature: $signature"} "$@" "$hook" >code
    [ "$(cat code)" = "$wanted_code" ] && return 0
    echo "answered $(cat code) instead of $wanted_code:"
    cat answer err
    return 1
}

# has_lines COUNT: so many were written.
has_lines() {
    [ "$(wc -l <out)" -ge "$1" ]
}

counts() {
    found=$(grep -cF -e "$1" "$2")
    [ "$found" -eq "$3" ] && return 0
    echo "$2 has '$1' on $found lines instead of $3"
    cat "$2"
    return 1
}

# --- what it answers ----------------------------------------------------------

answers_challenge() {
    [ "$(curl -s -w ' %{http_code} %{content_type}' \
        "${hook}?challenge=a%2Bb-c.1")" = \
        "a+b-c.1 200 text/plain; charset=utf-8" ]
}

answers_no_other_get() {
    for query in "" "?challenge=" "?challenge=$(printf '%0300d' 1)" "?a=b"; do
        [ "$(curl -s -o answer -w '%{http_code}' "$hook$query")" = 400 ] ||
            { echo "query: $query"; return 1; }
    done
}

# By the records of the program about the same grant.
decides() {
    serve nylas --generate 50 --key "$NYLAS_API_KEY"
    starts || return 1
    event "$1" "$(ids grant)"
    posted 200 && awaits has_lines 1 || return 1
    printf '{"webhook":"hook-1","type":"%s","decision":%s}\n' "$1" \
        "$("$GRANTGATE" eval -p "$srcdir/policies" --quiet --no-lockdown \
            --client-id YOUR_CLIENT_ID --api-url "$(cat nylas.url)" \
            --redirect-uri https://example.com/callback grant |
            sed 's/^{"line":[0-9]*,/{/')" >wanted
    without_due out >out.lasting
    without_due wanted | diff - out.lasting && asked 1 "GET /v3/grants/$(ids grant)"
}

# A line without what the clock put into it.
without_due() {
    sed 's/,"due":[0-9]*//' "$1"
}

# Each is right but for one thing.
refuses_signatures() {
    serve nylas --generate 50
    starts || return 1
    event grant.created "$(ids grant)"
    right=$(./sign "$secret" <body)
    for wrong in "" "$(./sign wrong <body)" "${right%?}" "${right}0" \
        "$(echo "$right" | tr a-f A-F)" "sha256=$right" \
        "$(printf '%064d' 0)"; do
        posted_with "$wrong" 401 || return 1
    done
    printf ' ' >>body
    posted_with "$right" 401 && ends 0 TERM && nothing cat nylas.log out
}

acknowledges_others() {
    for type in grant.updated grant.deleted message.created grant.createdx; do
        event "$type" some-grant
        posted 200 && grep -q 'no interest' answer || return 1
    done
    echo '{"type":"message.created","id":"a","data":{}}' >body
    posted 200
}

refuses_bodies() {
    while read -r line; do
        printf '%s' "$line" >body
        posted 400 || { echo "body: $line"; return 1; }
    done <<'EOF'
[]
null
{"type":"grant.created"}
{"type":7,"id":"a","data":{"object":{"grant_id":"g"}}}
{"type":"grant.created","id":"a","data":{"object":{}}}
{"type":"grant.created","id":"a","data":{"object":{"grant_id":7}}}
{"type":"grant.created","id":"a","data":{"object":{"grant_id":""}}}
{"type":"grant.created","id":"a","data":{"object":{"grant_id":"a\u0000b"}}}
{"type":"grant.created","id":"a","data":{"object":{"grant_id":"g"}}
EOF
    event grant.created "$(printf '%0300d' 1)"
    posted 400
}

refuses_too_much() {
    { printf '{"type":"grant.created","id":"'; printf '%01100000d' 1;
        echo '"}'; } >body
    # it may hang up on what is still being sent, before curl reads why
    posted 413 -H 'Expect:' || [ "$(cat code)" = 000 ]
}

refuses_compressed() {
    event grant.created some-grant
    posted 415 -H 'Content-Encoding: gzip'
}

# No line is a decision that was none.
tells_what_is_missing() {
    starts || return 1
    event grant.expired no-such-grant 7
    posted 200 && event grant.expired ../messages 8 && posted 200 &&
        awaits has_lines 2 && counts '"decision"' out 0 &&
        grep '^{"webhook":"hook-7",.*"problem":"not_found"' out &&
        grep '^{"webhook":"hook-8",.*"problem":"invalid_id"' out &&
        counts messages nylas.log 0
}

data 50
sed -n 3p data >grant
serve nylas --generate 50 --key "$NYLAS_API_KEY"
starts
claim "says a challenge back" answers_challenge
claim "answers no other GET" answers_no_other_get
claim "acknowledges what is of no interest, and fetches nothing" \
    eval 'acknowledges_others && nothing cat nylas.log out'
claim "refuses bodies that are no webhook, signed or not" \
    eval 'refuses_bodies && nothing cat nylas.log out'
claim "refuses what is too big" refuses_too_much
claim "refuses what is compressed, and says what to do" refuses_compressed
claim "decides about a created grant as the program" decides grant.created
claim "likewise about an expired one" decides grant.expired
claim "a wrong signature is 401, and nothing is fetched" refuses_signatures
claim "a grant that does not come is a line with the reason" \
    tells_what_is_missing

# --- many, and the end --------------------------------------------------------

decides_all_at_once() {
    serve nylas --generate 50 --key "$NYLAS_API_KEY" --delay 5
    starts || return 1
    number=0
    while [ "$number" -lt 12 ]; do
        number=$((number + 1))
        event grant.created "$(sed -n "${number}p" data | ids /dev/stdin)" \
            "$number"
        mv body "body.$number"
        printf 'next\nurl = "%s"\ndata-binary = "@body.%s"\nheader = "X-Nylas-Signature: %s"\noutput = "answer"\nwrite-out = "%%{http_code}\\n"\n' \
            "$hook" "$number" "$(./sign "$secret" <"body.$number")"
    done | sed 1d >config
    curl -s --parallel --parallel-max 12 --config config >codes 2>/dev/null
    counts 200 codes 12 && ends 0 TERM || return 1
    sed 's/.*"webhook":"hook-\([0-9]*\)".*/\1/' out | sort -n >got
    seq 12 | diff - got && counts '"decision"' out 12
}

# The first is never answered, so the queue fills behind it.
fills_up() {
    serve nylas --generate 50 --fault silent
    starts || return 1
    event grant.created "$(ids grant)"
    signature=$(./sign "$secret" <body)
    curl -s -o answer -w '%{http_code}\n' --data-binary @body \
        -H "X-Nylas-Signature: $signature" "$hook?[1-80]" >codes
    # One is being asked about, or is about to be.
    { counts 503 codes 15 || counts 503 codes 16; } &&
        kill -s TERM "$pid" && awaits refuses_connections && ends 0 TERM &&
        counts '"problem":"interrupted"' out "$(grep -c 200 codes)"
}

refuses_connections() {
    ! curl -s -o answer "$hook?challenge=a"
}

claim "decides about each of many at once, before it ends" decides_all_at_once
claim "answers 503 when there is no more room; then a second signal \
ends it without the API, and it says what is lost" fills_up
claim "no secret is in what it wrote" nothing grep -F "$mark" out err

# --- how it starts ------------------------------------------------------------

refuses_to_start() {
    pattern=$1
    shift
    status=0
    env "$@" ./webhook "$srcdir/policies" >out 2>err || status=$?
    [ "$status" -eq 1 ] && grep "$pattern" err && nothing cat out
}

takes_files() {
    serve nylas --generate 50 --key "$NYLAS_API_KEY"
    (
        umask 077
        echo "$NYLAS_API_KEY" >key
        echo "$secret" >hook.secret
    )
    starts env -u NYLAS_API_KEY -u NYLAS_WEBHOOK_SECRET \
        NYLAS_API_KEY_FILE=key NYLAS_WEBHOOK_SECRET_FILE=hook.secret
    event grant.created "$(ids grant)"
    posted 200 && ends 0 INT && counts '"decision"' out 1
}

claim "does not start without the secret" refuses_to_start \
    NYLAS_WEBHOOK_SECRET NYLAS_WEBHOOK_SECRET=
claim "nor without the key" refuses_to_start NYLAS_API_KEY NYLAS_API_KEY=
claim "takes both from files; SIGINT ends it, too" takes_files

watched_run() {
    serve nylas --generate 50 --key "$NYLAS_API_KEY"
    starts valgrind --quiet --error-exitcode=99 --leak-check=full \
        --fair-sched=yes
    event grant.created "$(ids grant)"
    posted 200 && posted_with abc 401 && answers_challenge &&
        ends 0 TERM && counts '"decision"' out 1
}

claim_watched "it leaks nothing" watched_run
done_testing
