#!/bin/sh
# grantgate fetch and the key: where it comes from, where it goes, and where
# it never does, whatever the API, a policy or the environment says.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"
. "$srcdir/tests/cli/nylas.sh"

data 5

# --- where it goes ------------------------------------------------------------

# The foreign host is a fake of its own, which would gladly answer.
not_after_redirects() {
    serve foreign --generate 5
    foreign=$(cat foreign.url)
    serve nylas --generate 5 --fault "redirect:$foreign/v3/grants@list" \
        --fault "redirect:$foreign/v3/grants/x@get"
    fetch --all -v
    ends 5 && records '"type":"fetch_failed"' && says "HTTP 302" &&
        keeps_secret || return 1
    # shellcheck disable=SC2046 # words
    fetch $(ids data) -v
    ends 5 && counts '"code":"redirected","status":302' out 5 &&
        keeps_secret && is_empty foreign.log
}

not_to_a_proxy() {
    serve foreign --generate 5
    serve nylas --generate 5
    for name in http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy \
        ALL_PROXY; do
        status=0
        env "$name=$(cat foreign.url)" "$GRANTGATE" fetch --all \
            --api-url "$(cat nylas.url)" >out 2>err || status=$?
        ends 0 && same_grants && keeps_secret || return 1
    done
    is_empty foreign.log
}

not_from_netrc() {
    serve nylas --generate 5 --key "$NYLAS_API_KEY"
    echo "machine 127.0.0.1 login somebody password else" >.netrc
    chmod 600 .netrc
    HOME=$scratch fetch --all
    ends 0 && same_grants && asked 1 "authorization=\"Bearer $NYLAS_API_KEY\""
}

refuses_addresses() {
    while read -r address; do
        run fetch a --api-url "$address"
        ends 2 && is_empty out && keeps_secret ||
            { echo "address: $address"; return 1; }
    done <<'EOF'
http://192.0.2.1
http://api.us.nylas.com
http://127.0.0.1.example.com
http://127.0.0.1@192.0.2.1
http://localhost.example
ftp://127.0.0.1
file:///etc/passwd
127.0.0.1:80
https://user:password@api.us.nylas.com
EOF
}

# What answers shows all it got, where it can.
not_from_an_answer() {
    serve nylas --generate 5 --fault echo
    # shellcheck disable=SC2046 # words
    fetch $(ids data) -v
    ends 5 && counts '"code":"forbidden","status":403' out 5 &&
        keeps_secret || return 1
    fetch --all -v
    ends 5 && records '"type":"fetch_failed"' && keeps_secret
}

claim "the key does not follow a redirect" not_after_redirects
claim "the key does not pass a proxy on its way to this machine" not_to_a_proxy
claim "what .netrc says is not sent" not_from_netrc
claim "plain http goes to this machine only" refuses_addresses
claim "an answer that repeats the key does not bring it out" not_from_an_answer

# --- where it comes from ------------------------------------------------------

from_a_file() {
    serve nylas --generate 5 --key nyk_of_a_file
    umask 077
    echo nyk_of_a_file >key
    fetch --all --api-key-file key
    ends 0 && same_grants && counts of_a_file err 0
}

# refuses_key MODE: a key file that others can get at.
refuses_key() {
    echo "nyk_$mark" >key
    chmod "$1" key
    refused "others may read it" fetch --all --api-url "$(cat nylas.url)" \
        --api-key-file key && keeps_secret
}

refuses_open_files() {
    serve nylas --generate 5
    for mode in 644 640 604 660; do
        refuses_key "$mode" || { echo "mode: $mode"; return 1; }
    done
    chmod 600 key
    refused "no-such-key" fetch --all --api-key-file no-such-key &&
        refused "not a plain file" fetch --all --api-key-file . || return 1
    : >empty && chmod 600 empty
    refused "api_key" fetch --all --api-key-file empty && is_empty nylas.log
}

refuses_odd_keys() {
    printf 'nyk_%s\r\nX-More: 1\n' "$mark" >key
    printf 'nyk_%s with spaces\n' "$mark" >spaces
    printf 'nyk_%s\303\251\n' "$mark" >letters
    chmod 600 key spaces letters
    for file in spaces letters; do
        refused "visible ASCII" fetch --all --api-key-file "$file" &&
            keeps_secret || return 1
    done
    NYLAS_API_KEY="nyk_$mark
X-More: 1"
    refused "visible ASCII" fetch --all && keeps_secret || return 1
    unset NYLAS_API_KEY
    refused "there is no API key" fetch --all
}

# Every process of the machine can read arguments.
not_from_arguments() {
    run fetch --all --api-key "nyk_$mark"
    ends 2 && says "unknown option" && keeps_secret || return 1
    run fetch --all "--api-key=nyk_$mark"
    ends 2 && says "unknown option" && keeps_secret
}

has_request() {
    [ -s nylas.log ]
}

# While it runs, the environment that it shows to others is empty of the key.
leaves_environment() {
    serve nylas --generate 5 --fault silent
    "$GRANTGATE" fetch a --api-url "$(cat nylas.url)" >out 2>err &
    pid=$!
    awaits has_request
    tr '\0' '\n' <"/proc/$pid/environ" >environ
    tr '\0' '\n' <"/proc/$pid/cmdline" >cmdline
    kill "$pid"
    wait "$pid"
    grep -q '^PATH=' environ && grep -q fetch cmdline &&
        keeps_secret environ cmdline
}

claim "takes the key from a file" from_a_file
claim "refuses a key file that others may read, and what is none" \
    refuses_open_files
claim "refuses a key that would be more than a header" refuses_odd_keys
claim "takes no key as an argument, and does not repeat it" not_from_arguments
if [ -r "/proc/$$/environ" ]; then
    claim "the key is gone from the environment while it runs" \
        leaves_environment
else
    skip "the key is gone from the environment while it runs" "no /proc"
fi

# --- policies -----------------------------------------------------------------

policy default.lua <<'EOF'
-- Fetch what the context names, one after the other, and tell what came.
return {
  evaluate = function(grant)
    local told = {}
    for i, id in ipairs(grant.context.ids or {}) do
      local other, problem = grantgate.fetch(id)
      told[i] = other and other.id .. " " .. other.smtp
        or problem.code .. " " .. tostring(problem.status)
      log(other and "came" or problem.message)
    end
    return defer { reason = "told", data = { told = told } }
  end,
}
EOF

# asks ID...: a grant whose context names them.
asks() {
    printf '{"grant":{"id":"asker","provider":"google"},"context":{"ids":['
    separator=
    for id; do
        printf '%s"%s"' "$separator" "$id"
        separator=,
    done
    echo ']}}'
}

# decide_with ARG...: decide about ./asker with fetching allowed.
decide_with() {
    decide --allow-fetch --api-url "$(cat nylas.url)" "$@" asker
}

policies_fetch() {
    serve nylas --generate 5 --fault "503@each=1"
    ids data >list
    asks "$(sed -n 2p list)" no-such-grant "$(sed -n 1p list)" a/b >asker
    decide_with --backoff 5ms --rate 1000
    ends 0 && keeps_secret && records \
        "\"data\":{\"told\":[\"$(sed -n 2p list) complete\",\"not_found 404\",\"$(sed -n 1p list) not_applicable\",\"invalid_id nil\"]}"
}

at_most_four() {
    serve nylas --generate 5
    asks a b c d >asker
    decide_with
    ends 0 && asks a b c d e >asker || return 1
    decide_with
    ends 4 && records '"code":"policy_error"' && records "more than 4 fetches" &&
        asked 8 GET
}

within_its_time() {
    serve nylas --generate 5 --fault silent
    asks a >asker
    decide_with --max-time 200ms
    ends 4 && records '"code":"time_limit"' && keeps_secret
}

not_when_not_allowed() {
    serve nylas --generate 5
    asks a >asker
    decide asker
    ends 4 && records '"code":"policy_error"' && records "not allowed" &&
        keeps_secret || return 1
    decide --api-url "$(cat nylas.url)" asker
    ends 4 && keeps_secret && is_empty nylas.log
}

# The grant that came is as read-only as any, and its secrets are hidden.
frozen_and_redacted() {
    serve nylas secret.ndjson
    policy default.lua <<'EOF'
return {
  evaluate = function(grant)
    local other = grantgate.fetch("secret")
    log(tostring(other.settings.imap_password))
    if grant.name == "writer" then
      other.id = "mine"
    end
    return defer { reason = "read", data = { raw = other.raw } }
  end,
}
EOF
    echo '{"id":"reader","provider":"google"}' >asker
    decide_with
    ends 0 && records '[redacted]' && says '[redacted]' && keeps_secret ||
        return 1
    echo '{"id":"writer","provider":"google","name":"writer"}' >asker
    decide_with
    ends 4 && records '"code":"policy_error"' && keeps_secret
}

cat >secret.ndjson <<EOF
{"id":"secret","provider":"imap","settings":{"imap_host":"h","imap_password":"$mark"}}
EOF

claim "a policy fetches where the run allows it" policies_fetch
claim "a policy fetches four grants for a question at most" at_most_four
claim "a policy fetches within its time" within_its_time
claim "a policy does not fetch where that is not allowed" not_when_not_allowed
claim "a policy sees what it fetched as it sees any grant" frozen_and_redacted
done_testing
