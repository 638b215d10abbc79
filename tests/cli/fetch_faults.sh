#!/bin/sh
# grantgate fetch from an API on a bad day: whatever goes wrong, nothing is
# lost, nothing comes twice, and the key appears nowhere.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"
. "$srcdir/tests/cli/nylas.sh"

data 5
ids data >list
victim=$(sed -n 3p list)

# --- what passes --------------------------------------------------------------

# recovers FAULT [ARG...]: the first try of everything meets it, the second
# does not; nobody notices.
recovers() {
    fault=$1
    shift
    serve nylas --generate 5 --fault "$fault@each=1"
    fetch --ids list "$@"
    ends 0 && same_grants && is_empty err && keeps_secret &&
        asked 10 "GET /v3/grants/" && asked 5 "try=2" || return 1
    serve nylas --generate 5 --fault "$fault@each=1"
    fetch --all "$@"
    ends 0 && same_grants && is_empty err && keeps_secret && asked 2 GET
}

for fault in 401 408 429 500 502 503 504 500:shape=html 500:shape=empty; do
    claim "tries again after $fault" recovers "$fault"
done
for fault in reset truncated chunk-cut gzip-cut bad-gzip not-http garbage \
    empty wrong-shape deep wrong-length; do
    claim "tries again when the answer is $fault" recovers "$fault"
done
for fault in stall silent slow:5000; do
    claim "tries again when the answer is $fault" \
        recovers "$fault" --timeout 400ms
done

# libcurl itself asks again when a connection that was used before closes.
recovers_from_drop() {
    serve nylas --generate 5 --fault drop@each=1
    fetch --ids list
    ends 0 && same_grants && keeps_secret && asked 10 "GET /v3/grants/"
}

claim "tries again when the connection closes without a word" \
    recovers_from_drop

# waits HEADER: no retry came before it was welcome.
waits() {
    serve nylas --generate 2 --fault "429:$1@each=1"
    fetch --all
    ends 0 && head -n 2 data | cmp - out && asked 0 " early " && asked 2 GET ||
        return 1
    head -n 2 list >two
    fetch --ids two
    ends 0 && head -n 2 data | cmp - out && asked 0 " early " &&
        asked 4 "GET /v3/grants/"
}

claim "does not come back before Retry-After, in seconds" waits retry-after=1
claim "does not come back before Retry-After, a date" waits retry-date=2

# --- what is no fault ---------------------------------------------------------

# likes FAULT: unusual, and right.
likes() {
    serve nylas --generate 5 --fault "$1"
    fetch --ids list
    ends 0 && same_grants || return 1
    fetch --all
    ends 0 && same_grants && asked 0 "try=2"
}

for fault in chunked gzip no-length interim slow:50; do
    claim "takes an answer that is $fault" likes "$fault"
done

# --- what does not pass -------------------------------------------------------

# gives_up FAULT TRIES CODE TEXT [ARG...]: one grant never comes.  Its line
# says why, with CODE and TEXT; the others come.
gives_up() {
    fault=$1
    tries=$2
    code=$3
    text=$4
    shift 4
    serve nylas --generate 5 --fault "$fault@id=$victim"
    fetch --ids list --retries 2 "$@"
    ends 5 && keeps_secret && asked "$tries" "GET /v3/grants/$victim " ||
        return 1
    ids out | cmp list - && sed 3d data >wanted && sed 3d out | cmp wanted - &&
        sed -n 3p out >line && counts '"fetch_error":{"code":"'"$code"'"' line 1 &&
        counts "$text" line 1
}

gives_up_each() {
    while IFS='|' read -r fault tries code text; do
        gives_up "$fault" "$tries" "$code" "$text" ||
            { echo "fault: $fault"; cat line; return 1; }
    done
}

without_another_try() {
    gives_up_each <<'EOF'
400|1|bad_request|"status":400,"message":"api.invalid_request_error: Bad request (request 00000000-
403|1|forbidden|Access to Grant denied.
404|1|not_found|Grant not found.
423|1|blocked|Resource blocked, contact administrator.
400:shape=oauth|1|bad_request|invalid_request: Bad request
403:shape=toplevel|1|forbidden|grant.access_denied: Access to Grant denied.
403:shape=bare|1|forbidden|unauthorized
404:shape=no-request-id|1|not_found|"message":"grant.not_found: Grant not found."}
404:shape=html|1|not_found|HTTP 404
423:shape=empty|1|blocked|HTTP 423
echo|1|forbidden|"status":403
EOF
}

after_a_second_401() {
    gives_up 401 2 unauthorized "Unauthorized"
}

after_all_tries() {
    gives_up_each <<'EOF'
408|3|request_timeout|tried 3 times
429|3|rate_limited|Rate limit error.
500|3|server_error|Internal error, contact administrator.
503:shape=html|3|server_error|HTTP 503
504|3|server_error|Provider error message
reset|3|network_error|tried 3 times
truncated|3|network_error|tried 3 times
chunk-cut|3|network_error|tried 3 times
not-http|3|network_error|tried 3 times
gzip-cut|3|invalid_answer|tried 3 times
garbage|3|invalid_answer|tried 3 times
wrong-shape|3|invalid_answer|without a grant
deep:100|3|invalid_answer|tried 3 times
EOF
}

after_timeouts() {
    gives_up stall 3 timeout "tried 3 times" --timeout 200ms &&
        gives_up silent 3 timeout "tried 3 times" --timeout 200ms
}

when_it_is_too_big() {
    gives_up huge:300000 1 too_big "over 204800 bytes" --max-body 200K &&
        gives_up gzip-bomb:300000 1 too_big "over 204800 bytes" \
            --max-body 200K &&
        gives_up gzip-bomb:100000000 1 too_big "over 16777216 bytes" &&
        gives_up header-flood 1 too_big "the answer is over"
}

when_it_is_another() {
    gives_up wrong-id 1 invalid_answer "another grant"
}

claim "an answer that is final is believed at once" without_another_try
claim "a second 401 is believed" after_a_second_401
claim "all else is believed after --retries" after_all_tries
claim "a silence is believed after --retries" after_timeouts
claim "what is too big is not read to its end" when_it_is_too_big
claim "another grant than the one asked for is refused" when_it_is_another

# Nobody listens there any more.
refused_connection() {
    serve nylas --generate 1
    stop nylas.pid
    sleep 0.3
    fetch --ids list --retries 2 -v
    ends 5 && ids out | cmp list - &&
        counts '"fetch_error":{"code":"network_error"' out 5 &&
        counts "try 3" err 5 && keeps_secret
}

claim "a refused connection is tried again, and then told" refused_connection

# What fetch lets through, eval finds.
twice_named() {
    serve nylas --generate 5 --fault "duplicate-key@id=$victim"
    fetch --ids list
    mv out fetched.ndjson
    evaluate fetched.ndjson
    ends 4 && [ "$(wc -l <out)" -eq 5 ] && counts '"action":"error"' out 1
}

claim "a grant that names a key twice is an error in the end" twice_named

# --- lists --------------------------------------------------------------------

# breaks_off TEXT FAULT [ARG...]: what came before is there, and the last line
# says that it is not all.
breaks_off() {
    text=$1
    fault=$2
    shift 2
    serve nylas --generate 450 --fault "$fault@list,after=1"
    data 450
    fetch --all --retries 1 "$@"
    ends 5 && keeps_secret && [ "$(wc -l <out)" -eq 201 ] &&
        head -n 200 data >wanted && head -n 200 out | cmp wanted - &&
        tail -n 1 out >last &&
        counts '{"error":{"type":"fetch_failed","message":"' last 1 &&
        counts "$text" last 1 && says "$text"
}

list_breaks_off() {
    while IFS='|' read -r fault text; do
        breaks_off "$text" "$fault" || { echo "fault: $fault"; return 1; }
    done <<'EOF'
403|Access to Grant denied.
500|Internal error, contact administrator.
reset|tried 2 times
truncated|tried 2 times
garbage|tried 2 times
wrong-shape|without a list of grants
same-page|the API repeats
EOF
}

list_is_too_big() {
    breaks_off "over 1048576 bytes" huge:2000000 --max-body 1M &&
        breaks_off "over 1048576 bytes" gzip-bomb:2000000 --max-body 1M
}

claim "a list that breaks off says so in its last line" list_breaks_off
claim "a list that is too big likewise" list_is_too_big

# --- a bad day ----------------------------------------------------------------

# One request in ten fails, each in its own way.
bad_day() {
    seed=$1
    shift
    serve nylas --generate 5000 --seed "$seed" --fault 401@share=1,each=1 \
        --fault 429@share=2 --fault 500@share=2 --fault 503:shape=html@share=1 \
        --fault reset@share=1 --fault truncated@share=1 --fault drop@share=1 \
        --fault gzip-cut@share=1 --fault garbage@share=1 "$@"
}

same_list_twice() {
    data 5000
    for seed in 1 2; do
        bad_day "$seed" --fault gzip@share=50
        fetch --all
        ends 0 && same_grants && keeps_secret || return 1
    done
    [ "$(grep -c 'try=[2-9]' nylas.log)" -gt 0 ]
}

same_by_id_twice() {
    data 5000
    ids data >all
    for seed in 1 2; do
        bad_day "$seed"
        fetch --ids all --parallel 50
        ends 0 && same_grants && keeps_secret || return 1
    done
    [ "$(grep -c 'try=[2-9]' nylas.log)" -gt 300 ]
}

claim "lists 5,000 grants on a bad day, each once, in order" same_list_twice
claim "fetches 5,000 grants by id on a bad day, each once, in order" \
    same_by_id_twice
done_testing
